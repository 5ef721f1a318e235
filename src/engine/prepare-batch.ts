import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../catalogue/model';
import type { ReportMessage, UnitFinding } from '../contract/lake-format';
import { correctBatch, type CorrectedBatch } from './correct';
import { openTable, type EngineContext } from './engine-context';
import { heldFinding } from './held-snapshot';
import type { LandedBatch } from './landing-state';
import type { StagedChange } from './lake-table';
import { prepareCorrected } from './prepare-corrected';
import { prepareIngested } from './prepare-ingested';
import { prepareRejected } from './prepare-rejected';
import { readBatch } from './read-batch';
import type { RefinePlan } from './refine';
import type { SettleOptions } from './settle-columns';

/** A batch that is ready to be committed: everything is staged, nothing of it is in the lake yet. */
export interface PreparedBatch {
  readonly table: Table;
  readonly batch: LandedBatch;
  readonly landed: number;
  readonly corrected: CorrectedBatch;
  readonly changes: readonly StagedChange[];
  readonly rejectedChange: StagedChange | undefined;
  readonly refine: RefinePlan;
  /** Set when the snapshot takes away too much (ROW5). */
  readonly held: UnitFinding | undefined;
}

/**
 * Reads, corrects and stages one batch, and works out what it does to Ingested, Corrected and Rejected.
 * @param isConfirmed a snapshot that takes away too much is let through (ROW5)
 */
export async function prepareBatch(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedBatch,
  settle: Omit<SettleOptions, 'columnOrder'>,
  isConfirmed: boolean,
): Promise<PreparedBatch> {
  const raw = await readBatch(context, connection, table, batch);
  const corrected = await correctBatch(context, connection, table, batch, raw, settle);
  const rejectedChange = await prepareRejected(context, connection, table, batch, corrected);
  const target = await openTable(context, connection, table.name, 'Ingested_Corrected');
  const mayBeHeld = batch.kind === 'snapshot' && !isConfirmed;
  const base = { table, batch, landed: raw.records, corrected, rejectedChange };
  const held = mayBeHeld ? await heldFinding(context, connection, table, corrected, target, batch) : undefined;
  if (corrected.failure !== undefined || held !== undefined) {
    return { ...base, changes: [], refine: { relation: undefined, rows: 0, mode: 'replace' }, held };
  }
  const ingested = await prepareIngested(context, connection, table, batch, raw, corrected);
  const prepared = await prepareCorrected(context, connection, table, batch, raw, corrected, target);
  return { ...base, changes: [ingested, prepared.commit], refine: prepared.refine, held };
}

/** What a prepared batch has to say in the run report. */
export function preparedMessages(prepared: PreparedBatch): ReportMessage[] {
  const { corrected, table, batch } = prepared;
  const header = corrected.rejected.header_row ?? 0;
  if (header === 0) return [...corrected.messages];
  const file = batch.files[0]?.landed;
  const message = `${header} rows repeat the column names; they were rejected as header_row.`;
  return [
    ...corrected.messages,
    { severity: 'warning', code: 'ROW10', message, table: table.name, ...(file === undefined ? {} : { file }) },
  ];
}
