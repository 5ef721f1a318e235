import type { DuckDBConnection } from '@duckdb/node-api';
import { InsightsError } from '../contract/errors';
import { decodeDataPath, type AddAction, type CommitInfo } from './delta-actions';
import { commitSnapshot, type CommitContext, type CommitRequest, type CommitResult } from './delta-commit';
import { listLog } from './delta-log-files';
import { readCommits, readSnapshot, type DeltaSnapshot } from './delta-snapshot';
import { DeltaState } from './delta-state';
import type { LakeStore } from './store';

export interface DeltaTableOptions {
  /** The clock, milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** One commit of a table, as `DeltaTable.history` tells it. */
export interface HistoryEntry extends CommitInfo {
  readonly version: number;
}

/**
 * A Delta table of the lake (protocol: reader 1, writer 2; design.md §4), at the version it was opened at; a commit
 * moves it to the version committed. The connection serves to read and write checkpoints, nothing else.
 *
 * @example
 * const table = (await DeltaTable.open(store, path, connection)) ?? DeltaTable.create(store, path, connection);
 * await table.commit({
 *   actions: { metaData: { schemaString }, adds: [{ path: 'part-0.parquet', size }], txn: { appId, version: 1 } },
 *   operation: 'WRITE',
 * });
 */
export class DeltaTable {
  private constructor(
    private readonly context: CommitContext,
    private snapshot: DeltaSnapshot,
  ) {}

  /**
   * Opens a table at its newest version; undefined when the folder holds no Delta log.
   * @param path the table's lake path
   * @throws InsightsError DELTA_PROTOCOL_UNSUPPORTED, DELTA_LOG_GAP or DELTA_LOG_CORRUPT
   */
  static async open(
    store: LakeStore,
    path: string,
    connection: DuckDBConnection,
    options: DeltaTableOptions = {},
  ): Promise<DeltaTable | undefined> {
    const snapshot = await readSnapshot(store, path, connection);
    if (snapshot === undefined) return undefined;
    return new DeltaTable({ store, table: path, connection, now: options.now ?? Date.now }, snapshot);
  }

  /** A table that is not there yet (version -1). Nothing is written before its first commit, which needs metaData. */
  static create(
    store: LakeStore,
    path: string,
    connection: DuckDBConnection,
    options: DeltaTableOptions = {},
  ): DeltaTable {
    const context = { store, table: path, connection, now: options.now ?? Date.now };
    return new DeltaTable(context, { version: -1, state: new DeltaState(path), checkpointVersion: undefined });
  }

  /** The table's lake path. */
  get path(): string {
    return this.context.table;
  }

  /** -1 before the first commit. */
  get version(): number {
    return this.snapshot.version;
  }

  /** Spark's JSON of the table's struct type; undefined before the first commit. */
  get schemaString(): string | undefined {
    return this.snapshot.state.metaData?.schemaString;
  }

  get partitionColumns(): readonly string[] {
    return this.snapshot.state.metaData?.partitionColumns ?? [];
  }

  get configuration(): Readonly<Record<string, string>> {
    return this.snapshot.state.metaData?.configuration ?? {};
  }

  /** The table's data files, in ascending order of path. `dataChange` is always false here, as in a checkpoint. */
  files(): readonly AddAction[] {
    return [...this.snapshot.state.files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
  }

  /** Lake path of one of the table's files. */
  filePath(file: AddAction): string {
    return `${this.path}/${decodeDataPath(file.path, this.path)}`;
  }

  /** The last batch number that an application has committed; undefined when there is none. */
  txnVersion(appId: string): number | undefined {
    return this.snapshot.state.txns.get(appId)?.version;
  }

  /**
   * Commits optimistically: succeeds when nobody has committed since the table was read. Afterwards the table is at the
   * version returned. When the request's `txn` is there already, by us or another writer, nothing is written.
   * @throws InsightsError DELTA_CONFLICT when another writer has committed something else
   */
  async commit(request: CommitRequest): Promise<CommitResult> {
    const { snapshot, alreadyCommitted } = await commitSnapshot(this.context, this.snapshot, request);
    this.snapshot = snapshot;
    return { version: snapshot.version, alreadyCommitted };
  }

  /**
   * The table as it was at a version. A commit to it meets DELTA_CONFLICT unless that is still the newest.
   * @throws InsightsError DELTA_VERSION_MISSING when there is no such version or its log is no longer kept
   */
  async at(version: number): Promise<DeltaTable> {
    const { store, table, connection } = this.context;
    const snapshot = await readSnapshot(store, table, connection, version);
    if (snapshot === undefined) {
      throw new InsightsError('DELTA_VERSION_MISSING', 'The Delta table has no log.', { place: { path: table } });
    }
    return new DeltaTable(this.context, snapshot);
  }

  /** What each commit says about itself, oldest first, as far back as the log is kept. Reads every commit. */
  async history(): Promise<HistoryEntry[]> {
    const { store, table } = this.context;
    const { commits } = await listLog(store, table);
    const entries: HistoryEntry[] = [];
    for await (const { version, actions } of readCommits(
      store,
      table,
      commits.filter((at) => at <= this.version),
    )) {
      const info = actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo;
      entries.push({ ...info, version });
    }
    return entries;
  }
}
