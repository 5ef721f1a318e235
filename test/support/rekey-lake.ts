import * as fs from 'node:fs/promises';
import path from 'node:path';
import type { SecretKeeper } from '../../src/contract/secret-keeper';
import { FolderStore } from '../../src/lake/folder-store';
import type { LakeStore } from '../../src/lake/store';
import { rekey, type RekeyReport } from '../../src/privacy/rekey';
import { erasureClock } from './erasure';
import { smallCatalogue, smallRows, writeDrop } from './small-drop';
import { runEngine } from './small-lake';
import { smallPaths } from './small-place';

export const rekeyCatalogue = smallCatalogue(['AadGroup', 'Section', 'Person']);
export const newSalt = 'the salt after the rekey, long enough';

/**
 * Makes a lake in a folder, of which a section and a group left with the second snapshot; the landed files of the first are
 * past their retention.
 * @param drop an empty folder for what is delivered
 */
export async function makeAgedLake(lake: string, drop: string): Promise<void> {
  const roster = {
    '2022-01-28T06-16-22': {},
    '2022-01-29T06-16-22': { Section: smallRows('Section', 5), AadGroup: smallRows('AadGroup', 5) },
  };
  await writeDrop(drop, { roster }, rekeyCatalogue);
  await runEngine({ drop, lake, catalogue: rekeyCatalogue });
  for (const table of ['AadGroup', 'Section']) {
    await fs.rm(path.join(lake, smallPaths.landedBatch(table, 'snapshot', '2022-01-28 06:16:22')), { recursive: true });
  }
}

export async function rekeyed(
  lake: string,
  keeper: SecretKeeper,
  options: { readonly store?: LakeStore; readonly salt?: string; readonly catalogue?: typeof rekeyCatalogue } = {},
): Promise<RekeyReport> {
  const store = options.store ?? new FolderStore(lake, { durable: false });
  return rekey({
    store,
    workspace: 'dev',
    salt: (await keeper.read('oeaSalt-dev')) ?? '',
    keeper,
    saltName: 'oeaSalt-dev',
    catalogue: options.catalogue ?? rekeyCatalogue,
    runId: 'rekey-1',
    now: erasureClock,
    progress: () => undefined,
    makeSalt: () => options.salt ?? newSalt,
  });
}
