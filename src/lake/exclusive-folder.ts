import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { InsightsError } from '../contract/errors';
import { FolderStore } from './folder-store';

/**
 * Works in a folder of this machine that nobody else may work in meanwhile. The lock lies beside the folder, so that the folder may be
 * emptied; that of a process that has died is taken over.
 * @param code the error where another one is at work there
 * @throws InsightsError `code`
 */
export async function inExclusiveFolder<Result>(
  folder: string,
  code: 'REHEARSAL_RUNNING' | 'LOCAL_AZURE_RUNNING' | 'DEPLOYMENT_RUNNING',
  work: () => Promise<Result>,
): Promise<Result> {
  const lockFile = lockOf(folder);
  // As the folder itself is made: what lies beside it is nobody else's either.
  mkdirSync(path.dirname(lockFile), { recursive: true, mode: 0o700 });
  const store = new FolderStore(path.dirname(lockFile), { durable: false });
  try {
    const lock = await store.lock(path.basename(lockFile), 'this command').catch((error: unknown) => {
      if (!(error instanceof InsightsError) || error.code !== 'LAKE_LOCKED') throw error;
      const { pid, since } = error.details as { readonly pid?: number; readonly since?: string };
      const who = pid === undefined || since === undefined ? '' : ` (process ${pid}, since ${since})`;
      throw new InsightsError(code, `Another one works in this folder${who}.`, {
        place: { file: lockFile },
        details: error.details,
        cause: error,
      });
    });
    try {
      return await work();
    } finally {
      await lock.release();
    }
  } finally {
    await store.close();
  }
}

/** Whether somebody is at work in a folder, or died there. */
export function isExclusive(folder: string): boolean {
  return existsSync(lockOf(folder));
}

function lockOf(folder: string): string {
  return path.join(path.dirname(folder), `${path.basename(folder)}.lock`);
}
