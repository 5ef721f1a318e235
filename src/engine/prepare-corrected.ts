import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../catalogue/model';
import { deltaSchema } from '../catalogue/render/delta-schema';
import type { CorrectedBatch } from './correct';
import { stageParquet, type StagedFile } from './data-file';
import { commitLedger, openColumns, withSqlTypes, type EngineContext } from './engine-context';
import type { LandedBatch } from './landing-state';
import type { LakeTable, StagedChange, TableChange } from './lake-table';
import { mergeRows, removeRows, type Merge } from './merge';
import type { RefinePlan } from './refine';
import type { RawBatch } from './read-batch';

/** Works out what a batch does to Corrected, and what of it Refined must follow. */
export async function prepareCorrected(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedBatch,
  raw: RawBatch,
  corrected: CorrectedBatch,
  target: LakeTable,
): Promise<{
  readonly commit: StagedChange;
  /** How Refined follows; without `relation` it is read from Corrected once that is committed. */
  readonly refine: RefinePlan;
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
  ): StagedChange => ({
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

function withoutReading(all: CorrectedBatch['rejected'], reading: RawBatch['rejected']): CorrectedBatch['rejected'] {
  return Object.fromEntries(Object.entries(all).filter(([reason]) => !(reason in reading)));
}
