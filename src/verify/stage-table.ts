import type { DuckDBConnection } from '@duckdb/node-api';
import type { CommitLedger, LakeStageName } from '../contract/lake-format';
import { validateCommitLedger } from '../contract/lake-schemas';
import type { Action, TxnAction } from '../lake/delta-actions';
import { deltaFields, deltaRelation, type DeltaField } from '../lake/delta-relation';
import { readCommits, readSnapshot } from '../lake/delta-snapshot';
import { DeltaState } from '../lake/delta-state';
import { InsightsError } from '../contract/errors';
import type { TableReader } from '../lake/store';

/** Verification looks at a table of the catalogue in each of these. */
export const tableStages = ['Ingested', 'Ingested_Corrected', 'general', 'sensitive', 'Rejected'] as const;

/** What one commit says about itself, and what it did. */
export interface StageCommit {
  readonly version: number;
  /** Undefined when the commit has no `userMetadata`, or one that does not fit (see `ledgerProblem`). */
  readonly ledger: CommitLedger | undefined;
  /** Why `userMetadata` is no ledger, as the end of a sentence. */
  readonly ledgerProblem: string | undefined;
  readonly txn: TxnAction | undefined;
  /** Rows after this commit by the files' `numRecords`; undefined when the log no longer goes back to version 0. */
  readonly rows: number | undefined;
}

/** A data file that the newest version of a table refers to. */
export interface DataFile {
  readonly path: string;
  /** Its bytes on this machine; undefined where there is no such file, which the check of the folders reports. */
  readonly local: string | undefined;
  readonly bytes: number;
  /** `numRecords`; undefined when the statistics do not say it. */
  readonly rows: number | undefined;
  readonly statistics: FileStatistics;
}

/** Column names (and for Rejected the batch) of a file's statistics. */
export interface FileStatistics {
  readonly minValues: Readonly<Record<string, unknown>>;
  readonly maxValues: Readonly<Record<string, unknown>>;
  readonly nullCount: Readonly<Record<string, unknown>>;
}

/** A Delta table of one stage, read whole: its newest version, its history and what its folder may hold. */
export interface StageTable {
  readonly stage: LakeStageName;
  readonly table: string;
  readonly path: string;
  readonly fields: readonly DeltaField[];
  readonly partitionColumns: readonly string[];
  readonly files: readonly DataFile[];
  /** Sum of `numRecords`. */
  readonly rows: number;
  /** As far back as the log is kept, oldest first. */
  readonly commits: readonly StageCommit[];
  /** The log goes back to version 0. */
  readonly isComplete: boolean;
  /** Lake paths of files that were part of the table once; their data may lie there until they are vacuumed. */
  readonly formerFiles: ReadonlySet<string>;
  /** For FROM: the rows of the newest version. */
  readonly relation: string;
  /** Why its rows could not be held in memory with those of the others, as the end of a sentence. */
  readonly notLoaded?: string;
}

/**
 * Reads a Delta table for verification; undefined when there is none.
 * @throws InsightsError DELTA_PROTOCOL_UNSUPPORTED, DELTA_LOG_GAP or DELTA_LOG_CORRUPT
 */
export async function readStageTable(
  store: TableReader,
  connection: DuckDBConnection,
  at: { readonly stage: LakeStageName; readonly table: string; readonly path: string },
): Promise<StageTable | undefined> {
  const snapshot = await readSnapshot(store, at.path, connection);
  if (snapshot === undefined) return undefined;
  const { commits: versions } = snapshot;
  const isComplete = versions[0] === 0;
  const replayed = new DeltaState(at.path);
  const formerFiles = new Set<string>();
  const commits: StageCommit[] = [];
  for await (const { version, actions } of readCommits(store, at.path, versions)) {
    replayed.apply(actions);
    for (const name of replayed.removes.keys()) formerFiles.add(`${at.path}/${name}`);
    const rows = sum([...replayed.files.values()].map((add) => statisticsOf(add.stats).numRecords ?? 0));
    commits.push({
      version,
      ...ledgerOf(actions),
      txn: actions.find(({ txn }) => txn)?.txn,
      rows: isComplete ? rows : undefined,
    });
  }
  const { state } = snapshot;
  for (const name of state.removes.keys()) formerFiles.add(`${at.path}/${name}`);
  const files = await Promise.all(
    [...state.files].map(async ([name, add]): Promise<DataFile> => {
      const { numRecords, ...statistics } = statisticsOf(add.stats);
      const path = `${at.path}/${name}`;
      return { path, local: await localPathIfThere(store, path), bytes: add.size, rows: numRecords, statistics };
    }),
  );
  const fields = deltaFields(state.metaData?.schemaString ?? '{}');
  return {
    ...at,
    fields,
    partitionColumns: state.metaData?.partitionColumns ?? [],
    files,
    rows: sum(files.map((file) => file.rows ?? 0)),
    commits,
    isComplete,
    formerFiles,
    relation: deltaRelation(fields, localFiles(files)),
  };
}

function ledgerOf(actions: readonly Action[]): Pick<StageCommit, 'ledger' | 'ledgerProblem'> {
  const text = actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo?.userMetadata;
  if (text === undefined) return { ledger: undefined, ledgerProblem: undefined };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ledger: undefined, ledgerProblem: 'is not JSON' };
  }
  const ledgerProblem = validateCommitLedger(value);
  return ledgerProblem === undefined
    ? { ledger: value as CommitLedger, ledgerProblem }
    : { ledger: undefined, ledgerProblem };
}

function statisticsOf(text: string | undefined): FileStatistics & { readonly numRecords: number | undefined } {
  const nothing = { minValues: {}, maxValues: {}, nullCount: {}, numRecords: undefined };
  if (text === undefined) return nothing;
  try {
    return { ...nothing, ...(JSON.parse(text) as object) };
  } catch {
    return nothing;
  }
}

/** The files that are there. */
export function localFiles(files: readonly DataFile[]): readonly string[] {
  return files.flatMap(({ local }) => local ?? []);
}

/** The checks go on with the rest where a file is missing. */
async function localPathIfThere(store: TableReader, path: string): Promise<string | undefined> {
  try {
    return await store.localPath(path);
  } catch (error) {
    if (error instanceof InsightsError && error.code === 'LAKE_FILE_MISSING') return undefined;
    throw error;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
