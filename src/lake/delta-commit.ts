import { randomUUID } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { InsightsError } from '../contract/errors';
import { encodeDataPath, type Action, type AddAction, type CommitInfo, type MetaDataAction } from './delta-actions';
import { checkpointInterval, writeCheckpoint } from './delta-checkpoint';
import { commitPath } from './delta-log-files';
import { readCommit, readSnapshot, type DeltaSnapshot } from './delta-snapshot';
import { supportedProtocol, type DeltaState } from './delta-state';
import type { LakeStore } from './store';

/** A data file that lies in the table's folder already and that a commit makes part of the table. */
export interface NewDataFile {
  /** Relative to the table's folder, as the file is named: the log's encoding is done here. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970, UTC. @default the time of the commit */
  readonly modificationTime?: number;
  /** JSON text: numRecords, minValues, maxValues, nullCount. */
  readonly stats?: string;
  /** Values as text. @default {}, for a table without partitions */
  readonly partitionValues?: Readonly<Record<string, string | null>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** False when the file only rearranges rows. @default true */
  readonly dataChange?: boolean;
}

/** What a commit says about the table itself. Fields not given stay as they are. */
export interface NewMetaData {
  /** Spark's JSON of the table's struct type. */
  readonly schemaString: string;
  readonly name?: string;
  readonly description?: string;
  readonly partitionColumns?: readonly string[];
  readonly configuration?: Readonly<Record<string, string>>;
}

export interface CommitRequest {
  /** The version that the actions were made from; -1 for a table that is not there yet. @default the table's version */
  readonly readVersion?: number;
  readonly actions: {
    readonly adds?: readonly NewDataFile[];
    /** Taken from `DeltaTable.files()`. */
    readonly removes?: readonly AddAction[];
    /** Required in the first commit of a table. */
    readonly metaData?: NewMetaData;
    readonly txn?: { readonly appId: string; readonly version: number };
  };
  /** As Spark names it: WRITE, MERGE, DELETE, CREATE TABLE … */
  readonly operation: string;
  readonly operationParameters?: Readonly<Record<string, string>>;
  /** The ledger of the batch, JSON text (design.md §4). */
  readonly userMetadata?: string;
}

export interface CommitResult {
  /** The table's version afterwards. */
  readonly version: number;
  /** The table held the request's `txn` or a later one: nothing was written. */
  readonly alreadyCommitted: boolean;
}

export interface CommitContext {
  readonly store: LakeStore;
  /** The table's lake path. */
  readonly table: string;
  readonly connection: DuckDBConnection;
  /** Milliseconds since 1970, UTC. */
  readonly now: () => number;
}

const engineInfo = 'Education-Insights-CDK';

/**
 * Commits to the version after `base`, whose state is brought up to the new version, and writes a checkpoint when ten
 * commits have passed since the last one. Returns the snapshot that the table is at then: `base` with the new version, or
 * a newly read one when the batch was there already.
 * @throws InsightsError DELTA_CONFLICT when another writer was faster, DELTA_PROTOCOL_UNSUPPORTED when the table needs a
 * newer writer
 */
export async function commitSnapshot(
  context: CommitContext,
  base: DeltaSnapshot,
  request: CommitRequest,
): Promise<{ snapshot: DeltaSnapshot; alreadyCommitted: boolean }> {
  const { store, table, connection } = context;
  const { txn } = request.actions;
  base.state.checkWritable();
  if (holdsTxn(base.state, txn)) return { snapshot: base, alreadyCommitted: true };

  const version = (request.readVersion ?? base.version) + 1;
  const timestamp = Math.max(context.now(), await lastTimestamp(context, base));
  const txnId = randomUUID();
  const actions = renderActions(base, request, timestamp, txnId);
  const text = actions.map((action) => `${JSON.stringify(action)}\n`).join('');
  const written = version === base.version + 1 && (await store.writeIfAbsent(commitPath(table, version), text));
  if (!written && !(await isOurs(context, version, txnId))) {
    const newest = await readSnapshot(store, table, connection);
    if (newest !== undefined && holdsTxn(newest.state, txn)) return { snapshot: newest, alreadyCommitted: true };
    throw new InsightsError('DELTA_CONFLICT', `Another writer committed version ${version} of the Delta table.`, {
      place: { path: table },
      details: { version },
    });
  }

  base.state.apply(actions);
  const due = version - (base.checkpointVersion ?? 0) >= checkpointInterval;
  if (due) await writeCheckpoint(store, table, version, base.state, connection, timestamp);
  return {
    snapshot: { version, state: base.state, checkpointVersion: due ? version : base.checkpointVersion },
    alreadyCommitted: false,
  };
}

function holdsTxn(state: DeltaState, txn: CommitRequest['actions']['txn']): boolean {
  const held = txn === undefined ? undefined : state.txns.get(txn.appId);
  return txn !== undefined && held !== undefined && held.version >= txn.version;
}

/** A storage client repeats a request whose answer was lost; the second answer then says that the file exists: ours. */
async function isOurs(context: CommitContext, version: number, txnId: string): Promise<boolean> {
  if ((await context.store.stat(commitPath(context.table, version))) === undefined) return false;
  const actions = await readCommit(context.store, context.table, version);
  return actions.some(({ commitInfo }) => commitInfo?.txnId === txnId);
}

/** Checkpoints do not keep commitInfo: right after one, the time of the last commit is in its own file, if that is kept. */
async function lastTimestamp({ store, table }: CommitContext, base: DeltaSnapshot): Promise<number> {
  if (base.version < 0) return 0;
  if (base.state.timestamp !== undefined) return base.state.timestamp;
  if ((await store.stat(commitPath(table, base.version))) === undefined) return 0;
  const actions = await readCommit(store, table, base.version);
  return actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo?.timestamp ?? 0;
}

function renderActions(base: DeltaSnapshot, request: CommitRequest, timestamp: number, txnId: string): Action[] {
  const { adds = [], removes = [], metaData, txn } = request.actions;
  const isNew = base.version < 0;
  if (isNew && metaData === undefined) throw new Error('The first commit of a Delta table needs metaData.');
  const commitInfo: CommitInfo = {
    timestamp,
    operation: request.operation,
    operationParameters: request.operationParameters ?? {},
    ...(isNew ? {} : { readVersion: base.version }),
    engineInfo,
    txnId,
    ...(request.userMetadata === undefined ? {} : { userMetadata: request.userMetadata }),
  };
  return [
    { commitInfo },
    ...(isNew ? [{ protocol: supportedProtocol }] : []),
    ...(metaData === undefined ? [] : [{ metaData: renderMetaData(base.state.metaData, metaData, timestamp) }]),
    ...(txn === undefined ? [] : [{ txn: { appId: txn.appId, version: txn.version, lastUpdated: timestamp } }]),
    ...removes.map(({ path, partitionValues, size }) => ({
      remove: {
        path,
        deletionTimestamp: timestamp,
        dataChange: true,
        extendedFileMetadata: true,
        partitionValues,
        size,
      },
    })),
    ...adds.map((file) => ({ add: renderAdd(file, timestamp) })),
  ];
}

function renderAdd(file: NewDataFile, timestamp: number): AddAction {
  return {
    path: encodeDataPath(file.path),
    partitionValues: file.partitionValues ?? {},
    size: file.size,
    modificationTime: file.modificationTime ?? timestamp,
    dataChange: file.dataChange ?? true,
    ...(file.stats === undefined ? {} : { stats: file.stats }),
    ...(file.tags === undefined ? {} : { tags: file.tags }),
  };
}

function renderMetaData(old: MetaDataAction | undefined, given: NewMetaData, timestamp: number): MetaDataAction {
  const name = given.name ?? old?.name;
  const description = given.description ?? old?.description;
  return {
    id: old?.id ?? randomUUID(),
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    format: { provider: 'parquet', options: {} },
    schemaString: given.schemaString,
    partitionColumns: given.partitionColumns ?? old?.partitionColumns ?? [],
    configuration: given.configuration ?? old?.configuration ?? {},
    createdTime: old?.createdTime ?? timestamp,
  };
}
