import { rmSync } from 'node:fs';
import { lakeWorkspaces } from '../contract/lake-workspaces';
import { reportsFolder } from '../contract/lake-paths';
import { FolderStore } from '../lake/folder-store';
import { inParallel } from '../operations/in-parallel';
import { withRehearsedLake } from './rehearsed-lake';
import type { Rehearsal } from './rehearse';

/** Files that are copied at once; each waits for the emulator most of its time. */
const copiedAtOnce = 8;

/**
 * Copies what a rehearsed environment publishes, Refined/general and the reports with that of its verification, into a lake in a folder,
 * which is emptied first: the local Azure ends with the rehearsal, and whoever ran it wants to look at what came of it. Nothing of
 * another zone is copied.
 */
export async function copyPublished(
  { verification, ...rehearsal }: Pick<Rehearsal, 'azure' | 'environment' | 'verification'>,
  projectRoot: string,
  folder: string,
): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const copy = new FolderStore(folder, { durable: false });
  const { scheduled } = lakeWorkspaces(rehearsal.environment);
  await withRehearsedLake(rehearsal, projectRoot, scheduled, async ({ store, paths }) => {
    const published = [paths.refinedFolder('general'), `${reportsFolder}/${paths.workspace}`];
    const files = (await Promise.all(published.map((prefix) => store.list(prefix)))).flat();
    await inParallel(files, copiedAtOnce, async ({ path }) => {
      await copy.copyFrom(store, path, path);
    });
    await copy.write(paths.verifyReport(verification.runId), JSON.stringify(verification));
  });
  await copy.close();
}
