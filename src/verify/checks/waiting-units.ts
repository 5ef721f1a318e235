import { InsightsError } from '../../contract/errors';
import type { RunReport } from '../../contract/lake-format';
import { reportsFolder } from '../../contract/lake-paths';
import { statusOf } from '../../lake/blob-errors';
import { newestReports } from '../../lake/newest-reports';
import type { CheckReport } from '../check';
import type { VerifyContext } from '../context';

/** Runs of other data versions lie in the same folder. */
const lookedAt = 20;

/**
 * A lake in which nothing was ever processed passes every check, since there is nothing to look at. Where something was delivered and
 * waits, that is no good lake. What waits is not in the landing ledger: the last run says it.
 */
export async function sayWaiting(context: VerifyContext, report: CheckReport): Promise<void> {
  if (context.ledger.units.some(({ status }) => status === 'processed')) return;
  const { units = [], runId } = (await lastRun(context)) ?? {};
  const waiting = units.filter(({ status }) => status === 'waiting');
  if (waiting.length === 0) return;
  const names = waiting.map(({ unit }) => unit).join(', ');
  report.add(
    'error',
    `Nothing was ever processed, and what was delivered waits: ${names}. The last run found it still being written (ROW3), or not whole (ROW2). Run again when it is.`,
    { file: context.paths.runReport(runId ?? ''), counts: { units: waiting.length } },
    'ROW3',
  );
}

/** Undefined where there is none, or where whoever verifies may not read the reports. */
async function lastRun({ store, paths }: VerifyContext): Promise<RunReport | undefined> {
  try {
    const runs = await newestReports<RunReport>(store, `${reportsFolder}/${paths.workspace}/runs`, lookedAt);
    return runs.find(({ version }) => version === paths.version);
  } catch (error) {
    if (!(error instanceof InsightsError) || statusOf(error.cause) !== 403) throw error;
    return undefined;
  }
}
