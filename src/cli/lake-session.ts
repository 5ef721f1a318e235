import { readFileSync, statSync } from 'node:fs';
import { loadCatalogue } from '../catalogue/load';
import type { Profile } from '../catalogue/model';
import { isTimeZone } from '../contract/environment-check';
import { InsightsError } from '../contract/errors';
import type { RunReport, VerificationReport } from '../contract/lake-format';
import { LakePaths } from '../contract/lake-paths';
import { erasureKeyName, saltFromText, saltName } from '../contract/salt';
import { parseDataVersion, parseWorkspaceName } from '../contract/versions';
import { ownFolder } from '../contract/project-folders';
import { openDatabase } from '../engine/database';
import { defaultEngineSettings } from '../engine/engine-context';
import { lakeEmpty, LandingLedger } from '../engine/landing-ledger';
import { processDrop } from '../engine/process';
import { statusOf } from '../lake/blob-errors';
import { codeOf } from '../lake/local-files';
import type { LakeStore } from '../lake/store';
import { openStore } from '../lake/store-factory';
import { FileSecrets } from '../privacy/file-secrets';
import { verifyLake } from '../verify/verify-lake';
import { ensureLocalSalt } from './local-salt';

/** A folder, the blob URL of a storage account, or what opens the lake. */
export type LakeLocation = string | (() => LakeStore);

/** Which lake a command works on. */
export interface LakeTarget {
  readonly lake: LakeLocation;
  readonly workspace: string;
  readonly version: string;
}

export interface ProcessRequest extends LakeTarget {
  /** Folder that holds `M365/`; undefined: nothing new lands, and what is pending is tried again. */
  readonly drop?: string | undefined;
  readonly profile: string;
  readonly saltFile: string;
  readonly settleMinutes: number;
  readonly timeZone: string;
  readonly rebuild: boolean;
  /** Whether stage 3 follows activity. @default true */
  readonly digitalEngagement?: boolean;
  /** Of the engine. @default 2 */
  readonly threads?: number;
  readonly progress: (text: string) => void;
}

/**
 * Processes a drop, or what a lake has pending, with the embedded engine and leaves the run report in the lake.
 * @throws InsightsError DROP_NOT_FOUND; LAKE_EMPTY without a drop where there is no lake
 */
export async function processLake(request: ProcessRequest): Promise<RunReport> {
  const paths = lakePaths(request);
  if (!isTimeZone(request.timeZone)) {
    throw new InsightsError('USAGE', '--time-zone is not an IANA time zone such as Europe/Berlin.');
  }
  const profile = parseProfile(request.profile, request.workspace);
  const catalogue = loadCatalogue(profile);
  const salt = readSaltFile(request.saltFile);
  const drop = request.drop === undefined ? undefined : await openDrop(request.drop);
  return withStore(request.lake, async (store) => {
    if (drop === undefined) await requireLake(store, paths);
    const report = await processDrop({
      ...(drop === undefined ? {} : { drop: { store: drop, prefix: '' } }),
      store,
      paths,
      catalogue,
      salt,
      // The key of the tombstones lies beside the salt (ERASE1).
      erasureKey: () => new FileSecrets(request.saltFile, '').read(erasureKeyName(request.workspace)),
      settings: { ...defaultEngineSettings, settleMinutes: request.settleMinutes },
      timeZone: request.timeZone,
      rebuild: request.rebuild,
      digitalEngagement: request.digitalEngagement !== false,
      ...(request.threads === undefined ? {} : { threads: request.threads }),
      progress: request.progress,
    });
    await store.write(paths.runReport(report.runId), `${JSON.stringify(report, null, 2)}\n`);
    return report;
  }).finally(() => drop?.close());
}

async function openDrop(folder: string): Promise<LakeStore> {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return openStore(folder);
  const message = found === undefined ? 'The drop is not there.' : 'The drop is a file, not a folder.';
  throw new InsightsError('DROP_NOT_FOUND', message, { place: { file: folder } });
}

/** Without a drop a mistyped place would become a new and empty lake. */
async function requireLake(store: LakeStore, paths: LakePaths): Promise<void> {
  const ledger = await LandingLedger.open(store, paths, { runId: 'process', engine: 'process' });
  if (ledger.state.nextSequence === 0) throw lakeEmpty(store, paths);
}

export interface VerifyRequest extends LakeTarget {
  /** Without a salt pseudonyms are checked against the lookups only. */
  readonly saltFile?: string | undefined;
  /** Asked by the name of the secret where there is no file: for the salt, and for the erasure key where somebody was erased. */
  readonly readSecret?: ((name: string) => Promise<string | undefined>) | undefined;
  readonly progress: (text: string) => void;
}

export interface VerifiedLake {
  readonly report: VerificationReport;
  /** Whether the pseudonyms were computed anew. */
  readonly withSalt: boolean;
  /** False where the signed-in identity may read the lake and not write to it. */
  readonly reportLeft: boolean;
}

/** Verifies a lake with the catalogue of the profile it was built with, and leaves the report in the lake where it may. */
export async function verifyLakeAt(request: VerifyRequest): Promise<VerifiedLake> {
  const paths = lakePaths(request);
  const fileSalt = request.saltFile === undefined ? undefined : readSaltFile(request.saltFile);
  return withStore(request.lake, async (store) => {
    const ledger = await LandingLedger.open(store, paths, { runId: 'verify', engine: 'verify' });
    const profile = parseProfile(ledger.state.catalogue?.profile ?? 'strict', request.workspace);
    const catalogue = loadCatalogue(profile);
    const salt = fileSalt ?? (await request.readSecret?.(saltName(request.workspace, profile)));
    const database = await openDatabase();
    try {
      const report = await verifyLake({
        store,
        paths,
        catalogue,
        connection: database.connections[0],
        secondConnection: database.connections[1],
        ...(salt === undefined ? {} : { salt }),
        erasureKey: () => erasureKeyFor(request),
        progress: (check, index, count) => request.progress(`Check ${index + 1} of ${count}: ${check}`),
      });
      const reportLeft = await leaveReport(store, paths.verifyReport(report.runId), report);
      return { report, withSalt: salt !== undefined, reportLeft };
    } finally {
      database.close();
    }
  });
}

/** The key lies beside the salt (ERASE1). */
async function erasureKeyFor({ saltFile, readSecret, workspace }: VerifyRequest): Promise<string | undefined> {
  const name = erasureKeyName(workspace);
  return saltFile === undefined ? readSecret?.(name) : new FileSecrets(saltFile, '').read(name);
}

async function leaveReport(store: LakeStore, path: string, report: VerificationReport): Promise<boolean> {
  try {
    await store.write(path, `${JSON.stringify(report, null, 2)}\n`);
    return true;
  } catch (error) {
    if (error instanceof InsightsError && isRefusedWrite(error.cause)) return false;
    throw error;
  }
}

/** Of an account, or of a folder that belongs to somebody else or is mounted for reading only. */
function isRefusedWrite(cause: unknown): boolean {
  return statusOf(cause) === 403 || ['EACCES', 'EPERM', 'EROFS'].includes(codeOf(cause) ?? '');
}

/** Opens the lake, works on it and closes it, whatever happens. */
export async function withStore<T>(lake: LakeLocation, work: (store: LakeStore) => Promise<T>): Promise<T> {
  const store = typeof lake === 'string' ? await openStore(lake) : lake();
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

export function lakePaths(target: Pick<LakeTarget, 'workspace' | 'version'>): LakePaths {
  return new LakePaths(parseWorkspaceName(target.workspace), parseDataVersion(target.version));
}

/**
 * The salt file to use: the one given, else the workspace's own below `.insights/`, made on first use. prod never gets one
 * made up: its salt is in the vault.
 */
export async function saltFileOf(
  given: string | undefined,
  workspace: string,
  profile: string,
  projectRoot: string,
): Promise<string> {
  if (given !== undefined) return given;
  if (workspace === 'prod') throw new InsightsError('SALT_MISSING', 'Workspace prod needs --salt-file.');
  const file = ownFolder(projectRoot, saltName(parseWorkspaceName(workspace), profile));
  await ensureLocalSalt(file);
  return file;
}

function readSaltFile(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InsightsError('SALT_MISSING', 'The salt file cannot be read.', { place: { file }, cause });
  }
  return saltFromText(text, file);
}

function parseProfile(profile: string, workspace: string): Profile {
  if (profile !== 'strict' && profile !== 'v0.2') {
    throw new InsightsError('USAGE', '--profile is strict or v0.2.');
  }
  if (profile === 'v0.2' && workspace === 'prod') {
    throw new InsightsError('USAGE', 'Profile v0.2 shows raw identifiers and is refused for workspace prod.');
  }
  return profile;
}
