import type { DuckDBConnection } from '@duckdb/node-api';
import { InsightsError } from '../contract/errors';
import { statusOf } from '../lake/blob-errors';
import { readSnapshot } from '../lake/delta-snapshot';
import type { LakeStore, StoredFile } from '../lake/store';
import { filesByTable } from '../lake/table-files';

/** How much one Delta table, or what lies beside the tables of a folder, holds. */
export interface Holding {
  /** Lake path of the table; of the folder for what is in no table. */
  readonly path: string;
  /** Of the newest version, by its log; null for what is no table, or for a table whose log cannot be read. */
  readonly rows: number | null;
  /** All that lies there, former versions and logs included; null for a folder that the caller may not read. */
  readonly files: number | null;
  readonly bytes: number | null;
}

/** What folders of a lake hold: counts and names of tables, nothing that a row says. */
export interface LakeInventory {
  readonly holdings: readonly Holding[];
  readonly tables: number;
  /** Of the tables whose logs can be read. */
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  /** Folders that the caller may not read: who deploys sees no data of production. */
  readonly unread: number;
}

/** Counts what lies in folders of a lake, before it goes. Only reads. @param folders none inside another. */
export async function takeLakeInventory(
  store: LakeStore,
  folders: readonly string[],
  connection: DuckDBConnection,
): Promise<LakeInventory> {
  const holdings: Holding[] = [];
  for (const folder of folders) holdings.push(...(await holdingsOf(store, folder, connection)));
  const tables = holdings.filter(({ rows }) => rows !== null);
  const sum = (number: (holding: Holding) => number): number => holdings.reduce((all, one) => all + number(one), 0);
  return {
    holdings,
    tables: tables.length,
    rows: sum(({ rows }) => rows ?? 0),
    files: sum(({ files }) => files ?? 0),
    bytes: sum(({ bytes }) => bytes ?? 0),
    unread: holdings.filter(({ files }) => files === null).length,
  };
}

async function holdingsOf(store: LakeStore, folder: string, connection: DuckDBConnection): Promise<Holding[]> {
  const files = await listIfAllowed(store, folder);
  if (files === undefined) return [{ path: folder, rows: null, files: null, bytes: null }];
  const { tables, others } = filesByTable(files);
  const parts: readonly (readonly [path: string, own: readonly StoredFile[]])[] = [
    ...tables,
    ...(others.length === 0 ? [] : [[folder, others] as const]),
  ];
  const places = [...parts].sort(([left], [right]) => (left < right ? -1 : 1));
  return Promise.all(
    places.map(async ([path, own]) => ({
      path,
      rows: tables.has(path) ? await rowsOf(store, path, connection) : null,
      files: own.length,
      bytes: own.reduce((all, { bytes }) => all + bytes, 0),
    })),
  );
}

async function listIfAllowed(store: LakeStore, folder: string): Promise<StoredFile[] | undefined> {
  try {
    return await store.list(folder);
  } catch (error) {
    if (error instanceof InsightsError && statusOf(error.cause) === 403) return undefined;
    throw error;
  }
}

/** Null for a table that is damaged: what goes has to be listed all the same. */
async function rowsOf(store: LakeStore, path: string, connection: DuckDBConnection): Promise<number | null> {
  try {
    const snapshot = await readSnapshot(store, path, connection);
    if (snapshot === undefined) return null;
    return [...snapshot.state.files.values()].reduce((all, { stats }) => all + recordsOf(stats), 0);
  } catch (error) {
    if (error instanceof InsightsError) return null;
    throw error;
  }
}

/** Every commit of ours states the rows of its files (design.md §4). */
function recordsOf(stats: string | undefined): number {
  return (JSON.parse(stats ?? '{}') as { readonly numRecords?: number }).numRecords ?? 0;
}
