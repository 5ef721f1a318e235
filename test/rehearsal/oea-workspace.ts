import { frameworkArtifacts } from '../../src/artifacts/oea-framework';
import { artifactKey } from '../../src/artifacts/order';
import { exampleValues, fillPlaceholders } from '../../src/artifacts/placeholders';
import { readArtifacts } from '../../src/artifacts/read-artifacts';
import { inProcessClients } from '../../src/local-azure/in-process/clients';
import type { LocalAzure } from '../../src/local-azure/local-azure';
import { defaultDeployer, defaultSettings, guidOf } from '../../src/local-azure/settings';
import { existingWorkspace } from '../support/environment-parts';

const { resourceGroup, storageAccount, synapseWorkspace, keyVault } = existingWorkspace;
const subscription = `/subscriptions/${defaultSettings.subscriptionId}`;
const group = `${subscription}/resourceGroups/${resourceGroup}`;
const account = `${group}/providers/Microsoft.Storage/storageAccounts/${storageAccount}`;
const vault = `${group}/providers/Microsoft.KeyVault/vaults/${keyVault}`;
const workspace = `${group}/providers/Microsoft.Synapse/workspaces/${synapseWorkspace}`;
const location = 'westeurope';
const blobContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';

/** What OEA's installer leaves: everything open, a vault with access policies, a workspace with a password, its own framework. */
export async function makeOeaWorkspace(azure: LocalAzure): Promise<void> {
  const clients = inProcessClients(azure);
  const put = async (id: string, version: string, body: object): Promise<Record<string, unknown>> => {
    const url = `https://management.azure.com${id}?api-version=${version}`;
    return (await clients.resourceManager().send({ method: 'PUT', url, body })).body as Record<string, unknown>;
  };
  await put(group, '2023-07-01', { location });
  await put(account, '2023-05-01', {
    location,
    kind: 'StorageV2',
    sku: { name: 'Standard_RAGRS' },
    properties: { isHnsEnabled: true, networkAcls: { defaultAction: 'Allow', bypass: 'AzureServices' } },
  });
  for (const container of ['oea', 'stage1', 'stage2', 'stage3']) {
    await put(`${account}/blobServices/default/containers/${container}`, '2023-05-01', { properties: {} });
  }
  const made = await put(workspace, '2021-06-01', {
    location,
    identity: { type: 'SystemAssigned' },
    properties: {
      defaultDataLakeStorage: { accountUrl: `https://${storageAccount}.dfs.core.windows.net`, filesystem: 'oea' },
      sqlAdministratorLogin: 'eduanalyticsuser',
      sqlAdministratorLoginPassword: 'A-password-that-Nobody-keeps-1',
    },
  });
  const { principalId } = made['identity'] as { readonly principalId: string };
  const everywhere = { startIpAddress: '0.0.0.0', endIpAddress: '255.255.255.255' };
  await put(`${workspace}/firewallRules/allowAll`, '2021-06-01', { properties: everywhere });
  const policies = [defaultDeployer.objectId, principalId].map((objectId) => ({
    tenantId: defaultSettings.tenantId,
    objectId,
    permissions: { secrets: ['get', 'list', 'set', 'delete'] },
  }));
  await put(vault, '2023-07-01', {
    location,
    properties: {
      tenantId: defaultSettings.tenantId,
      sku: { family: 'A', name: 'standard' },
      accessPolicies: policies,
    },
  });
  for (const holder of [defaultDeployer.objectId, principalId]) {
    const id = `${account}/providers/Microsoft.Authorization/roleAssignments/${guidOf(holder)}`;
    const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${blobContributor}`;
    const properties = { roleDefinitionId, principalId: holder, principalType: 'ServicePrincipal' };
    await put(id, '2022-04-01', { properties });
  }
  await publishFramework(clients.development());
}

async function publishFramework(development: ReturnType<ReturnType<typeof inProcessClients>['development']>) {
  const values = { ...exampleValues, storageAccount, keyVault, synapseWorkspace };
  const order = new Map(frameworkArtifacts.map((key, index) => [key, index]));
  const framework = readArtifacts()
    .filter((artifact) => order.has(artifactKey(artifact)) && artifact.kind !== 'pipelines')
    .sort((a, b) => order.get(artifactKey(a))! - order.get(artifactKey(b))!);
  for (const artifact of framework) {
    const { kind, name, properties } = fillPlaceholders(artifact, values);
    const url = `https://${synapseWorkspace}.dev.azuresynapse.net/${kind}/${name}?api-version=2020-12-01`;
    await development.send({ method: 'PUT', url, body: { properties } });
  }
}
