import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { Catalogue, Table } from '../catalogue/model';
import { InsightsError, type Place } from '../contract/errors';
import { saltFingerprint } from '../contract/salt';
import type { LakePaths } from '../contract/lake-paths';
import type { LakeStageName } from '../contract/lake-format';
import { runStatement } from '../engine/database';
import { tablePath } from '../engine/engine-context';
import { lakeEmpty, LandingLedger } from '../engine/landing-ledger';
import type { LandingState } from '../engine/landing-state';
import type { LakeStore, StoredFile, TableReader } from '../lake/store';
import { loadRows, type LoadedRows } from './loaded-rows';
import { readStageTable, tableStages, type StageTable } from './stage-table';

/** Rows in all tables up to which they are held in memory, and two checks run at a time. Statements on more rows use all threads. */
const mostRowsInMemory = 500_000;

export interface VerifyOptions {
  readonly store: LakeStore;
  readonly paths: LakePaths;
  readonly catalogue: Catalogue;
  /** Of a DuckDB of the caller's; verification makes temporary tables in it and drops them again. */
  readonly connection: DuckDBConnection;
  /** To the same DuckDB: with it two checks of a small lake run at a time. @default one after the other */
  readonly secondConnection?: DuckDBConnection;
  /** Without it, pseudonyms are checked against the lookups only, and the report says so. */
  readonly salt?: string;
  /** The key of the tombstones, asked for only where somebody was erased. Without it erased persons are not looked for. */
  readonly erasureKey?: () => Promise<string | undefined>;
  /** @default a name made of the time */
  readonly runId?: string;
  /** @default () => new Date() */
  readonly now?: () => Date;
  /** Roster older than activity by more than this many days is said. @default 7 */
  readonly staleAfterDays?: number;
  /** Called with the name of each check before it runs. */
  readonly progress?: (check: string, index: number, count: number) => void;
}

/** A table of the catalogue with what the lake has of it. */
export interface LakeTable {
  readonly table: Table;
  readonly stages: ReadonlyMap<LakeStageName, StageTable>;
  /** Errors met while opening, by stage. */
  readonly unreadable: ReadonlyMap<LakeStageName, InsightsError>;
}

/** A table that went through every stage: what the checks of data look at. */
export interface RefinedTable {
  readonly table: Table;
  readonly ingested: StageTable;
  readonly corrected: StageTable;
  readonly general: StageTable;
  /** Undefined for a table without protected columns. */
  readonly sensitive: StageTable | undefined;
}

/** The lake as verification sees it: opened once, shared by all checks, never written to. */
export class VerifyContext {
  private constructor(
    readonly options: VerifyOptions,
    readonly ledger: LandingState,
    readonly tables: readonly LakeTable[],
    readonly now: Date,
    /** Whether pseudonyms can be computed: with another salt than the lake's each would be a finding, and none a fault. */
    readonly hasSalt: boolean,
    private readonly listings: Listings,
    private readonly loaded: LoadedRows | undefined,
  ) {}

  static async open(options: VerifyOptions): Promise<VerifyContext> {
    const { store, paths, catalogue } = options;
    const ledger = await LandingLedger.open(store, paths, { runId: 'verify', engine: 'verify' });
    // Side by side: on a storage account most of the time is waiting.
    const listings = new Listings(store);
    const tables = await Promise.all(catalogue.tables.map((table) => openTable(options, listings, table)));
    if (
      ledger.state.nextSequence === 0 &&
      tables.every(({ stages, unreadable }) => stages.size + unreadable.size === 0)
    ) {
      throw lakeEmpty(store, paths);
    }
    // The salt is a variable: in a statement's text, error messages and plans could quote it (PRIV3).
    const { connection, salt } = options;
    const built = ledger.state.catalogue?.saltFingerprint;
    const hasSalt = salt !== undefined && (built === undefined || saltFingerprint(salt) === built);
    if (hasSalt) await connection.run('SET VARIABLE verify_salt = $salt', { salt });
    return new VerifyContext(
      options,
      ledger.state,
      tables,
      options.now?.() ?? new Date(),
      hasSalt,
      listings,
      undefined,
    );
  }

  /** The same lake with its rows in memory, where they are few enough. */
  async inMemory(): Promise<VerifyContext> {
    const { options, ledger, tables, now, hasSalt, listings } = this;
    if (rowsOf(tables) > mostRowsInMemory) return this;
    const loaded = await loadRows(
      options.connection,
      tables.map(({ stages }) => stages),
    ).catch(async (error: unknown) => {
      await this.close();
      throw error;
    });
    const held = tables.map((table, index) => ({ ...table, stages: loaded.stages[index] ?? table.stages }));
    return new VerifyContext(options, ledger, held, now, hasSalt, listings, loaded);
  }

  /** The same lake for checks on another connection: temporary tables and the salt belong to a connection. */
  async beside(connection: DuckDBConnection): Promise<VerifyContext> {
    const { salt } = this.options;
    if (this.hasSalt && salt !== undefined) await connection.run('SET VARIABLE verify_salt = $salt', { salt });
    const options = { ...this.options, connection };
    return new VerifyContext(options, this.ledger, this.tables, this.now, this.hasSalt, this.listings, undefined);
  }

  /** Takes the salt and the rows out of the caller's database again; the salt first, so that it does not stay where the rows do. */
  async close(): Promise<void> {
    try {
      if (this.hasSalt) await this.options.connection.run('RESET VARIABLE verify_salt');
    } finally {
      await this.loaded?.close();
    }
  }

  get catalogue(): Catalogue {
    return this.options.catalogue;
  }

  get store(): LakeStore {
    return this.options.store;
  }

  get paths(): LakePaths {
    return this.options.paths;
  }

  /** Whether the rows are in memory: then a check works on its own connection only, and another can run beside it. */
  get isInMemory(): boolean {
    return this.loaded !== undefined;
  }

  /** Tables that can be read in Ingested, Corrected and general. */
  get refined(): readonly RefinedTable[] {
    return this.tables.flatMap(({ table, stages }) => {
      const [ingested, corrected, general] = [
        stages.get('Ingested'),
        stages.get('Ingested_Corrected'),
        stages.get('general'),
      ];
      if (ingested === undefined || corrected === undefined || general === undefined) return [];
      return [{ table, ingested, corrected, general, sensitive: stages.get('sensitive') }];
    });
  }

  /** The same, by name; undefined when the table was never delivered or cannot be read. */
  refinedTable(name: string): RefinedTable | undefined {
    return this.refined.find(({ table }) => table.name === name);
  }

  /** All files below a folder; listed once. */
  list(folder: string): Promise<StoredFile[]> {
    return this.listings.of(folder);
  }

  /** Runs a statement; DuckDB's own text, which can quote a row, is not passed on (ROW13). */
  query(sql: string, doing: string, place?: Place): Promise<Record<string, DuckDBValue>[]> {
    return runStatement(this.options.connection, sql, {
      code: 'VERIFY_FAILED',
      doing,
      ...(place === undefined ? {} : { place }),
    });
  }
}

/** Rows of all tables in all stages. */
function rowsOf(tables: readonly LakeTable[]): number {
  return tables.flatMap(({ stages }) => [...stages.values()]).reduce((sum, { rows }) => sum + rows, 0);
}

async function openTable(options: VerifyOptions, listings: Listings, table: Table): Promise<LakeTable> {
  const { paths, connection } = options;
  const stages = new Map<LakeStageName, StageTable>();
  const unreadable = new Map<LakeStageName, InsightsError>();
  for (const stage of tableStages) {
    try {
      const path = tablePath(paths, table.name, stage);
      const reader = listings.reader(path.slice(0, path.lastIndexOf('/')));
      const found = await readStageTable(reader, connection, { stage, table: table.name, path });
      if (found !== undefined) stages.set(stage, found);
    } catch (error) {
      if (!(error instanceof InsightsError)) throw error;
      unreadable.set(stage, error);
    }
  }
  return { table, stages, unreadable };
}

/** Folders of a lake, listed once each: the checks of what lies there need all of them whole. */
class Listings {
  private readonly known = new Map<string, Promise<StoredFile[]>>();

  constructor(private readonly store: LakeStore) {}

  of(folder: string): Promise<StoredFile[]> {
    let listing = this.known.get(folder);
    if (listing === undefined) this.known.set(folder, (listing = this.store.list(folder)));
    return listing;
  }

  /** Reads tables below a folder without asking again for the listing of each. */
  reader(folder: string): TableReader {
    const { store } = this;
    return {
      list: async (prefix) => (await this.of(folder)).filter(({ path }) => path.startsWith(`${prefix}/`)),
      read: (path) => store.read(path),
      localPath: (path) => store.localPath(path),
    };
  }
}
