import { block, blocks, defined, resourceManagerHost, type Answer, type AzureResource } from './azure-request';

const apiVersion = '2023-05-01';

/** The account, its network rules with it, then the soft delete of its blobs. */
export function storageAccount(attributes: Answer, groupPath: string, tenantId: string): AzureResource {
  const path = `${groupPath}/providers/Microsoft.Storage/storageAccounts/${String(attributes['name'])}`;
  const tier = String(attributes['account_tier']);
  const rules = block(attributes['network_rules']);
  const properties = defined({
    accessTier: attributes['access_tier'] ?? 'Hot',
    allowBlobPublicAccess: attributes['allow_nested_items_to_be_public'],
    allowCrossTenantReplication: attributes['cross_tenant_replication_enabled'],
    allowSharedKeyAccess: attributes['shared_access_key_enabled'],
    defaultToOAuthAuthentication: attributes['default_to_oauth_authentication'],
    isHnsEnabled: attributes['is_hns_enabled'],
    isLocalUserEnabled: attributes['local_user_enabled'],
    minimumTlsVersion: attributes['min_tls_version'],
    publicNetworkAccess: attributes['public_network_access_enabled'] === false ? 'Disabled' : 'Enabled',
    supportsHttpsTrafficOnly: attributes['https_traffic_only_enabled'],
    networkAcls: {
      bypass: ((rules['bypass'] ?? ['AzureServices']) as readonly string[]).join(', '),
      defaultAction: rules['default_action'] ?? 'Allow',
      ipRules: ((rules['ip_rules'] ?? []) as readonly string[]).map((value) => ({ value, action: 'Allow' })),
      resourceAccessRules: blocks(rules['private_link_access']).map((rule) => ({
        resourceId: rule['endpoint_resource_id'],
        tenantId: rule['endpoint_tenant_id'] ?? tenantId,
      })),
      virtualNetworkRules: [],
    },
  });
  const blobs = block(attributes['blob_properties']);
  return {
    host: resourceManagerHost,
    requests: [
      {
        path,
        apiVersion,
        body: {
          kind: attributes['account_kind'],
          location: attributes['location'],
          sku: { name: `${tier}_${String(attributes['account_replication_type'])}`, tier },
          tags: attributes['tags'] ?? {},
          properties,
        },
      },
      {
        path: `${path}/blobServices/default`,
        apiVersion,
        body: {
          properties: {
            deleteRetentionPolicy: retention(block(blobs['delete_retention_policy'])),
            containerDeleteRetentionPolicy: retention(block(blobs['container_delete_retention_policy'])),
          },
        },
      },
    ],
    exports: ({ id, name, location, properties: given }) => {
      const endpoints = (block(given)['primaryEndpoints'] ?? {}) as Answer;
      return {
        id,
        name,
        location,
        primary_blob_endpoint: endpoints['blob'],
        primary_dfs_endpoint: endpoints['dfs'],
      };
    },
  };
}

function retention({ days }: Answer): object {
  return days === undefined ? { enabled: false } : { enabled: true, days };
}

export function storageContainer(attributes: Answer): AzureResource {
  const account = String(attributes['storage_account_id']);
  return {
    host: resourceManagerHost,
    requests: [
      {
        path: `${account}/blobServices/default/containers/${String(attributes['name'])}`,
        apiVersion,
        body: { properties: { publicAccess: 'None' } },
      },
    ],
    exports: ({ id, name }) => ({ id, name }),
  };
}

export function managementPolicy(attributes: Answer): AzureResource {
  const rules = blocks(attributes['rule']).map((rule) => {
    const filters = block(rule['filters']);
    const actions = block(rule['actions']);
    const age = block(actions['base_blob'])['delete_after_days_since_modification_greater_than'];
    return {
      enabled: rule['enabled'],
      name: rule['name'],
      type: 'Lifecycle',
      definition: {
        actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: age } } },
        filters: { blobTypes: filters['blob_types'], prefixMatch: filters['prefix_match'] },
      },
    };
  });
  return {
    host: resourceManagerHost,
    requests: [
      {
        path: `${String(attributes['storage_account_id'])}/managementPolicies/default`,
        apiVersion,
        body: { properties: { policy: { rules } } },
      },
    ],
    exports: ({ id }) => ({ id }),
  };
}
