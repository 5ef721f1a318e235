import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Who holds a lock or a staging folder: enough to tell later whether that process still lives. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Random, once per process: tells this process from an earlier one that had the same pid (usual in containers). */
  readonly token: string;
  /** Start of the process in clock ticks since boot (Linux only): tells a reused pid from the process that held it. */
  readonly started?: string;
}

/**
 * Words for Node, before its program: the child, whose standard input has to be a pipe, ends once the process that started it is
 * gone, killed included.
 */
export const endWithParent: readonly string[] = ['--require', join(__dirname, 'end-with-parent.cjs')];

/** This process. Another `token` than the process's own makes a test look like a later process with the same pid. */
export function currentProcess(token: string = ownToken): ProcessIdentity {
  const started = statusOf(process.pid)?.started;
  return { pid: process.pid, host: hostname(), token, ...(started === undefined ? {} : { started }) };
}

const ownToken = randomBytes(8).toString('hex');

/**
 * True when the process is surely gone, as seen by `observer`. A process on another host, or one that we may not
 * signal, counts as living.
 */
export function isDead(identity: ProcessIdentity, observer: ProcessIdentity): boolean {
  if (identity.host !== observer.host) return false;
  if (identity.pid === observer.pid) return identity.token !== observer.token;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const status = statusOf(identity.pid);
  if (status?.isZombie === true) return true;
  return identity.started !== undefined && status !== undefined && status.started !== identity.started;
}

/** A short name for a host in folder names, which may not show the host's own name. */
export function hostMark(host: string): string {
  return createHash('sha256').update(host).digest('hex').slice(0, 8);
}

/**
 * Of /proc/<pid>/stat when it started (field 22), and whether all that is left of it is an entry that its parent, such as the first
 * process of a container, does not clear (fields 3 and 20). Undefined where there is no /proc. The command name (field 2) may hold spaces.
 */
function statusOf(pid: number): { readonly started: string | undefined; readonly isZombie: boolean } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { started: fields[19], isZombie: fields[0] === 'Z' && Number(fields[17]) <= 1 };
  } catch {
    return undefined;
  }
}
