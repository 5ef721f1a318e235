import { parseStack, type ReviewedStack } from '../../src/review/stacks';
import type { RestAnswer, RestClient, RestRequest } from '../../src/operations/rest-client';
import { findDrift, type DriftPlace, type DriftReport } from '../../src/review/drift/drift';

/** Drift of an environment of few resources, by answers of Azure that are written here. */

const group = 'https://management.azure.com/subscriptions/s/resourceGroups/rg';
const account = `${group}/providers/Microsoft.Storage/storageAccounts/st`;
const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv`;
const workspace = `${group}/providers/Microsoft.Synapse/workspaces/syn`;
const studio = 'https://syn.dev.azuresynapse.net';
const administrator = '6e4bf58a-b8e1-4cc3-bbf9-d73143322b78';
const reader = '53faaa0e-40b6-40c8-a2ff-e38f2d388875';

const subscription = '${data.azurerm_client_config.Client.subscription_id}';
const place = (target: string) => `/subscriptions/${subscription}/resourceGroups/rg/providers/${target}`;

function endpoint(name: string, id: string) {
  return { name, private_service_connection: { private_connection_resource_id: id } };
}

/** Everything that drift looks at, once. */
const deployed = {
  azurerm_storage_account: {
    Lake: {
      name: 'st',
      network_rules: {
        default_action: 'Deny',
        bypass: ['None'],
        ip_rules: ['203.0.113.7'],
        private_link_access: [
          { endpoint_resource_id: place('Microsoft.Synapse/workspaces/SYN') },
          { endpoint_resource_id: place('Microsoft.DataShare/accounts/share') },
        ],
      },
      shared_access_key_enabled: false,
      allow_nested_items_to_be_public: false,
    },
  },
  azurerm_key_vault: {
    Vault: {
      name: 'kv',
      public_network_access_enabled: false,
      rbac_authorization_enabled: true,
      network_acls: { default_action: 'Deny', bypass: 'None', ip_rules: [] },
    },
  },
  azapi_resource: {
    Workspace: {
      type: 'Microsoft.Synapse/workspaces@2021-06-01',
      name: 'syn',
      body: { properties: { publicNetworkAccess: 'Disabled' } },
    },
  },
  azapi_update_resource: {
    Administrator: {
      type: 'Microsoft.Synapse/workspaces/administrators@2021-06-01',
      body: { properties: { sid: 'GROUP-1' } },
    },
    EntraOnly: {
      type: 'Microsoft.Synapse/workspaces/azureADOnlyAuthentications@2021-06-01',
      body: { properties: { azureADOnlyAuthentication: true } },
    },
  },
  azurerm_private_endpoint: {
    Blob: endpoint('pep-st-blob', '${azurerm_storage_account.Lake.id}'),
    Vault: endpoint('pep-kv-vault', '${azurerm_key_vault.Vault.id}'),
    Dev: endpoint('pep-syn-development', '${azapi_resource.Workspace.id}'),
  },
  azapi_data_plane_resource: {
    Out: {
      type: 'Microsoft.Synapse/workspaces/managedVirtualNetworks/managedPrivateEndpoints@2020-12-01',
      name: 'pe-syn-dfs',
      body: { properties: { privateLinkResourceId: place('Microsoft.Storage/storageAccounts/st') } },
    },
    Role: {
      type: 'Microsoft.Synapse/workspaces/roleAssignments@2020-12-01',
      name: 'x',
      body: { roleId: reader, principalId: 'engineers', scope: 'workspaces/syn' },
    },
  },
};

function connections(...all: readonly (readonly [id: string, status: string])[]) {
  return {
    value: all.map(([id, status]) => ({
      properties: { privateEndpoint: { id }, privateLinkServiceConnectionState: { status } },
    })),
  };
}

function assignments(...all: readonly (readonly [principalId: string, roleDefinitionId: string])[]) {
  return {
    value: all.map(([principalId, roleDefinitionId]) => ({ principalId, roleDefinitionId, scope: 'workspaces/syn' })),
  };
}

const microsofts =
  '/subscriptions/m/resourceGroups/vnet-syn/providers/Microsoft.Network/privateEndpoints/syn.pe-syn-dfs';
const own = (name: string) => `/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/${name}`;

/** What Azure answers where nothing differs, by the URL without its version. */
const settled: Readonly<Record<string, unknown>> = {
  [account]: {
    properties: {
      networkAcls: {
        defaultAction: 'Deny',
        bypass: 'None',
        ipRules: [{ value: '203.0.113.7' }],
        virtualNetworkRules: [],
        resourceAccessRules: [
          { resourceId: '/subscriptions/s/resourcegroups/rg/providers/Microsoft.DataShare/accounts/share' },
          { resourceId: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Synapse/workspaces/syn' },
        ],
      },
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
    },
  },
  [`${account}/privateEndpointConnections`]: connections([own('pep-st-blob'), 'Approved'], [microsofts, 'Approved']),
  [vault]: {
    properties: {
      publicNetworkAccess: 'Disabled',
      enableRbacAuthorization: true,
      networkAcls: { defaultAction: 'Deny', bypass: 'None', ipRules: [] },
    },
  },
  [`${vault}/privateEndpointConnections`]: connections([own('pep-kv-vault'), 'Approved'], ['/cut', 'Disconnected']),
  [workspace]: { identity: { principalId: 'the-workspace' }, properties: { publicNetworkAccess: 'Disabled' } },
  [`${workspace}/firewallRules`]: { value: [] },
  [`${workspace}/administrators/activeDirectory`]: { properties: { sid: 'group-1' } },
  [`${workspace}/azureADOnlyAuthentications/default`]: { properties: { azureADOnlyAuthentication: true } },
  [`${workspace}/privateEndpointConnections`]: connections([own('pep-syn-development'), 'Approved']),
  [`${studio}/roleAssignments`]: assignments(['the-workspace', administrator], ['ENGINEERS', reader]),
  [`${studio}/roleAssignments after 1`]: assignments(['who-deploys', administrator]),
  [`${studio}/linkedservices`]: { value: [{ name: 'syn-WorkspaceDefaultStorage', properties: {} }] },
  [`${studio}/managedVirtualNetworks/default/managedPrivateEndpoints`]: {
    value: [
      { name: 'pe-syn-dfs', properties: { privateLinkResourceId: '/st' } },
      { name: 'synapse-ws-sql--syn', properties: { privateLinkResourceId: '/providers/x/workspaces/SYN' } },
      { name: 'kept', properties: { privateLinkResourceId: '/y', isReserved: true } },
    ],
  },
};

/** Answers what is written, an empty list for other lists of Studio, and 404 for the rest. */
function azureThat(answers: Readonly<Record<string, unknown>>) {
  return {
    send: async ({ url, continuation }: RestRequest): Promise<RestAnswer> => {
      const path = url.split('?')[0] ?? url;
      const body = answers[continuation === undefined ? path : `${path} after ${continuation}`];
      if (body === undefined && !url.startsWith(studio)) return { status: 404, body: {} };
      const more = path.endsWith('/roleAssignments') && path.startsWith(studio) && continuation === undefined;
      return { status: 200, body: body ?? { value: [] }, ...(more ? { continuation: '1' } : {}) };
    },
  };
}

async function driftOf(
  changes: Readonly<Record<string, unknown>>,
  options: { readonly production?: boolean; readonly resource?: object } = {},
): Promise<DriftReport> {
  const azure = azureThat({ ...settled, ...changes });
  const stack: ReviewedStack = parseStack('dev-insights', { resource: (options.resource ?? deployed) as never });
  const at: DriftPlace = {
    subscriptionId: 's',
    tenantId: 't',
    resourceGroup: 'rg',
    storageAccount: 'st',
    keyVault: 'kv',
    synapseWorkspace: 'syn',
    dataShareAccount: 'share',
    production: options.production ?? true,
    deployers: ['WHO-deploys'],
    asking: 'who-ASKS',
    resourceManager: azure,
    development: azure as RestClient,
  };
  return findDrift('dev', [stack], at);
}

const lines = ({ drifts }: DriftReport) => drifts.map(({ change, at, detail }) => `${change} ${at}: ${detail}`);

test('where all is as deployed nothing differs, in whatever case and order Azure gives it back', async () => {
  expect(await driftOf({})).toEqual({
    environment: 'dev',
    compared: { artifact: 0, role: 1, network: 22 },
    drifts: [],
    byHand: [],
    ofWhoAsks: [],
  });
});

test('what lets somebody in is told setting by setting', async () => {
  const network = '/subscriptions/o/x/virtualNetworks/v/subnets/n';
  const rules = { ipRules: [], virtualNetworkRules: [{ id: network }], bypass: 'Logging, AzureServices' };
  const changed = await driftOf({
    [account]: { properties: { publicNetworkAccess: 'Disabled', networkAcls: { ...rules, defaultAction: 'Allow' } } },
    [vault]: { properties: { networkAcls: { ...rules, defaultAction: 'Deny', bypass: 'AzureServices' } } },
    [`${workspace}/administrators/activeDirectory`]: { properties: { sid: 'somebody' } },
    [`${workspace}/azureADOnlyAuthentications/default`]: undefined,
  });
  expect(lines(changed)).toEqual([
    'changed SQL administrator: group-1 became somebody',
    'changed SQL with Entra ID only: true became false',
    'changed vault public access: Disabled became Enabled',
    `changed vault networks: nothing became ${network.toLowerCase()}`,
    'changed vault services: none became azureservices',
    'changed vault roles instead of policies: true became false',
    'changed account public access: Enabled became Disabled',
    'changed account default: Deny became Allow',
    'changed account addresses: 203.0.113.7 became nothing',
    `changed account networks: nothing became ${network.toLowerCase()}`,
    'changed account services: nothing became azureservices, logging',
    'changed account resources: /subscriptions/s/resourcegroups/rg/providers/microsoft.datashare/accounts/share, ' +
      '/subscriptions/s/resourcegroups/rg/providers/microsoft.synapse/workspaces/syn became nothing',
    'changed account keys: false became true',
    'changed account public blobs: false became true',
  ]);
});

test('private endpoints that came, went or wait are told, and managed ones that lead out', async () => {
  const changed = await driftOf({
    [`${account}/privateEndpointConnections`]: connections(['/subscriptions/other/pep-st-blob-2', 'Approved']),
    [`${vault}/privateEndpointConnections`]: connections([own('pep-kv-vault'), 'Pending'], ['/stranger', 'Pending']),
    [`${studio}/managedVirtualNetworks/default/managedPrivateEndpoints`]: {
      value: [{ name: 'out', properties: { privateLinkResourceId: '/subscriptions/other/st' } }],
    },
  });
  expect(lines(changed)).toEqual([
    'missing private endpoint pe-syn-dfs to the account: is not there',
    'missing private endpoint pep-st-blob to the account: is not there',
    'added private endpoint to the account: /subscriptions/other/pep-st-blob-2 leads there',
    'changed private endpoint pep-kv-vault to the vault: waits for approval',
    'added private endpoint to the vault: /stranger waits for approval',
    'added managed endpoint out: leads out to /subscriptions/other/st',
  ]);
});

test('roles in Studio of whoever asks are told by themselves, unless it is named as one that deploys', async () => {
  const asked = (who: string) => ({ [`${studio}/roleAssignments after 1`]: assignments([who, administrator]) });
  const { drifts, ofWhoAsks } = await driftOf(asked('who-asks'));
  expect([drifts, ofWhoAsks]).toEqual([
    [],
    [
      {
        kind: 'role',
        at: 'Synapse Administrator for who-asks on the workspace',
        change: 'added',
        detail: 'is of whoever asks, and no plan gave it',
      },
    ],
  ]);
});

test('an endpoint of somebody else is told although it is called like one of ours', async () => {
  const stranger = '/subscriptions/other/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints';
  const changed = await driftOf({
    [`${account}/privateEndpointConnections`]: connections(
      [`${stranger}/pep-st-blob`, 'Approved'],
      [own('pep-st-blob'), 'Approved'],
      [microsofts, 'Approved'],
      [`${stranger}/syn.pe-syn-dfs`, 'Pending'],
    ),
  });
  expect(lines(changed)).toEqual([
    `added private endpoint to the account: ${stranger}/pep-st-blob leads there`,
    `added private endpoint to the account: ${stranger}/syn.pe-syn-dfs waits for approval`,
  ]);
});

test('roles in Studio that came or went are told, on all pages; those of the workspace and of who deploys are known', async () => {
  const pool = { principalId: 'somebody', roleDefinitionId: 'other', scope: 'workspaces/syn/bigDataPools/p' };
  const changed = await driftOf({
    [`${studio}/roleAssignments`]: { value: [pool] },
    [`${studio}/roleAssignments after 1`]: assignments(['somebody', administrator]),
  });
  expect(lines(changed)).toEqual([
    'missing Synapse Artifact User for engineers on the workspace: is not assigned',
    'added role other for somebody on the bigDataPools/p: was assigned by somebody else',
    'added Synapse Administrator for somebody on the workspace: was assigned by somebody else',
  ]);
});

describe('an artifact that was made by hand', () => {
  const notebook = { name: 'mine', properties: { description: 'mine' } };
  const changes = { [`${studio}/notebooks`]: { value: [notebook] } };
  const told = { kind: 'artifact', at: 'notebooks/mine', change: 'added', detail: 'was made by hand' };

  test('is drift in production, where nobody but deployers publishes', async () => {
    const { drifts, byHand } = await driftOf(changes);
    expect([drifts, byHand]).toEqual([[told], []]);
  });

  test('is listed elsewhere, and is no drift', async () => {
    const { drifts, byHand } = await driftOf(changes, { production: false });
    expect([drifts, byHand]).toEqual([[], [told]]);
  });
});

test('of a workspace that was there before only what we added is looked for', async () => {
  const { azapi_data_plane_resource } = deployed;
  const changes = {
    [`${studio}/notebooks`]: { value: [{ name: 'theirs', properties: {} }] },
    [`${studio}/roleAssignments`]: assignments(['somebody', administrator]),
  };
  const found = await driftOf(changes, { resource: { azapi_data_plane_resource } });
  expect(found).toEqual({
    environment: 'dev',
    compared: { artifact: 0, role: 1, network: 1 },
    drifts: [
      {
        kind: 'role',
        at: 'Synapse Artifact User for engineers on the workspace',
        change: 'missing',
        detail: 'is not assigned',
      },
    ],
    byHand: [],
    ofWhoAsks: [],
  });
});

test('where nothing is there all of it is missing', async () => {
  const nothing = Object.fromEntries(Object.keys(settled).map((url) => [url, undefined]));
  const { drifts } = await driftOf(nothing);
  expect(drifts.filter(({ change }) => change !== 'missing')).toEqual([]);
  expect(drifts.length).toBe(23);
});
