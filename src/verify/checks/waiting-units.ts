import { InsightsError } from '../../contract/errors';
import type { RunReport } from '../../contract/lake-format';
import { reportsFolder } from '../../contract/lake-paths';
import { statusOf } from '../../lake/blob-errors';
import { newestOfVersion, type ReportFile } from '../../lake/newest-reports';
import type { CheckReport } from '../check';
import type { VerifyContext } from '../context';

const unknown = 'Nothing was ever processed, and whether something was delivered and waits is not known:';

/**
 * A lake in which nothing was ever processed passes every check, since there is nothing to look at. Where something was delivered and
 * waits, that is no good lake. What waits is not in the landing ledger: the last run says it.
 */
export async function sayWaiting(context: VerifyContext, report: CheckReport): Promise<void> {
  if (context.ledger.units.some(({ status }) => status === 'processed')) return;
  const found = await newestRun(context);
  if (found === 'forbidden') {
    report.add('warning', `${unknown} whoever verifies may not read the reports of runs.`, {}, 'ROW3');
    return;
  }
  const { path, report: run } = found ?? {};
  if (path !== undefined && run === undefined) {
    report.add('warning', `${unknown} the newest report of a run cannot be read.`, { file: path }, 'REPORT_UNREADABLE');
    return;
  }
  const waiting = (run?.units ?? []).filter(({ status }) => status === 'waiting');
  if (waiting.length === 0) return;
  const names = waiting.map(({ unit }) => unit).join(', ');
  report.add(
    'error',
    `Nothing was ever processed, and what was delivered waits: ${names}. The last run found it still being written (ROW3), or not whole (ROW2). Run again when it is.`,
    { file: path ?? '', counts: { units: waiting.length } },
    'ROW3',
  );
}

async function newestRun({ store, paths }: VerifyContext): Promise<ReportFile<RunReport> | 'forbidden' | undefined> {
  try {
    return await newestOfVersion(store, `${reportsFolder}/${paths.workspace}/runs`, paths.version, 'run-report');
  } catch (error) {
    if (!(error instanceof InsightsError) || statusOf(error.cause) !== 403) throw error;
    return 'forbidden';
  }
}
