import { PlatformStack } from '../../../constructs/insights/platform-stack';
import { resolveEnvironment } from '../../../src/contract/environment';
import { blocksOf, synthesise, withoutComments, type Json } from '../synthesised';
import { acceptedShare as dataShare, existingWorkspace as workspace } from '../../support/environment-parts';

const file = { name: 'test', suffix: 'Contoso12345', location: 'westeurope' };

function platform(settings: object = {}): Json {
  const environment = resolveEnvironment({ ...file, ...settings }, 'test.json');
  const stacks = synthesise((app) => new PlatformStack(app, 'test-platform', { environment }));
  return stacks['test-platform'] as Json;
}

const providers = {
  azapi: { source: 'Azure/azapi', version: '2.12.0' },
  azurerm: { source: 'azurerm', version: '4.55.0' },
};

const ourTags = { oea_version: '0.8', environment: 'test', managed_by: 'education-insights-cdk' };

const group = (settings: object = {}) => ({
  name: 'rg-oea-contoso12345',
  location: 'westeurope',
  tags: ourTags,
  lifecycle: { prevent_destroy: true },
  ...settings,
});

/** Pinned: another logical id means that Terraform replaces the resource, and what is in it is lost. */
const statefulAddresses = [
  'azurerm_data_share_account.ReceivedShare_1B6A1743',
  'azurerm_key_vault.SecretVault_E917C82B',
  'azurerm_log_analytics_workspace.LogWorkspace_C338F821',
  'azurerm_resource_group.ResourceGroup',
  'azurerm_storage_account.DataLake_E54831B2',
  'azurerm_storage_container.DataLake_oea_5923730B',
  'azurerm_storage_container.DataLake_stage1_4324ED64',
  'azurerm_storage_container.DataLake_stage2_B07411EE',
  'azurerm_storage_container.DataLake_stage3_41AB6A9B',
  'azurerm_storage_container.DataLake_synapse_BA27498C',
];

/** With an invitation accepted, these hold data or cannot be had again too. */
const sharedAddresses = [
  'azapi_resource.ReceivedShare_Mappings_activity_51C5C531',
  'azapi_resource.ReceivedShare_Subscription_6EA9782E',
];

/** Address and guard of every resource that has one. */
const guards = (stack: Json) =>
  Object.values(blocksOf(stack)).flatMap(({ address, body: { lifecycle } }) =>
    lifecycle === undefined ? [] : [[address, lifecycle]],
  );

describe('PlatformStack', () => {
  test('keeps the logical ids of everything that holds data, and lets none of it be destroyed (OWN1, ORDER4)', () => {
    expect(guards(platform()).sort()).toEqual(statefulAddresses.map((address) => [address, { prevent_destroy: true }]));
    expect(guards(platform({ dataShare })).sort()).toEqual(
      [...sharedAddresses, ...statefulAddresses].map((address) => [address, { prevent_destroy: true }]),
    );
  });

  test('puts the lake into a resource group named by the suffix', () => {
    const blocks = blocksOf(platform());
    const { name, resource_group_name, location, tags } = blocks['DataLake/Resource']?.body ?? {};
    expect(blocks['ResourceGroup']?.body).toEqual(group());
    expect({ name, resource_group_name, location, tags }).toEqual({
      name: 'stoeacontoso12345',
      resource_group_name: '${azurerm_resource_group.ResourceGroup.name}',
      location: '${azurerm_resource_group.ResourceGroup.location}',
      tags: ourTags,
    });
  });

  test('takes tags, replication and soft delete from the environment', () => {
    const blocks = blocksOf(
      platform({ tags: { Owner: 'data team' }, storage: { replication: 'LRS', softDeleteDays: 30 } }),
    );
    const tags = { Owner: 'data team', ...ourTags };
    const { account_replication_type, blob_properties, ...account } = blocks['DataLake/Resource']?.body ?? {};
    expect(blocks['ResourceGroup']?.body).toEqual(group({ tags }));
    expect({ account_replication_type, blob_properties, tags: account['tags'] }).toEqual({
      account_replication_type: 'LRS',
      blob_properties: { delete_retention_policy: { days: 30 }, container_delete_retention_policy: { days: 30 } },
      tags,
    });
  });

  test('can be destroyed, and its names be used again, where the environment says so', () => {
    const stack = platform({ teardown: { deleteData: true } });
    expect(guards(stack).sort()).toEqual(statefulAddresses.map((address) => [address, { prevent_destroy: false }]));
    const [{ features }] = (stack['provider'] as { azurerm: [{ features: [Json] }] }).azurerm;
    expect([features[0]['key_vault'], features[0]['log_analytics_workspace']]).toEqual([
      [{ purge_soft_delete_on_destroy: true, recover_soft_deleted_key_vaults: true }],
      [{ permanently_delete_on_destroy: true }],
    ]);
  });

  test('has no lock, because a lock also blocks changes beneath it (ORDER4)', () => {
    expect(JSON.stringify(platform())).not.toContain('azurerm_management_lock');
  });

  test('uses tokens, not keys, and no data plane (NET2); subscription and tenant come from outside', () => {
    expect(platform()['provider']).toEqual({
      azapi: [{ skip_provider_registration: true, disable_default_output: true }],
      azurerm: [
        {
          storage_use_azuread: true,
          resource_provider_registrations: 'none',
          features: [
            {
              resource_group: [{ prevent_deletion_if_contains_resources: true }],
              storage: [{ data_plane_available: false }],
              key_vault: [{ purge_soft_delete_on_destroy: false, recover_soft_deleted_key_vaults: true }],
              log_analytics_workspace: [{ permanently_delete_on_destroy: false }],
            },
          ],
        },
      ],
    });
  });

  test('keeps its state in a local file by a relative path', () => {
    expect(platform()['terraform']).toEqual({
      backend: { local: { path: '../../../terraform.test-platform.tfstate' } },
      required_providers: providers,
    });
  });

  test('keeps its state in an account, with tokens, where the environment says so', () => {
    const state = { backend: 'azurerm', resourceGroup: 'rg-state', storageAccount: 'ststate', container: 'state' };
    expect(platform({ state })['terraform']).toEqual({
      backend: {
        azurerm: {
          resource_group_name: 'rg-state',
          storage_account_name: 'ststate',
          container_name: 'state',
          key: 'test-platform.tfstate',
          use_azuread_auth: true,
        },
      },
      required_providers: providers,
    });
  });

  test('lets the listed addresses in to account and vault, and services by ids made of names (NET1, NET4)', () => {
    const addresses = [{ address: '203.0.113.7', owner: 'o', reason: 'r', expires: '2026-12-31' }];
    const blocks = blocksOf(platform({ network: { addresses } }));
    const base =
      '/subscriptions/${data.azurerm_client_config.Client.subscription_id}/resourceGroups/${azurerm_resource_group.ResourceGroup.name}/providers';
    expect([blocks['DataLake/Resource'], blocks['SecretVault/Resource']].map((block) => block?.body)).toEqual([
      expect.objectContaining({
        network_rules: {
          default_action: 'Deny',
          bypass: ['None'],
          ip_rules: ['203.0.113.7'],
          private_link_access: [
            { endpoint_resource_id: `${base}/Microsoft.Synapse/workspaces/syn-oea-contoso12345` },
            { endpoint_resource_id: `${base}/Microsoft.DataShare/accounts/share-oea-contoso12345` },
          ],
        },
      }),
      expect.objectContaining({
        public_network_access_enabled: true,
        network_acls: { default_action: 'Deny', bypass: 'None', ip_rules: ['203.0.113.7'] },
      }),
    ]);
  });

  test('makes private endpoints for files, blobs and secrets where the way in is private (NET1)', () => {
    const network = {
      access: 'private',
      private: { resourceGroup: 'rg-n', virtualNetwork: 'v', subnet: 's', dnsZonesResourceGroup: 'rg-d' },
    };
    const blocks = Object.entries(blocksOf(platform({ network })));
    const endpoints = blocks.filter(([, { address }]) => address.startsWith('azurerm_private_endpoint.'));
    expect(endpoints.map(([path, { body }]) => [path, body['name']])).toEqual([
      ['Entrance/blob', 'pep-stoeacontoso12345-blob'],
      ['Entrance/dfs', 'pep-stoeacontoso12345-dfs'],
      ['Entrance/vault', 'pep-kv-oea-contoso12345-vault'],
    ]);
  });

  test('takes vault, retention and logs from the environment, and collects the logs of account and vault', () => {
    const retention = { preLandingDays: 7, landedDays: 8, reportDays: 9, logDays: 31 };
    const blocks = blocksOf(platform({ retention, keyVault: { softDeleteDays: 7 } }));
    const vault = blocks['SecretVault/Resource']?.body ?? {};
    const days = JSON.stringify(blocks['LakeRetention/Resource']?.body).match(/greater_than":\d+/g);
    expect([vault['soft_delete_retention_days'], vault['purge_protection_enabled']]).toEqual([7, false]);
    expect(days).toEqual(['greater_than":7', 'greater_than":8', 'greater_than":9']);
    expect(blocks['LogWorkspace/Resource']?.body['retention_in_days']).toBe(31);
    expect(
      ['DataLake', 'SecretVault'].map((path) => blocks[`${path}/Diagnostics`]?.body['target_resource_id']),
    ).toEqual([
      '${azurerm_storage_account.DataLake_E54831B2.id}/blobServices/default',
      '${azurerm_key_vault.SecretVault_E917C82B.id}',
    ]);
  });

  test('gives people their zones', () => {
    const group = { objectId: 'aaaaaaaa-0000-0000-0000-000000000000', displayName: 'Teachers' };
    const path = 'DataLake/stage2/read-aaaaaaaa-0000-0000-0000-000000000000';
    expect(blocksOf(platform({ people: { analysts: [group] } }))[path]?.body['scope']).toBe(
      '${azurerm_storage_container.DataLake_stage2_B07411EE.id}',
    );
  });

  test('adds only the share and the grants to a workspace that is there (OWN3)', () => {
    const group = { objectId: 'aaaaaaaa-0000-0000-0000-000000000000', displayName: 'Teachers' };
    const blocks = blocksOf(platform({ workspace, dataShare, people: { analysts: [group] } }));
    expect(Object.keys(blocks).sort()).toEqual([
      'DataLake/oea/write-DataShare',
      'DataLake/stage2/read-aaaaaaaa-0000-0000-0000-000000000000',
      'ReceivedShare/FirstCopy',
      'ReceivedShare/Mappings/activity/Resource',
      'ReceivedShare/Resource',
      'ReceivedShare/Subscription',
      'ReceivedShare/Trigger',
    ]);
    expect(blocks['ReceivedShare/Resource']?.body['resource_group_name']).toBe('rg-oea-old');
  });

  test('tells a person where things are, and what to do about the share (OWN2)', () => {
    const portal =
      'https://portal.azure.com/#@${data.azurerm_client_config.Client.tenant_id}/resource/subscriptions/${data.azurerm_client_config.Client.subscription_id}/resourceGroups/${azurerm_resource_group.ResourceGroup.name}';
    expect(withoutComments(platform()['output'])).toEqual({
      lake_url: { description: 'Where the lake is', value: 'https://stoeacontoso12345.dfs.core.windows.net' },
      vault_url: { description: 'Where the salt is', value: 'https://kv-oea-contoso12345.vault.azure.net' },
      data_share: {
        description: "State of Microsoft's share, and what to do next",
        value:
          'Off: no drop arrives by itself. In School Data Sync an administrator switches the data lake export on and names who is ' +
          'invited; with the id in the mail that follows, set dataShare in the environment.',
      },
      portal_url: { description: 'The resource group in the portal', value: portal },
    });
    const told = (mode: string) => (platform({ dataShare: { ...dataShare, mode } })['output'] as Json)['data_share'];
    expect([told('accept'), told('adopt')].map((output) => (output as Json)['value'])).toEqual([
      'Accepted by this plan; drops arrive in oea/pre_landing/data_shares.',
      'Accepted by hand and taken over; drops arrive in oea/pre_landing/data_shares.',
    ]);
  });

  test('tells the disposable stack what it needs', () => {
    const told: unknown[] = [];
    synthesise((app) => {
      const environment = resolveEnvironment(file, 'test.json');
      const stack = new PlatformStack(app, 'test-platform', { environment });
      told.push(stack.resourceGroupName, stack.dataLake.accountName, stack.secretVault.vaultName);
      told.push(stack.receivedShare.node.id, stack.logWorkspace?.node.id);
    });
    expect(told).toEqual([
      'rg-oea-contoso12345',
      'stoeacontoso12345',
      'kv-oea-contoso12345',
      'ReceivedShare',
      'LogWorkspace',
    ]);
  });
});

describe('the JSON of the stack', () => {
  test('is plain Terraform: nothing but the "//" members speaks of the library (ADR 1)', () => {
    const plain = withoutComments(platform()) as Json;
    expect(Object.keys(plain).sort()).toEqual(['data', 'output', 'provider', 'resource', 'terraform']);
    expect(JSON.stringify(plain)).not.toMatch(/cdktf|\$\{TfToken|Token\[/i);
  });

  test('uses nothing that azurerm 5 takes away, and makes no secret', () => {
    const removed = [
      'enable_rbac_authorization',
      'storage_account_name":',
      'resource_manager_id',
      '"metric"',
      'retention_policy":{"enabled"',
      'queue_properties',
      'local_authentication_disabled',
      'internet_ingestion_enabled',
      'azurerm_key_vault_secret',
      'random_',
    ];
    const text = JSON.stringify(withoutComments(platform({ dataShare })));
    expect(removed.filter((argument) => text.includes(argument))).toEqual([]);
    expect(text).toContain('"rbac_authorization_enabled":true');
  });

  test('does not depend on the folder it is made in', () => {
    const before = process.cwd();
    const here = platform();
    try {
      process.chdir('test');
      expect(platform()).toEqual(here);
    } finally {
      process.chdir(before);
    }
  });
});
