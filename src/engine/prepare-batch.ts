import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../catalogue/model';
import { castExpression } from '../catalogue/render/duckdb-cast';
import { deltaSchema } from '../catalogue/render/delta-schema';
import { InsightsError } from '../contract/errors';
import type { ReportMessage, UnitFinding } from '../contract/lake-format';
import { correctBatch, type CorrectedBatch } from './correct';
import { stageParquet, type StagedFile } from './data-file';
import { quoteIdentifier, quoteList, quoteLiteral, runStatement, toNumber } from './database';
import { commitLedger, openColumns, openTable, withSqlTypes, type EngineContext } from './engine-context';
import type { LandedBatch } from './landing-state';
import type { LakeTable, TableChange } from './lake-table';
import { mergeRows, removeRows, type Merge } from './merge';
import { ingestedQuery, readBatch, type RawBatch } from './read-batch';
import type { RefineInput } from './refine';
import { rejectedSchemaString, stageRejected } from './rejected-rows';
import { cell } from './row-rules';
import type { SettleOptions } from './settle-columns';

/** A batch that is ready to be committed: everything is staged, nothing of it is in the lake yet. */
export interface PreparedBatch {
  readonly table: Table;
  readonly batch: LandedBatch;
  readonly landed: number;
  readonly corrected: CorrectedBatch;
  readonly changes: readonly { readonly target: LakeTable; readonly change: TableChange }[];
  readonly rejectedChange: { readonly target: LakeTable; readonly change: TableChange } | undefined;
  /** How Refined follows; without `relation` it is read from Corrected once that is committed. */
  readonly refine: Omit<RefineInput, 'relation'> & { readonly relation: string | undefined };
  /** Set when the snapshot takes away too much (ROW5). */
  readonly held: UnitFinding | undefined;
}

/** Reads, corrects and stages one batch, and works out what it does to Ingested, Corrected and Rejected. */
export async function prepareBatch(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedBatch,
  settle: Omit<SettleOptions, 'columnOrder'>,
): Promise<PreparedBatch> {
  const raw = await readBatch(context, connection, batch);
  const corrected = await correctBatch(context, connection, table, batch, raw, settle);
  const rejectedChange = await prepareRejected(context, connection, table, batch, corrected);
  const target = await openTable(context, connection, table.name, 'Ingested_Corrected');
  const isSnapshot = batch.kind === 'snapshot';
  const base = { table, batch, landed: raw.records, corrected, rejectedChange };
  const held = isSnapshot ? await heldFinding(context, connection, table, corrected, target, batch) : undefined;
  if (corrected.failure !== undefined || held !== undefined) {
    return { ...base, changes: [], refine: { relation: undefined, rows: 0, mode: 'replace' }, held };
  }
  const ingested = await prepareIngested(context, connection, table, batch, raw, corrected);
  const prepared = await prepareCorrected(context, connection, table, batch, raw, corrected, target);
  return { ...base, changes: [ingested, prepared.commit], refine: prepared.refine, held };
}

async function prepareIngested(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedBatch,
  raw: RawBatch,
  corrected: CorrectedBatch,
): Promise<{ readonly target: LakeTable; readonly change: TableChange }> {
  const target = await openTable(context, connection, table.name, 'Ingested');
  const widths = batch.kind === 'delete' ? [] : raw.files.map((file) => file.width);
  const width = Math.max(widthOf(target), ...widths) || table.columns.length;
  const columns = [
    ...Array.from({ length: width }, (_, index) => ({ name: cell(index), type: 'string' as const })),
    { name: 'rundate', type: 'timestamp' as const },
    { name: '_batch', type: 'long' as const },
    { name: '_file', type: 'string' as const },
  ];
  const schemaString = deltaSchema(columns);
  const statistics = columns.filter(({ name }) => name === '_batch' || name === 'rundate');
  const readable = raw.files.filter((file) => file.readable > 0);
  const rows = readable.map((file) => ingestedQuery(file.relation, batch, file.landed)).join(' UNION ALL BY NAME ');
  const stageAll = async (): Promise<StagedFile[]> => {
    if (readable.length === 0) return [];
    if (raw.isLarge) return readable.flatMap(({ staged }) => (staged === undefined ? [] : [staged]));
    const staged = await stageParquet(connection, rows, {
      folder: context.staging,
      batch: batch.batch,
      statistics,
      table: table.name,
      doing: 'writing ingested rows',
    });
    return staged === undefined ? [] : [staged];
  };
  const counts = { in: raw.records, rejected: raw.rejected };
  const commit = (
    change: Pick<Merge, 'adds' | 'removes'>,
    more: Partial<TableChange['ledger']['rows']>,
    operation: TableChange['operation'],
  ): { readonly target: LakeTable; readonly change: TableChange } => ({
    target,
    change: {
      adds: change.adds,
      removes: change.removes,
      ledger: commitLedger(context, batch, 'Ingested', { ...counts, ...more }),
      schemaString,
      operation,
      isTransaction: true,
    },
  });
  if (batch.kind === 'snapshot') {
    const more = { written: raw.readable, superseded: target.rows, total: raw.readable };
    return commit({ adds: await stageAll(), removes: target.files }, more, 'WRITE');
  }
  if (batch.kind === 'additive') {
    return commit(
      { adds: await stageAll(), removes: [] },
      { written: raw.readable, total: target.rows + raw.readable },
      'WRITE',
    );
  }
  const key = keyCells(table, batch, corrected, target);
  const sqlColumns = withSqlTypes(columns);
  const incoming = `(SELECT DISTINCT ${key.map(({ delivered, stored }) => `${delivered} AS ${stored}`).join(', ')} FROM (${rows === '' ? `SELECT NULL::VARCHAR AS _c0 WHERE false` : rows}))`;
  const merge = await removeRows(context, connection, target, {
    incoming,
    columns: sqlColumns,
    key: key.map(({ stored }) => stored),
    batch: batch.batch,
    statistics,
  });
  if (batch.kind === 'delete') {
    return commit(merge, { applied: raw.readable, removed: merge.left, total: merge.total }, 'DELETE');
  }
  const adds = [...merge.adds, ...(await stageAll())];
  const more = { written: raw.readable, superseded: merge.left, total: merge.total + raw.readable };
  return commit({ adds, removes: merge.removes }, more, 'MERGE');
}

async function prepareCorrected(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedBatch,
  raw: RawBatch,
  corrected: CorrectedBatch,
  target: LakeTable,
): Promise<{
  readonly commit: { readonly target: LakeTable; readonly change: TableChange };
  /** How Refined follows; without `relation` it is read from Corrected once that is committed. */
  readonly refine: Omit<RefineInput, 'relation'> & { readonly relation: string | undefined };
}> {
  const columns = withSqlTypes(table.columns);
  const statistics = openColumns(table);
  // A large batch is in a staged file, which the commit moves into the lake.
  const inMemory = (relation: string): string | undefined => (raw.isLarge ? undefined : relation);
  const refused = withoutReading(corrected.rejected, raw.rejected);
  const counts = { in: raw.readable, duplicates: corrected.duplicates, rejected: refused };
  const change = (
    files: Pick<Merge, 'adds' | 'removes'>,
    more: Partial<TableChange['ledger']['rows']>,
    operation: TableChange['operation'],
  ): { readonly target: LakeTable; readonly change: TableChange } => ({
    target,
    change: {
      adds: files.adds,
      removes: files.removes,
      ledger: commitLedger(
        context,
        batch,
        'Ingested_Corrected',
        { ...counts, ...more },
        { columns: corrected.columns },
      ),
      schemaString: deltaSchema(table.columns),
      operation,
      isTransaction: true,
    },
  });
  const common = { columns, key: table.key, batch: batch.batch, statistics };
  if (batch.kind === 'snapshot') {
    const staged = corrected.staged ?? (await stageCorrected(context, connection, table, batch, corrected));
    const more = { written: corrected.rows, superseded: target.rows, total: corrected.rows };
    return {
      commit: change({ adds: staged === undefined ? [] : [staged], removes: target.files }, more, 'WRITE'),
      refine: { relation: inMemory(corrected.relation), rows: corrected.rows, mode: 'replace' },
    };
  }
  if (batch.kind === 'delete') {
    const merge = await removeRows(context, connection, target, { ...common, incoming: corrected.relation });
    const more = { applied: corrected.rows, removed: merge.left, total: merge.total };
    return {
      commit: change(merge, more, 'DELETE'),
      refine: { relation: undefined, rows: merge.total, mode: 'replace' },
    };
  }
  const merge = await mergeRows(context, connection, target, {
    ...common,
    incoming: corrected.relation,
    incomingRows: corrected.rows,
    staged: corrected.staged,
    findDuplicates: true,
  });
  const more = {
    written: merge.written,
    duplicates: corrected.duplicates + merge.duplicates,
    superseded: merge.left,
    total: merge.total,
  };
  // Only what this batch wrote is refined for an additive table; a delta changes a snapshot table, which is refined whole.
  return {
    commit: change(merge, more, 'MERGE'),
    refine:
      batch.kind === 'additive'
        ? { relation: inMemory(merge.relation), rows: merge.written, mode: 'merge' }
        : { relation: undefined, rows: merge.total, mode: 'replace' },
  };
}

function stageCorrected(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedBatch,
  corrected: CorrectedBatch,
): Promise<StagedFile | undefined> {
  return stageParquet(connection, `SELECT * FROM ${corrected.relation}`, {
    folder: context.staging,
    batch: batch.batch,
    statistics: openColumns(table),
    table: table.name,
    doing: 'writing corrected rows',
  });
}

/** Rows of a batch replace those that the same batch left in Rejected before (lake-format.md §4). */
async function prepareRejected(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedBatch,
  corrected: CorrectedBatch,
): Promise<PreparedBatch['rejectedChange']> {
  const target = await openTable(context, connection, table.name, 'Rejected');
  const numbers = [batch.batch, ...batch.formerBatches];
  const former = target.files.filter((file) => numbers.includes(batchOf(file.stats) ?? 0));
  const staged = await stageRejected(connection, batch, corrected.rejectedRows, context.staging);
  if (staged === undefined && former.length === 0) return undefined;
  const left = former.reduce((sum, file) => sum + (statsOf(file.stats).numRecords ?? 0), 0);
  const written = staged?.rows ?? 0;
  const isSameBatch = former.every((file) => batchOf(file.stats) === batch.batch);
  if (staged !== undefined && written === left && isSameBatch) {
    const localFiles = quoteList(await target.localFiles(former));
    const [changed] = await runStatement(
      connection,
      `SELECT 1 FROM (SELECT * FROM read_parquet(${localFiles}) EXCEPT ALL SELECT * FROM read_parquet(${quoteLiteral(staged.localPath)})) LIMIT 1`,
      { doing: 'comparing rejected rows', place: { table: table.name } },
    );
    if (changed === undefined) return undefined;
  }
  const ledger = commitLedger(context, batch, 'Rejected', {
    in: written,
    written,
    superseded: left,
    total: target.rows - left + written,
  });
  const adds = staged === undefined ? [] : [staged];
  return {
    target,
    change: {
      adds,
      removes: former,
      ledger,
      schemaString: rejectedSchemaString,
      operation: 'WRITE',
      isTransaction: false,
    },
  };
}

/** ROW5: a snapshot may not silently empty a table or take away many of its keys. */
async function heldFinding(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  corrected: CorrectedBatch,
  target: LakeTable,
  batch: LandedBatch,
): Promise<UnitFinding | undefined> {
  const before = target.rows;
  if (before === 0) return undefined;
  const keys = table.key.map(quoteIdentifier).join(', ');
  const former = await target.relation(withSqlTypes(table.columns.filter(({ name }) => table.key.includes(name))));
  const [row = {}] = await runStatement(
    connection,
    `SELECT count(*) AS n FROM ${former} ANTI JOIN ${corrected.relation} USING (${keys})`,
    { doing: 'comparing the snapshot with the former one', place: { table: table.name } },
  );
  const gone = toNumber(row['n']);
  if (corrected.rows > 0 && gone <= context.settings.heldShare * before) return undefined;
  const message =
    corrected.rows === 0
      ? `The snapshot is empty; the table has ${before} rows.`
      : `The snapshot takes away ${gone} of ${before} keys, more than ${Math.round(context.settings.heldShare * 100)} %.`;
  const file = batch.files[0]?.landed;
  return {
    table: table.name,
    code: 'SNAPSHOT_HELD',
    message,
    ...(file === undefined ? {} : { file }),
    counts: { before, after: corrected.rows, gone },
  };
}

/** Where the key's cells are in the delivered rows and in Ingested. They must be the same cells of the same order. */
function keyCells(
  table: Table,
  batch: LandedBatch,
  corrected: CorrectedBatch,
  target: LakeTable,
): { readonly delivered: string; readonly stored: string }[] {
  return table.key.map((name) => {
    const delivered = corrected.columns.indexOf(name);
    const stored = table.columns.findIndex((column) => column.name === name);
    const isKeyOnly = batch.kind === 'delete' && corrected.columns.length === table.key.length;
    if (target.exists && !isKeyOnly && delivered !== stored) {
      throw new InsightsError('COLUMNS_DIFFER', `The key column ${name} is not where the snapshot has it.`, {
        place: {
          table: table.name,
          column: name,
          ...(batch.files[0] === undefined ? {} : { file: batch.files[0].landed }),
        },
      });
    }
    return { delivered: castExpression('string', cell(delivered)), stored: cell(stored) };
  });
}

function widthOf(target: LakeTable): number {
  return target.schemaString === undefined ? 0 : (target.schemaString.match(/"name":"_c\d+"/g) ?? []).length;
}

function statsOf(stats: string | undefined): { numRecords?: number; minValues?: Record<string, unknown> } {
  return stats === undefined ? {} : (JSON.parse(stats) as { numRecords?: number; minValues?: Record<string, unknown> });
}

function batchOf(stats: string | undefined): number | undefined {
  const value = statsOf(stats).minValues?.['_batch'];
  return value === undefined ? undefined : Number(value);
}

function withoutReading(all: CorrectedBatch['rejected'], reading: RawBatch['rejected']): CorrectedBatch['rejected'] {
  return Object.fromEntries(
    Object.entries(all).filter(([reason]) => !(reason in reading)),
  ) as CorrectedBatch['rejected'];
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
