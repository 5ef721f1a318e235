import { InsightsError } from '../contract/errors';

/** A data file of a table, as the log writes it (Delta protocol, "Add File"). */
export interface AddAction {
  /** Relative to the table, URL-encoded; `decodeDataPath` gives the file's name. */
  readonly path: string;
  /** Values as text; null where the row's value is null. Empty for a table without partitions. */
  readonly partitionValues: Readonly<Record<string, string | null>>;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970, UTC. */
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** JSON text: numRecords, minValues, maxValues, nullCount. */
  readonly stats?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A data file that is no longer part of a table. It may be deleted once no reader of an older version needs it. */
export interface RemoveAction {
  readonly path: string;
  /** Milliseconds since 1970, UTC. */
  readonly deletionTimestamp: number;
  readonly dataChange: boolean;
  readonly extendedFileMetadata?: boolean;
  readonly partitionValues?: Readonly<Record<string, string | null>>;
  readonly size?: number;
}

export interface MetaDataAction {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  /** Spark's JSON of the table's struct type. */
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly createdTime?: number;
}

export interface ProtocolAction {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[];
  readonly writerFeatures?: readonly string[];
}

/** The last batch that an application has written: what makes replaying a batch a no-op (design.md §4). */
export interface TxnAction {
  readonly appId: string;
  readonly version: number;
  readonly lastUpdated?: number;
}

/** Who committed, when and why. Other writers may leave out or add any field. */
export interface CommitInfo {
  /** Milliseconds since 1970, UTC. */
  readonly timestamp?: number;
  readonly operation?: string;
  readonly operationParameters?: Readonly<Record<string, unknown>>;
  readonly engineInfo?: string;
  readonly userMetadata?: string;
  /** Unique to one attempt to commit. */
  readonly txnId?: string;
  readonly [other: string]: unknown;
}

/** One line of a commit, or one row of a checkpoint: exactly one field is set. Unknown kinds leave all unset. */
export interface Action {
  readonly add?: AddAction;
  readonly remove?: RemoveAction;
  readonly metaData?: MetaDataAction;
  readonly protocol?: ProtocolAction;
  readonly txn?: TxnAction;
  readonly commitInfo?: CommitInfo;
}

/**
 * The actions of a commit file.
 * @param file the lake path, for messages
 * @throws InsightsError DELTA_LOG_CORRUPT with the line, when it is not JSON or an action lacks what it needs
 */
export function parseCommit(text: string, file: string): Action[] {
  const actions: Action[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw corrupt('A line of a Delta commit is not JSON.', file, index + 1);
    }
    actions.push(checkAction(value, file, index + 1));
  });
  if (actions.length === 0) throw corrupt('A Delta commit is empty.', file);
  return actions;
}

/** What each kind of action cannot be without. */
const needed = {
  add: { path: 'string', size: 'number', partitionValues: 'object' },
  remove: { path: 'string' },
  metaData: { id: 'string', schemaString: 'string', partitionColumns: 'object' },
  protocol: { minReaderVersion: 'number', minWriterVersion: 'number' },
  txn: { appId: 'string', version: 'number' },
} as const;

/** Refuses an action that lacks a field without which the table's content would be guessed; drops fields that are null. */
export function checkAction(value: unknown, file: string, line?: number): Action {
  if (typeof value !== 'object' || value === null)
    throw corrupt('A line of a Delta commit is not an action.', file, line);
  const action: Record<string, unknown> = {};
  for (const [kind, content] of Object.entries(value)) {
    if (content === null) continue;
    const fields = Object.fromEntries(Object.entries(content as object).filter(([, field]) => field !== null));
    for (const [field, type] of Object.entries(needed[kind as keyof typeof needed] ?? {})) {
      if (typeof fields[field] !== type) throw corrupt(`The Delta action ${kind} has no ${field}.`, file, line);
    }
    action[kind] = fields;
  }
  return action;
}

/** DELTA_LOG_CORRUPT at a place. */
export function corrupt(message: string, file: string, line?: number): InsightsError {
  return new InsightsError('DELTA_LOG_CORRUPT', message, { place: { file, ...(line === undefined ? {} : { line }) } });
}

/** `rundate=2022-01-28 06:16:22/a.parquet` as a log writes it: each segment percent-encoded, `=` kept as it is. */
export function encodeDataPath(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(segment).replaceAll('%3D', '='))
    .join('/');
}

/**
 * The name of a data file below its table's folder.
 * @throws InsightsError DELTA_PROTOCOL_UNSUPPORTED for an absolute path (a shallow clone), DELTA_LOG_CORRUPT when it cannot be decoded
 */
export function decodeDataPath(path: string, table: string): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/|^\//.test(path)) {
    throw new InsightsError('DELTA_PROTOCOL_UNSUPPORTED', 'The Delta table refers to files outside its own folder.', {
      place: { path: table },
    });
  }
  try {
    return decodeURIComponent(path);
  } catch {
    throw corrupt('The path of a data file in a Delta log cannot be decoded.', `${table}/_delta_log`);
  }
}
