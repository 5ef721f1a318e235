import type { DuckDBConnection } from '@duckdb/node-api';
import { decodeDataPath } from '../lake/delta-actions';
import { readCommits, readSnapshot } from '../lake/delta-snapshot';
import type { LakeStore, StoredFile } from '../lake/store';
import { filesByTable } from '../lake/table-files';

/** A data file that the newest version of its table does not use: it still holds the rows that it had. */
export interface OldFile {
  /** Lake path of the table. */
  readonly table: string;
  /**
   * Since when no reader of the newest version needs it: its removal, or its last change where no version had it. Where the log
   * no longer goes back to its removal, the beginning of the log, which came later.
   */
  readonly since: Date;
  /** Whether the log still says it; else the file is older than `since`, and nobody knows by how much. */
  readonly isKnown: boolean;
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
  if (snapshot === undefined) return [];
  const { state, commits, checkpointVersion } = snapshot;
  const unused = files.flatMap(({ path, modified }) => {
    const name = path.slice(table.length + 1);
    const isData = name.endsWith('.parquet') && !name.startsWith('_delta_log/');
    return isData && !state.files.has(name) ? [{ name, modified: modified.getTime() }] : [];
  });
  const removals = new Map([...state.removes].map(([name, { deletionTimestamp }]) => [name, deletionTimestamp]));
  const unknown = new Set(unused.map(({ name }) => name).filter((name) => !removals.has(name)));
  // A checkpoint leaves out removals that are older than a week; the commits before it have them.
  const before = commits.filter((version) => version <= (checkpointVersion ?? -1)).reverse();
  if (unknown.size > 0) await findRemovals(store, table, before, unknown, removals);
  const reachesBack = checkpointVersion === undefined || commits[0] === 0;
  const oldest = Math.min(
    ...files.filter(({ path }) => isInLog(table, path)).map(({ modified }) => modified.getTime()),
  );
  return unused.map(({ name, modified }) => {
    const removed = removals.get(name);
    const isKnown = removed !== undefined || reachesBack;
    return { table, since: new Date(Math.max(removed ?? (isKnown ? 0 : oldest), modified)), isKnown };
  });
}

function isInLog(table: string, path: string): boolean {
  return path.startsWith(`${table}/_delta_log/`);
}

/** Takes over when files were removed, from commits from the newest to the oldest, until all that are wanted are found. */
async function findRemovals(
  store: LakeStore,
  table: string,
  versions: readonly number[],
  wanted: ReadonlySet<string>,
  removals: Map<string, number>,
): Promise<void> {
  let missing = wanted.size;
  for await (const { actions } of readCommits(store, table, versions)) {
    for (const { remove } of actions) {
      const name = remove === undefined ? '' : decodeDataPath(remove.path, table);
      if (remove === undefined || !wanted.has(name) || removals.has(name)) continue;
      removals.set(name, remove.deletionTimestamp);
      missing -= 1;
    }
    if (missing === 0) return;
  }
}
