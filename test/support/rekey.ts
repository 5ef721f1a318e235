import type { SecretKeeper } from '../../src/contract/secret-keeper';
import { FolderStore } from '../../src/lake/folder-store';
import type { LakeStore } from '../../src/lake/store';
import { rekey, type RekeyReport } from '../../src/privacy/rekey';
import { erasureClock } from './erasure';
import { smallCatalogue } from './small-drop';

export const rekeyCatalogue = smallCatalogue(['AadGroup', 'Section', 'Person']);
export const newSalt = 'the salt after the rekey, long enough';

/** Gives workspace dev of a folder lake another salt, as `insights rekey` does. */
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
