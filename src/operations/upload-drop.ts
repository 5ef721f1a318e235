import { createHash } from 'node:crypto';
import { InsightsError } from '../contract/errors';
import { digestFile } from '../lake/store-streams';
import type { LakeStore } from '../lake/store';
import { interrupted } from './azure-errors';
import { inParallel } from './in-parallel';
import { planUpload, type DropFile, type PlacedState, type UploadPlan, type UploadUnit } from './upload-plan';

/** A file that is in pre-landing already. */
export interface PlacedDropFile {
  /** Below the share's directory. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex, where the account knows them without reading the file. */
  readonly sha256?: string;
  readonly md5?: string;
  /** Changes with every write of the file. */
  readonly etag: string;
}

/** The share's directory in pre-landing. Paths are those below it. */
export interface DropPlace {
  list(): Promise<readonly PlacedDropFile[]>;
  /** Reads the whole file. */
  sha256(path: string): Promise<string>;
  /**
   * Creates the file, or replaces the one of this ETag; it appears whole or not at all, and only with the bytes of
   * `file.sha256`.
   * @throws InsightsError DROP_CHANGED, UPLOAD_OVERTAKEN, LAKE_STORE_FAILED, OPERATION_INTERRUPTED
   */
  put(source: LakeStore, file: DropFile, replaces: string | undefined): Promise<void>;
  remove(path: string): Promise<void>;
}

export interface UploadRequest {
  /** Folder that holds `M365/`. */
  readonly drop: LakeStore;
  readonly tables: ReadonlySet<string>;
  /** Tables without which landing does not take a roster folder (ROW2). */
  readonly requiredTables: readonly string[];
  /** Whether units that are there with other content are delivered again. */
  readonly replace: boolean;
  /** Looks at everything and writes nothing. */
  readonly dryRun: boolean;
}

export interface UploadPorts {
  readonly place: DropPlace;
  /** Compares the drop with the catalogue; returns what is an error, in the words of the check. */
  readonly check: () => Promise<readonly string[]>;
  readonly progress: (text: string) => void;
  readonly signal?: AbortSignal;
}

export interface UploadReport {
  readonly uploaded: number;
  readonly skipped: number;
  readonly bytes: number;
  readonly units: readonly UploadUnit[];
  /** Files of these units that were there before and that the drop does not have; landing takes them along. */
  readonly others: readonly string[];
  /** Roster folders that could not be made to appear at once. */
  readonly unguarded: readonly string[];
}

/** Files under way at once. */
const parallel = 6;
/** How many errors of a check are named. */
const namedErrors = 5;

/**
 * Puts a drop into pre-landing as a share would. The drop is checked first; files that are there with the same bytes are
 * skipped; each file is whole or not there, and a roster folder is complete (ROW2) only with its last file. So an upload
 * that was interrupted anywhere is continued by the next one, and no run takes a half of it.
 * @throws InsightsError DROP_NOT_FOUND, DROP_REFUSED, UPLOAD_WOULD_REPLACE, and those of `DropPlace.put`
 */
export async function uploadDrop(request: UploadRequest, ports: UploadPorts): Promise<UploadReport> {
  const { drop, replace, dryRun } = request;
  const { place, progress } = ports;
  // Before the check: what is uploaded then has the bytes that were checked.
  const files = await readFiles(drop, ports);
  progress('Checking the drop');
  refuseErrors(await ports.check());
  stopIfAsked(ports);

  progress('Comparing with pre-landing');
  const placed = new Map((await place.list()).map((file) => [file.path, file]));
  const states = await compare(files, placed, ports);
  const stateOf = (file: DropFile): PlacedState => states.get(file.path) ?? 'absent';
  const { tables, requiredTables } = request;
  const plan = planUpload({ files, stateOf, placed: [...placed.keys()], tables, requiredTables });
  if (plan.conflicts.length > 0 && !replace) throw wouldReplace(plan.conflicts);

  const wanted = plan.steps.flatMap(({ phases }) => phases.flat());
  if (!dryRun) await execute(plan, drop, placed, wanted.length, ports);
  const { units, others, unguarded } = plan;
  const bytes = wanted.reduce((sum, file) => sum + file.bytes, 0);
  return { uploaded: wanted.length, skipped: files.length - wanted.length, bytes, units, others, unguarded };
}

async function execute(
  plan: UploadPlan,
  drop: LakeStore,
  placed: ReadonlyMap<string, PlacedDropFile>,
  count: number,
  ports: UploadPorts,
): Promise<void> {
  const { place, progress } = ports;
  let done = 0;
  for (const { remove, phases } of plan.steps) {
    stopIfAsked(ports);
    if (remove !== undefined) await place.remove(remove.path);
    for (const phase of phases) {
      await inParallel(phase, parallel, async (file) => {
        stopIfAsked(ports);
        await place.put(drop, file, file === remove ? undefined : placed.get(file.path)?.etag);
        done += 1;
        progress(`Uploaded ${done} of ${count}: ${file.path}`);
      });
    }
  }
}

async function readFiles(drop: LakeStore, ports: UploadPorts): Promise<readonly DropFile[]> {
  const stored = await drop.list('M365');
  if (stored.length === 0) {
    throw new InsightsError('DROP_NOT_FOUND', 'There is no M365 folder with files in the drop.', {
      place: { file: drop.description },
    });
  }
  ports.progress(`Reading ${stored.length} files`);
  const files = new Map<string, DropFile>();
  await inParallel(stored, parallel, async ({ path }) => {
    stopIfAsked(ports);
    const md5 = createHash('md5');
    const { sha256, bytes } = await digestFile(drop, path, async (chunk) => void md5.update(chunk));
    files.set(path, { path, bytes, sha256, md5: md5.digest('hex') });
  });
  return stored.flatMap(({ path }) => files.get(path) ?? []);
}

/** By hash; a file of which the account knows none is read, where at least its length is the same. */
async function compare(
  files: readonly DropFile[],
  placed: ReadonlyMap<string, PlacedDropFile>,
  ports: UploadPorts,
): Promise<ReadonlyMap<string, PlacedState>> {
  const states = new Map<string, PlacedState>();
  await inParallel(files, parallel, async (file) => {
    const found = placed.get(file.path);
    if (found === undefined) return;
    stopIfAsked(ports);
    let isSame = found.bytes === file.bytes;
    if (isSame && found.sha256 !== undefined) isSame = found.sha256 === file.sha256;
    else if (isSame && found.md5 !== undefined) isSame = found.md5 === file.md5;
    else if (isSame) isSame = (await ports.place.sha256(file.path)) === file.sha256;
    states.set(file.path, isSame ? 'same' : 'different');
  });
  return states;
}

function refuseErrors(errors: readonly string[]): void {
  if (errors.length === 0) return;
  const named = errors.slice(0, namedErrors).join(' ');
  const more = errors.length > namedErrors ? ` And ${errors.length - namedErrors} more.` : '';
  const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
  throw new InsightsError('DROP_REFUSED', `The drop has ${count} and was not uploaded. ${named}${more}`, {
    details: { errors },
  });
}

function wouldReplace(units: readonly string[]): InsightsError {
  const message = `There with other content: ${units.join(', ')}. Nothing was uploaded.`;
  return new InsightsError('UPLOAD_WOULD_REPLACE', message, { details: { units } });
}

function stopIfAsked({ signal }: UploadPorts): void {
  if (signal?.aborted === true) throw interrupted();
}
