import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as nodePath from 'node:path';

/** Folders for one test file, removed after its last test. Call at the top of a `describe` or of the file. */
export function useTemporaryFolders(): () => Promise<string> {
  const made: string[] = [];
  afterAll(async () => {
    for (const folder of made) await fs.rm(folder, { recursive: true, force: true });
  });
  return async () => {
    const folder = await fs.mkdtemp(nodePath.join(tmpdir(), 'insights-test-'));
    made.push(folder);
    return folder;
  };
}
