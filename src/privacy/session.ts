import { loadCatalogue } from '../catalogue/load';
import type { Catalogue, Profile } from '../catalogue/model';
import { InsightsError } from '../contract/errors';
import { LakePaths } from '../contract/lake-paths';
import { saltFingerprint } from '../contract/salt';
import { openDatabase, type Database } from '../engine/database';
import { formatRundate } from '../engine/drop';
import { defaultEngineSettings, type EngineContext } from '../engine/engine-context';
import { LandingLedger } from '../engine/landing-ledger';
import { engineName } from '../engine/process';
import { removeUncommitted } from '../engine/recovery';
import type { LakeLock, LakeStore } from '../lake/store';
import { checkFingerprint } from './keep-salt';

/** What privacy operations work on: all data versions of a workspace, while holding their locks. */
export interface SessionOptions {
  readonly store: LakeStore;
  readonly workspace: string;
  readonly salt: string;
  /** @default that of the profile each version was made with */
  readonly catalogue?: Catalogue;
  /** @default all that the workspace has */
  readonly versions?: readonly string[];
  readonly runId: string;
  readonly now: () => Date;
  readonly progress: (text: string) => void;
}

/** One data version of the workspace, opened. */
export interface OpenLake {
  readonly context: EngineContext;
  readonly ledger: LandingLedger;
}

/**
 * Opens every data version of a workspace under its lock, cleans up after a run that died, and works on them. Where it is not
 * known what reached a lake its lock stays, as after a run: the next one takes it over.
 * @throws InsightsError LAKE_EMPTY, LAKE_LOCKED while a run is active, SALT_DIFFERS when the salt is not the lake's
 */
export async function withLakes<T>(
  options: SessionOptions,
  work: (lakes: readonly OpenLake[]) => Promise<T>,
): Promise<T> {
  const { store, workspace } = options;
  const versions = options.versions ?? (await dataVersions(store, workspace));
  if (versions.length === 0) {
    throw new InsightsError('LAKE_EMPTY', `Workspace ${workspace} has no lake here.`, {
      place: { file: store.description },
    });
  }
  const locks: LakeLock[] = [];
  const database = await openDatabase({ temporaryFolder: await store.stagingFolder() });
  let isCertain = true;
  let isClean = true;
  try {
    await database.setSalt(options.salt);
    const lakes: OpenLake[] = [];
    for (const version of versions) {
      const paths = new LakePaths(workspace, version);
      const lock = await store.lock(paths.lock, `run ${options.runId}`);
      locks.push(lock);
      isClean &&= !lock.takenOver;
      lakes.push(await openLake(options, paths, database, lock.takenOver));
    }
    isClean = true;
    return await work(lakes);
  } catch (error) {
    const isOurs = error instanceof InsightsError && !['LAKE_STORE_FAILED', 'ENGINE_FAILED'].includes(error.code);
    isCertain = isOurs && isClean;
    throw error;
  } finally {
    database.close();
    if (isCertain) for (const lock of locks) await lock.release();
  }
}

async function openLake(
  options: SessionOptions,
  paths: LakePaths,
  database: Database,
  takenOver: boolean,
): Promise<OpenLake> {
  const { store, salt, runId, now, progress } = options;
  const ledger = await LandingLedger.open(store, paths, { runId, engine: engineName });
  const recorded = ledger.state.catalogue;
  checkFingerprint(saltFingerprint(salt), recorded?.saltFingerprint, 'The salt');
  const catalogue = options.catalogue ?? loadCatalogue((recorded?.profile ?? 'strict') as Profile);
  if (takenOver) {
    const names = catalogue.tables.map(({ name }) => name);
    await removeUncommitted(store, paths, names, database.connections[0]);
  }
  const context: EngineContext = {
    store,
    paths,
    catalogue,
    settings: defaultEngineSettings,
    connections: database.connections,
    staging: await store.stagingFolder(),
    runId,
    startedAt: formatRundate(now()),
    engine: engineName,
    commits: [],
    messages: [],
    progress,
  };
  return { context, ledger };
}

/** The data versions that a workspace has a landing ledger of, ascending. */
export async function dataVersions(store: LakeStore, workspace: string): Promise<string[]> {
  const root = `${new LakePaths(workspace, '').stage(2)}/Ingested/M365/`;
  const found = new Set<string>();
  for (const { path } of await store.list(root.slice(0, -1))) {
    const version = /^v([0-9.]+)\/_landing\/\d{20}\.json$/.exec(path.slice(root.length))?.[1];
    if (version !== undefined) found.add(version);
  }
  return [...found].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
