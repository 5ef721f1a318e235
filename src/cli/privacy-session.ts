import type { SecretKeeper } from '../contract/secret-keeper';
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
  const salt = await readSalt(keeper, saltName);
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
  );
}
