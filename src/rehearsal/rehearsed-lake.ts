import type { DuckDBConnection } from '@duckdb/node-api';
import { loadCatalogue } from '../catalogue/load';
import type { Catalogue } from '../catalogue/model';
import { deployedNames } from '../contract/deployed-names';
import { LakePaths } from '../contract/lake-paths';
import { erasureKeyName, saltName } from '../contract/salt';
import { catalogueFolder } from '../contract/project-folders';
import { openDatabase } from '../engine/database';
import { BlobStore } from '../lake/blob-store';
import { VaultStore } from '../local-azure/vault-store';
import type { Rehearsal } from './rehearse';

/** The lake of a workspace of a rehearsed environment, for whoever looks at it from outside: nobody's rights are asked. */
export interface RehearsedLake {
  readonly store: BlobStore;
  readonly paths: LakePaths;
  readonly catalogue: Catalogue;
  readonly connection: DuckDBConnection;
  /** For what can go on beside it. */
  readonly secondConnection: DuckDBConnection;
  /** Undefined while there is none. */
  readonly salt: string | undefined;
  /** The key of the tombstones; undefined while nobody was erased. */
  readonly erasureKey: () => Promise<string | undefined>;
}

/** Opens the lake, and closes it after `use`. */
export async function withRehearsedLake<Result>(
  { azure, environment, catalogue }: Pick<Rehearsal, 'azure' | 'environment'> & { readonly catalogue?: Catalogue },
  projectRoot: string,
  workspace: string,
  use: (lake: RehearsedLake) => Promise<Result>,
): Promise<Result> {
  const { storageAccount, keyVault } = deployedNames(environment);
  const { profile } = environment.lake;
  const store = new BlobStore(azure.emulator.client(storageAccount));
  const vault = new VaultStore(azure.services.world);
  const read = (name: string): string | undefined => vault.get(keyVault, name)?.versions.at(-1)?.value;
  const database = await openDatabase();
  try {
    return await use({
      store,
      paths: new LakePaths(workspace, environment.dataVersion),
      catalogue: catalogue ?? loadCatalogue(profile, { folder: catalogueFolder(projectRoot) }),
      connection: database.connections[0],
      secondConnection: database.connections[1],
      salt: read(saltName(workspace, profile)),
      erasureKey: async () => read(erasureKeyName(workspace)),
    });
  } finally {
    database.close();
    await store.close();
  }
}
