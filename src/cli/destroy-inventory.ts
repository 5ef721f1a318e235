import path from 'node:path';
import type { Environment } from '../contract/environment';
import { deployedNames } from '../contract/deployed-names';
import { InsightsError } from '../contract/errors';
import type { DestroyPorts } from '../deployment/deploy';
import { newRunId } from '../engine/run-report';
import { BlobStore } from '../lake/blob-store';
import type { AzureClients } from '../operations/azure-clients';
import { VaultSecrets } from '../operations/vault-secrets';
import { takeDeployedInventory, type DeployedInventory } from '../review/inventory/deployed-inventory';
import { countFolders, inventoryFolder, printLakeInventory, writeInventory } from './inventory-file';
import { printable } from '../contract/printable';
import type { Output } from './output';

export interface InventoryOptions {
  readonly environment: Environment;
  readonly subscriptionId: string;
  readonly azure: AzureClients;
  readonly projectRoot: string;
  /** Folder for the lists. @default `.insights/inventories/<run id>` */
  readonly folder?: string | undefined;
  /** Whether to go on where something cannot be listed. */
  readonly isOptional: boolean;
  readonly output: Output;
}

/**
 * The list of what goes with a stack, shown and kept in `<stack>.json` before anybody consents to losing it.
 * @throws InsightsError INVENTORY_UNREADABLE where a part of it cannot be read; OUTPUT_NOT_WRITTEN
 */
export function inventoryPort(options: InventoryOptions): DestroyPorts['inventory'] {
  const { environment, azure, output, projectRoot, isOptional, subscriptionId } = options;
  const { folder = path.join(inventoryFolder(projectRoot), newRunId(new Date())) } = options;
  const { storageAccount, keyVault, synapseWorkspace, resourceGroup } = deployedNames(environment);
  return async ({ name }, { changes }) => {
    output.progress(`listing what goes with ${name}`);
    const inventory = await takeDeployedInventory({
      going: changes.filter(({ action }) => action === 'destroy'),
      isWorkspaceOurs: environment.workspace.mode === 'create',
      subscriptionId,
      resourceGroup,
      synapseWorkspace,
      resourceManager: azure.resourceManager(),
      development: azure.development(),
      countLake: (folders) => countAccount(azure, storageAccount, folders),
      listSecrets: () => new VaultSecrets(azure.secrets(keyVault)).names(),
    });
    printInventory(inventory, output);
    writeInventory(path.join(folder, `${name}.json`), { stack: name, ...inventory }, output);
    if (inventory.unread.length > 0 && !isOptional) throw unreadable(name, inventory);
  };
}

async function countAccount(azure: AzureClients, account: string, folders: readonly string[]) {
  const store = new BlobStore(azure.blobs(`https://${account}.blob.core.windows.net`));
  try {
    return await countFolders(store, folders);
  } finally {
    await store.close();
  }
}

function printInventory({ lake, artifacts, roles, secrets, unread }: DeployedInventory, output: Output): void {
  if (lake !== null) printLakeInventory(lake, output);
  const byHand = artifacts.filter(({ isOurs }) => !isOurs);
  if (artifacts.length > 0) {
    output.line(`${artifacts.length} artifacts go, ${byHand.length} of them deployed by nobody and lost for good.`);
  }
  for (const { name } of byHand) output.line(printable(`  ${name}`));
  if (roles.length > 0) output.line(`${roles.length} role assignments go:`);
  for (const role of roles) output.line(printable(`  ${role}`));
  if (secrets.length > 0) output.line(printable(`${secrets.length} secrets go: ${secrets.join(', ')}`));
  for (const { what, why } of unread) output.line(printable(`Not listed: ${what}. ${why}`));
}

function unreadable(stack: string, { unread }: DeployedInventory): InsightsError {
  const what = unread.map((one) => one.what).join(', ');
  return new InsightsError('INVENTORY_UNREADABLE', `What goes with ${stack} was not listed whole: ${what}.`, {
    place: { path: stack },
  });
}
