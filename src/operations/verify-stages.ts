import type { VerificationReport } from '../contract/lake-format';
import { erasureKeyName } from '../contract/salt';
import type { VerifyStagesInput, VerifyStagesReport } from './contracts';

type Secret = NonNullable<VerifyStagesInput['salt']>;

/** What a verification is told and never tells: it stands in no plan, state, log or report. */
export interface VerificationSecrets {
  readonly salt?: string;
  /** The key of the tombstones, asked for only where somebody was erased; undefined where there is none (ERASE2). */
  readonly erasureKey?: () => Promise<string | undefined>;
}

export interface VerifyStagesPorts {
  /** Value of the salt's secret; asked for only where the input names one. */
  readonly readSalt: (secret: Secret) => Promise<string>;
  /** Value of a secret that need not be there. */
  readonly readErasureKey: (secret: Secret) => Promise<string | undefined>;
  /** All checks on the lake; reads only. */
  readonly verify: (input: VerifyStagesInput, secrets: VerificationSecrets) => Promise<VerificationReport>;
  readonly print: (line: string) => void;
}

/** `insights verify` on the lake of an environment, told in a line per check that is not passed. Reads only. */
export async function verifyStages(input: VerifyStagesInput, ports: VerifyStagesPorts): Promise<VerifyStagesReport> {
  const { salt, workspace } = input;
  if (salt === undefined) ports.print('Without the salt pseudonyms are checked against the lookups only.');
  const verification = await ports.verify(
    input,
    salt === undefined
      ? {}
      : {
          salt: await ports.readSalt(salt),
          erasureKey: () => ports.readErasureKey({ ...salt, secretName: erasureKeyName(workspace) }),
        },
  );
  const { checks } = verification;
  for (const { status, check, findings } of checks) {
    if (status !== 'failed' && status !== 'warned') continue;
    const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
    ports.print(`${status}: ${check}: ${findings[0]?.message ?? 'no finding'}${more}`);
  }
  const count = (status: string): number => checks.filter((check) => check.status === status).length;
  const [failed, warnings] = [count('failed'), count('warned')];
  ports.print(`${checks.length} checks, ${failed} failed, ${warnings} with warnings.`);
  return { checks: checks.length, failed, warnings, verification };
}
