import { join } from 'node:path';
import { runChild } from '../../src/deployment/child-process';
import { defaultDeployer } from '../../src/local-azure/settings';
import type { DriftReport } from '../../src/review/drift/drift';
import { OpenRehearsal } from '../../src/rehearsal/open-rehearsal';

const projectRoot = join(__dirname, '../..');

/** What somebody might do by hand, a line each. */
const byHand = `
const { azureClients } = require('./src/operations/azure-clients');
const clients = azureClients(process.env);
const development = 'https://syn-oea-insightsdev.dev.azuresynapse.net';
const subscription = '/subscriptions/' + process.env.ARM_SUBSCRIPTION_ID;
const group = subscription + '/resourceGroups/rg-oea-insightsdev';
const account = group + '/providers/Microsoft.Storage/storageAccounts/stoeainsightsdev';
const vault = group + '/providers/Microsoft.KeyVault/vaults/kv-oea-insightsdev';
const workspace = group + '/providers/Microsoft.Synapse/workspaces/syn-oea-insightsdev';
void (async () => {
  const arm = clients.resourceManager();
  const synapse = clients.development();
  const at = (path, version) => 'https://management.azure.com' + path + '?api-version=' + version;
  const put = (path, version, body) => arm.send({ method: 'PUT', url: at(path, version), body });
  const change = async (path, version, properties) => {
    const { body } = await arm.send({ method: 'GET', url: at(path, version) });
    const { privateEndpointConnections, ...kept } = body.properties;
    await put(path, version, { ...body, properties: { ...kept, ...properties } });
  };
  const notebook = development + '/notebooks/Insights_example?api-version=2020-12-01';
  const { body } = await synapse.send({ method: 'GET', url: notebook });
  body.properties.cells.push({ cell_type: 'code', metadata: {}, source: ['print(1)'] });
  await synapse.send({ method: 'PUT', url: notebook, body: { name: body.name, properties: body.properties } });
  await synapse.send({ method: 'DELETE', url: development + '/pipelines/5_maintain_insights?api-version=2020-12-01' });
  const own = development + '/notebooks/my_notes?api-version=2020-12-01';
  await synapse.send({ method: 'PUT', url: own, body: { name: 'my_notes', properties: { nbformat: 4, nbformat_minor: 2, metadata: {}, cells: [] } } });
  const somebody = '99999999-0000-4000-8000-000000000000';
  const studio = development + '/roleAssignments/22222222-2222-4333-8444-555555555555?api-version=2020-12-01';
  const roleId = '05930f57-09a3-4c0d-9fa9-6d1eb91c178b';
  await synapse.send({ method: 'PUT', url: studio, body: { roleId, principalId: somebody, scope: 'workspaces/syn-oea-insightsdev' } });
  await put(workspace + '/firewallRules/by-hand', '2021-06-01', { properties: { startIpAddress: '198.51.100.1', endIpAddress: '198.51.100.9' } });
  await put(account + '/blobServices/default/containers/stage1/providers/Microsoft.Authorization/roleAssignments/11111111-2222-4333-8444-555555555555', '2022-04-01', {
    properties: { roleDefinitionId: subscription + '/providers/Microsoft.Authorization/roleDefinitions/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', principalId: somebody, principalType: 'User' },
  });
  await change(account, '2023-05-01', { networkAcls: { defaultAction: 'Allow', bypass: 'AzureServices', ipRules: [], resourceAccessRules: [], virtualNetworkRules: [] } });
  await change(vault, '2023-07-01', { publicNetworkAccess: 'Disabled' });
  const connection = { privateLinkServiceId: vault, groupIds: ['vault'] };
  await put(group + '/providers/Microsoft.Network/privateEndpoints/pep-by-hand', '2023-11-01', {
    location: 'westeurope',
    properties: { subnet: { id: subscription + '/resourceGroups/x/providers/Microsoft.Network/virtualNetworks/x/subnets/x' }, privateLinkServiceConnections: [{ name: 'x', properties: connection }] },
  });
  const out = development + '/managedVirtualNetworks/default/managedPrivateEndpoints/out?api-version=2020-12-01';
  await synapse.send({ method: 'PUT', url: out, body: { name: 'out', properties: { privateLinkResourceId: account, groupId: 'queue' } } });
})().catch((error) => { console.error(error.message); process.exitCode = 1; });
`;

test('drift finds nothing after a deployment, and then what somebody changed by hand', async () => {
  const rehearsal = await OpenRehearsal.open({
    projectRoot,
    folder: join(projectRoot, '.insights/test-drift'),
    environment: 'dev',
    testData: 'none',
    variables: process.env,
    progress: () => undefined,
  });
  try {
    await rehearsal.provision();
    const environments = { ENVIRONMENTS: join(projectRoot, '.insights/test-drift/environments') };
    const drift = async () => {
      const { exitCode, stdout } = await rehearsal.insights(['drift', '--env', 'dev', '--json'], environments);
      const { result } = JSON.parse(stdout) as {
        result: DriftReport;
      };
      return { exitCode, ...result };
    };
    const before = await drift();
    expect([before.exitCode, before.drifts]).toEqual([0, []]);
    expect(before.ofWhoAsks.map(({ at }) => at)).toEqual([
      `Synapse Administrator for ${defaultDeployer.objectId} on the workspace`,
    ]);
    expect(Object.values(before.compared).every((number) => number > 4)).toBe(true);

    const { exitCode, stderr } = await runChild({
      program: process.execPath,
      arguments: ['--import', 'tsx', '--eval', byHand],
      folder: projectRoot,
      variables: rehearsal.variables,
    });
    expect([exitCode, stderr]).toEqual([0, '']);
    const after = await drift();
    const somebody = '99999999-0000-4000-8000-000000000000';
    expect([after.exitCode, after.drifts.map(({ kind, change, at }) => [kind, change, at])]).toEqual([
      1,
      [
        ['artifact', 'changed', 'notebooks/Insights_example'],
        ['artifact', 'missing', 'pipelines/5_maintain_insights'],
        ['role', 'added', `Storage Blob Data Reader for ${somebody} on stage1`],
        ['role', 'added', `Synapse Artifact Publisher for ${somebody} on the workspace`],
        ['network', 'changed', 'workspace firewall'],
        ['network', 'changed', 'vault public access'],
        ['network', 'changed', 'account default'],
        ['network', 'changed', 'account addresses'],
        ['network', 'changed', 'account services'],
        ['network', 'changed', 'account resources'],
        ['network', 'added', 'private endpoint to the account'],
        ['network', 'added', 'private endpoint to the vault'],
        ['network', 'added', 'managed endpoint out'],
      ],
    ]);
    expect(after.byHand.map(({ at }) => at)).toEqual(['notebooks/my_notes']);

    const reap = await rehearsal.insights(['reap', '--dry-run', '--json']);
    expect([reap.exitCode, JSON.parse(reap.stdout)]).toMatchObject([0, { result: { expired: [] } }]);
  } finally {
    await rehearsal.stop();
  }
});
