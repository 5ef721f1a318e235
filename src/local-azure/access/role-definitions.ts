/** A built-in role of Azure, with the actions that count here. `*` stands for any number of characters. */
export interface RoleDefinition {
  readonly id: string;
  readonly name: string;
  readonly actions: readonly string[];
  readonly notActions?: readonly string[];
  readonly dataActions: readonly string[];
}

const containers = 'Microsoft.Storage/storageAccounts/blobServices/containers';
const authorization = 'Microsoft.Authorization';

/** Ids and actions as Azure documents them. */
export const roleDefinitions: readonly RoleDefinition[] = [
  { id: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', name: 'Owner', actions: ['*'], dataActions: [] },
  {
    id: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
    name: 'Contributor',
    actions: ['*'],
    notActions: [`${authorization}/*/Delete`, `${authorization}/*/Write`, `${authorization}/elevateAccess/Action`],
    dataActions: [],
  },
  { id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', name: 'Reader', actions: ['*/read'], dataActions: [] },
  {
    id: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
    name: 'User Access Administrator',
    actions: ['*/read', `${authorization}/*`],
    dataActions: [],
  },
  {
    id: 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
    name: 'Role Based Access Control Administrator',
    actions: [`${authorization}/roleAssignments/write`, `${authorization}/roleAssignments/delete`, '*/read'],
    dataActions: [],
  },
  {
    id: '17d1049b-9a84-46fb-8f53-869881c3d3ab',
    name: 'Storage Account Contributor',
    actions: [
      `${authorization}/*/read`,
      'Microsoft.Storage/storageAccounts/*',
      'Microsoft.Insights/diagnosticSettings/*',
    ],
    dataActions: [],
  },
  {
    id: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
    name: 'Storage Blob Data Reader',
    actions: [`${containers}/read`],
    dataActions: [`${containers}/blobs/read`],
  },
  {
    id: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    name: 'Storage Blob Data Contributor',
    actions: [`${containers}/delete`, `${containers}/read`, `${containers}/write`],
    dataActions: ['delete', 'read', 'write', 'move/action', 'add/action'].map(
      (action) => `${containers}/blobs/${action}`,
    ),
  },
  {
    id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
    name: 'Storage Blob Data Owner',
    actions: [`${containers}/*`],
    dataActions: [`${containers}/blobs/*`],
  },
  {
    id: '4633458b-17de-408a-b874-0445c86b69e6',
    name: 'Key Vault Secrets User',
    actions: [],
    dataActions: ['getSecret/action', 'readMetadata/action'].map(
      (action) => `Microsoft.KeyVault/vaults/secrets/${action}`,
    ),
  },
  {
    id: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
    name: 'Key Vault Secrets Officer',
    actions: ['Microsoft.KeyVault/vaults/read'],
    dataActions: ['Microsoft.KeyVault/vaults/secrets/*'],
  },
  {
    id: '00482a5a-887f-4fb3-b363-3b7fe8e74483',
    name: 'Key Vault Administrator',
    actions: ['Microsoft.KeyVault/vaults/read', 'Microsoft.KeyVault/deletedVaults/read'],
    dataActions: ['Microsoft.KeyVault/vaults/*'],
  },
  {
    id: 'f25e0fa2-a7c8-4377-a976-54943a77a395',
    name: 'Key Vault Contributor',
    actions: ['Microsoft.KeyVault/*'],
    notActions: ['Microsoft.KeyVault/locations/deletedVaults/purge/action'],
    dataActions: [],
  },
];

/** Whether one of the patterns covers the action; upper and lower case do not matter. */
export function covers(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => {
    const expression = pattern
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*');
    return new RegExp(`^${expression}$`, 'i').test(action);
  });
}
