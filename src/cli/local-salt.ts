import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes the salt file of a local lake where there is none: 32 random bytes as hex, readable by its owner only, and
 * never overwritten, because a lake cannot be continued with another salt. Written aside and linked into place, so that
 * two starts at once agree on one and a crash leaves no half of it.
 */
export function ensureLocalSalt(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  try {
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
}
