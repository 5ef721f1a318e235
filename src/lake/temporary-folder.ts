import { accessSync, constants, lstatSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import * as nodePath from 'node:path';
import { hostMark } from './process-identity';

/** Folders of this process that are removed at its end, whatever ends it but kill -9. */
const own = new Set<string>();
const sweptParents = new Set<string>();

/** `<host>-<pid>`, by which a later process knows whether the one that made a folder is gone. */
export function ownFolderMark(): string {
  return `${hostMark(hostname())}-${process.pid}`;
}

/**
 * A new folder in the system's folder for such, which only this user can read. Whoever is done with it calls
 * `removeTemporary`; the end of the process does as well, and what a killed process left is removed by the next one.
 */
export function makeTemporary(parent = tmpdir()): string {
  removeAbandoned(parent, 'insights-');
  const folder = mkdtempSync(nodePath.join(parent, `insights-${ownFolderMark()}-`));
  removeAtEnd(folder);
  return folder;
}

/**
 * Where folders lie in memory, for what is written and read once: nothing of it waits for a disk.
 * @param bytes that must be free there; else, and where the system has no such place, it is the folder for temporary files
 */
export function memoryParent(bytes: number, place = '/dev/shm'): string {
  try {
    accessSync(place, constants.W_OK);
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize >= bytes ? place : tmpdir();
  } catch {
    return tmpdir();
  }
}

export function removeTemporary(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  own.delete(folder);
  if (own.size === 0) process.off('exit', removeOwn);
}

/** Lets the end of the process remove a folder as well. */
export function removeAtEnd(folder: string): void {
  if (own.size === 0) process.on('exit', removeOwn);
  own.add(folder);
}

function removeOwn(): void {
  own.forEach((each) => rmSync(each, { recursive: true, force: true }));
}

/**
 * Removes folders of processes that are gone; looked for once per process and parent.
 * @param prefix what stands before the mark in their names. @default nothing
 */
export function removeAbandoned(parent: string, prefix = ''): void {
  if (sweptParents.has(parent)) return;
  sweptParents.add(parent);
  const start = `${prefix}${hostMark(hostname())}-`;
  for (const name of namesIn(parent).filter((each) => each.startsWith(start))) {
    const pid = Number(/^\d+/.exec(name.slice(start.length))?.[0]);
    const folder = nodePath.join(parent, name);
    if (Number.isNaN(pid) || own.has(folder) || isRunning(pid) || !isOwnFolder(folder)) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}

function namesIn(parent: string): readonly string[] {
  try {
    return readdirSync(parent);
  } catch {
    return [];
  }
}

/** A process of another user counts as running. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** In a folder that everybody writes to, a name proves nothing. */
function isOwnFolder(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && (process.getuid === undefined || found.uid === process.getuid());
}
