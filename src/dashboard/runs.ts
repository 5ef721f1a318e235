import { InsightsError } from '../contract/errors';
import type { VerificationReport } from '../contract/lake-format';
import { reportsFolder, type LakePaths } from '../contract/lake-paths';
import { statusOf } from '../lake/blob-errors';
import { newestOfVersion, newestReports, type ReportFile } from '../lake/newest-reports';
import type { LakeStore } from '../lake/store';
import type { Runs } from './published';

/** As many of the newest run reports are shown. */
const shownRuns = 20;

/** How the rows came into the lake, from its reports. Whoever may not read them gets the rest of the dashboard. */
export async function readRuns(store: LakeStore, paths: LakePaths): Promise<Runs> {
  try {
    const folder = `${reportsFolder}/${paths.workspace}`;
    const [runs, verification] = await Promise.all([
      newestReports(store, `${folder}/runs`, shownRuns, 'run-report'),
      newestOfVersion(store, `${folder}/verify`, paths.version, 'verification-report'),
    ]);
    return {
      ...verified(verification),
      // A file that is no report says nothing that could be shown.
      runs: runs
        .flatMap(({ report }) => report ?? [])
        .map(({ finishedAt, engine, outcome, units }) => ({ finishedAt, engine, outcome, units: units.length })),
    };
  } catch (error) {
    if (!(error instanceof InsightsError) || statusOf(error.cause) !== 403) throw error;
    return { missing: 'You may read the published tables, not the reports of the lake.', tables: [], runs: [] };
  }
}

function verified(
  newest: ReportFile<VerificationReport> | undefined,
): Pick<Runs, 'missing' | 'verification' | 'tables'> {
  if (newest === undefined) {
    return { missing: 'This lake has not been verified yet: run `insights verify` on it.', tables: [] };
  }
  const { path, report } = newest;
  if (report === undefined) {
    const missing = `The newest report of a verification cannot be read: move ${path} out of the folder, or run \`insights verify\` again.`;
    return { missing, tables: [] };
  }
  return { verification: verificationOf(report), tables: flowsOf(report) };
}

function verificationOf({ finishedAt, outcome, checks }: VerificationReport): NonNullable<Runs['verification']> {
  return {
    finishedAt,
    outcome,
    checks: checks.map(({ check, status, examined, findings }) => ({
      check,
      status,
      examined,
      findings: findings.length,
    })),
  };
}

function flowsOf({ tables, freshness }: VerificationReport): Runs['tables'] {
  return tables.map(({ table, landed, corrected, general, duplicates, superseded, rejected }) => ({
    table,
    landed,
    corrected,
    general,
    duplicates,
    superseded,
    rejected: { ...rejected },
    newest: freshness[table] ?? null,
  }));
}
