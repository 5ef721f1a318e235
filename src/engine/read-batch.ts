import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteText } from '../catalogue/render/sql-text';
import type { Table } from '../catalogue/model';
import type { LandedEvent, RejectCounts } from '../contract/lake-format';
import { stageParquet, type StagedFile } from './data-file';
import { runStatement, toNumber } from './database';
import { loadDelimited, type DelimitedFile } from './delimited-file';
import type { EngineContext } from './engine-context';
import { readLanded } from './landed-file';
import { refuseTooWide } from './settle-columns';

/** From this size on a batch is not held in memory: its rows go to the staged file of Ingested and are read from there. */
const largeBatchBytes = 48 * 1024 * 1024;

/** Rejects of one file that are kept with their bytes. A batch with more has long failed its threshold (ROW10). */
const rejectLimit = 1_000_000;

/** One landed file as rows of text cells. */
export interface RawFile extends Pick<DelimitedFile, 'width' | 'readable' | 'records' | 'rejects'> {
  /** Lake path in stage 1. */
  readonly landed: string;
  readonly localPath: string;
  /** SQL relation with `_c0` … `_c<width-1>`; readable many times. */
  readonly relation: string;
  /** The staged Ingested file, when the batch is large. */
  readonly staged: StagedFile | undefined;
}

export interface RawBatch {
  readonly files: readonly RawFile[];
  readonly isLarge: boolean;
  /** All records of the landed files. */
  readonly records: number;
  readonly readable: number;
  readonly rejected: RejectCounts;
}

/** Reads the landed files of a batch into relations of text cells. What is not a record of the file's width is a reject, and a wider file than its table COLUMNS_TOO_MANY. */
export async function readBatch(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedEvent,
): Promise<RawBatch> {
  const isLarge = batch.files.reduce((sum, file) => sum + file.bytes, 0) >= largeBatchBytes;
  const files: RawFile[] = [];
  const rejected: Record<string, number> = {};
  for (const [index, file] of batch.files.entries()) {
    const read = await readLanded(context, file.landed, rejectLimit);
    refuseTooWide(table, read.width, file.landed);
    for (const [reason, count] of Object.entries(read.rejected)) {
      if (count > 0) rejected[reason] = (rejected[reason] ?? 0) + count;
    }
    const place = { table: batch.table, file: file.landed };
    let relation = '(SELECT NULL::VARCHAR AS _c0 WHERE false)';
    let staged: StagedFile | undefined;
    if (read.readable > 0 && isLarge) {
      staged = await loadDelimited(
        { name: file.landed },
        read,
        (delivered) =>
          stageParquet(connection, ingestedQuery(delivered, batch, file.landed), {
            folder: context.staging,
            batch: batch.batch,
            statistics: [],
            table: batch.table,
            doing: 'reading a landed file',
          }),
        (loaded) => loaded?.rows ?? 0,
      );
      if (staged !== undefined) relation = `read_parquet(${quoteText(staged.localPath)})`;
    } else if (read.readable > 0) {
      relation = `raw_${batch.batch}_${index}`;
      const create = `CREATE OR REPLACE TABLE ${relation} AS SELECT * FROM`;
      await loadDelimited(
        { name: file.landed },
        read,
        (delivered) =>
          runStatement(connection, `${create} ${delivered}`, {
            code: 'INGEST_FILE_UNREADABLE',
            doing: 'reading a landed file',
            place,
          }),
        ([created]) => toNumber(created?.['Count']),
      );
    }
    const { localPath, width, readable, records, rejects } = read;
    files.push({ landed: file.landed, localPath, relation, staged, width, readable, records, rejects });
  }
  const sum = (of: (file: RawFile) => number): number => files.reduce((total, file) => total + of(file), 0);
  return { files, isLarge, records: sum((file) => file.records), readable: sum((file) => file.readable), rejected };
}

/** The rows of Ingested for one file: cells as delivered, then the batch columns (lake-format.md §1). */
export function ingestedQuery(relation: string, batch: LandedEvent, landed: string): string {
  const rundate = `TIMESTAMPTZ ${quoteText(`${batch.rundate}+00`)}`;
  return `SELECT COLUMNS('^_c[0-9]+$'), ${rundate} AS rundate, ${batch.batch}::BIGINT AS _batch, ${quoteText(landed)} AS _file FROM ${relation}`;
}

/** Working tables of a batch, to be dropped when the batch is done. */
export async function dropWorkingTables(connection: DuckDBConnection, batch: LandedEvent, table: Table): Promise<void> {
  const names = [
    ...batch.files.flatMap((_, index) => [`raw_${batch.batch}_${index}`, `checked_${batch.batch}_${index}`]),
    `typed_${batch.batch}`,
    `twins_${batch.batch}`,
    `fresh_${batch.batch}`,
  ];
  await runStatement(connection, names.map((name) => `DROP TABLE IF EXISTS ${name}`).join('; '), {
    doing: 'clearing working tables',
    place: { table: table.name },
  });
}
