import { InsightsError } from '../contract/errors';
import type { SecretKeeper } from '../contract/secret-keeper';
import { statusOf } from '../lake/blob-errors';
import type { LakeStore } from '../lake/store';
import { newRunId } from '../engine/run-report';
import { readSalt } from '../privacy/keep-salt';
import type { SessionOptions } from '../privacy/session';
import { deployedEnvironment, namedLake, type LakeFlags } from './environment-lake';
import { withStore } from './lake-session';
import { namedSecrets, type SecretFlags } from './named-secrets';
import type { Output } from './output';
import type { Surroundings } from './run-command';

/** How a command about persons is told which lake, and where its secrets lie. */
export interface PrivacyFlags extends LakeFlags, SecretFlags {}

/** What a command about persons works with. */
export interface PrivacyWork extends SessionOptions {
  readonly keeper: SecretKeeper;
  readonly saltName: string;
  /** How long the account keeps what is deleted, in days; undefined for a folder. */
  readonly softDeleteDays: number | undefined;
}

/** Opens the lake that the flags name and reads its salt, which finds pseudonyms again. */
export async function withPrivacy<T>(
  flags: PrivacyFlags,
  output: Output,
  surroundings: Surroundings,
  work: (options: PrivacyWork) => Promise<T>,
): Promise<T> {
  const target = namedLake(flags, surroundings);
  const { keeper, saltName, workspace } = namedSecrets({ ...flags, workspace: target.workspace }, surroundings);
  const salt = await readSalt(keeper, saltName).catch(nameRights);
  const softDeleteDays =
    flags.env === undefined
      ? undefined
      : deployedEnvironment(flags.env, surroundings).environment.storage.softDeleteDays;
  return withStore(target.lake, (store: LakeStore) =>
    work({
      store,
      workspace,
      salt,
      keeper,
      saltName,
      softDeleteDays,
      runId: newRunId(new Date()),
      now: () => new Date(),
      progress: (text) => output.progress(text),
    }),
  ).catch(nameRights);
}

/**
 * In Azure nobody has the rights for this but for the hour in which they are needed: a refusal says which they are.
 * @throws the error, with that as next step where a service refused for want of a right
 */
export function nameRights(error: unknown): never {
  if (!(error instanceof InsightsError)) throw error;
  const { code, message, place, details, cause } = error;
  if (statusOf(cause) !== 403 && details['status'] !== 403) throw error;
  const nextStep =
    'Get Storage Blob Data Contributor on the containers of the workspace (dev: oea; prod: oea, stage1, stage2 and stage3), ' +
    'Key Vault Secrets Officer on the vault, and a way in, for this hour: docs/operations.md, "Rights for an hour".';
  throw new InsightsError(code, message, { place, details, cause, nextStep });
}
