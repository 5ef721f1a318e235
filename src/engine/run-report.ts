import { randomBytes } from 'node:crypto';
import type {
  BatchOutcome,
  ReportMessage,
  RunReport,
  TableFlow,
  UnitFinding,
  UnitStatus,
} from '../contract/lake-format';
import { lookupColumns } from '../catalogue/render/duckdb-treatment';
import { openTable, type EngineContext } from './engine-context';
import { erasedRows, type LandingState } from './landing-state';
import { addCounts } from './run-attempts';

export interface UnitReport {
  readonly unit: string;
  readonly rundate: string;
  readonly status: UnitStatus;
  readonly batches: number;
  readonly outcomes: readonly BatchOutcome[];
}

/** Rows of each table through the stages, from what this run committed and found unchanged. */
export async function tableFlows(
  context: EngineContext,
  units: readonly UnitReport[],
  state: LandingState,
): Promise<TableFlow[]> {
  const erasedByBatch = new Map(
    state.units.flatMap(({ batches }) => batches.map((batch) => [batch.batch, erasedRows(batch)] as const)),
  );
  const flows: TableFlow[] = [];
  for (const table of context.catalogue.tables) {
    const outcomes = units.flatMap((unit) => unit.outcomes).filter((outcome) => outcome.table === table.name);
    if (outcomes.length === 0) continue;
    const commits = context.commits.filter((ledger) => ledger.table === table.name);
    const of = (stage: string) => commits.filter((ledger) => ledger.stage === stage);
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
    const corrected = of('Ingested_Corrected');
    const general = of('general').at(-1)?.rows ?? (await storedRows(context, table.name, 'general'));
    const hasLookup = lookupColumns(table, context.catalogue).length > 0;
    const sensitive =
      of('sensitive').at(-1)?.rows ?? (hasLookup ? await storedRows(context, table.name, 'sensitive') : undefined);
    const erased = sum(outcomes.map(({ batch }) => erasedByBatch.get(batch) ?? 0));
    flows.push({
      table: table.name,
      landed: sum(outcomes.map(({ landed }) => landed)),
      ingested: sum(of('Ingested').map(({ rows }) => rows.written)),
      corrected: sum(corrected.map(({ rows }) => rows.written)),
      duplicates: sum(outcomes.map(({ duplicates }) => duplicates)),
      superseded: sum(corrected.map(({ rows }) => rows.superseded)),
      rejected: addCounts(outcomes.map(({ rejected }) => rejected)),
      general: general?.total ?? null,
      sensitive: sensitive?.total ?? null,
      kept: general?.kept ?? 0,
      ...(erased === 0 ? {} : { erased }),
    });
  }
  return flows;
}

async function storedRows(
  context: EngineContext,
  table: string,
  stage: 'general' | 'sensitive',
): Promise<{ readonly total: number; readonly kept: number } | undefined> {
  const stored = await openTable(context, context.connections[0], table, stage);
  return stored.exists ? { total: stored.rows, kept: 0 } : undefined;
}

/** Puts the run report together. No personal data: counts, names and rules only. */
export function runReport(
  head: Pick<
    RunReport,
    | 'runId'
    | 'startedAt'
    | 'finishedAt'
    | 'engine'
    | 'workspace'
    | 'version'
    | 'profile'
    | 'catalogue'
    | 'timeZone'
    | 'saltFingerprint'
  >,
  units: readonly UnitReport[],
  tables: readonly TableFlow[],
  messages: readonly ReportMessage[],
): RunReport {
  const failed = units.some(({ status }) => status === 'failed' || status === 'held');
  const worked = units.some(({ status }) => status !== 'waiting');
  return {
    format: 1,
    report: 'run',
    ...head,
    outcome: failed ? 'failed' : worked ? 'succeeded' : 'nothing to do',
    units: units.map(({ unit, rundate, status, batches }) => ({ unit, rundate, status, batches })),
    tables,
    messages,
  };
}

/** Why a unit stopped, as a message of the report. */
export function findingMessage(
  finding: UnitFinding,
  rundate: string,
  severity: ReportMessage['severity'],
): ReportMessage {
  const { code, message, ...place } = finding;
  return { severity, code, message: `${message} Rundate ${rundate}.`, ...place };
}

/** `20261123T154500Z-1f2e3d`: sorts by time, unique. */
export function newRunId(now: Date): string {
  return `${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;
}
