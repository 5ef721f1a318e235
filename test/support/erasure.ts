import { formatError, InsightsError } from '../../src/contract/errors';
import type { Catalogue } from '../../src/catalogue/model';
import * as fs from 'node:fs/promises';
import path from 'node:path';
import { erasePerson, type ErasureReport } from '../../src/privacy/erase';
import { decideAbout, type TombstoneDecision } from '../../src/privacy/tombstone-decisions';
import { FolderStore } from '../../src/lake/folder-store';
import type { LakeStore } from '../../src/lake/store';
import { verifyLake } from '../../src/verify/verify-lake';
import { openDatabase } from '../../src/engine/database';
import type { SecretKeeper } from '../../src/contract/secret-keeper';
import { smallPaths, smallSalt } from './small-place';

export const erasureClock = (): Date => new Date('2026-03-01T12:00:00Z');

export interface ErasureBench<Keeper extends SecretKeeper = SecretKeeper> {
  readonly lake: string;
  readonly keeper: Keeper;
  readonly catalogue?: Catalogue;
  /** @default that of the small lakes */
  readonly salt?: string;
  /** Instead of a FolderStore at `lake`; the caller closes it. */
  readonly store?: LakeStore;
}

async function onLake<T>(
  bench: ErasureBench,
  work: (options: Parameters<typeof decideAbout>[0]) => Promise<T>,
): Promise<T> {
  const own = bench.store === undefined ? new FolderStore(bench.lake, { durable: false }) : undefined;
  const store = bench.store ?? own;
  if (store === undefined) throw new Error('A store is given or made.');
  try {
    return await work({
      store,
      workspace: 'dev',
      salt: bench.salt ?? smallSalt,
      keeper: bench.keeper,
      person: '',
      runId: 'erasure-1',
      now: erasureClock,
      progress: () => undefined,
      ...(bench.catalogue === undefined ? {} : { catalogue: bench.catalogue }),
    });
  } finally {
    await own?.close();
  }
}

/** A dry run without a code; with `resume`, what an interrupted erasure left. */
export function erase(bench: ErasureBench, person: string | undefined, confirm?: string): Promise<ErasureReport> {
  return onLake(bench, (options) => erasePerson({ ...options, person, confirm }));
}

/** The dry run and then the erasure that it shows. */
export async function eraseConfirmed(bench: ErasureBench, person: string): Promise<ErasureReport> {
  const { code } = await erase(bench, person);
  return erase(bench, person, code ?? undefined);
}

export function decide(bench: ErasureBench, person: string, decision: TombstoneDecision): Promise<number> {
  return onLake(bench, (options) => decideAbout({ ...options, person }, decision));
}

/** Errors that verification finds, as `check: message`. */
export async function verificationErrors(
  lake: string,
  catalogue: Catalogue,
  salt: string = smallSalt,
  erasureKey?: () => Promise<string | undefined>,
): Promise<string[]> {
  const store = new FolderStore(lake, { durable: false });
  const database = await openDatabase();
  try {
    const [connection] = database.connections;
    const tombstones = erasureKey === undefined ? {} : { erasureKey };
    const { checks } = await verifyLake({ store, paths: smallPaths, catalogue, connection, salt, ...tombstones });
    return checks.flatMap(({ check, findings }) =>
      findings
        .filter(({ severity }) => severity === 'error')
        .map(({ message, table }) => `${check}: ${message} ${table}`),
    );
  } finally {
    database.close();
    await store.close();
  }
}

/** The whole text that a user reads when something is refused. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof InsightsError) return formatError(error);
    throw error;
  }
  return 'Nothing was refused.';
}

/** Names of the files below a folder that hold one of these texts, by their bytes. */
export async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const files = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const file of files.filter((one) => one.isFile())) {
    const bytes = await fs.readFile(path.join(file.parentPath, file.name));
    if (texts.some((text) => bytes.includes(text))) found.push(file.name);
  }
  return found;
}
