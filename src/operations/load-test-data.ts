import { createHash } from 'node:crypto';
import { interrupted } from './azure-errors';
import type { Clock } from './clock';
import type { SetFile } from './committed-set';
import type { LoadTestDataReport } from './contracts';
import { inParallel } from './in-parallel';
import { untilAllowed } from './until-allowed';

/** A file that is in the lake already. */
export interface PlacedFile {
  readonly path: string;
  /** Of the content, as this operation wrote it down beside the file; undefined when somebody else wrote the file. */
  readonly sha256?: string;
  /** MD5 of the content, lower-case hex, where the account knows it. */
  readonly md5?: string;
}

/** The folder of a test set in pre-landing. Paths are those below it. */
export interface TestDataPlace {
  list(): Promise<readonly PlacedFile[]>;
  /** Creates or replaces the file, with its hash written down beside it. */
  upload(path: string, bytes: Buffer, sha256: string): Promise<void>;
  /** Removes files, and the folders that are empty then, children first. */
  remove(paths: readonly string[]): Promise<void>;
}

export interface LoadTestDataPorts {
  readonly place: TestDataPlace;
  readonly clock: Clock;
  readonly print: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Uploads under way at once. */
const parallel = 8;

/**
 * Uploads a set, skips what is there with the same content, and removes what an earlier version of the set left. A file
 * that somebody else put there with other content is replaced, and is ours from then on. Uploads are whole or not at all,
 * so an interrupted run is continued by the next.
 * @throws InsightsError TEST_DATA_MISSING, TEST_DATA_CHANGED, LAKE_STORE_FAILED, OPERATION_INTERRUPTED
 */
export async function loadTestData(files: readonly SetFile[], ports: LoadTestDataPorts): Promise<LoadTestDataReport> {
  const { place, print, signal } = ports;
  const placed = new Map((await untilAllowed(() => place.list(), ports)).map((file) => [file.path, file]));
  let [uploaded, skipped, bytes] = [0, 0, 0];
  await inParallel(files, parallel, async (file) => {
    if (signal?.aborted === true) throw interrupted();
    const content = await file.read();
    if (isSame(placed.get(file.path), file.sha256, content)) {
      skipped += 1;
      return;
    }
    await untilAllowed(() => place.upload(file.path, content, file.sha256), ports);
    uploaded += 1;
    bytes += content.length;
    if (uploaded % 20 === 0) print(`${uploaded + skipped} of ${files.length} files`);
  });
  const wanted = new Set(files.map(({ path }) => path));
  const stale = [...placed.values()].filter(({ path, sha256 }) => sha256 !== undefined && !wanted.has(path));
  await place.remove(stale.map(({ path }) => path));
  print(`${uploaded} files uploaded, ${skipped} were there, ${stale.length} removed.`);
  return { uploaded, skipped, removed: stale.length, bytes };
}

/** Removes what `loadTestData` wrote and nobody has replaced since. */
export async function removeTestData(ports: LoadTestDataPorts): Promise<LoadTestDataReport> {
  const { place, print } = ports;
  const own = (await place.list()).filter(({ sha256 }) => sha256 !== undefined);
  await place.remove(own.map(({ path }) => path));
  print(`${own.length} files removed.`);
  return { uploaded: 0, skipped: 0, removed: own.length, bytes: 0 };
}

function isSame(placed: PlacedFile | undefined, sha256: string, content: Buffer): boolean {
  if (placed === undefined) return false;
  if (placed.sha256 !== undefined) return placed.sha256 === sha256;
  return placed.md5 !== undefined && placed.md5 === createHash('md5').update(content).digest('hex');
}
