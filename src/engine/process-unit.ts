import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../catalogue/model';
import { InsightsError } from '../contract/errors';
import type { BatchOutcome, UnitFinding } from '../contract/lake-format';
import { dataFilePrefix } from './data-file';
import { commitChange, openTable, withSqlTypes, type EngineContext } from './engine-context';
import { firstSnapshotMessages } from './first-snapshot';
import { recordsOf } from './lake-table';
import type { LandedBatch, LandingState, LedgerUnit } from './landing-state';
import { missingRows } from './missing-rows';
import { prepareBatch, preparedMessages, type PreparedBatch } from './prepare-batch';
import { dropWorkingTables } from './read-batch';
import { sideBySide } from './side-by-side';
import { refineBatch, type RefineInput } from './refine';
import { addCounts } from './run-attempts';
import { unitIdentifiers } from './unit-identifiers';

export type UnitResult =
  | { readonly status: 'processed'; readonly outcomes: readonly BatchOutcome[] }
  | { readonly status: 'failed' | 'held'; readonly findings: readonly UnitFinding[] };

/**
 * Takes one unit through all stages. Every table is prepared before anything is committed: a unit that is held or that
 * fails leaves nothing behind but its rejected rows. A unit that an earlier run left half committed is completed.
 */
export async function processUnit(context: EngineContext, state: LandingState, unit: LedgerUnit): Promise<UnitResult> {
  const identifiersOf = unitIdentifiers(context, unit);
  const isRoster = unit.kind !== 'additive';
  const referenceIds = isRoster ? await identifiersOf('RefDefinition', context.connections[0]) : undefined;
  const isConfirmed = state.confirmed.has(unit.rundate);
  const prepared: PreparedBatch[] = [];
  const outcomes: BatchOutcome[] = [];
  const refused: UnitFinding[] = [];
  const done: { readonly table: Table; readonly batch: LandedBatch }[] = [];
  try {
    await sideBySide(context.connections, unit.batches, async (batch, connection) => {
      const table = tableOf(context, batch.table);
      const earlier = await earlierOutcome(context, connection, state, batch);
      if (earlier !== undefined) {
        outcomes.push(earlier);
        if (earlier.outcome === 'written') done.push({ table, batch });
        return;
      }
      context.progress(`${unit.unit}: ${batch.table}`);
      try {
        const settle = { ownColumns: unit.ownColumns[batch.table], referenceIds, identifiersOf };
        const one = await prepareBatch(context, connection, table, batch, settle, isConfirmed);
        context.messages.push(...(await missingRows(context, connection, state, unit, one)));
        prepared.push(one);
      } catch (error) {
        if (!(error instanceof InsightsError) || !isRefusal(error)) throw error;
        const { file, column } = error.place;
        refused.push({
          table: batch.table,
          code: error.code,
          message: error.message,
          ...(file === undefined ? {} : { file }),
          ...(column === undefined ? {} : { column }),
        });
      }
    });
    for (const one of prepared) context.messages.push(...preparedMessages(one));
    const findings = [...refused, ...prepared.flatMap(({ corrected }) => corrected.failure ?? [])];
    if (findings.length > 0) {
      await commitRejected(context, prepared);
      return { status: 'failed', findings: findings.sort(byTable) };
    }
    const held = prepared.flatMap((one) => one.held ?? []);
    if (held.length > 0) return { status: 'held', findings: held.sort(byTable) };

    if (unit.kind === 'snapshot') context.messages.push(...(await firstSnapshotMessages(context, prepared)));
    await commitRejected(context, prepared);
    await sideBySide(context.connections, prepared, async ({ changes }) => {
      for (const { target, change } of changes)
        if (target.lastBatch < change.ledger.batch) await commitChange(context, target, change);
    });
    await sideBySide(context.connections, prepared, async (one, connection) => {
      const { table, batch, refine } = one;
      const { relation } = refine;
      const input =
        relation === undefined ? await refineInput(context, connection, table, batch) : { ...refine, relation };
      await refineBatch(context, connection, table, batch, input);
      outcomes.push(outcomeOf(one));
    });
    await sideBySide(context.connections, done, async ({ table, batch }, connection) => {
      await refineBatch(context, connection, table, batch, await refineInput(context, connection, table, batch));
    });
    return { status: 'processed', outcomes: outcomes.sort(byTable) };
  } finally {
    for (const batch of unit.batches)
      await dropWorkingTables(context.connections[0], batch, tableOf(context, batch.table));
  }
}

/** Whether an error is about a delivered file, which stops its unit only (ROW10), and not about the lake or the engine. */
function isRefusal({ code }: InsightsError): boolean {
  return code === 'INGEST_FILE_UNREADABLE' || code.startsWith('COLUMNS_');
}

async function commitRejected(context: EngineContext, prepared: readonly PreparedBatch[]): Promise<void> {
  await sideBySide(context.connections, prepared, async ({ rejectedChange }) => {
    if (rejectedChange !== undefined) await commitChange(context, rejectedChange.target, rejectedChange.change);
  });
}

/** What an earlier run did with this batch: nothing more to prepare when it is unchanged, or already in Corrected. */
async function earlierOutcome(
  context: EngineContext,
  connection: DuckDBConnection,
  state: LandingState,
  batch: LandedBatch,
): Promise<BatchOutcome | undefined> {
  const ingested = await openTable(context, connection, batch.table, 'Ingested');
  const corrected = await openTable(context, connection, batch.table, 'Ingested_Corrected');
  if (corrected.lastBatch === batch.batch) {
    const read = await ingested.ledgerOf(batch.batch);
    const typed = await corrected.ledgerOf(batch.batch);
    const rejected = addCounts([read?.rows.rejected ?? {}, typed?.rows.rejected ?? {}]);
    const { table } = batch;
    return {
      table,
      batch: batch.batch,
      outcome: 'written',
      landed: read?.rows.in ?? 0,
      rejected,
      duplicates: typed?.rows.duplicates ?? 0,
    };
  }
  if (batch.kind !== 'snapshot' || ingested.lastBatch !== corrected.lastBatch) return undefined;
  const former = state.units.flatMap((unit) => unit.batches).find(({ batch: number }) => number === ingested.lastBatch);
  if (former?.table !== batch.table || former.kind !== 'snapshot' || former.contentHash !== batch.contentHash)
    return undefined;
  const outcome = state.units.flatMap((unit) => unit.outcomes).find(({ batch: number }) => number === former.batch);
  const counted = outcome?.landed ?? (await ingested.ledgerOf(former.batch))?.rows.in ?? 0;
  const landed = counted - (former.erasedSince ?? 0);
  return { table: batch.table, batch: batch.batch, outcome: 'unchanged', landed, rejected: {}, duplicates: 0 };
}

/**
 * What Refined is rendered from when the batch is in Corrected already: the whole table, because a delta or a delete
 * changes single rows of a snapshot; for an additive table the batch's own rows.
 */
async function refineInput(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedBatch,
): Promise<RefineInput> {
  const corrected = await openTable(context, connection, table.name, 'Ingested_Corrected');
  const columns = withSqlTypes(table.columns);
  if (batch.kind !== 'additive') {
    return { relation: await corrected.relation(columns), rows: corrected.rows, mode: 'replace' };
  }
  // The batch's own rows are in the files that its commit added with its number in their names.
  const files = corrected.files.filter((file) => file.path.startsWith(dataFilePrefix(batch.batch)));
  const rows = files.reduce((sum, file) => sum + recordsOf(file), 0);
  return { relation: await corrected.relation(columns, files), rows, mode: 'merge' };
}

function outcomeOf({ batch, landed, corrected, changes }: PreparedBatch): BatchOutcome {
  const duplicates = changes.at(-1)?.change.ledger.rows.duplicates ?? corrected.duplicates;
  return {
    table: batch.table,
    batch: batch.batch,
    outcome: 'written',
    landed,
    rejected: corrected.rejected,
    duplicates,
  };
}

function tableOf(context: EngineContext, name: string): Table {
  const table = context.catalogue.tables.find((one) => one.name === name);
  if (table === undefined) {
    throw new InsightsError('CATALOGUE_CHANGED', 'A landed table is not in the catalogue any more.', {
      place: { table: name },
    });
  }
  return table;
}

function byTable(a: { readonly table: string }, b: { readonly table: string }): number {
  return a.table < b.table ? -1 : a.table > b.table ? 1 : 0;
}
