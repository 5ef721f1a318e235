import type { DuckDBConnection } from '@duckdb/node-api';
import { LIST, VARCHAR } from '@duckdb/node-api';
import { quoteName, quoteText } from '../catalogue/render/sql-text';
import type { LandedEvent, RejectReason } from '../contract/lake-format';
import { deltaSchema } from '../catalogue/render/delta-schema';
import { InsightsError } from '../contract/errors';
import { findRecords } from './delimited-find';
import { fileChunks } from './delimited-reader';
import { stageParquet, type StagedFile } from './data-file';
import { reasonOf, runStatement } from './database';
import type { RawFile } from './read-batch';

/** A row that does not go on, as it was delivered (lake-format.md §4). */
export interface RejectedRow {
  readonly reason: RejectReason;
  readonly columnName: string | undefined;
  readonly file: string;
  readonly line: number;
  readonly lineCount: number;
  readonly cells: readonly string[] | undefined;
  readonly raw: Buffer;
}

/** A readable row that was refused later: found again in the landed bytes by the hash of its content. */
export interface RefusedContent {
  readonly content: string;
  readonly reason: RejectReason;
  readonly columnName: string | undefined;
}

/** Rows that could not be read, with the lines and bytes that the reader kept. */
export function unreadableRows(file: RawFile): RejectedRow[] {
  return file.rejects.map(({ reason, line, lineCount, cells, raw }) => ({
    reason,
    columnName: undefined,
    file: file.landed,
    line,
    lineCount,
    cells,
    raw,
  }));
}

/** Gives refused rows their true line and delivered bytes back, in file order for equal rows. */
export async function locateRefused(file: RawFile, refused: readonly RefusedContent[]): Promise<RejectedRow[]> {
  if (refused.length === 0) return [];
  const wanted = new Map<string, number>();
  for (const { content } of refused) wanted.set(content, (wanted.get(content) ?? 0) + 1);
  const found = await findRecords(fileChunks(file.localPath), wanted);
  const rows: RejectedRow[] = [];
  for (const { content, reason, columnName } of refused) {
    const record = found.get(content)?.shift();
    if (record === undefined) {
      throw new InsightsError('INGEST_FILE_UNREADABLE', 'A refused row was not found again in the landed file.', {
        place: { file: file.landed },
      });
    }
    const { line, lineCount, cells, raw } = record;
    rows.push({ reason, columnName, file: file.landed, line, lineCount, cells, raw });
  }
  return rows;
}

/** Delta schema of every table in Rejected (lake-format.md §4). */
export const rejectedSchemaString = deltaSchema([
  { name: 'reason', type: 'string' },
  { name: 'column_name', type: 'string' },
  { name: 'file', type: 'string' },
  { name: 'line', type: 'long' },
  { name: 'line_count', type: 'long' },
  { name: 'cells', type: 'string[]' },
  { name: 'raw', type: 'binary' },
  { name: 'rundate', type: 'timestamp' },
  { name: '_batch', type: 'long' },
]);

/** Stages the rejected rows of a batch as one file, whose statistics tell the batch. */
export async function stageRejected(
  connection: DuckDBConnection,
  batch: LandedEvent,
  rows: readonly RejectedRow[],
  folder: string,
): Promise<StagedFile | undefined> {
  if (rows.length === 0) return undefined;
  const name = `rejected_${batch.batch}`;
  const place = { table: batch.table };
  await runStatement(
    connection,
    `CREATE OR REPLACE TABLE ${name} (reason VARCHAR, column_name VARCHAR, file VARCHAR, line BIGINT, line_count BIGINT,
       cells VARCHAR[], raw BLOB)`,
    { doing: 'keeping rejected rows', place },
  );
  try {
    const appender = await connection.createAppender(name);
    for (const row of [...rows].sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))) {
      appender.appendVarchar(row.reason);
      if (row.columnName === undefined) appender.appendNull();
      else appender.appendVarchar(row.columnName);
      appender.appendVarchar(row.file);
      appender.appendBigInt(BigInt(row.line));
      appender.appendBigInt(BigInt(row.lineCount));
      if (row.cells === undefined) appender.appendNull();
      else appender.appendList([...row.cells], LIST(VARCHAR));
      appender.appendBlob(row.raw);
      appender.endRow();
    }
    appender.closeSync();
  } catch (cause) {
    throw new InsightsError('ENGINE_FAILED', `The engine failed while keeping rejected rows${reasonOf(cause)}.`, {
      place,
      cause,
    });
  }
  const rundate = `TIMESTAMPTZ ${quoteText(`${batch.rundate}+00`)}`;
  const columns = ['reason', 'column_name', 'file', 'line', 'line_count', 'cells', 'raw'].map(quoteName);
  const staged = await stageParquet(
    connection,
    `SELECT ${columns.join(', ')}, ${rundate} AS rundate, ${batch.batch}::BIGINT AS _batch FROM ${name}`,
    {
      folder,
      batch: batch.batch,
      statistics: [{ name: '_batch', type: 'long' }],
      table: batch.table,
      doing: 'keeping rejected rows',
    },
  );
  await runStatement(connection, `DROP TABLE ${name}`, { doing: 'clearing working tables', place });
  return staged;
}
