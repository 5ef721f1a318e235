import type { VerificationReport } from '../contract/lake-format';
import type { VerifyStagesInput, VerifyStagesReport } from './contracts';

export interface VerifyStagesPorts {
  /** Value of the salt's secret; asked for only where the input names one. */
  readonly readSalt: (salt: NonNullable<VerifyStagesInput['salt']>) => Promise<string>;
  /** All checks on the lake; reads only. */
  readonly verify: (input: VerifyStagesInput, salt: string | undefined) => Promise<VerificationReport>;
  readonly print: (line: string) => void;
}

/** `insights verify` on the lake of an environment, told in a line per check that is not passed. Reads only. */
export async function verifyStages(input: VerifyStagesInput, ports: VerifyStagesPorts): Promise<VerifyStagesReport> {
  const salt = input.salt === undefined ? undefined : await ports.readSalt(input.salt);
  if (salt === undefined) ports.print('Without the salt pseudonyms are checked against the lookups only.');
  const verification = await ports.verify(input, salt);
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
