import { block, blocks, defined, resourceManagerHost, type Answer, type AzureResource } from './azure-request';

/** A group has no provider in its path: `/subscriptions/<id>/resourceGroups/<name>`. */
export function resourceGroup(attributes: Answer, subscriptionPath: string): AzureResource {
  return {
    host: resourceManagerHost,
    requests: [
      {
        path: `${subscriptionPath}/resourceGroups/${String(attributes['name'])}`,
        apiVersion: '2023-07-01',
        body: { location: attributes['location'], tags: attributes['tags'] ?? {} },
      },
    ],
    exports: ({ id, name, location }) => ({ id, name, location }),
  };
}

export function keyVault(attributes: Answer, groupPath: string): AzureResource {
  const rules = block(attributes['network_acls']);
  const properties = defined({
    tenantId: attributes['tenant_id'],
    sku: { family: 'A', name: attributes['sku_name'] },
    enableRbacAuthorization: attributes['rbac_authorization_enabled'],
    softDeleteRetentionInDays: attributes['soft_delete_retention_days'],
    enableSoftDelete: true,
    // Absent, never false: the service refuses to have it taken back.
    enablePurgeProtection: attributes['purge_protection_enabled'] === true ? true : undefined,
    publicNetworkAccess: attributes['public_network_access_enabled'] === false ? 'Disabled' : 'Enabled',
    networkAcls: {
      bypass: rules['bypass'] ?? 'AzureServices',
      defaultAction: rules['default_action'] ?? 'Allow',
      ipRules: ((rules['ip_rules'] ?? []) as readonly string[]).map((value) => ({ value })),
      virtualNetworkRules: [],
    },
    accessPolicies: [],
  });
  return {
    host: resourceManagerHost,
    requests: [
      {
        path: `${groupPath}/providers/Microsoft.KeyVault/vaults/${String(attributes['name'])}`,
        apiVersion: '2023-02-01',
        body: { location: attributes['location'], tags: attributes['tags'] ?? {}, properties },
      },
    ],
    exports: ({ id, name, properties: given }) => ({ id, name, vault_uri: block(given)['vaultUri'] }),
  };
}

export function logAnalyticsWorkspace(attributes: Answer, groupPath: string): AzureResource {
  const properties = {
    sku: { name: attributes['sku'] },
    retentionInDays: attributes['retention_in_days'],
    features: { enableLogAccessUsingOnlyResourcePermissions: true },
  };
  return {
    host: resourceManagerHost,
    requests: [
      {
        path: `${groupPath}/providers/Microsoft.OperationalInsights/workspaces/${String(attributes['name'])}`,
        apiVersion: '2022-10-01',
        body: { location: attributes['location'], tags: attributes['tags'] ?? {}, properties },
      },
    ],
    exports: ({ id, name }) => ({ id, name }),
  };
}

export function savedSearch(attributes: Answer): AzureResource {
  const workspace = String(attributes['log_analytics_workspace_id']);
  const tags = Object.entries(block(attributes['tags'])).map(([name, value]) => ({ name, value }));
  return {
    host: resourceManagerHost,
    requests: [
      {
        path: `${workspace}/savedSearches/${String(attributes['name'])}`,
        apiVersion: '2020-08-01',
        body: {
          etag: '*',
          properties: {
            category: attributes['category'],
            displayName: attributes['display_name'],
            query: attributes['query'],
            tags,
          },
        },
      },
    ],
    exports: ({ id }) => ({ id }),
  };
}

export function diagnosticSetting(attributes: Answer): AzureResource {
  const target = String(attributes['target_resource_id']);
  const logs = blocks(attributes['enabled_log']).map((log) =>
    defined({ category: log['category'], categoryGroup: log['category_group'], enabled: true }),
  );
  const metrics = blocks(attributes['enabled_metric']).map(({ category }) => ({ category, enabled: true }));
  return {
    host: resourceManagerHost,
    requests: [
      {
        path: `${target}/providers/Microsoft.Insights/diagnosticSettings/${String(attributes['name'])}`,
        apiVersion: '2021-05-01-preview',
        body: { properties: { workspaceId: attributes['log_analytics_workspace_id'], logs, metrics } },
      },
    ],
    exports: ({ id }) => ({ id }),
  };
}

export function dataShareAccount(attributes: Answer, groupPath: string): AzureResource {
  return {
    host: resourceManagerHost,
    requests: [
      {
        path: `${groupPath}/providers/Microsoft.DataShare/accounts/${String(attributes['name'])}`,
        apiVersion: '2019-11-01',
        body: {
          location: attributes['location'],
          identity: { type: 'SystemAssigned' },
          tags: attributes['tags'] ?? {},
        },
      },
    ],
    exports: ({ id, name, identity }) => ({
      id,
      name,
      identity: [{ principal_id: block(identity)['principalId'], tenant_id: block(identity)['tenantId'] }],
    }),
  };
}

export function privateEndpoint(attributes: Answer, groupPath: string): AzureResource {
  const path = `${groupPath}/providers/Microsoft.Network/privateEndpoints/${String(attributes['name'])}`;
  const connection = block(attributes['private_service_connection']);
  const zones = block(attributes['private_dns_zone_group']);
  const zoneIds = (zones['private_dns_zone_ids'] ?? []) as readonly string[];
  const apiVersion = '2023-11-01';
  return {
    host: resourceManagerHost,
    requests: [
      {
        path,
        apiVersion,
        body: {
          location: attributes['location'],
          tags: attributes['tags'] ?? {},
          properties: {
            subnet: { id: attributes['subnet_id'] },
            privateLinkServiceConnections: [
              {
                name: connection['name'],
                properties: {
                  privateLinkServiceId: connection['private_connection_resource_id'],
                  groupIds: connection['subresource_names'],
                },
              },
            ],
          },
        },
      },
      ...(zoneIds.length === 0
        ? []
        : [
            {
              path: `${path}/privateDnsZoneGroups/${String(zones['name'])}`,
              apiVersion,
              body: {
                properties: {
                  privateDnsZoneConfigs: zoneIds.map((id) => ({
                    name: id.split('/').at(-1),
                    properties: { privateDnsZoneId: id },
                  })),
                },
              },
            },
          ]),
    ],
    exports: ({ id, name }) => ({ id, name }),
  };
}
