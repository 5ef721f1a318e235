import { ClientSecretCredential } from '@azure/identity';
import { RestClient } from '../../../src/operations/rest-client';
import { defaultDeployer, guidOf } from '../../../src/local-azure/settings';
import { account, accountBody, group, subscription, vault, vaultBody, workspace, workspaceBody } from '../direct-azure';

/** The credential that the environment describes, as `insights local-azure env` writes it. */
export function credential(): ClientSecretCredential {
  const { AZURE_TENANT_ID = '', AZURE_CLIENT_ID = '', AZURE_CLIENT_SECRET = '' } = process.env;
  return new ClientSecretCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET);
}

/**
 * Makes group, account, containers, vault and workspace, with the roles that operations need.
 * @param client default: through HTTP, as the environment says
 */
export async function provision(
  client = new RestClient({ credential: credential(), scope: 'https://management.azure.com/.default' }),
  containers: readonly string[] = ['oea'],
): Promise<void> {
  const put = async (path: string, version: string, body: unknown): Promise<void> => {
    await client.send({ method: 'PUT', url: `https://management.azure.com${path}?api-version=${version}`, body });
  };
  const give = (roleId: string, scope: string): Promise<void> =>
    put(`${scope}/providers/Microsoft.Authorization/roleAssignments/${guidOf(`${roleId}${scope}`)}`, '2022-04-01', {
      properties: {
        roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
        principalId: defaultDeployer.objectId,
      },
    });
  await put(group, '2023-07-01', { location: 'westeurope' });
  await put(account, '2023-05-01', accountBody);
  for (const container of containers) {
    await put(`${account}/blobServices/default/containers/${container}`, '2023-05-01', { properties: {} });
  }
  await put(vault, '2023-07-01', vaultBody);
  await put(workspace, '2021-06-01', workspaceBody);
  const address = '203.0.113.10';
  await put(`${workspace}/firewallRules/me`, '2021-06-01', {
    properties: { startIpAddress: address, endIpAddress: address },
  });
  await give('ba92f5b4-2d11-453d-a403-e96b0029c9fe', account);
  await give('b86a8fe4-44ce-4948-aee5-eccb2c155cd7', vault);
}
