import type { CommitLedger, LakeStageName, LedgerEntry, RunReport } from '../../src/contract/lake-format';
import type { Catalogue } from '../../src/catalogue/model';
import { quoteList } from '../../src/engine/database';
import { defaultEngineSettings, tablePath, type EngineSettings } from '../../src/engine/engine-context';
import { processDrop } from '../../src/engine/process';
import { DeltaTable } from '../../src/lake/delta-table';
import { FolderStore } from '../../src/lake/folder-store';
import type { LakeStore } from '../../src/lake/store';
import { useDuckDb } from './duckdb-connection';
import { smallCatalogue } from './small-drop';
import { smallPaths, smallSalt } from './small-place';

/** Importing this file opens a DuckDB for the test file, and closes it after the last test. */
const connection = useDuckDb();

export { smallPaths, smallSalt };

export interface RunOptions {
  /** Folder that holds `M365/`; undefined: pending units only. */
  readonly drop?: string;
  readonly lake: string;
  /** @default the strict profile, all tables */
  readonly catalogue?: Catalogue;
  readonly settings?: Partial<EngineSettings>;
  readonly salt?: string;
  /** Key of the tombstones; asked for only where somebody was erased. */
  readonly erasureKey?: string | undefined;
  readonly rebuild?: boolean;
  /** @default true */
  readonly digitalEngagement?: boolean;
  readonly now?: () => Date;
  /** Instead of a FolderStore at `lake`; the caller closes it. */
  readonly store?: LakeStore;
}

/** One run of the engine on a folder lake. */
export async function runEngine(options: RunOptions): Promise<RunReport> {
  const { drop, lake, settings, now, rebuild } = options;
  const own = options.store === undefined ? new FolderStore(lake, { durable: false }) : undefined;
  const dropStore = drop === undefined ? undefined : new FolderStore(drop, { durable: false });
  const store = options.store ?? own;
  if (store === undefined) throw new Error('A store is given or made.');
  try {
    return await processDrop({
      ...(dropStore === undefined ? {} : { drop: { store: dropStore, prefix: '' } }),
      store,
      paths: smallPaths,
      catalogue: options.catalogue ?? smallCatalogue(),
      salt: options.salt ?? smallSalt,
      erasureKey: async () => options.erasureKey,
      settings: { ...defaultEngineSettings, ...settings },
      ...(rebuild === undefined ? {} : { rebuild }),
      ...(now === undefined ? {} : { now }),
      ...(options.digitalEngagement === undefined ? {} : { digitalEngagement: options.digitalEngagement }),
    });
  } finally {
    await own?.close();
    await dropStore?.close();
  }
}

export type StoredRow = Readonly<Record<string, string | null>>;

/**
 * Rows of a stage's table through our Delta reader, every cell as text (timestamps `2022-01-28 06:16:22+00`), sorted.
 * An empty list for a table without rows, undefined for one that is not there.
 * @param columns default: all, in the order of the table
 */
export async function readTable(
  lake: string,
  stage: LakeStageName,
  table: string,
  columns?: readonly string[],
): Promise<StoredRow[] | undefined> {
  const store = new FolderStore(lake, { durable: false });
  const opened = await DeltaTable.open(store, tablePath(smallPaths, table, stage), connection());
  if (opened === undefined) return undefined;
  const files = await Promise.all(opened.files().map((file) => store.localPath(opened.filePath(file))));
  if (files.length === 0) return [];
  const names = columns?.map((name) => `"${name}"::VARCHAR AS "${name}"`).join(', ') ?? 'COLUMNS(*)::VARCHAR';
  await connection().run(`LOAD icu; SET TimeZone = 'UTC'`);
  const read = await connection().runAndReadAll(
    `SELECT ${names} FROM read_parquet(${quoteList(files)}, union_by_name = true)`,
  );
  const rows = read.getRowObjects() as unknown as StoredRow[];
  return rows.map((row) => ({ ...row })).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** The ledgers of a table's commits in a stage, oldest first; an empty list for a table that is not there. */
export async function readCommitLedgers(lake: string, stage: LakeStageName, table: string): Promise<CommitLedger[]> {
  const store = new FolderStore(lake, { durable: false });
  const opened = await DeltaTable.open(store, tablePath(smallPaths, table, stage), connection());
  const texts = ((await opened?.history()) ?? []).flatMap(({ userMetadata }) => userMetadata ?? []);
  return texts.map((text) => JSON.parse(text) as CommitLedger);
}

/** The entries of the landing ledger, without its checkpoints. */
export async function readLandingLedger(lake: string): Promise<LedgerEntry[]> {
  const store = new FolderStore(lake, { durable: false });
  const files = (await store.list(smallPaths.landingLedger)).filter(({ path }) => /\/\d{20}\.json$/.test(path));
  return Promise.all(files.map(async ({ path }) => JSON.parse((await store.read(path)).toString()) as LedgerEntry));
}
