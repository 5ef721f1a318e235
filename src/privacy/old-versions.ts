import type { DuckDBConnection } from '@duckdb/node-api';
import { decodeDataPath } from '../lake/delta-actions';
import { writeCheckpoint } from '../lake/delta-checkpoint';
import { checkpointPath, commitPath, listLog } from '../lake/delta-log-files';
import { readCommit, readSnapshot } from '../lake/delta-snapshot';
import type { LakeStore } from '../lake/store';

/**
 * Takes away what a table was before: data files that its newest version does not use, checkpoints but that of the newest
 * version, and in the log the minima and maxima of files that are gone. The log itself stays, because it holds the ledger
 * of every batch. Only while holding the lake's lock, after an erasure; nobody can go back to an older version then.
 * @returns files removed
 */
export async function removeOldVersions(
  store: LakeStore,
  table: string,
  connection: DuckDBConnection,
  now: () => number,
): Promise<number> {
  const snapshot = await readSnapshot(store, table, connection);
  if (snapshot === undefined) return 0;
  const { version, state } = snapshot;
  const log = await listLog(store, table);
  const isStale = [...log.checkpoints.keys()].some((at) => at !== version);
  // A reader must never find a checkpoint gone and none in its place.
  if (isStale && !log.checkpoints.has(version)) await writeCheckpoint(store, table, version, state, connection, now());
  for (const at of log.commits) await withoutBounds(store, table, at, state.files);
  const current = new Set([...state.files.keys()].map((name) => `${table}/${name}`));
  const checkpoints = [...log.checkpoints].filter(([at]) => at !== version).flatMap(([, files]) => files);
  const logFolder = `${table}/_delta_log/`;
  const data = (await store.list(table))
    .map(({ path }) => path)
    .filter((path) => !path.startsWith(logFolder) && !isOf(path, current));
  const gone = [...data, ...checkpoints.filter((path) => path !== checkpointPath(table, version))];
  await store.remove(gone);
  return gone.length;
}

/** A data file of the newest version, or the checksum that Spark writes beside one on a local file system. */
function isOf(path: string, current: ReadonlySet<string>): boolean {
  return current.has(path) || current.has(path.replace(/\/\.([^/]+)\.crc$/, '/$1'));
}

async function withoutBounds(
  store: LakeStore,
  table: string,
  version: number,
  current: ReadonlyMap<string, unknown>,
): Promise<void> {
  const actions = await readCommit(store, table, version);
  let isChanged = false;
  const rewritten = actions.map((action) => {
    const { add } = action;
    if (add?.stats === undefined || current.has(decodeDataPath(add.path, table))) return action;
    const { minValues, maxValues, ...rest } = JSON.parse(add.stats) as Record<string, unknown>;
    if (minValues === undefined && maxValues === undefined) return action;
    isChanged = true;
    return { ...action, add: { ...add, stats: JSON.stringify(rest) } };
  });
  if (!isChanged) return;
  const path = commitPath(table, version);
  await store.write(path, rewritten.map((action) => `${JSON.stringify(action)}\n`).join(''));
  await store.remove([path.replace(/([^/]+)$/, '.$1.crc')]);
}
