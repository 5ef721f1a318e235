import { SecretVault } from '../../../constructs/key-vault/secret-vault';
import { ExistingDataLake } from '../../../constructs/storage/existing-data-lake';
import { grantWorkspaceRights } from '../../../constructs/synapse/workspace-rights';
import { existingWorkspace, groupId, place, synapseBlocks } from './synapse-fixture';

test('grantWorkspaceRights gives the identity every container and the salt', () => {
  let returned = 0;
  const blocks = synapseBlocks((stack) => {
    const lake = new ExistingDataLake(stack, 'DataLake', { accountName: 'st', place, dataVersion: '1.14' });
    const vault = SecretVault.fromName(stack, 'SecretVault', 'kv', place);
    returned = grantWorkspaceRights(existingWorkspace(stack), lake, vault).length;
  });
  expect(returned).toBe(6);
  const container = (name: string) =>
    `${groupId}/providers/Microsoft.Storage/storageAccounts/st/blobServices/default/containers/${name}`;
  const onContainer = ['oea', 'stage1', 'stage2', 'stage3', 'synapse'].map((name) => [
    container(name),
    'Storage Blob Data Contributor',
    undefined,
  ]);
  const onVault = [`${groupId}/providers/Microsoft.KeyVault/vaults/kv`, 'Key Vault Secrets User', undefined];
  expect(
    Object.values(blocks).map(({ body }) => [body['scope'], body['role_definition_name'], body['condition']]),
  ).toEqual([...onContainer, onVault]);
});
