import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName } from '../catalogue/render/sql-text';
import { InsightsError } from '../contract/errors';
import { transactionAppId, type CommitLedger, type LakeStageName } from '../contract/lake-format';
import { decodeDataPath, type AddAction } from '../lake/delta-actions';
import type { NewMetaData } from '../lake/delta-commit';
import { DeltaTable } from '../lake/delta-table';
import type { LakeStore } from '../lake/store';
import type { StagedFile } from './data-file';
import { quoteList } from './database';

/** One change of a table, for one batch. */
export interface TableChange {
  readonly adds: readonly StagedFile[];
  readonly removes: readonly AddAction[];
  readonly ledger: CommitLedger;
  readonly schemaString: string;
  /** Default: not partitioned. */
  readonly partitionColumns?: readonly string[];
  readonly operation: 'WRITE' | 'MERGE' | 'DELETE';
  /** False for Rejected, whose batches are replaced as a whole (lake-format.md §1). */
  readonly isTransaction: boolean;
}

/** A change that is worked out and staged, and the table that it is for. */
export interface StagedChange {
  readonly target: LakeTable;
  readonly change: TableChange;
}

/** A Delta table of one stage: opens lazily, commits with the ledger in the same commit, reads its files as SQL. */
export class LakeTable {
  private table: DeltaTable | undefined;

  private constructor(
    private readonly store: LakeStore,
    readonly path: string,
    readonly name: string,
    readonly stage: LakeStageName,
    private readonly connection: DuckDBConnection,
  ) {}

  static async open(
    store: LakeStore,
    path: string,
    name: string,
    stage: LakeStageName,
    connection: DuckDBConnection,
  ): Promise<LakeTable> {
    const opened = new LakeTable(store, path, name, stage, connection);
    opened.table = await DeltaTable.open(store, path, connection);
    return opened;
  }

  get exists(): boolean {
    return this.table !== undefined;
  }

  get files(): readonly AddAction[] {
    return this.table?.files() ?? [];
  }

  get schemaString(): string | undefined {
    return this.table?.schemaString;
  }

  /** Rows in the table, from its statistics. */
  get rows(): number {
    return this.files.reduce((sum, file) => sum + recordsOf(file), 0);
  }

  /** The last batch committed to this stage; 0 before the first. */
  get lastBatch(): number {
    return this.table?.txnVersion(transactionAppId(this.name, this.stage)) ?? 0;
  }

  /** Local paths of the data files, for DuckDB. */
  async localFiles(files: readonly AddAction[] = this.files): Promise<string[]> {
    const table = this.table;
    if (table === undefined) return [];
    return Promise.all(files.map((file) => this.store.localPath(table.filePath(file))));
  }

  /**
   * Rows of the table as a SQL relation with the given columns. Columns that older files lack are null; without files
   * the relation is empty.
   * @param files default: all files of the table
   */
  async relation(
    columns: readonly { readonly name: string; readonly sqlType: string }[],
    files: readonly AddAction[] = this.files,
  ): Promise<string> {
    const empty = emptyRelation(columns);
    if (files.length === 0) return empty;
    const names = columns.map(({ name }) => quoteName(name)).join(', ');
    const localFiles = quoteList(await this.localFiles(files));
    return `(SELECT ${names} FROM (SELECT * FROM ${empty} UNION ALL BY NAME SELECT * FROM read_parquet(${localFiles}, union_by_name = true)))`;
  }

  /** The ledgers of all commits that have one, oldest first, as far back as the log is kept. */
  async ledgers(): Promise<CommitLedger[]> {
    const history = (await this.table?.history()) ?? [];
    return history.flatMap(({ userMetadata }) =>
      userMetadata === undefined ? [] : [JSON.parse(userMetadata) as CommitLedger],
    );
  }

  /** The ledger that a batch left in this table's log; undefined when it left none. */
  async ledgerOf(batch: number): Promise<CommitLedger | undefined> {
    const ledgers = await this.ledgers();
    return ledgers.findLast(({ batch: own, kind }) => own === batch && kind !== 'catalogue' && kind !== 'erasure');
  }

  /**
   * The table's files when a batch had just been committed; undefined when the log does not go back so far.
   * @param batch of this stage
   */
  async filesAfter(batch: number): Promise<readonly AddAction[] | undefined> {
    const history = (await this.table?.history()) ?? [];
    const commit = history.findLast(({ userMetadata }) => {
      const ledger = userMetadata === undefined ? undefined : (JSON.parse(userMetadata) as CommitLedger);
      return ledger?.batch === batch && ledger.kind !== 'catalogue';
    });
    if (commit === undefined) return undefined;
    // An erasure takes the files of older versions away: only what it left, or what came later, can be read.
    const erasure = history.findLast(({ userMetadata }) => userMetadata?.includes('"kind":"erasure"') === true);
    if (erasure !== undefined && erasure.version > commit.version) return undefined;
    try {
      return (await this.table?.at(commit.version))?.files();
    } catch (error) {
      const isCleaned =
        error instanceof InsightsError && ['DELTA_VERSION_MISSING', 'DELTA_LOG_GAP'].includes(error.code);
      if (isCleaned) return undefined;
      throw error;
    }
  }

  /** Commits other statistics for files that stay as they are. Rows do not change, and no batch is committed. */
  async restate(statistics: ReadonlyMap<AddAction, string>, ledger: CommitLedger): Promise<void> {
    await this.table?.commit({
      actions: {
        adds: [...statistics].map(([file, stats]) => ({
          path: decodeDataPath(file.path, this.path),
          size: file.size,
          modificationTime: file.modificationTime,
          stats,
          dataChange: false,
        })),
      },
      operation: 'WRITE',
      userMetadata: JSON.stringify(ledger),
    });
  }

  /**
   * Puts the staged files into the table's folder and commits. When another writer was faster, the files put there are
   * taken away again; after any other failure it is not known whether the commit was made, so they stay: the next run
   * takes over the lock and removes what no log mentions.
   */
  async commit(change: TableChange): Promise<void> {
    const table = this.table ?? DeltaTable.create(this.store, this.path, this.connection);
    const { ledger } = change;
    const put: string[] = [];
    try {
      for (const file of change.adds) {
        const target = `${this.path}/${placeOf(file)}`;
        put.push(target);
        await this.store.putFile(file.localPath, target);
      }
      const { alreadyCommitted } = await table.commit({
        actions: {
          adds: change.adds.map((file) => ({
            path: placeOf(file),
            size: file.bytes,
            stats: file.stats,
            ...(file.partition === undefined ? {} : { partitionValues: file.partition }),
          })),
          removes: change.removes,
          ...(table.schemaString === change.schemaString ? {} : { metaData: metaDataOf(change) }),
          ...(change.isTransaction
            ? { txn: { appId: transactionAppId(this.name, this.stage), version: ledger.batch } }
            : {}),
        },
        operation: change.operation,
        operationParameters: { mode: change.removes.length > 0 ? 'Overwrite' : 'Append' },
        userMetadata: JSON.stringify(ledger),
      });
      if (alreadyCommitted) await this.store.remove(put);
    } catch (error) {
      if (error instanceof InsightsError && error.code === 'DELTA_CONFLICT') await this.store.remove(put);
      throw error;
    }
    this.table = table;
  }
}

/** Where a file goes below its table: a folder per partition, as Spark has it. */
function placeOf(file: StagedFile): string {
  const folders = Object.entries(file.partition ?? {}).map(([column, value]) => `${column}=${value}/`);
  return `${folders.join('')}${file.name}`;
}

function metaDataOf({ schemaString, partitionColumns }: TableChange): NewMetaData {
  return { schemaString, ...(partitionColumns === undefined ? {} : { partitionColumns }) };
}

/** `numRecords` of a data file. Every file of ours has it (design.md §4). */
export function recordsOf(file: AddAction): number {
  return file.stats === undefined ? 0 : Number((JSON.parse(file.stats) as { numRecords?: number }).numRecords ?? 0);
}

/** A SQL relation without rows. */
function emptyRelation(columns: readonly { readonly name: string; readonly sqlType: string }[]): string {
  const shape = columns.map(({ name, sqlType }) => `NULL::${sqlType} AS ${quoteName(name)}`).join(', ');
  return `(SELECT ${shape} WHERE false)`;
}
