import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { InsightsError } from '../contract/errors';
import { checkAction, type Action } from './delta-actions';
import { checkpointPath, lastCheckpointPath } from './delta-log-files';
import type { DeltaState } from './delta-state';
import type { LakeStore, TableReader } from './store';

/** Commits between two checkpoints, as Spark has it. */
export const checkpointInterval = 10;

/** How long a checkpoint remembers a removed file: Delta's default for `delta.deletedFileRetentionDuration`. */
const removeRetention = 7 * 24 * 60 * 60 * 1000;

/** Types as in the protocol's checkpoint schema; without them DuckDB would guess structs from the rows it sees. */
const columns = `{
  txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)',
  add: 'STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT,
    dataChange BOOLEAN, stats VARCHAR, tags MAP(VARCHAR, VARCHAR))',
  remove: 'STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN,
    partitionValues MAP(VARCHAR, VARCHAR), size BIGINT)',
  metaData: 'STRUCT(id VARCHAR, name VARCHAR, description VARCHAR,
    format STRUCT(provider VARCHAR, options MAP(VARCHAR, VARCHAR)), schemaString VARCHAR, partitionColumns VARCHAR[],
    configuration MAP(VARCHAR, VARCHAR), createdTime BIGINT)',
  protocol: 'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER)'
}`;

/** The actions of a checkpoint: single- or multi-part, ours, Spark's or delta-rs's. */
export async function readCheckpoint(
  store: TableReader,
  files: readonly string[],
  connection: DuckDBConnection,
): Promise<Action[]> {
  const local = await Promise.all(files.map((file) => store.localPath(file)));
  const list = local.map(quote).join(', ');
  // Whole rows as JSON: writers differ in which columns and fields they leave out or add.
  const query = `SELECT to_json(entry)::VARCHAR FROM read_parquet([${list}], union_by_name = true) AS entry`;
  const place = files[0] ?? '';
  const reader = await connection.runAndReadAll(query).catch((cause: unknown) => {
    throw new InsightsError('DELTA_LOG_CORRUPT', 'A checkpoint of a Delta log cannot be read.', {
      place: { file: place },
      cause,
    });
  });
  return reader.getRows().map(([row]) => withStats(checkAction(JSON.parse(String(row)), place)));
}

/** A writer may keep statistics as a struct only (`delta.checkpoint.writeStatsAsJson=false`). */
function withStats(action: Action): Action {
  if (action.add === undefined) return action;
  const { stats_parsed: parsed, partitionValues_parsed: _, ...add } = action.add as typeof action.add & ParsedFields;
  return { add: parsed === undefined || add.stats !== undefined ? add : { ...add, stats: JSON.stringify(parsed) } };
}

interface ParsedFields {
  readonly stats_parsed?: object;
  readonly partitionValues_parsed?: object;
}

/**
 * Writes the checkpoint of a version, then `_last_checkpoint`.
 * @param now milliseconds; removes older than seven days are left out
 */
export async function writeCheckpoint(
  store: LakeStore,
  table: string,
  version: number,
  state: DeltaState,
  connection: DuckDBConnection,
  now: number,
): Promise<void> {
  const removes = [...state.removes.values()].filter(
    ({ deletionTimestamp }) => deletionTimestamp > now - removeRetention,
  );
  const rows: Action[] = [
    ...(state.protocol === undefined ? [] : [{ protocol: state.protocol }]),
    ...(state.metaData === undefined ? [] : [{ metaData: state.metaData }]),
    ...[...state.txns.values()].map((txn) => ({ txn })),
    ...[...state.files.values()].map((add) => ({ add })),
    ...removes.map((remove) => ({ remove })),
  ];
  const base = nodePath.join(await store.stagingFolder(), randomUUID());
  const [source, target] = [`${base}.json`, `${base}.parquet`];
  try {
    await fs.writeFile(source, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const rowsOf = `read_json(${quote(source)}, format = 'newline_delimited', columns = ${columns})`;
    const copy = `COPY (SELECT * FROM ${rowsOf}) TO ${quote(target)} (FORMAT parquet, COMPRESSION snappy)`;
    await connection.run(copy).catch((cause: unknown) => {
      // DuckDB's own message may quote statistics, which are cells (ROW13).
      const message = 'The checkpoint of a Delta table could not be written; the commit itself is done.';
      throw new InsightsError('LAKE_STORE_FAILED', message, { place: { path: table }, cause });
    });
    const sizeInBytes = (await fs.stat(target)).size;
    await store.putFile(target, checkpointPath(table, version));
    const pointer = { version, size: rows.length, sizeInBytes, numOfAddFiles: state.files.size };
    await store.write(lastCheckpointPath(table), JSON.stringify(pointer));
  } finally {
    await fs.rm(source, { force: true });
    await fs.rm(target, { force: true });
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
