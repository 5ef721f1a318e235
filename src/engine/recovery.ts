import type { DuckDBConnection } from '@duckdb/node-api';
import type { LakeStageName } from '../contract/lake-format';
import type { LakePaths } from '../contract/lake-paths';
import { decodeDataPath } from '../lake/delta-actions';
import { readCommits, readSnapshot } from '../lake/delta-snapshot';
import type { LakeStore } from '../lake/store';
import { tablePath } from './engine-context';

const stages: readonly LakeStageName[] = ['Ingested', 'Ingested_Corrected', 'Rejected', 'general', 'sensitive'];

/** A data file, also in the folders of a partitioned table. */
const dataFile = /^([a-z]+=[^/]*\/)*[^/]+\.parquet$/;

/**
 * After a crash: removes data files that were put into a table's folder and never committed. Only called while holding
 * the lock, so no other run can be about to commit them. Files that any version of the log mentions stay.
 * @param tables names of the tables to look at
 * @returns how many files were removed
 */
export async function removeUncommitted(
  store: LakeStore,
  paths: LakePaths,
  tables: readonly string[],
  connection: DuckDBConnection,
): Promise<number> {
  let removed = 0;
  const folders = tables.flatMap((table) => stages.map((stage) => tablePath(paths, table, stage)));
  for (const folder of [...folders, paths.engagementEvents]) {
    const found = (await store.list(folder)).filter(({ path }) => dataFile.test(path.slice(folder.length + 1)));
    if (found.length === 0) continue;
    const mentioned = await mentionedFiles(store, connection, folder);
    const orphans = found.map(({ path }) => path).filter((path) => !mentioned.has(path));
    await store.remove(orphans);
    removed += orphans.length;
  }
  return removed;
}

/** Every file that the newest version or any commit still kept knows. */
async function mentionedFiles(store: LakeStore, connection: DuckDBConnection, table: string): Promise<Set<string>> {
  const mentioned = new Set<string>();
  const snapshot = await readSnapshot(store, table, connection);
  if (snapshot === undefined) return mentioned;
  for (const name of snapshot.state.files.keys()) mentioned.add(`${table}/${name}`);
  for (const name of snapshot.state.removes.keys()) mentioned.add(`${table}/${name}`);
  for await (const { actions } of readCommits(store, table, snapshot.commits)) {
    for (const { add } of actions) if (add !== undefined) mentioned.add(`${table}/${decodeDataPath(add.path, table)}`);
  }
  return mentioned;
}
