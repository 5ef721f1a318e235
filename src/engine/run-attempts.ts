import { isDeepStrictEqual } from 'node:util';
import type { RejectCounts, ReportMessage, RunReport, TableFlow } from '../contract/lake-format';
import type { LakePaths } from '../contract/lake-paths';
import { parseReport } from '../contract/lake-schemas';
import type { LakeStore } from '../lake/store';

/**
 * Leaves a report in the lake, together with what earlier attempts of the same run left there: a pipeline tries its
 * notebook again under the same run id, and the last attempt finds processed what the first one had to say of.
 * @returns what lies in the lake now
 */
export async function leaveRunReport(store: LakeStore, paths: LakePaths, report: RunReport): Promise<RunReport> {
  const path = paths.runReport(report.runId);
  const whole = await withWhatIsThere(store, path, report);
  await store.write(path, `${JSON.stringify(whole, null, 2)}\n`);
  return whole;
}

async function withWhatIsThere(store: LakeStore, path: string, report: RunReport): Promise<RunReport> {
  if ((await store.stat(path)) === undefined) return report;
  const earlier = parseReport('run-report', await store.read(path));
  if (earlier === undefined) return { ...report, messages: [lostAttempt(path), ...report.messages] };
  // Another data version of the workspace is another run, whatever it is called.
  return earlier.version === report.version ? withEarlierAttempt(earlier, report) : report;
}

function lostAttempt(file: string): ReportMessage {
  const message =
    'What an earlier attempt of this run reported could not be read, so what that attempt processed is not in this report. The landing ledger and `insights verify` tell of it.';
  return { severity: 'warning', code: 'REPORT_UNREADABLE', message, file };
}

/**
 * One report of both: what either processed, and what the later one says of the rest. An error that the later one does not
 * repeat is no longer one.
 */
export function withEarlierAttempt(earlier: RunReport, later: RunReport): RunReport {
  const { units, messages, outcome } = later;
  const isUnit = (one: RunReport['units'][number]) => (other: RunReport['units'][number]) =>
    one.unit === other.unit && one.rundate === other.rundate;
  const mended = earlier.messages.filter((one) => !messages.some((other) => isDeepStrictEqual(one, other))).map(mend);
  return {
    ...later,
    startedAt: earlier.startedAt,
    attempts: (earlier.attempts ?? 1) + 1,
    outcome: outcome === 'nothing to do' && earlier.outcome !== outcome ? 'succeeded' : outcome,
    units: [...earlier.units.filter((one) => !units.some(isUnit(one))), ...units],
    tables: addFlows(earlier.tables, later.tables),
    messages: [...mended, ...messages],
  };
}

function mend(message: ReportMessage): ReportMessage {
  return message.severity === 'error' ? { ...message, severity: 'warning' } : message;
}

/** What came is added up; what a table holds is what the last attempt that touched it found. */
function addFlows(earlier: readonly TableFlow[], later: readonly TableFlow[]): TableFlow[] {
  const added = later.map((flow): TableFlow => {
    const before = earlier.find(({ table }) => table === flow.table);
    if (before === undefined) return flow;
    const erased = (before.erased ?? 0) + (flow.erased ?? 0);
    return {
      ...flow,
      landed: before.landed + flow.landed,
      ingested: before.ingested + flow.ingested,
      corrected: before.corrected + flow.corrected,
      duplicates: before.duplicates + flow.duplicates,
      superseded: before.superseded + flow.superseded,
      rejected: addCounts([before.rejected, flow.rejected]),
      ...(erased === 0 ? {} : { erased }),
    };
  });
  return [...earlier.filter(({ table }) => !later.some((flow) => flow.table === table)), ...added];
}

/** Rejected rows by reason, of several batches together. */
export function addCounts(counts: readonly RejectCounts[]): RejectCounts {
  const total: Record<string, number> = {};
  for (const one of counts) for (const [reason, n] of Object.entries(one)) total[reason] = (total[reason] ?? 0) + n;
  return total;
}
