import { account, DirectAzure, group, vault, vaultHost, workspace, workspaceBody } from './direct-azure';
import { defaultDeployer } from '../../src/local-azure/settings';

let azure: DirectAzure;
const synapse = '2021-06-01';
const change = (properties: object) => ({
  ...workspaceBody,
  properties: { ...workspaceBody.properties, ...properties },
});

beforeEach(async () => {
  azure = new DirectAzure();
  await azure.provision();
});

test.each([
  [
    'its account',
    { defaultDataLakeStorage: { accountUrl: 'https://other.dfs.core.windows.net', filesystem: 'synapse' } },
    '409 PropertyChangeNotAllowed',
  ],
  [
    'exfiltration protection (NET5)',
    { managedVirtualNetworkSettings: { preventDataExfiltration: false } },
    '409 PropertyChangeNotAllowed',
  ],
  ['the SQL administrator', { sqlAdministratorLogin: 'another' }, '409 PropertyChangeNotAllowed'],
  [
    'SQL settings of an Entra-only workspace (ACCESS6)',
    { sqlAdministratorLoginPassword: '' },
    '400 AadOnlyAuthenticationIsEnabled',
  ],
])('%s cannot be changed', async (_, properties, refusal) => {
  expect(await azure.refusal(azure.manage('PUT', workspace, synapse, { body: change(properties) }))).toBe(refusal);
});

test.each([
  ['without an identity', { ...workspaceBody, identity: undefined }, '400 ValidationFailed'],
  [
    'on an account that is not there',
    change({ defaultDataLakeStorage: { accountUrl: 'https://stgone.dfs.core.windows.net', filesystem: 'x' } }),
    '400 ValidationFailed',
  ],
  ['protected without a managed network', change({ managedVirtualNetwork: '' }), '400 ValidationFailed'],
])('a workspace %s is refused', async (_, body, refusal) => {
  const other = `${group}/providers/Microsoft.Synapse/workspaces/syn-oea-other`;
  expect(await azure.refusal(azure.manage('PUT', other, synapse, { body }))).toBe(refusal);
});

test.each([
  ['of a dead runtime', 'pool', { sparkVersion: '3.3', nodeCount: 3 }, '400 ValidationFailed'],
  ['of two nodes', 'pool', { sparkVersion: '3.5', nodeCount: 2 }, '400 ValidationFailed'],
  [
    'that grows beyond 200',
    'pool',
    { sparkVersion: '3.5', autoScale: { enabled: true, minNodeCount: 3, maxNodeCount: 201 } },
    '400 ValidationFailed',
  ],
  [
    'that pauses at once',
    'pool',
    { sparkVersion: '3.5', nodeCount: 3, autoPause: { enabled: true, delayInMinutes: 4 } },
    '400 ValidationFailed',
  ],
  ['of a long name', 'poolpoolpoolpool', { sparkVersion: '3.5', nodeCount: 3 }, '400 InvalidResourceName'],
])('a pool %s is refused', async (_, name, properties, refusal) => {
  const body = { location: 'westeurope', properties };
  expect(await azure.refusal(azure.manage('PUT', `${workspace}/bigDataPools/${name}`, synapse, { body }))).toBe(
    refusal,
  );
});

test('a pool always says whether executors are allocated dynamically', async () => {
  const body = {
    location: 'westeurope',
    properties: { sparkVersion: '3.5', nodeCount: 3, dynamicExecutorAllocation: {} },
  };
  const { body: made } = await azure.manage('PUT', `${workspace}/bigDataPools/pool`, synapse, { body });
  expect(made['properties']).toMatchObject({ dynamicExecutorAllocation: { enabled: false } });
});

test('Entra ID only is a setting of its own, and shows at the workspace', async () => {
  const setting = `${workspace}/azureADOnlyAuthentications/default`;
  expect((await azure.manage('GET', setting, synapse)).body['properties']).toMatchObject({
    azureADOnlyAuthentication: true,
  });
  await azure.expect(
    200,
    azure.manage('PUT', setting, synapse, { body: { properties: { azureADOnlyAuthentication: false } } }),
  );
  expect((await azure.manage('GET', workspace, synapse)).body['properties']).toMatchObject({
    azureADOnlyAuthentication: false,
  });
});

test('a firewall rule whose last address is before its first is refused', async () => {
  const body = { properties: { startIpAddress: '203.0.113.9', endIpAddress: '203.0.113.8' } };
  expect(await azure.refusal(azure.manage('PUT', `${workspace}/firewallRules/r`, synapse, { body }))).toBe(
    '400 InvalidIpFirewallRule',
  );
});

describe('managed private endpoints (NET3)', () => {
  const path = 'managedVirtualNetworks/default/managedPrivateEndpoints/pe-dfs';
  const body = { properties: { privateLinkResourceId: account, groupId: 'dfs' } };

  test('are pending until the owner of the target approves', async () => {
    expect((await azure.develop('PUT', path, { body })).status).toBe(201);
    const stateOf = async () => (await azure.develop('GET', path)).body['properties'];
    expect(await stateOf()).toMatchObject({ connectionState: { status: 'Pending' } });
    const { body: list } = await azure.manage('GET', `${account}/privateEndpointConnections`, '2023-05-01');
    const [connection] = list['value'] as { id: string; properties: { privateEndpoint: { id: string } } }[];
    expect(connection?.properties.privateEndpoint.id).toMatch(/\/privateEndpoints\/syn-oea-test\.pe-dfs$/);
    const approval = { properties: { privateLinkServiceConnectionState: { status: 'Approved', description: 'ours' } } };
    await azure.expect(200, azure.manage('PUT', connection?.id ?? '', '2023-05-01', { body: approval }));
    expect(await stateOf()).toMatchObject({ connectionState: { status: 'Approved' } });
    const bad = { properties: { privateLinkServiceConnectionState: { status: 'Maybe' } } };
    expect(await azure.refusal(azure.manage('PUT', connection?.id ?? '', '2023-05-01', { body: bad }))).toBe(
      '400 InvalidConnectionState',
    );
    await azure.expect(200, azure.develop('DELETE', path));
    expect((await azure.manage('GET', `${account}/privateEndpointConnections`, '2023-05-01')).body).toEqual({
      value: [],
    });
  });

  test('lead to something that is there, in the network that the workspace has', async () => {
    const nowhere = { properties: { privateLinkResourceId: `${account}0`, groupId: 'dfs' } };
    expect(await azure.refusal(azure.develop('PUT', path, { body: nowhere }))).toBe('400 InvalidPrivateLinkResource');
    expect(await azure.refusal(azure.develop('PUT', path.replace('default', 'other'), { body }))).toBe(
      '404 ManagedVirtualNetworkNotFound',
    );
    expect(await azure.refusal(azure.develop('GET', path))).toBe('404 ManagedPrivateEndpointNotFound');
  });

  test('go with their workspace', async () => {
    await azure.develop('PUT', path, { body });
    await azure.expect(202, azure.manage('DELETE', workspace, synapse));
    expect(await azure.refusal(azure.develop('GET', path))).toBe('404 WorkspaceNotFound');
  });
});

test('a private endpoint of a subnet is a way into a vault that is closed (NET1)', async () => {
  const subnet = `${group}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/default`;
  await azure.give('b86a8fe4-44ce-4948-aee5-eccb2c155cd7', defaultDeployer.objectId, vault);
  azure.world.settings = { ...azure.world.settings, clientAddress: '198.51.100.7', clientSubnet: subnet };
  const ask = () => azure.ask('GET', `https://${vaultHost}/secrets?api-version=7.4`);
  expect(await azure.refusal(ask())).toBe('403 Forbidden');
  const endpoint = `${group}/providers/Microsoft.Network/privateEndpoints/pep-vault`;
  const connection = (target: string) => ({
    name: 'c',
    properties: { privateLinkServiceId: target, groupIds: ['vault'] },
  });
  const endpointBody = (target: string) => ({
    location: 'westeurope',
    properties: { subnet: { id: subnet }, privateLinkServiceConnections: [connection(target)] },
  });
  expect(await azure.refusal(azure.manage('PUT', endpoint, '2024-05-01', { body: endpointBody(`${vault}0`) }))).toBe(
    '400 LinkedServiceNotFound',
  );
  await azure.expect(201, azure.manage('PUT', endpoint, '2024-05-01', { body: endpointBody(vault) }));
  expect((await ask()).status).toBe(200);
  await azure.expect(202, azure.manage('DELETE', endpoint, '2024-05-01'));
  expect(await azure.refusal(ask())).toBe('403 Forbidden');
});

test.each([
  [
    'a diagnostic setting of nothing',
    `${vault}/providers/Microsoft.Insights/diagnosticSettings/d`,
    '2021-05-01-preview',
    { properties: { workspaceId: 'w', logs: [] } },
    '400 BadRequest',
  ],
  [
    'a diagnostic setting to nowhere',
    `${vault}/providers/Microsoft.Insights/diagnosticSettings/d`,
    '2021-05-01-preview',
    { properties: { logs: [{ enabled: true }] } },
    '400 BadRequest',
  ],
  [
    'a short name of thirteen characters',
    `${group}/providers/Microsoft.Insights/actionGroups/a`,
    '2023-01-01',
    { location: 'global', properties: { groupShortName: 'edu-insights-' } },
    '400 BadRequest',
  ],
  [
    'an alert on what is not there',
    `${group}/providers/Microsoft.Insights/metricAlerts/a`,
    '2018-03-01',
    { location: 'global', properties: { scopes: [`${vault}0`] } },
    '400 BadRequest',
  ],
  [
    'a budget from the past',
    `${group}/providers/Microsoft.Consumption/budgets/b`,
    '2023-11-01',
    { properties: { timePeriod: { startDate: '2020-01-01T00:00:00Z' } } },
    '400 400',
  ],
  [
    'a budget from the middle of a month',
    `${group}/providers/Microsoft.Consumption/budgets/b`,
    '2023-11-01',
    { properties: { timePeriod: { startDate: '2999-01-02T00:00:00Z' } } },
    '400 400',
  ],
  [
    'logs that are kept for too long',
    `${group}/providers/Microsoft.OperationalInsights/workspaces/log-oea`,
    '2022-10-01',
    { location: 'westeurope', properties: { retentionInDays: 731 } },
    '400 InvalidParameter',
  ],
])('%s is refused', async (_, path, version, body, refusal) => {
  expect(await azure.refusal(azure.manage('PUT', path, version, { body }))).toBe(refusal);
});
