import { PlatformStack } from '../../../constructs/insights/platform-stack';
import { resolveEnvironment } from '../../../src/contract/environment';
import { blocksOf, synthesise, withoutComments, type Json } from '../synthesised';

const file = { name: 'test', suffix: 'Contoso12345', location: 'westeurope' };

function platform(settings: object = {}): Json {
  const environment = resolveEnvironment({ ...file, ...settings }, 'test.json');
  const stacks = synthesise((app) => new PlatformStack(app, 'test-platform', { environment }));
  return stacks['test-platform'] as Json;
}

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
  'azurerm_resource_group.ResourceGroup',
  'azurerm_storage_account.DataLake_E54831B2',
  'azurerm_storage_container.DataLake_oea_5923730B',
  'azurerm_storage_container.DataLake_stage1_4324ED64',
  'azurerm_storage_container.DataLake_stage2_B07411EE',
  'azurerm_storage_container.DataLake_stage3_41AB6A9B',
  'azurerm_storage_container.DataLake_synapse_BA27498C',
];

const lifecycles = (stack: Json) => Object.values(blocksOf(stack)).map(({ body }) => body['lifecycle']);

describe('PlatformStack', () => {
  test('keeps the logical ids of everything that holds data (OWN1)', () => {
    expect(Object.values(blocksOf(platform())).map(({ address }) => address)).toEqual(statefulAddresses);
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

  test('refuses to be destroyed, group, account and containers alike (ORDER4)', () => {
    expect(lifecycles(platform())).toEqual(statefulAddresses.map(() => ({ prevent_destroy: true })));
  });

  test('can be destroyed where the environment says so', () => {
    const stack = platform({ teardown: { deleteData: true } });
    expect(lifecycles(stack)).toEqual(statefulAddresses.map(() => ({ prevent_destroy: false })));
  });

  test('uses tokens, not keys, and no data plane (NET2); subscription and tenant come from outside', () => {
    expect(platform()['provider']).toEqual({
      azurerm: [
        {
          storage_use_azuread: true,
          resource_provider_registrations: 'none',
          features: [
            {
              resource_group: [{ prevent_deletion_if_contains_resources: true }],
              storage: [{ data_plane_available: false }],
            },
          ],
        },
      ],
    });
  });

  test('keeps its state in a local file by a relative path', () => {
    expect(platform()['terraform']).toEqual({
      backend: { local: { path: '../../../terraform.test-platform.tfstate' } },
      required_providers: { azurerm: { source: 'azurerm', version: '4.55.0' } },
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
      required_providers: { azurerm: { source: 'azurerm', version: '4.55.0' } },
    });
  });

  test('tells the disposable stack what it needs', () => {
    const told: unknown[] = [];
    synthesise((app) => {
      const environment = resolveEnvironment(file, 'test.json');
      const { resourceGroupName, dataLake } = new PlatformStack(app, 'test-platform', { environment });
      told.push(resourceGroupName, dataLake.accountName);
    });
    expect(told).toEqual(['rg-oea-contoso12345', 'stoeacontoso12345']);
  });
});

describe('the JSON of the stack', () => {
  test('is plain Terraform: nothing but the "//" members speaks of the library (ADR 1)', () => {
    const plain = withoutComments(platform()) as Json;
    expect(Object.keys(plain).sort()).toEqual(['provider', 'resource', 'terraform']);
    expect(JSON.stringify(plain)).not.toMatch(/cdktf|\$\{TfToken|Token\[/i);
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
