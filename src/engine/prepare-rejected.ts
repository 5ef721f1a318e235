import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteText } from '../catalogue/render/sql-text';
import type { Table } from '../catalogue/model';
import type { CorrectedBatch } from './correct';
import { quoteList, runStatement } from './database';
import { commitLedger, openTable, type EngineContext } from './engine-context';
import type { LandedBatch } from './landing-state';
import type { StagedChange } from './lake-table';
import { rejectedSchemaString, stageRejected } from './rejected-rows';

/** Rows of a batch replace those that the same batch left in Rejected before (lake-format.md §4). */
export async function prepareRejected(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedBatch,
  corrected: CorrectedBatch,
): Promise<StagedChange | undefined> {
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
      `SELECT 1 FROM (SELECT * FROM read_parquet(${localFiles}) EXCEPT ALL SELECT * FROM read_parquet(${quoteText(staged.localPath)})) LIMIT 1`,
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

function statsOf(stats: string | undefined): { numRecords?: number; minValues?: Record<string, unknown> } {
  return stats === undefined ? {} : (JSON.parse(stats) as { numRecords?: number; minValues?: Record<string, unknown> });
}

function batchOf(stats: string | undefined): number | undefined {
  const value = statsOf(stats).minValues?.['_batch'];
  return value === undefined ? undefined : Number(value);
}
