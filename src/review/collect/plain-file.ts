import { readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';

/**
 * The text of a file in a folder that may come from a stranger; undefined where there is none, and where a link leads out of
 * the folder: it could show what only this machine should know.
 */
export function plainText(folder: string, file: string): string | undefined {
  try {
    const real = realpathSync(join(folder, file));
    return real.startsWith(`${realpathSync(folder)}${sep}`) ? readFileSync(real, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
