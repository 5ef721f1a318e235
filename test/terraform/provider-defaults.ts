/** What azurerm sends of a type although our stacks say nothing of it. */
interface ProviderDefaults {
  readonly type: string;
  /** What Azure assumes where nothing is sent, as provisioning without Terraform has it: the same. */
  readonly reason: string;
  /** By path. */
  readonly members: Readonly<Record<string, unknown>>;
}

/**
 * All in which the properties of what the real providers deploy may differ from what provisioning without Terraform makes:
 * azurerm 4.55.0 names its defaults, Azure has the same ones. azapi sends what a stack says, and nothing else.
 */
const providerDefaults: readonly ProviderDefaults[] = [
  {
    type: 'microsoft.keyvault/vaults',
    reason: 'No virtual machine, disk encryption or template may read secrets unless the vault says so.',
    members: {
      'properties.enabledForDeployment': false,
      'properties.enabledForDiskEncryption': false,
      'properties.enabledForTemplateDeployment': false,
    },
  },
  {
    type: 'microsoft.operationalinsights/workspaces',
    reason: 'Logs arrive and are asked for over the public network, by key or identity, without a daily limit.',
    members: {
      'properties.features.disableLocalAuth': false,
      'properties.publicNetworkAccessForIngestion': 'Enabled',
      'properties.publicNetworkAccessForQuery': 'Enabled',
      'properties.workspaceCapping': { dailyQuotaGb: -1 },
    },
  },
  {
    type: 'microsoft.operationalinsights/workspaces/savedsearches',
    reason: 'A search is no function, and has no name to be called by.',
    members: { 'properties.functionAlias': '' },
  },
  {
    type: 'microsoft.storage/storageaccounts',
    reason: 'Usual host names, keys of the service itself, no access by NFS or SFTP.',
    members: {
      'properties.dnsEndpointType': 'Standard',
      'properties.encryption': {
        keySource: 'Microsoft.Storage',
        services: { queue: { keyType: 'Service' }, table: { keyType: 'Service' } },
      },
      'properties.isNfsV3Enabled': false,
      'properties.isSftpEnabled': false,
    },
  },
  {
    type: 'microsoft.storage/storageaccounts/blobservices',
    reason: 'No versions, change feed, restoring to a point in time, tracking of reads or pages of other origins.',
    members: {
      'properties.changeFeed': { enabled: false },
      'properties.cors': {},
      'properties.deleteRetentionPolicy.allowPermanentDelete': false,
      'properties.isVersioningEnabled': false,
      'properties.lastAccessTimeTrackingPolicy': { enable: false },
      'properties.restorePolicy': { enabled: false },
    },
  },
];

/** The defaults as `stateDifferences` says them, of provisioning without Terraform first. */
export function providerDefaultDifferences(): readonly string[] {
  return providerDefaults
    .flatMap(({ type, members }) =>
      Object.entries(members).map(([path, value]) => `${type} ${path}: absent | ${JSON.stringify(value)}`),
    )
    .sort();
}
