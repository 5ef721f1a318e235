import type { VerificationReport } from '../contract/lake-format';
import { verifyLake } from '../verify/verify-lake';
import type { Rehearsal } from './rehearse';
import { withRehearsedLake } from './rehearsed-lake';

/** All checks once more, on the rehearsed lake itself: what the plan's own verification reports in counts, here in full. */
export async function verifyRehearsal(
  rehearsal: Pick<Rehearsal, 'azure' | 'environment'>,
  projectRoot: string,
  workspace = 'dev',
): Promise<VerificationReport> {
  return withRehearsedLake(rehearsal, projectRoot, workspace, ({ salt, ...lake }) =>
    verifyLake({ ...lake, ...(salt === undefined ? {} : { salt }) }),
  );
}
