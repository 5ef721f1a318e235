import { ResourceGroup } from '../../../constructs/core/azurerm';
import { Token } from '../../../constructs/core/cdktf';
import { DataLake, type DataLakeProps } from '../../../constructs/storage/data-lake';
import { refusal } from '../../support/refusal';
import { synthesiseBlocks } from '../synthesised';

const minimal: DataLakeProps = {
  accountName: 'stoeatest',
  resourceGroupName: 'rg-oea-test',
  location: 'westeurope',
  tags: {},
  dataVersion: '1.14',
};

const account = {
  name: 'stoeatest',
  resource_group_name: 'rg-oea-test',
  location: 'westeurope',
  tags: {},
  account_kind: 'StorageV2',
  account_tier: 'Standard',
  account_replication_type: 'ZRS',
  is_hns_enabled: true,
  shared_access_key_enabled: false,
  local_user_enabled: false,
  default_to_oauth_authentication: true,
  min_tls_version: 'TLS1_2',
  https_traffic_only_enabled: true,
  allow_nested_items_to_be_public: false,
  cross_tenant_replication_enabled: false,
  blob_properties: { delete_retention_policy: { days: 7 }, container_delete_retention_policy: { days: 7 } },
  network_rules: { default_action: 'Deny', bypass: ['None'], ip_rules: [], private_link_access: [] },
  lifecycle: { prevent_destroy: true },
};

const container = (name: string, deletable = false) => ({
  name,
  storage_account_id: '${azurerm_storage_account.DataLake_E54831B2.id}',
  container_access_type: 'private',
  lifecycle: { prevent_destroy: !deletable },
});

/** Logical ids are what the state knows containers by: another id would replace a container with all its data. */
const addresses = {
  'DataLake/Resource': 'azurerm_storage_account.DataLake_E54831B2',
  'DataLake/oea/Resource': 'azurerm_storage_container.DataLake_oea_5923730B',
  'DataLake/stage1/Resource': 'azurerm_storage_container.DataLake_stage1_4324ED64',
  'DataLake/stage2/Resource': 'azurerm_storage_container.DataLake_stage2_B07411EE',
  'DataLake/stage3/Resource': 'azurerm_storage_container.DataLake_stage3_41AB6A9B',
  'DataLake/synapse/Resource': 'azurerm_storage_container.DataLake_synapse_BA27498C',
};

function expected(accountBody: object, deletable = false) {
  return Object.fromEntries(
    Object.entries(addresses).map(([path, address]) => {
      const name = path.split('/')[1] ?? '';
      return [path, { address, body: name === 'Resource' ? accountBody : container(name, deletable) }];
    }),
  );
}

describe('DataLake', () => {
  test('is a closed account with a container per stage and one for Synapse (NET2, ACCESS1)', () => {
    expect(synthesiseBlocks((stack) => new DataLake(stack, 'DataLake', minimal))).toEqual(expected(account));
  });

  test('takes every setting over, network rules in one place with the account (NET1, NET4)', () => {
    const maximal: DataLakeProps = {
      ...minimal,
      tags: { environment: 'test' },
      allowedAddresses: ['203.0.113.7', '198.51.100.0/24'],
      allowedResourceIds: ['/workspace', '/share'],
      replication: 'LRS',
      softDeleteDays: 30,
      deletable: true,
    };
    expect(synthesiseBlocks((stack) => new DataLake(stack, 'DataLake', maximal))).toEqual(
      expected(
        {
          ...account,
          tags: { environment: 'test' },
          account_replication_type: 'LRS',
          blob_properties: { delete_retention_policy: { days: 30 }, container_delete_retention_policy: { days: 30 } },
          network_rules: {
            default_action: 'Deny',
            bypass: ['None'],
            ip_rules: ['203.0.113.7', '198.51.100.0/24'],
            private_link_access: [{ endpoint_resource_id: '/workspace' }, { endpoint_resource_id: '/share' }],
          },
          lifecycle: { prevent_destroy: false },
        },
        true,
      ),
    );
  });

  test('tells its name, the id that roles are assigned on, and its stages', () => {
    const blocks = synthesiseBlocks((stack) => {
      const { accountName, accountId, oea, stage1, stage2, stage3, synapse } = new DataLake(stack, 'DataLake', minimal);
      const stages = [oea, stage1, stage2, stage3, synapse].map(({ containerName }) => containerName).join(' ');
      new ResourceGroup(stack, 'Told', { name: 'told', location: 'x', tags: { accountName, accountId, stages } });
    });
    expect(blocks['Told']?.body['tags']).toEqual({
      accountName: 'stoeatest',
      accountId: '${azurerm_storage_account.DataLake_E54831B2.id}',
      stages: 'oea stage1 stage2 stage3 synapse',
    });
  });

  test('has the zones that people get rights on, of the workspace prod', () => {
    const zones: unknown[] = [];
    synthesiseBlocks((stack) => {
      const lake = new DataLake(stack, 'DataLake', minimal);
      const { refinedGeneral, refinedSensitive, preLanding, reports, dev, sandboxes } = lake;
      for (const { stage, folder } of [refinedGeneral, refinedSensitive, preLanding, reports, dev, sandboxes]) {
        zones.push([stage.containerName, folder]);
      }
      zones.push(lake.refinedGeneral === refinedGeneral);
    });
    expect(zones).toEqual([
      ['stage2', 'Refined/M365/v1.14/general'],
      ['stage2', 'Refined/M365/v1.14/sensitive'],
      ['oea', 'pre_landing'],
      ['oea', 'reports'],
      ['oea', 'dev'],
      ['oea', 'sandboxes'],
      true,
    ]);
  });

  test('logs every access to data', () => {
    const told: unknown[] = [];
    synthesiseBlocks((stack) => told.push(new DataLake(stack, 'DataLake', minimal).diagnostics.logCategories));
    expect(told).toEqual([['StorageRead', 'StorageWrite', 'StorageDelete']]);
  });

  const build = (props: Partial<DataLakeProps>) => () =>
    synthesiseBlocks((stack) => new DataLake(stack, 'DataLake', { ...minimal, ...props }));
  const place = '  where: test/DataLake\n  next:  Correct the value where the construct named above is created.';

  test.each(['ab', 'stoea-test', 'StOea', 's'.repeat(25)])('validateAccountName refuses %s', (accountName) => {
    expect(refusal(build({ accountName }))).toBe(
      `CONSTRUCT_INVALID: accountName is "${accountName}", but must be 3 to 24 characters of lower-case letters and digits.\n${place}`,
    );
  });

  test.each([0, 366, 1.5, -7])('validateSoftDeleteDays refuses %d', (softDeleteDays) => {
    expect(refusal(build({ softDeleteDays }))).toBe(
      `CONSTRUCT_INVALID: softDeleteDays is ${softDeleteDays}, but must be a whole number from 1 to 365.\n${place}`,
    );
  });

  test.each([1, 365])('validateSoftDeleteDays takes %d', (days) => {
    expect(build({ softDeleteDays: days })()['DataLake/Resource']?.body['blob_properties']).toEqual({
      delete_retention_policy: { days },
      container_delete_retention_policy: { days },
    });
  });

  test('validators skip what only the plan knows', () => {
    const accountName = Token.asString({ resolve: () => '${var.account}' });
    const softDeleteDays = Token.asNumber({ resolve: () => '${var.days}' });
    const body = build({ accountName, softDeleteDays })()['DataLake/Resource']?.body;
    expect([body?.['name'], body?.['blob_properties']]).toEqual([
      '${var.account}',
      { delete_retention_policy: { days: '${var.days}' }, container_delete_retention_policy: { days: '${var.days}' } },
    ]);
  });
});
