import { AzapiProvider } from '../../../constructs/core/azapi';
import { ReceivedShare, type ReceivedShareProps } from '../../../constructs/data-share/received-share';
import { ExistingDataLake } from '../../../constructs/storage/existing-data-lake';
import type { DataShareSettings } from '../../../src/contract/environment-settings';
import { refusal } from '../../support/refusal';
import { blocksOf, synthesiseStack } from '../synthesised';

const place = { subscriptionId: 's', resourceGroupName: 'rg' };

const accepting: DataShareSettings = {
  mode: 'accept',
  invitationId: '11111111-2222-3333-4444-555555555555',
  sourceLocation: 'eastus2',
  dataSets: ['activity', 'roster (all)'],
  schedule: { interval: 'Day', time: '2026-01-01T04:00:00Z' },
};

function synthesiseShare(settings: DataShareSettings, changed: Partial<ReceivedShareProps> = {}) {
  return synthesiseStack((stack) => {
    new AzapiProvider(stack, 'Azapi');
    const dataLake = new ExistingDataLake(stack, 'DataLake', { accountName: 'stlake', place, dataVersion: '1.14' });
    new ReceivedShare(stack, 'Share', {
      accountName: 'share-oea-test',
      place,
      location: 'westeurope',
      tags: { Owner: 'data team' },
      tenantId: 'tenant',
      settings,
      dataLake,
      ...changed,
    });
  });
}

const blocks = (settings: DataShareSettings, changed: Partial<ReceivedShareProps> = {}) =>
  blocksOf(synthesiseShare(settings, changed));

const account = {
  name: 'share-oea-test',
  resource_group_name: 'rg',
  location: 'westeurope',
  tags: { owner: 'data team' },
  identity: { type: 'SystemAssigned' },
  lifecycle: { prevent_destroy: true },
};
const accountAddress = 'azurerm_data_share_account.Share_94628590';
const subscriptionAddress = 'azapi_resource.Share_Subscription_7E82E638';
const shareType = 'Microsoft.DataShare/accounts/shareSubscriptions';

const subscription = {
  type: `${shareType}@2021-08-01`,
  name: 'insights-tenant',
  parent_id: `\${${accountAddress}.id}`,
  body: {
    properties: { invitationId: '11111111-2222-3333-4444-555555555555', sourceShareLocation: 'eastus2' },
  },
  response_export_values: [],
  lifecycle: { prevent_destroy: true },
};

const mapping = (name: string, sourceAddress: string) => ({
  type: `${shareType}/dataSetMappings@2021-08-01`,
  name,
  parent_id: `\${${subscriptionAddress}.id}`,
  body: {
    kind: 'AdlsGen2Folder',
    properties: {
      dataSetId: `\${data.azapi_resource_action.${sourceAddress}.output.id}`,
      subscriptionId: 's',
      resourceGroup: 'rg',
      storageAccountName: 'stlake',
      fileSystem: 'oea',
      folderPath: 'pre_landing/data_shares',
    },
  },
  response_export_values: [],
  retry: { error_message_regex: ['(?i)permission|authoriz|forbidden'] },
  timeouts: { create: '15m' },
  depends_on: ['azurerm_role_assignment.DataLake_oea_write-DataShare_DBC6E72F'],
  lifecycle: { prevent_destroy: true },
});

describe('ReceivedShare', () => {
  test('is an account alone without an invitation: the invited person accepts into it (OWN2)', () => {
    expect(blocks({ mode: 'off' })).toEqual({ 'Share/Resource': { address: accountAddress, body: account } });
  });

  test('accepts, maps each data set once the grant works, copies everything, then what changed (ORDER1, OWN1, OWN2)', () => {
    const made = blocks(accepting);
    const mappings = ['activity', 'roster-all'].map((id) => made[`Share/Mappings/${id}/Resource`]?.address);
    expect(made).toEqual({
      'Share/Resource': { address: accountAddress, body: account },
      'DataLake/oea/write-DataShare': {
        address: 'azurerm_role_assignment.DataLake_oea_write-DataShare_DBC6E72F',
        body: {
          scope:
            '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stlake/blobServices/default/containers/oea',
          role_definition_name: 'Storage Blob Data Contributor',
          principal_id: `\${${accountAddress}.identity[0].principal_id}`,
          principal_type: 'ServicePrincipal',
          description: 'DataShare: write oea',
        },
      },
      'Share/Subscription': { address: subscriptionAddress, body: subscription },
      'Share/Mappings/activity/Resource': {
        address: 'azapi_resource.Share_Mappings_activity_990A10A0',
        body: mapping('activity', 'Share_Mappings_activity_Source_40534F7C'),
      },
      'Share/Mappings/roster-all/Resource': {
        address: 'azapi_resource.Share_Mappings_roster-all_B3595184',
        body: mapping('roster-all', 'Share_Mappings_roster-all_Source_F8A39ECC'),
      },
      'Share/Trigger': {
        address: 'azapi_resource.Share_Trigger_A3C254BB',
        body: {
          type: `${shareType}/triggers@2021-08-01`,
          name: 'schedule',
          parent_id: `\${${subscriptionAddress}.id}`,
          body: {
            kind: 'ScheduleBased',
            properties: {
              recurrenceInterval: 'Day',
              synchronizationTime: '2026-01-01T04:00:00Z',
              synchronizationMode: 'Incremental',
            },
          },
          response_export_values: [],
          depends_on: mappings,
        },
      },
      'Share/FirstCopy': {
        address: 'azapi_resource_action.Share_FirstCopy_60F0F711',
        body: {
          type: `${shareType}@2021-08-01`,
          resource_id: `\${${subscriptionAddress}.id}`,
          action: 'synchronize',
          body: { synchronizationMode: 'FullSync' },
          response_export_values: [],
          timeouts: { create: '4h' },
          depends_on: mappings,
        },
      },
    });
  });

  test('looks the id of a data set up by its name, and says so when the share has no such data set', () => {
    const source = blocksOf(synthesiseShare(accepting), 'data')['Share/Mappings/roster-all/Source'];
    expect(source?.body).toEqual({
      type: `${shareType}@2021-08-01`,
      resource_id: `\${${subscriptionAddress}.id}`,
      action: 'consumerSourceDataSets',
      method: 'GET',
      response_export_values: { id: "value[?properties.dataSetName=='roster (all)'].properties.dataSetId | [0]" },
      lifecycle: {
        postcondition: [
          {
            condition: '${try(self.output.id, null) != null}',
            error_message:
              'The share has no data set "roster (all)". Correct dataShare.dataSets in the environment: the portal lists the names under Received shares.',
          },
        ],
      },
    });
  });

  test('takes over what was accepted by hand, and never writes it (OWN2)', () => {
    const stack = synthesiseShare({ ...accepting, mode: 'adopt' });
    expect(stack['import']).toEqual([
      {
        to: subscriptionAddress,
        id: `\${${accountAddress}.id}/shareSubscriptions/insights-tenant?api-version=2021-08-01`,
      },
    ]);
    expect(blocksOf(stack)['Share/Subscription']?.body).toEqual({
      ...subscription,
      lifecycle: { prevent_destroy: true, ignore_changes: ['body'] },
    });
    expect(synthesiseShare(accepting)['import']).toBeUndefined();
  });

  test('can be destroyed where that was asked for: account, subscription and mappings alike', () => {
    const made = blocks(accepting, { deletable: true });
    const guards = Object.values(made).flatMap(({ body }) =>
      body['lifecycle'] === undefined ? [] : body['lifecycle'],
    );
    expect(guards).toEqual([1, 2, 3, 4].map(() => ({ prevent_destroy: false })));
  });

  const refused = '  where: test/Share\n  next:  Correct the value where the construct named above is created.';

  test.each(['ab', 'a.b', 's'.repeat(91)])('validateAccountName refuses %s', (accountName) => {
    expect(refusal(() => blocks({ mode: 'off' }, { accountName }))).toBe(
      `CONSTRUCT_INVALID: accountName is "${accountName}", but must be 3 to 90 characters of letters, digits, _ and -.\n${refused}`,
    );
  });

  test.each([[[]], [['a b', 'A (b']], [['(!)']]])('validateDataSets refuses %j', (dataSets) => {
    expect(refusal(() => blocks({ ...accepting, dataSets }))).toBe(
      `CONSTRUCT_INVALID: dataSets is ${JSON.stringify(dataSets)}, but must be at least one, each with letters and digits of its own.\n${refused}`,
    );
  });
});
