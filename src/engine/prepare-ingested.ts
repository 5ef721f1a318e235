import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../catalogue/model';
import { castExpression } from '../catalogue/render/duckdb-cast';
import { deltaSchema } from '../catalogue/render/delta-schema';
import { InsightsError } from '../contract/errors';
import type { CorrectedBatch } from './correct';
import { stageParquet, type StagedFile } from './data-file';
import { commitLedger, openTable, withSqlTypes, type EngineContext } from './engine-context';
import type { LandedBatch } from './landing-state';
import type { LakeTable, StagedChange, TableChange } from './lake-table';
import { removeRows, type Merge } from './merge';
import { ingestedQuery, type RawBatch } from './read-batch';
import { cell } from './row-rules';

/** Works out what a batch does to Ingested: cells as delivered, replaced, appended or changed by key (lake-format.md §5). */
export async function prepareIngested(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedBatch,
  raw: RawBatch,
  corrected: CorrectedBatch,
): Promise<StagedChange> {
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
  ): StagedChange => ({
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
