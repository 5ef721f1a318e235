import { resolveEnvironment } from '../../src/contract/environment';
import type { RestClient } from '../../src/operations/rest-client';
import { compareInventories, type Inventory } from '../../src/rehearsal/azure-inventory';
import { refuseDrill } from '../../src/rehearsal/environment-drill';
import { takeGroupInventory } from '../../src/rehearsal/group-inventory';
import { defaultSettings } from '../../src/local-azure/settings';
import { account, DirectAzure, group, vault } from '../local-azure/direct-azure';
import { thrownBy } from '../support/thrown';

const reader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';
const names = { resourceGroup: 'rg-oea-test', keyVault: 'kv-oea-test', dataShareAccount: 'share-oea-test' };

function inventoryOf(azure: DirectAzure): Promise<Inventory> {
  const resourceManager: Pick<RestClient, 'send'> = {
    send: async ({ method, url, accept = [200] }) => {
      const { status, body } = await azure.ask(method, url);
      expect(accept).toContain(status);
      return { status, body };
    },
  };
  return takeGroupInventory({ subscriptionId: defaultSettings.subscriptionId, names, resourceManager });
}

test('what an environment holds is listed through the resource manager, and a change of any of it shows', async () => {
  const azure = new DirectAzure();
  expect(await inventoryOf(azure)).toEqual({});
  await azure.provision();
  const role = await azure.give(reader, '00000000-0000-4000-8000-000000000002', account);
  const before = await inventoryOf(azure);
  expect(Object.keys(before).map((name) => name.replaceAll(group.toLowerCase(), 'GROUP'))).toEqual([
    'resource GROUP/providers/microsoft.storage/storageaccounts/stoeatest',
    'resource GROUP/providers/microsoft.keyvault/vaults/kv-oea-test',
    'resource GROUP/providers/microsoft.synapse/workspaces/syn-oea-test',
    `role ${role.toLowerCase().replace(group.toLowerCase(), 'GROUP')}`,
  ]);

  const salt = { properties: { value: 'of the test' } };
  await azure.expect(201, azure.manage('PUT', `${vault}/secrets/oeaSalt-dev`, '2023-07-01', { body: salt }));
  const lock = { properties: { level: 'CanNotDelete' } };
  const lockId = `${group}/providers/Microsoft.Authorization/locks/keep`;
  await azure.expect(201, azure.manage('PUT', lockId, '2020-05-01', { body: lock }));
  const held = await inventoryOf(azure);
  expect(compareInventories(before, held)).toEqual({
    added: [`lock ${lockId.toLowerCase()}`, `secret ${vault.toLowerCase()}/secrets/oeasalt-dev`],
    removed: [],
    changed: [],
  });
  const other = { properties: { value: 'another one' } };
  await azure.expect(200, azure.manage('PUT', `${vault}/secrets/oeaSalt-dev`, '2023-07-01', { body: other }));
  expect(compareInventories(held, await inventoryOf(azure)).changed).toEqual([
    `secret ${vault.toLowerCase()}/secrets/oeasalt-dev`,
  ]);

  await azure.manage('DELETE', lockId, '2020-05-01');
  await azure.manage('DELETE', vault, '2023-07-01');
  const after = await inventoryOf(azure);
  expect(compareInventories(before, after)).toEqual({
    added: [
      `deleted vault /subscriptions/${defaultSettings.subscriptionId}/providers/microsoft.keyvault/locations/westeurope/deletedvaults/kv-oea-test`,
    ],
    removed: [`resource ${vault.toLowerCase()}`],
    changed: [],
  });
});

test('an environment that must not be torn down, or would prove nothing, is not drilled, and every reason is named', async () => {
  const file = { name: 'prod', suffix: 'test', location: 'westeurope' };
  expect(await thrownBy(() => refuseDrill(resolveEnvironment(file, 'prod.json'), 'platform'))).toEqual({
    code: 'DRILL_REFUSED',
    message:
      'prod cannot be drilled: it is production; it has no test data to compare; it does not allow its data to be deleted.',
    place: { file: 'environments/prod.json' },
  });
  const dev = resolveEnvironment({ ...file, name: 'dev', testData: 'k12' }, 'dev.json');
  expect(refuseDrill(dev, 'insights')).toBeUndefined();
  expect((await thrownBy(() => refuseDrill(dev, 'platform'))).message).toBe(
    'dev cannot be drilled: it does not allow its data to be deleted.',
  );
});
