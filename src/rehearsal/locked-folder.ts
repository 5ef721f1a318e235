import path from 'node:path';
import { InsightsError } from '../contract/errors';
import { FolderStore } from '../lake/folder-store';
import type { LakeLock } from '../lake/store';

/**
 * Keeps the folder of a rehearsal for this process: another one would empty it under its feet. The lock lies beside the folder; that
 * of a process that has died is taken over.
 * @throws InsightsError REHEARSAL_RUNNING
 */
export async function inLockedFolder<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const lock = await lockFolder(folder);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function lockFolder(folder: string): Promise<LakeLock> {
  const store = new FolderStore(path.dirname(folder), { durable: false });
  const file = `${path.basename(folder)}.lock`;
  try {
    return await store.lock(file, 'a rehearsal');
  } catch (error) {
    if (!(error instanceof InsightsError) || error.code !== 'LAKE_LOCKED') throw error;
    const { pid, since } = error.details as { readonly pid?: number; readonly since?: string };
    const who = pid === undefined || since === undefined ? '' : ` (process ${pid}, since ${since})`;
    throw new InsightsError('REHEARSAL_RUNNING', `Another one works in this folder${who}.`, {
      place: { file: path.join(path.dirname(folder), file) },
      details: error.details,
      cause: error,
    });
  } finally {
    await store.close();
  }
}
