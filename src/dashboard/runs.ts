import { InsightsError } from '../contract/errors';
import type { RunReport, VerificationReport } from '../contract/lake-format';
import { reportsFolder, type LakePaths } from '../contract/lake-paths';
import { statusOf } from '../lake/blob-errors';
import type { LakeStore } from '../lake/store';
import type { Runs } from './published';

/** As many of the newest run reports are shown. */
const shownRuns = 20;

/** How the rows came into the lake, from its reports. Whoever may not read them gets the rest of the dashboard. */
export async function readRuns(store: LakeStore, paths: LakePaths): Promise<Runs> {
  try {
    const folder = `${reportsFolder}/${paths.workspace}`;
    const [runs, verifications] = await Promise.all([
      newestReports<RunReport>(store, `${folder}/runs`, shownRuns),
      newestReports<VerificationReport>(store, `${folder}/verify`, 1),
    ]);
    const ofVersion = verifications.find(({ version }) => version === paths.version);
    return {
      ...(ofVersion === undefined
        ? { missing: 'This lake has not been verified yet: run `insights verify` on it.' }
        : { verification: verificationOf(ofVersion) }),
      tables: ofVersion === undefined ? [] : flowsOf(ofVersion),
      runs: runs.map(({ finishedAt, engine, outcome, units }) => ({
        finishedAt,
        engine,
        outcome,
        units: units.length,
      })),
    };
  } catch (error) {
    if (!(error instanceof InsightsError) || statusOf(error.cause) !== 403) throw error;
    return { missing: 'You may read the published tables, not the reports of the lake.', tables: [], runs: [] };
  }
}

/** Names begin with the time. A report that is no JSON is left out: it says nothing about the numbers. */
async function newestReports<Report>(store: LakeStore, folder: string, count: number): Promise<Report[]> {
  const files = (await store.list(folder)).map(({ path }) => path).filter((path) => path.endsWith('.json'));
  const newest = files.sort().reverse().slice(0, count);
  const texts = await Promise.all(newest.map((path) => store.read(path)));
  return texts.flatMap((bytes): Report[] => {
    try {
      return [JSON.parse(bytes.toString('utf8')) as Report];
    } catch {
      return [];
    }
  });
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
