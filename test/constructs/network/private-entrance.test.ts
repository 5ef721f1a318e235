import { PrivateEntrance, privateServices } from '../../../constructs/network/private-entrance';
import { synthesiseBlocks } from '../synthesised';

describe('PrivateEntrance', () => {
  test('leads from the subnet to a service, found by its DNS zone (NET1)', () => {
    const blocks = synthesiseBlocks((stack) => {
      new PrivateEntrance(stack, 'Entrance', {
        network: { resourceGroup: 'rg-net', virtualNetwork: 'vnet', subnet: 'snet', dnsZonesResourceGroup: 'rg-dns' },
        subscriptionId: 's',
        resourceGroupName: 'rg',
        location: 'westeurope',
        tags: { a: 'b' },
      }).leadTo('vault', 'kv-oea-test', '/vault');
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

  test('knows the zone of every service', () => {
    expect(privateServices).toEqual({
      dfs: 'privatelink.dfs.core.windows.net',
      blob: 'privatelink.blob.core.windows.net',
      vault: 'privatelink.vaultcore.azure.net',
    });
  });
});
