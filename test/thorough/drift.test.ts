import { join } from 'node:path';
import { runChild } from '../../src/deployment/child-process';
import type { Drift } from '../../src/review/drift/drift';
import { OpenRehearsal } from '../../src/rehearsal/open-rehearsal';

const projectRoot = join(__dirname, '../..');

/** What somebody might do by hand, one line each: a cell added, an address opened, a role given, a pipeline deleted. */
const byHand = `
const { azureClients } = require('./src/operations/azure-clients');
const clients = azureClients(process.env);
const development = 'https://syn-oea-insightsdev.dev.azuresynapse.net';
const group = 'https://management.azure.com/subscriptions/' + process.env.ARM_SUBSCRIPTION_ID + '/resourceGroups/rg-oea-insightsdev';
void (async () => {
  const arm = clients.resourceManager();
  const synapse = clients.development();
  const notebook = development + '/notebooks/Insights_example?api-version=2020-12-01';
  const { body } = await synapse.send({ method: 'GET', url: notebook });
  body.properties.cells.push({ cell_type: 'code', metadata: {}, source: ['print(1)'] });
  await synapse.send({ method: 'PUT', url: notebook, body: { name: body.name, properties: body.properties } });
  await synapse.send({ method: 'DELETE', url: development + '/pipelines/5_maintain_insights?api-version=2020-12-01' });
  const rule = group + '/providers/Microsoft.Synapse/workspaces/syn-oea-insightsdev/firewallRules/by-hand?api-version=2021-06-01';
  await arm.send({ method: 'PUT', url: rule, body: { properties: { startIpAddress: '198.51.100.1', endIpAddress: '198.51.100.9' } } });
  const container = group.replace('https://management.azure.com', '') + '/providers/Microsoft.Storage/storageAccounts/stoeainsightsdev/blobServices/default/containers/stage1';
  const role = 'https://management.azure.com' + container + '/providers/Microsoft.Authorization/roleAssignments/11111111-2222-4333-8444-555555555555?api-version=2022-04-01';
  const roleDefinitionId = '/subscriptions/' + process.env.ARM_SUBSCRIPTION_ID + '/providers/Microsoft.Authorization/roleDefinitions/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';
  await arm.send({ method: 'PUT', url: role, body: { properties: { roleDefinitionId, principalId: '99999999-0000-4000-8000-000000000000', principalType: 'User' } } });
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
        result: { compared: Record<Drift['kind'], number>; drifts: readonly Drift[] };
      };
      return { exitCode, ...result };
    };
    const before = await drift();
    expect([before.exitCode, before.drifts]).toEqual([0, []]);
    expect(Object.values(before.compared).every((number) => number > 4)).toBe(true);

    const { exitCode, stderr } = await runChild({
      program: process.execPath,
      arguments: ['--import', 'tsx', '--eval', byHand],
      folder: projectRoot,
      variables: rehearsal.variables,
    });
    expect([exitCode, stderr]).toEqual([0, '']);
    const after = await drift();
    expect([after.exitCode, after.drifts.map(({ kind, change, at }) => [kind, change, at])]).toEqual([
      1,
      [
        ['artifact', 'changed', 'notebooks/Insights_example'],
        ['artifact', 'missing', 'pipelines/5_maintain_insights'],
        ['role', 'added', 'Storage Blob Data Reader for 99999999-0000-4000-8000-000000000000 on stage1'],
        ['network', 'changed', 'workspace firewall'],
      ],
    ]);

    const reap = await rehearsal.insights(['reap', '--dry-run', '--json']);
    expect([reap.exitCode, JSON.parse(reap.stdout)]).toMatchObject([0, { result: { expired: [] } }]);
  } finally {
    await rehearsal.stop();
  }
});
