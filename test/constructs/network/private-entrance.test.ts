import { AzapiResource } from '../../../constructs/core/azapi';
import { PrivateEntrance, privateServices } from '../../../constructs/network/private-entrance';
import { createWorkspace, synapseBlocks } from '../synapse/synapse-fixture';
import { synthesiseBlocks } from '../synthesised';

const props = {
  network: { resourceGroup: 'rg-net', virtualNetwork: 'vnet', subnet: 'snet', dnsZonesResourceGroup: 'rg-dns' },
  subscriptionId: 's',
  resourceGroupName: 'rg',
  location: 'westeurope',
  tags: { a: 'b' },
};

describe('PrivateEntrance', () => {
  test('leads from the subnet to a service, found by its DNS zone (NET1)', () => {
    const blocks = synthesiseBlocks((stack) => {
      new PrivateEntrance(stack, 'Entrance', props).leadTo('vault', 'kv-oea-test', '/vault');
    });
    const network = '/providers/Microsoft.Network';
    expect(blocks).toEqual({
      'Entrance/vault': {
        address: 'azurerm_private_endpoint.Entrance_vault_4FF3BEEA',
        body: {
          name: 'pep-kv-oea-test-vault',
          resource_group_name: 'rg',
          location: 'westeurope',
          tags: { a: 'b' },
          subnet_id: `/subscriptions/s/resourceGroups/rg-net${network}/virtualNetworks/vnet/subnets/snet`,
          private_service_connection: {
            name: 'pep-kv-oea-test-vault',
            private_connection_resource_id: '/vault',
            subresource_names: ['vault'],
            is_manual_connection: false,
          },
          private_dns_zone_group: {
            name: 'default',
            private_dns_zone_ids: [
              `/subscriptions/s/resourceGroups/rg-dns${network}/privateDnsZones/privatelink.vaultcore.azure.net`,
            ],
          },
        },
      },
    });
  });

  test('knows the name and the zone of every service', () => {
    expect(privateServices).toEqual({
      dfs: { subresource: 'dfs', zone: 'privatelink.dfs.core.windows.net' },
      blob: { subresource: 'blob', zone: 'privatelink.blob.core.windows.net' },
      vault: { subresource: 'vault', zone: 'privatelink.vaultcore.azure.net' },
      development: { subresource: 'Dev', zone: 'privatelink.dev.azuresynapse.net' },
      serverless: { subresource: 'SqlOnDemand', zone: 'privatelink.sql.azuresynapse.net' },
    });
  });

  test('leads to a workspace by both of its endpoints, for whom somebody can wait', () => {
    const blocks = synapseBlocks((stack) => {
      const entrance = new PrivateEntrance(stack, 'Entrance', props);
      const { workspaceName, workspaceId } = createWorkspace(stack);
      const ways = (['development', 'serverless'] as const).map((service) =>
        entrance.leadTo(service, workspaceName, workspaceId),
      );
      new AzapiResource(stack, 'Await', { type: 'X/y@1', name: 'a', parentId: '/', dependsOn: ways });
    });
    const connections = ['development', 'serverless'].map((service) => [
      blocks[`Entrance/${service}`]?.body['private_service_connection'],
      blocks[`Entrance/${service}`]?.body['private_dns_zone_group'],
    ]);
    const connection = (service: string, subresource: string) => ({
      name: `pep-syn-oea-test-${service}`,
      private_connection_resource_id: '${azapi_resource.Workspace_2F8C78CC.id}',
      subresource_names: [subresource],
      is_manual_connection: false,
    });
    const group = (zone: string) => ({
      name: 'default',
      private_dns_zone_ids: [
        `/subscriptions/s/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/${zone}`,
      ],
    });
    expect(connections).toEqual([
      [connection('development', 'Dev'), group('privatelink.dev.azuresynapse.net')],
      [connection('serverless', 'SqlOnDemand'), group('privatelink.sql.azuresynapse.net')],
    ]);
    const ways = ['development', 'serverless'].map((service) => blocks[`Entrance/${service}`]?.address);
    expect(blocks['Await']?.body['depends_on']).toEqual(ways);
  });
});
