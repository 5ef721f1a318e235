import { Construct } from 'constructs';
import type { PrivateNetwork } from '../../src/contract/environment-settings';
import { PrivateEndpoint } from '../core/azurerm';
import type { ITerraformDependable } from '../core/cdktf';
import { resourceId } from '../core/resource-id';

/** What a private endpoint can lead to: Azure's name of it, and the DNS zone that clients find it by. */
export const privateServices = {
  dfs: { subresource: 'dfs', zone: 'privatelink.dfs.core.windows.net' },
  blob: { subresource: 'blob', zone: 'privatelink.blob.core.windows.net' },
  vault: { subresource: 'vault', zone: 'privatelink.vaultcore.azure.net' },
  development: { subresource: 'Dev', zone: 'privatelink.dev.azuresynapse.net' },
  serverless: { subresource: 'SqlOnDemand', zone: 'privatelink.sql.azuresynapse.net' },
} as const;

export type PrivateService = keyof typeof privateServices;

export interface PrivateEntranceProps {
  readonly network: PrivateNetwork;
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The way in of `network.access: private` (NET1): endpoints in the environment's subnet, in its DNS zones. Subnet and zones
 * are there already and stay as they are.
 *
 * @example
 * new PrivateEntrance(this, 'Entrance', props).leadTo('vault', vault.vaultName, vault.vaultId);
 */
export class PrivateEntrance extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: PrivateEntranceProps,
  ) {
    super(scope, id);
  }

  /**
   * One endpoint; its connection is approved at once, because target and endpoint have one owner.
   * @returns what waits for the way in, such as `AwaitWorkspace`.
   */
  leadTo(service: PrivateService, targetName: string, targetId: string): ITerraformDependable {
    const { network, subscriptionId, resourceGroupName, location, tags } = this.props;
    const { subresource, zone } = privateServices[service];
    const name = `pep-${targetName}-${service}`;
    const zones = { subscriptionId, resourceGroupName: network.dnsZonesResourceGroup };
    return new PrivateEndpoint(this, service, {
      name,
      resourceGroupName,
      location,
      tags: { ...tags },
      subnetId: resourceId(
        { subscriptionId, resourceGroupName: network.resourceGroup },
        'Microsoft.Network/virtualNetworks/subnets',
        network.virtualNetwork,
        network.subnet,
      ),
      privateServiceConnection: {
        name,
        privateConnectionResourceId: targetId,
        subresourceNames: [subresource],
        isManualConnection: false,
      },
      privateDnsZoneGroup: {
        name: 'default',
        privateDnsZoneIds: [resourceId(zones, 'Microsoft.Network/privateDnsZones', zone)],
      },
    });
  }
}
