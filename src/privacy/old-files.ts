import type { DuckDBConnection } from '@duckdb/node-api';
import { readSnapshot } from '../lake/delta-snapshot';
import type { LakeStore, StoredFile } from '../lake/store';
import { filesByTable } from '../lake/table-files';

/** A data file that the newest version of its table does not use: it still holds the rows that it had. */
export interface OldFile {
  /** Lake path of the table. */
  readonly table: string;
  /** Since when no reader of the newest version needs it: its removal, or where the log does not say, its last change. */
  readonly since: Date;
}

/**
 * Data files of old versions below a folder, as the maintenance notebook finds them, whatever their age. Only reads.
 * @throws InsightsError DELTA_PROTOCOL_UNSUPPORTED, DELTA_LOG_GAP or DELTA_LOG_CORRUPT for a table whose log cannot be read
 */
export async function oldFiles(
  store: LakeStore,
  folder: string,
  connection: DuckDBConnection,
): Promise<readonly OldFile[]> {
  const { tables } = filesByTable(await store.list(folder));
  const found = await Promise.all([...tables].map(([table, files]) => oldFilesOf(store, table, files, connection)));
  return found.flat();
}

async function oldFilesOf(
  store: LakeStore,
  table: string,
  files: readonly StoredFile[],
  connection: DuckDBConnection,
): Promise<readonly OldFile[]> {
  const snapshot = await readSnapshot(store, table, connection);
  return files.flatMap(({ path, modified }) => {
    const name = path.slice(table.length + 1);
    if (!name.endsWith('.parquet') || name.startsWith('_delta_log/')) return [];
    if (snapshot === undefined || snapshot.state.files.has(name)) return [];
    const removed = snapshot.state.removes.get(name)?.deletionTimestamp ?? 0;
    return [{ table, since: new Date(Math.max(removed, modified.getTime())) }];
  });
}
