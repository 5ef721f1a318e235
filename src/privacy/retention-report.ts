import type { RetentionSettings } from '../contract/environment-settings';
import { LakePaths, preLandingFolder, reportsFolder } from '../contract/lake-paths';
import type { LakeStore, StoredFile } from '../lake/store';

/** What a folder holds that is older than it may be. */
export interface RetentionFinding {
  readonly folder: string;
  /** Days after which a file is to be deleted, counted from its last change (ERASE6). */
  readonly days: number;
  readonly files: number;
  readonly overdue: number;
  /** Days since the oldest file was changed; null for an empty folder. */
  readonly oldestDays: number | null;
}

/** A lifecycle rule runs once a day, and takes a day to begin: a file is overdue only after that. */
const graceDays = 2;
const day = 24 * 60 * 60 * 1000;

/**
 * What lies in a lake longer than its environment allows: delivered, landed, and reports. Tables are not judged by age,
 * because a live log refers to old files (ERASE6); their old versions are the maintenance notebook's.
 */
export async function retentionReport(
  store: LakeStore,
  workspace: string,
  retention: Pick<RetentionSettings, 'preLandingDays' | 'landedDays' | 'reportDays'>,
  now: Date,
): Promise<RetentionFinding[]> {
  const limits: readonly (readonly [folder: string, days: number])[] = [
    [preLandingFolder, retention.preLandingDays],
    [`${new LakePaths(workspace, '').stage(1)}/Transactional`, retention.landedDays],
    [`${reportsFolder}/${workspace}`, retention.reportDays],
  ];
  const findings: RetentionFinding[] = [];
  for (const [folder, days] of limits) findings.push(judge(folder, days, await store.list(folder), now));
  return findings;
}

function judge(folder: string, days: number, files: readonly StoredFile[], now: Date): RetentionFinding {
  const ages = files.map(({ modified }) => (now.getTime() - modified.getTime()) / day);
  return {
    folder,
    days,
    files: files.length,
    overdue: ages.filter((age) => age > days + graceDays).length,
    oldestDays: ages.length === 0 ? null : Math.floor(ages.reduce((a, b) => Math.max(a, b))),
  };
}
