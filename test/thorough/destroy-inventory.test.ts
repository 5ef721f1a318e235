import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { inventoryPort } from '../../src/cli/destroy-inventory';
import { createOutput } from '../../src/cli/output';
import { resolveEnvironment } from '../../src/contract/environment';
import { summarise } from '../../src/deployment/plan-summary';
import { BlobStore } from '../../src/lake/blob-store';
import { inProcessClients } from '../../src/local-azure/in-process/clients';
import { LocalAzure } from '../../src/local-azure/local-azure';
import { defaultDeployer, guidOf } from '../../src/local-azure/settings';
import type { AzureClients } from '../../src/operations/azure-clients';
import type { DeployedInventory } from '../../src/review/inventory/deployed-inventory';
import { captured } from '../cli/captured';
import { account, vault } from '../local-azure/direct-azure';
import { provision } from '../local-azure/clients/provision';
import { refusalOf } from '../support/erasure';
import { smallCatalogue, writeDrop } from '../support/small-drop';
import { runEngine } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

/** What is listed before an environment is destroyed, read from account, vault, workspace and resource group. */

const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['Person']);
const environment = resolveEnvironment({ name: 'dev', suffix: 'test', location: 'westeurope' }, 'dev.json');
const contributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';
const officer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';
let azure: LocalAzure;
let clients: AzureClients;

beforeAll(async () => {
  azure = await LocalAzure.start();
  clients = inProcessClients(azure);
  await provision(clients.resourceManager(), ['oea', 'stage1', 'stage2', 'stage3']);
  const drop = await temporaryFolder();
  await writeDrop(drop, { roster: { '2022-01-28T06-16-22': {} } }, catalogue);
  const store = new BlobStore(clients.blobs('https://stoeatest.blob.core.windows.net'));
  await runEngine({ drop, lake: '', store, catalogue });
  await store.close();
  await clients.secrets(vault).setSecret('oeaSalt-dev', 'the value of a salt');
  for (const [name, description] of [
    ['by_hand', 'mine'],
    ['Insights_py', `education-insights-cdk sha256:${'0'.repeat(64)}`],
  ]) {
    const properties = { description, nbformat: 4, nbformat_minor: 2, metadata: {}, cells: [] };
    const url = `https://syn-oea-test.dev.azuresynapse.net/notebooks/${name}?api-version=2020-12-01`;
    await clients.development().send({ method: 'PUT', url, body: { name, properties } });
  }
});

afterAll(() => azure.stop());

/** A plan that destroys these types, with the ids that Azure gave them. */
function planOf(types: readonly (readonly [type: string, id?: string])[]) {
  const changes = types.map(([type, id], index) => ({
    address: `${type}.x${index}`,
    type,
    change: { actions: ['delete'], before: { id } },
  }));
  return summarise({ resource_changes: changes });
}

async function listed(types: Parameters<typeof planOf>[0], isOptional = false, isPlatform = true) {
  const surroundings = captured();
  const folder = await temporaryFolder();
  const port = inventoryPort({
    environment,
    subscriptionId: azure.services.world.settings.subscriptionId,
    azure: clients,
    projectRoot: folder,
    folder,
    isOptional,
    output: createOutput(surroundings.streams, false),
  });
  const name = isPlatform ? 'dev-platform' : 'dev-insights';
  const refused = await refusalOf(port({ name, isPlatform, folder: '' }, planOf(types)));
  const file = path.join(folder, `${name}.json`);
  const kept = JSON.parse(readFileSync(file, 'utf8')) as DeployedInventory & { readonly stack: string };
  return { refused, kept, mode: statSync(file).mode & 0o777, ...surroundings.printed() };
}

test('with account, vault and group: tables with their rows, every role, and secrets by name only', async () => {
  const { refused, kept, mode, stdout } = await listed([
    ['azurerm_storage_account'],
    ['azurerm_key_vault'],
    ['azurerm_resource_group'],
  ]);
  expect([refused, mode, kept.stack, kept.artifacts, kept.unread]).toEqual([
    'Nothing was refused.',
    0o600,
    'dev-platform',
    [],
    [],
  ]);
  const general = kept.lake?.holdings.find((one) => one.path === 'oea/dev/stage2/Refined/M365/v1.14/general/Person');
  expect(general?.rows).toBe(6);
  expect(kept.lake?.tables).toBe(4);
  expect(kept.secrets).toEqual(['oeaSalt-dev']);
  expect(kept.roles).toEqual([
    `Storage Blob Data Contributor for ${defaultDeployer.objectId} on stoeatest`,
    `${officer} for ${defaultDeployer.objectId} on kv-oea-test`,
  ]);
  expect(stdout).toMatch(/^oea\/dev\/stage2\/Refined\/M365\/v1.14\/general\/Person +6 /m);
  expect(stdout).toContain('1 secrets go: oeaSalt-dev\n');
  expect(stdout).toMatch(/\nListed in .*dev-platform\.json\.\n$/);
  expect(stdout + JSON.stringify(kept)).not.toContain('the value of a salt');
});

test('with the disposable stack: artifacts, those of nobody too, and the roles of the plan', async () => {
  const id = `${account}/providers/Microsoft.Authorization/roleAssignments/${guidOf(`${contributor}${account}`)}`;
  const { refused, kept, stdout } = await listed(
    [['azapi_data_plane_resource'], ['azurerm_role_assignment', id.toUpperCase()]],
    false,
    false,
  );
  expect(refused).toBe('Nothing was refused.');
  expect(kept).toEqual({
    stack: 'dev-insights',
    lake: null,
    artifacts: [
      { name: 'notebooks/Insights_py', isOurs: true },
      { name: 'notebooks/by_hand', isOurs: false },
    ],
    roles: [`Storage Blob Data Contributor for ${defaultDeployer.objectId} on stoeatest`],
    secrets: [],
    unread: [],
  });
  expect(stdout.split('\n').slice(0, 2)).toEqual([
    '2 artifacts go, 1 of them deployed by nobody and lost for good.',
    '  notebooks/by_hand',
  ]);
});

test('what cannot be listed stops the destruction, unless somebody says so', async () => {
  const refusal = { host: /\.vault\./, fault: { kind: 'status', status: 403, code: 'Forbidden' } } as const;
  azure.faults.add(refusal);
  const stopped = await listed([['azurerm_key_vault']]);
  expect(stopped.refused).toBe(
    [
      'INVENTORY_UNREADABLE: What goes with dev-platform was not listed whole: the secrets.',
      '  where: dev-platform',
      '  next:  Get a way in and reading roles for what is named above, or give --without-inventory to destroy what is not listed.',
    ].join('\n'),
  );
  expect(stopped.stdout.split('\n')[0]).toBe(
    'Not listed: the secrets. kv-oea-test.vault.azure.net refused the request (403).',
  );
  azure.faults.add(refusal);
  const told = await listed([['azurerm_key_vault']], true);
  expect([told.refused, told.kept.unread.map(({ what }) => what)]).toEqual(['Nothing was refused.', ['the secrets']]);
});
