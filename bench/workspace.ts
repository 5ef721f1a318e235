import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { benchSalt } from './tasks/salt';
import { projectRoot } from './runner';

/** Where a benchmark keeps test data between runs, and what it needs only while it runs. */
export interface BenchWorkspace {
  /** Removed at the end. */
  readonly scratch: string;
  readonly saltFile: string;
  /** A new folder name below `scratch`; nothing is there yet. */
  newFolder(name: string): string;
  /**
   * Test data that stays for the next run: made when it is not there. The name carries what it was made with and by, so
   * another size or a changed generator makes it anew.
   */
  cached(name: string, options: unknown, make: (folder: string) => Promise<unknown>): Promise<string>;
  remove(): Promise<void>;
}

/** @param root folder of the cache, such as `.insights/bench`; made when it is not there */
export async function openWorkspace(root: string): Promise<BenchWorkspace> {
  await mkdir(root, { recursive: true });
  const scratch = await mkdtemp(path.join(root, 'run-'));
  const saltFile = path.join(scratch, 'salt');
  await writeFile(saltFile, benchSalt);
  const generator = sourcesDigest();
  let folders = 0;
  return {
    scratch,
    saltFile,
    newFolder(name) {
      folders += 1;
      return path.join(scratch, `${folders}-${name}`);
    },
    async cached(name, options, make) {
      const digest = createHash('sha256')
        .update(JSON.stringify([options, generator]))
        .digest('hex')
        .slice(0, 12);
      const folder = path.join(root, `${name}-${digest}`);
      if (existsSync(folder)) return folder;
      for (const former of readdirSync(root).filter((entry) => entry.startsWith(`${name}-`))) {
        await rm(path.join(root, former), { recursive: true });
      }
      // Under its name it is complete: a run that is stopped leaves only scratch behind.
      const unfinished = path.join(scratch, name);
      await make(unfinished);
      await rename(unfinished, folder);
      return folder;
    },
    remove: () => rm(scratch, { recursive: true, force: true }),
  };
}

/** Changes whenever the generator or the catalogue may write other bytes. */
function sourcesDigest(): string {
  const digest = createHash('sha256');
  for (const folder of ['src/test-data', 'assets/catalogue']) {
    const files = readdirSync(path.join(projectRoot, folder), { withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    for (const { name } of files) digest.update(name).update(readFileSync(path.join(projectRoot, folder, name)));
  }
  return digest.digest('hex');
}
