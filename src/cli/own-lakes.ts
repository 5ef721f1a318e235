import { statSync } from 'node:fs';
import path from 'node:path';
import { LakePaths } from '../contract/lake-paths';
import { defaultDataVersion } from '../contract/versions';
import { ownFolder } from '../contract/project-folders';

/** The lake that `insights process` makes of the example where no other is named. */
export function processedLake(projectRoot: string): string {
  return ownFolder(projectRoot, 'lake');
}

/** The copy of what the last good rehearsal published (src/rehearsal/published-copy.ts). */
export function rehearsedLake(projectRoot: string): string {
  return ownFolder(projectRoot, 'rehearsed-lake');
}

/** Of the two, the one that was verified last; the processed one where there is neither. */
export function newestOwnLake(projectRoot: string): string {
  const [processed, rehearsed] = [processedLake(projectRoot), rehearsedLake(projectRoot)];
  return verifiedAt(rehearsed) > verifiedAt(processed) ? rehearsed : processed;
}

/** In milliseconds since 1970; 0 where no report of a verification is. */
function verifiedAt(lake: string): number {
  const reports = path.dirname(new LakePaths('dev', defaultDataVersion).verifyReport('any'));
  return statSync(path.join(lake, reports), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
