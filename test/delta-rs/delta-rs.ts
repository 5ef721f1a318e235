import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

const projectRoot = path.resolve(__dirname, '..', '..');
const requirements = path.join(__dirname, 'requirements.txt');
const programs = process.platform === 'win32' ? 'Scripts' : 'bin';

/** What delta-rs says about a table. */
export interface TableAsRead {
  readonly version: number;
  readonly schema: unknown;
  /** Version of the table's last `txn` with the appId asked for; null when there is none. */
  readonly transaction: number | null;
  /** In no defined order. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/**
 * A Python with the packages of requirements.txt, in a virtual environment that is made once for these versions. Made
 * aside and renamed, so that an interrupted installation is not taken for a whole one; called by its own python
 * program only, which does not mind the new name.
 */
export function pythonWithDeltaRs(): string {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = path.join(projectRoot, '.insights', `delta-rs-${hash}`);
  if (!existsSync(folder)) {
    const own = `${folder}.${process.pid}`;
    rmSync(own, { recursive: true, force: true });
    execFileSync('python3', ['-m', 'venv', own]);
    execFileSync(path.join(own, programs, 'python'), ['-m', 'pip', 'install', '--quiet', '-r', requirements]);
    renameSync(own, folder);
  }
  return path.join(folder, programs, 'python');
}

/** Reads a table of a folder lake with delta-rs; the newest version unless one is given. */
export function readWithDeltaRs(python: string, table: string, appId: string, version?: number): TableAsRead {
  const script = path.join(__dirname, 'read_table.py');
  const words = [script, table, appId, ...(version === undefined ? [] : [String(version)])];
  return JSON.parse(execFileSync(python, words, { encoding: 'utf8', maxBuffer: 512 * 1024 * 1024 })) as TableAsRead;
}
