import { InsightsError } from '../contract/errors';
import type { TableReader } from './store';

/** `00000000000000000010`: how Delta writes a version in file names. */
function versionName(version: number): string {
  return String(version).padStart(20, '0');
}

/** Lake path of a commit. */
export function commitPath(table: string, version: number): string {
  return `${table}/_delta_log/${versionName(version)}.json`;
}

/** Lake path of a single-part checkpoint. */
export function checkpointPath(table: string, version: number): string {
  return `${table}/_delta_log/${versionName(version)}.checkpoint.parquet`;
}

/** Lake path of the file that points to the newest checkpoint. */
export function lastCheckpointPath(table: string): string {
  return `${table}/_delta_log/_last_checkpoint`;
}

/** What the folder `_delta_log` of a table holds. */
export interface DeltaLogFiles {
  /** Versions with a commit file, ascending. */
  readonly commits: readonly number[];
  /** Complete classic checkpoints: version to its files in order of parts. */
  readonly checkpoints: ReadonlyMap<number, readonly string[]>;
  /** A checkpoint of a newer format (named by a UUID) lies there: readable only with reader version 3. */
  readonly hasNewerCheckpoints: boolean;
}

/** What must be read to know a table at `version`. */
export interface DeltaReadPlan {
  readonly version: number;
  readonly checkpoint?: { readonly version: number; readonly files: readonly string[] };
  /** Versions of the commits after the checkpoint, ascending and without a gap. */
  readonly commits: readonly number[];
}

const commitName = /^(\d{20})\.json$/;
const checkpointName = /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/;
const newerCheckpointName = /^\d{20}\.checkpoint\.[0-9a-f-]{36}\.(?:json|parquet)$/;

/**
 * Lists a table's log in one store operation. `_last_checkpoint` is not read: the listing is needed anyhow to see a gap,
 * it names every checkpoint, and it cannot be out of date.
 */
export async function listLog(store: TableReader, table: string): Promise<DeltaLogFiles> {
  const folder = `${table}/_delta_log`;
  const commits: number[] = [];
  const parts = new Map<string, { version: number; count: number; files: string[] }>();
  let hasNewerCheckpoints = false;
  for (const { path } of await store.list(folder)) {
    const name = path.slice(folder.length + 1);
    const commit = commitName.exec(name);
    if (commit !== null) commits.push(Number(commit[1]));
    hasNewerCheckpoints ||= newerCheckpointName.test(name);
    const checkpoint = checkpointName.exec(name);
    if (checkpoint === null) continue;
    const count = Number(checkpoint[3] ?? 1);
    const key = `${checkpoint[1]}.${checkpoint[3] ?? ''}`;
    const entry = parts.get(key) ?? { version: Number(checkpoint[1]), count, files: [] };
    entry.files.push(path);
    parts.set(key, entry);
  }
  const checkpoints = new Map<number, readonly string[]>();
  for (const { version, count, files } of parts.values()) if (files.length === count) checkpoints.set(version, files);
  return { commits, checkpoints, hasNewerCheckpoints };
}

/**
 * Which files tell a table's content at `version`, the newest when not given. Undefined when there is no log.
 * @throws InsightsError DELTA_LOG_GAP when a commit between them is missing, DELTA_VERSION_MISSING when the table has no such
 * version or its log is no longer kept, DELTA_PROTOCOL_UNSUPPORTED when only a checkpoint of a newer format could tell
 */
export function planRead(log: DeltaLogFiles, table: string, version?: number): DeltaReadPlan | undefined {
  const newest = Math.max(-1, log.commits.at(-1) ?? -1, ...log.checkpoints.keys());
  if (newest < 0 && !log.hasNewerCheckpoints) return undefined;
  const target = version ?? newest;
  const place = { path: table };
  if (target < 0 || target > newest || !Number.isInteger(target)) {
    throw new InsightsError(
      'DELTA_VERSION_MISSING',
      `The Delta table has no version ${target}; its newest is ${newest}.`,
      {
        place,
      },
    );
  }
  const from = Math.max(-1, ...[...log.checkpoints.keys()].filter((at) => at <= target));
  const present = new Set(log.commits);
  const commits: number[] = [];
  for (let at = from + 1; at <= target; at++) {
    if (present.has(at)) commits.push(at);
    else throw missingCommit(log, table, at, target);
  }
  const files = log.checkpoints.get(from);
  return { version: target, commits, ...(files === undefined ? {} : { checkpoint: { version: from, files } }) };
}

function missingCommit(log: DeltaLogFiles, table: string, missing: number, target: number): InsightsError {
  const place = { path: table };
  if (log.hasNewerCheckpoints) {
    const message = 'The Delta table has checkpoints of a newer format, which need reader version 3.';
    return new InsightsError('DELTA_PROTOCOL_UNSUPPORTED', message, { place });
  }
  const first = Math.min(...log.checkpoints.keys());
  if (target < first && first !== Infinity) {
    const message = `The log of version ${target} is no longer kept; the oldest readable version is ${first}.`;
    return new InsightsError('DELTA_VERSION_MISSING', message, { place });
  }
  return new InsightsError('DELTA_LOG_GAP', `The log of the Delta table has no version ${missing}.`, { place });
}
