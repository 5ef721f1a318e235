import type { DuckDBConnection } from '@duckdb/node-api';
import { corrupt, parseCommit, type Action } from './delta-actions';
import { readCheckpoint } from './delta-checkpoint';
import { commitPath, listLog, planRead } from './delta-log-files';
import { DeltaState } from './delta-state';
import type { TableReader } from './store';

/** A table at one version. */
export interface DeltaSnapshot {
  readonly version: number;
  readonly state: DeltaState;
  /** Version of the newest checkpoint at or before `version`; undefined when there is none. */
  readonly checkpointVersion: number | undefined;
}

/** The same as it was read, with what the log holds beside. */
export interface ReadSnapshot extends DeltaSnapshot {
  /** Versions of the commits that the log still has, ascending. */
  readonly commits: readonly number[];
}

/** Commits read at a time: a log without checkpoints may have thousands. */
const readAhead = 16;

/**
 * Reads a table at `version`, the newest when not given. Undefined when the folder holds no Delta log.
 * One listing, one read for each commit since the checkpoint, and one for each part of the checkpoint.
 * @throws InsightsError DELTA_PROTOCOL_UNSUPPORTED, DELTA_LOG_GAP, DELTA_LOG_CORRUPT or DELTA_VERSION_MISSING
 */
export async function readSnapshot(
  store: TableReader,
  table: string,
  connection: DuckDBConnection,
  version?: number,
): Promise<ReadSnapshot | undefined> {
  const log = await listLog(store, table);
  const plan = planRead(log, table, version);
  if (plan === undefined) return undefined;
  const state = new DeltaState(table);
  if (plan.checkpoint !== undefined) state.apply(await readCheckpoint(store, plan.checkpoint.files, connection));
  for await (const { actions } of readCommits(store, table, plan.commits)) state.apply(actions);
  if (state.protocol === undefined || state.metaData === undefined) {
    throw corrupt('The log of the Delta table has no protocol or no metadata.', `${table}/_delta_log`);
  }
  return { version: plan.version, state, checkpointVersion: plan.checkpoint?.version, commits: log.commits };
}

/** The commits of the given versions, in that order. */
export async function* readCommits(
  store: TableReader,
  table: string,
  versions: readonly number[],
): AsyncGenerator<{ version: number; actions: Action[] }> {
  for (let start = 0; start < versions.length; start += readAhead) {
    const some = versions.slice(start, start + readAhead);
    yield* await Promise.all(
      some.map(async (version) => ({ version, actions: await readCommit(store, table, version) })),
    );
  }
}

/** The actions of one commit. */
export async function readCommit(store: TableReader, table: string, version: number): Promise<Action[]> {
  const path = commitPath(table, version);
  return parseCommit((await store.read(path)).toString('utf8'), path);
}
