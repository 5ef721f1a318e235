import type { DuckDBConnection } from '@duckdb/node-api';
import type { RetentionSettings } from '../contract/environment-settings';
import type { MaintenanceSettings } from '../contract/environment-upkeep-settings';
import { LakePaths, preLandingFolder, reportsFolder } from '../contract/lake-paths';
import type { LakeStore } from '../lake/store';
import { oldFiles, type OldFile } from './old-files';

/** What a folder holds that is older than it may be. */
export interface RetentionFinding {
  readonly folder: string;
  /** All its files, or those that only old versions of its tables use. */
  readonly holds: 'files' | 'old versions';
  /** Days after which a file is to be deleted: since its last change (ERASE6), or since its table stopped using it. */
  readonly days: number;
  readonly files: number;
  readonly overdue: number;
  /** Days since the oldest file was changed, or was used last; null where there is none. */
  readonly oldestDays: number | null;
  /** Files of which the log no longer says since when their table does not use them: counted from its beginning, which came later. */
  readonly unknown: number;
  /** Overdue files by the table that they were part of, most first. Empty for what is no table. */
  readonly tables: Readonly<Record<string, number>>;
}

type RetentionLimits = Pick<RetentionSettings, 'preLandingDays' | 'landedDays' | 'reportDays'> &
  Pick<MaintenanceSettings, 'vacuumRetentionHours'>;

/** A lifecycle rule runs once a day, and takes a day to begin: a file is overdue only after that. */
const ruleGraceDays = 2;
/** Maintenance is run weekly: what one run finds too young is the next one's. */
const maintenanceGraceDays = 7;
const day = 24 * 60 * 60 * 1000;

/**
 * What lies in a lake longer than its environment allows: delivered, landed, and reports by the age of the files; of tables
 * what their newest versions do not use, which maintenance deletes. What a table uses is not judged by age (ERASE6).
 */
export async function retentionReport(
  store: LakeStore,
  workspace: string,
  limits: RetentionLimits,
  now: Date,
  connection: DuckDBConnection,
): Promise<RetentionFinding[]> {
  const paths = new LakePaths(workspace, '');
  const byAge: readonly (readonly [folder: string, days: number])[] = [
    [preLandingFolder, limits.preLandingDays],
    [`${paths.stage(1)}/Transactional`, limits.landedDays],
    [`${reportsFolder}/${workspace}`, limits.reportDays],
  ];
  const findings: RetentionFinding[] = [];
  for (const [folder, days] of byAge) {
    const ages = (await store.list(folder)).map(({ modified }) => ageOf(modified, now));
    const overdue = ages.filter((age) => age > days + ruleGraceDays).length;
    findings.push({ folder, holds: 'files', days, ...counted(ages), overdue, unknown: 0, tables: {} });
  }
  const days = limits.vacuumRetentionHours / 24;
  for (const folder of [paths.stage(2), paths.stage(3)]) {
    const old = await oldFiles(store, folder, connection);
    const overdue = old.filter(({ since }) => ageOf(since, now) > days + maintenanceGraceDays);
    const ages = old.map(({ since }) => ageOf(since, now));
    const unknown = old.filter(({ isKnown }) => !isKnown).length;
    findings.push({
      ...{ folder, holds: 'old versions', days, ...counted(ages) },
      ...{ overdue: overdue.length, unknown, tables: byTable(overdue) },
    });
  }
  return findings;
}

function ageOf(time: Date, now: Date): number {
  return (now.getTime() - time.getTime()) / day;
}

function counted(ages: readonly number[]): Pick<RetentionFinding, 'files' | 'oldestDays'> {
  return {
    files: ages.length,
    oldestDays: ages.length === 0 ? null : Math.floor(ages.reduce((a, b) => Math.max(a, b))),
  };
}

function byTable(files: readonly OldFile[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { table } of files) counts.set(table, (counts.get(table) ?? 0) + 1);
  const order = [...counts].sort(([one, more], [other, most]) => most - more || (one < other ? -1 : 1));
  return Object.fromEntries(order);
}
