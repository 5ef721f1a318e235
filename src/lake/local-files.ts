import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { InsightsError } from '../contract/errors';
import { isOutOfSpace } from '../contract/system-failure';
import { fileMissing } from './lake-path';

/** Makes the folder of `target` only where it is missing, and again when another process has just removed it. */
export async function withFolder(target: string, action: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || attempt === 3) throw error;
      await fs.mkdir(nodePath.dirname(target), { recursive: true });
    }
  }
}

/** Removes a folder and those above it as long as they are empty, up to but not including `root`. */
export async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let at = folder; at.startsWith(root + nodePath.sep); at = nodePath.dirname(at)) {
    const removed = await fs.rmdir(at).then(
      () => true,
      (error: unknown) => isMissing(error),
    );
    if (!removed) return;
  }
}

/** Flushes a file or folder to the disk. */
export async function syncPath(local: string): Promise<void> {
  const file = await fs.open(local, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The system's error code, such as `EEXIST`. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** True when an error says that a file, or a folder above it, is not there. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}

/** Throws the InsightsError that a system error on a lake path stands for. */
export function failed(error: unknown, path: string): never {
  if (error instanceof InsightsError) throw error;
  if (isMissing(error)) throw fileMissing(path, error);
  const nextStep = isOutOfSpace(error)
    ? 'Free space on the disk of that folder, then run again: what was written before is kept.'
    : 'See that you may read and write that folder and that its disk is there and has space, then run again.';
  throw new InsightsError(
    'LAKE_STORE_FAILED',
    `The file system refused an operation (${codeOf(error) ?? 'unknown'}).`,
    { place: { path }, nextStep, cause: error },
  );
}
