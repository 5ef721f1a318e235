import { search } from '@jmespath-community/jmespath';
import { AzapiResource } from '../../../constructs/core/azapi';
import { ManagedEndpoints, type ManagedTarget } from '../../../constructs/network/managed-endpoints';
import { refusal } from '../../support/refusal';
import { existingWorkspace, synapseBlocks } from '../synapse/synapse-fixture';

const storage: ManagedTarget = { service: 'dfs', targetId: '/account' };
const vault: ManagedTarget = { service: 'vault', targetId: '/vault' };

const blocks = (targets: readonly ManagedTarget[], kind: 'resource' | 'data' = 'resource') =>
  synapseBlocks((stack) => {
    const await_ = new AzapiResource(stack, 'Await', { type: 'X/y@1', name: 'a', parentId: '/' });
    const workspace = existingWorkspace(stack);
    const { approved } = new ManagedEndpoints(stack, 'Endpoints', { workspace, targets, after: [await_] });
    new AzapiResource(stack, 'Run', { type: 'X/y@1', name: 'r', parentId: '/', dependsOn: [...approved] });
  }, kind);

const endpoint = (service: string, privateLinkResourceId: string) => ({
  type: 'Microsoft.Synapse/workspaces/managedVirtualNetworks/managedPrivateEndpoints@2020-12-01',
  name: `pe-syn-oea-old-${service}`,
  parent_id: 'syn-oea-old.dev.azuresynapse.net/managedVirtualNetworks/default',
  body: { properties: { privateLinkResourceId, groupId: service } },
  response_export_values: [],
  timeouts: { create: '30m' },
  depends_on: ['azapi_resource.Await'],
});

describe('ManagedEndpoints', () => {
  test('makes an endpoint, finds its connection by its name, and approves it (NET3)', () => {
    const made = blocks([vault]);
    expect(Object.keys(made).sort()).toEqual(['Await', 'Endpoints/vault/Approval', 'Endpoints/vault/Resource', 'Run']);
    expect(made['Endpoints/vault/Resource']?.body).toEqual(endpoint('vault', '/vault'));
    expect(blocks([vault], 'data')).toEqual({
      'Endpoints/vault/Connection': {
        address: 'azapi_resource_action.Endpoints_vault_Connection_0CF5840E',
        body: {
          type: 'Microsoft.KeyVault/vaults@2023-07-01',
          resource_id: '/vault',
          action: 'privateEndpointConnections',
          method: 'GET',
          response_export_values: {
            name: "[not_null(value[?ends_with(not_null(properties.privateEndpoint.id, ''), 'pe-syn-oea-old-vault')].name, `[]`)] | [?length(@) == `1`] | [0][0] || 'none'",
            endpoint: `'\${${made['Endpoints/vault/Resource']?.address}.id}'`,
          },
        },
      },
    });
    expect(made['Endpoints/vault/Approval']?.body).toEqual({
      type: 'Microsoft.KeyVault/vaults/privateEndpointConnections@2023-07-01',
      resource_id:
        '/vault/privateEndpointConnections/${data.azapi_resource_action.Endpoints_vault_Connection_0CF5840E.output.name}',
      body: {
        properties: {
          privateLinkServiceConnectionState: { status: 'Approved', description: 'Endpoint pe-syn-oea-old-vault' },
        },
      },
      response_export_values: [],
      lifecycle: {
        precondition: [
          {
            condition: '${data.azapi_resource_action.Endpoints_vault_Connection_0CF5840E.output.name != "none"}',
            error_message:
              'The private endpoint pe-syn-oea-old-vault does not show at its target, or not alone. Deploy again in some minutes; if it was removed there, delete it in Synapse Studio first; if others are called alike there, reject them.',
          },
        ],
      },
    });
    expect(made['Run']?.body['depends_on']).toEqual([made['Endpoints/vault/Approval']?.address]);
  });

  test('NET3: finds its connection only where no other endpoint is called like it', () => {
    const { name } = (blocks([vault], 'data')['Endpoints/vault/Connection']?.body['response_export_values'] ?? {}) as {
      name: string;
    };
    const connection = (of: string, endpointName: string) => ({
      name: of,
      properties: { privateEndpoint: { id: `/subscriptions/s/privateEndpoints/${endpointName}` } },
    });
    const ours = connection('c1', 'syn-oea-old.pe-syn-oea-old-vault');
    const others = [connection('c2', 'somebody'), { name: 'c3', properties: {} }];
    const found = (...value: unknown[]) => search({ value } as never, name);
    expect([found(), found(...others), found(...others, ours)]).toEqual(['none', 'none', 'c1']);
    expect(found(connection('c4', 'theirs.pe-syn-oea-old-vault'), ours)).toBe('none');
    expect(search({ value: null }, name)).toBe('none');
  });

  test('leads to each service of an account', () => {
    const made = blocks([storage, { ...storage, service: 'blob' }]);
    expect(made['Endpoints/dfs/Resource']?.body).toEqual(endpoint('dfs', '/account'));
    expect(made['Endpoints/blob/Resource']?.body).toEqual(endpoint('blob', '/account'));
    const approvals = ['dfs', 'blob'].map((service) => made[`Endpoints/${service}/Approval`]);
    expect(approvals.map((approval) => approval?.body['type'])).toEqual([
      'Microsoft.Storage/storageAccounts/privateEndpointConnections@2023-05-01',
      'Microsoft.Storage/storageAccounts/privateEndpointConnections@2023-05-01',
    ]);
    expect(made['Run']?.body['depends_on']).toEqual(approvals.map((approval) => approval?.address));
  });

  test('leaves the approval to the owner of a target that is not ours', () => {
    const targets = [{ ...storage, approve: false }];
    const made = blocks(targets);
    expect(blocks(targets, 'data')).toEqual({});
    expect(Object.keys(made).sort()).toEqual(['Await', 'Endpoints/dfs/Resource', 'Run']);
    expect(made['Run']?.body['depends_on']).toEqual([made['Endpoints/dfs/Resource']?.address]);
  });

  test('refuses a service twice, because its endpoint is named after it', () => {
    expect(refusal(() => blocks([storage, storage]))).toBe(
      'CONSTRUCT_INVALID: targets is ["dfs","dfs"], but must have each service once.\n' +
        '  where: test/Endpoints\n  next:  Correct the value where the construct named above is created.',
    );
  });
});
