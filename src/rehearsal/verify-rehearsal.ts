import { join } from 'node:path';
import { loadCatalogue } from '../catalogue/load';
import { deployedNames } from '../contract/deployed-names';
import type { VerificationReport } from '../contract/lake-format';
import { LakePaths } from '../contract/lake-paths';
import { saltName } from '../contract/salt';
import { openDatabase } from '../engine/database';
import { BlobStore } from '../lake/blob-store';
import { VaultStore } from '../local-azure/vault-store';
import { verifyLake } from '../verify/verify-lake';
import type { Rehearsal } from './rehearse';

/** All checks once more, on the rehearsed lake itself: what the plan's own verification reports in counts, here in full. */
export async function verifyRehearsal(
  { azure, environment }: Pick<Rehearsal, 'azure' | 'environment'>,
  projectRoot: string,
  workspace = 'dev',
): Promise<VerificationReport> {
  const { storageAccount, keyVault } = deployedNames(environment);
  const { profile } = environment.lake;
  const store = new BlobStore(azure.emulator.client(storageAccount));
  const secret = new VaultStore(azure.services.world).get(keyVault, saltName(workspace, profile));
  const salt = secret?.versions.at(-1)?.value;
  const database = await openDatabase();
  try {
    return await verifyLake({
      store,
      paths: new LakePaths(workspace, environment.dataVersion),
      catalogue: loadCatalogue(profile, { folder: join(projectRoot, 'assets', 'catalogue') }),
      connection: database.connections[0],
      secondConnection: database.connections[1],
      ...(salt === undefined ? {} : { salt }),
    });
  } finally {
    database.close();
    await store.close();
  }
}
