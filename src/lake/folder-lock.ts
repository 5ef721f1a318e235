import { randomBytes } from 'node:crypto';
import { InsightsError } from '../contract/errors';
import { isDead, type ProcessIdentity } from './process-identity';
import type { LakeLock } from './store';

/** What a lock file says. */
interface LockHolder {
  readonly holder: string;
  readonly process: ProcessIdentity;
  /** Random, once per taking of a lock. */
  readonly id: string;
  /** ISO time, UTC. */
  readonly since: string;
}

/** The four file operations a lock needs, by lake path. All are atomic. */
export interface LockFiles {
  /** Undefined when there is no such file. */
  read(path: string): Promise<string | undefined>;
  create(path: string, text: string): Promise<boolean>;
  replace(path: string, text: string): Promise<void>;
  remove(paths: readonly string[]): Promise<void>;
}

/**
 * Takes the lock at `path`. The lock of a dead process is taken over: exactly one of several contenders wins, because
 * the right to replace lock X is itself a file `<path>.<X's id>.taken`, created exclusively and removed only after the
 * lock has been replaced. When a contender dies half-way, that file names it as the next one to be taken over from.
 * @throws InsightsError LAKE_LOCKED when a living process holds it, or one whose life cannot be seen from here.
 */
export async function takeFolderLock(
  files: LockFiles,
  path: string,
  holder: string,
  self: ProcessIdentity,
): Promise<LakeLock> {
  const mine: LockHolder = {
    holder,
    process: self,
    id: randomBytes(8).toString('hex'),
    since: new Date().toISOString(),
  };
  const text = JSON.stringify(mine);
  for (;;) {
    if (await files.create(path, text)) return folderLock(files, path, mine.id, false);
    const found = await files.read(path);
    if (found === undefined) continue;
    const markers = await claim(files, path, found, text, self);
    if (markers === undefined) continue;
    // The lock is removed or replaced before its markers go: still the same means that nobody was faster.
    if ((await files.read(path)) === found) {
      await files.replace(path, text);
      await files.remove(markers);
      return folderLock(files, path, mine.id, true);
    }
    await files.remove(markers.slice(-1));
  }
}

/** The markers from the dead lock `found` to our own, which is the last; undefined when another contender was faster. */
async function claim(
  files: LockFiles,
  path: string,
  found: string,
  text: string,
  self: ProcessIdentity,
): Promise<string[] | undefined> {
  const markers: string[] = [];
  let last: string | undefined = found;
  while (last !== undefined) {
    const dead: LockHolder = parseHolder(last, path);
    if (!isDead(dead.process, self)) throw locked(path, dead, self);
    const marker = `${path}.${dead.id}.taken`;
    markers.push(marker);
    if (await files.create(marker, text)) return markers;
    last = await files.read(marker);
  }
  return undefined;
}

function folderLock(files: LockFiles, path: string, id: string, takenOver: boolean): LakeLock {
  return {
    takenOver,
    release: async () => {
      const text = await files.read(path);
      if (text !== undefined && parseHolder(text, path).id === id) await files.remove([path]);
    },
  };
}

function parseHolder(text: string, path: string): LockHolder {
  try {
    const { holder, process, id, since } = JSON.parse(text) as LockHolder;
    if (typeof process.pid === 'number' && typeof process.host === 'string' && typeof id === 'string') {
      return { holder, process, id, since };
    }
  } catch {
    // Said below, for both kinds of unreadable lock.
  }
  throw new InsightsError('LAKE_LOCKED', 'The lock file of the lake cannot be read, so its holder is not known.', {
    place: { path },
    nextStep: 'When no run is under way, remove the lock file and try again.',
  });
}

function locked(path: string, holder: LockHolder, self: ProcessIdentity): InsightsError {
  const { pid, host } = holder.process;
  const elsewhere = host !== self.host;
  return new InsightsError(
    'LAKE_LOCKED',
    `The lake is locked by ${holder.holder} (process ${pid}${elsewhere ? ` on ${host}` : ''}) since ${holder.since}.`,
    {
      place: { path },
      details: { holder: holder.holder, pid, host, since: holder.since },
      ...(elsewhere
        ? { nextStep: `Wait for that run; if it is surely dead, remove the lock file and try again.` }
        : {}),
    },
  );
}
