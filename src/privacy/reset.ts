import { InsightsError } from '../contract/errors';
import type { LakePaths } from '../contract/lake-paths';
import type { LakeStore } from '../lake/store';
import type { LakeInventory } from './lake-inventory';

/**
 * Everything of one workspace and data version, in the order in which it goes: what is published first, what it was made
 * from after it. Stage 3 holds all versions. What was delivered stays, and so do the tombstones of erased persons
 * (lake-format.md §7): nobody who was erased comes back when all is made anew.
 */
export function resetFolders(paths: LakePaths): readonly string[] {
  return [
    `${paths.stage(2)}/Refined/${paths.dataset}`,
    paths.engagementFolder,
    paths.correctedFolder,
    paths.rejectedFolder,
    `${paths.stage(1)}/Transactional/${paths.dataset}`,
    paths.ingestedFolder,
  ];
}

/**
 * Takes one data version out of a workspace of a folder lake. The landing ledger goes last, so that a reset that was killed
 * is completed by another one.
 * @returns how many files went
 * @throws InsightsError LAKE_LOCKED while a run is active
 */
export async function resetLake(store: LakeStore, paths: LakePaths, runId: string): Promise<number> {
  const lock = await store.lock(paths.lock, `reset ${runId}`);
  try {
    let count = 0;
    for (const folder of resetFolders(paths)) {
      const files = (await store.list(folder)).map(({ path }) => path).filter((path) => path !== paths.lock);
      const ledger = files.filter((path) => path.startsWith(`${paths.landingLedger}/`));
      await store.remove(files.filter((path) => !ledger.includes(path)));
      await store.remove(ledger);
      count += files.length;
    }
    return count;
  } finally {
    await lock.release();
  }
}

/** @throws InsightsError RESET_INCOMPLETE where files are left of what a reset took away */
export function refuseLeft({ files }: Pick<LakeInventory, 'files'>, name: string): void {
  if (files === 0) return;
  throw new InsightsError('RESET_INCOMPLETE', `${files} files are still there.`, { place: { path: name } });
}
