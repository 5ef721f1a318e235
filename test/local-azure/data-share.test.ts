import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import type { Json } from '../../src/local-azure/http';
import { defaultDeployer, type OfferedShare } from '../../src/local-azure/settings';
import { useTemporaryFolders } from '../support/temporary-folder';
import { account, accountBody, DirectAzure, group, stranger } from './direct-azure';

const temporaryFolder = useTemporaryFolders();
const version = '2021-08-01';
const share = `${group}/providers/Microsoft.DataShare/accounts/share-oea-test`;
const subscription = `${share}/shareSubscriptions/insights-tenant`;
const mapping = `${subscription}/dataSetMappings/activity`;
const contributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';
const invitationId = '11111111-0000-4000-8000-000000000001';

let azure: DirectAzure;
let source: string;
let offered: OfferedShare;

beforeEach(async () => {
  source = await temporaryFolder();
  await fs.mkdir(nodePath.join(source, '2024-03-21'));
  await fs.writeFile(nodePath.join(source, '2024-03-21', 'a.csv'), 'one');
  offered = {
    invitationId,
    shareName: 'insights',
    location: 'eastus',
    providerName: 'Microsoft',
    invitedObjectId: defaultDeployer.objectId,
    dataSets: [
      {
        id: '22222222-0000-4000-8000-000000000001',
        name: 'activity',
        path: 'insights-tenant/M365/activity',
        folder: source,
      },
    ],
    schedule: { interval: 'Day', time: '2024-03-01T04:00:00Z' },
  };
  azure = new DirectAzure({ shares: [offered] });
  await azure.provision();
  await azure.expect(
    201,
    azure.manage('PUT', share, version, {
      body: { location: 'westeurope', identity: { type: 'SystemAssigned' }, tags: { Owner: 'x' } },
    }),
  );
});

const accept = (more: Json = {}, options: object = {}) =>
  azure.manage('PUT', subscription, version, {
    body: { properties: { invitationId, sourceShareLocation: 'eastus', ...more } },
    ...options,
  });

const mappingBody = (more: Json = {}) => ({
  kind: 'AdlsGen2Folder',
  properties: {
    dataSetId: '22222222-0000-4000-8000-000000000001',
    subscriptionId: azure.world.settings.subscriptionId,
    resourceGroup: 'rg-oea-test',
    storageAccountName: 'stoeatest',
    fileSystem: 'oea',
    folderPath: 'pre_landing/data_shares',
    ...more,
  },
});

async function connect(): Promise<void> {
  await azure.expect(201, accept());
  const { body } = await azure.manage('GET', share, version);
  await azure.give(contributor, (body['identity'] as { principalId: string }).principalId, account);
  const networkAcls = {
    ...accountBody.properties.networkAcls,
    resourceAccessRules: [{ resourceId: share, tenantId: 't' }],
  };
  const open = { ...accountBody, properties: { ...accountBody.properties, networkAcls } };
  await azure.expect(202, azure.manage('PUT', account, '2023-05-01', { body: open }));
  await azure.expect(201, azure.manage('PUT', mapping, version, { body: mappingBody() }));
}

async function synchronise(synchronizationMode?: string) {
  const started = await azure.expect(
    200,
    azure.manage('POST', `${subscription}/synchronize`, version, { body: { synchronizationMode } }),
  );
  const { synchronizationId } = started.body;
  const details = await azure.manage('POST', `${subscription}/listSynchronizationDetails`, version, {
    body: { synchronizationId },
  });
  return { status: started.body['status'], details: details.body['value'] as Json[] };
}

test('tags of an account come back in lower case; without an identity there is no account', async () => {
  expect((await azure.manage('GET', share, version)).body['tags']).toEqual({ owner: 'x' });
  expect(await azure.refusal(azure.manage('PUT', `${share}2`, version, { body: { location: 'westeurope' } }))).toBe(
    '400 InvalidIdentity',
  );
});

test('only the invited identity sees and accepts an invitation, and once (OWN1, OWN2)', async () => {
  const list = (as = defaultDeployer) =>
    azure.manage('GET', '/providers/Microsoft.DataShare/listInvitations', version, { as });
  expect(((await list()).body['value'] as Json[])[0]).toMatchObject({
    name: invitationId,
    properties: { invitationStatus: 'Pending' },
  });
  expect((await list(stranger)).body).toEqual({ value: [] });
  await azure.give('b24988ac-6180-42a0-ab88-20f7382dd24c', stranger.objectId, group);
  expect(await azure.refusal(accept({}, { as: stranger }))).toBe('404 InvitationNotFound');
  expect(await azure.refusal(accept({ sourceShareLocation: 'westus' }))).toBe('400 InvalidSourceShareLocation');
  const { status, body } = await accept();
  expect([status, body['id'], body['properties']]).toEqual([
    201,
    subscription.replace('shareSubscriptions', 'sharesubscriptions'),
    expect.objectContaining({ shareSubscriptionStatus: 'Active', shareKind: 'CopyBased' }),
  ]);
  expect(((await list()).body['value'] as Json[])[0]).toMatchObject({ properties: { invitationStatus: 'Accepted' } });
  await azure.expect(200, azure.manage('DELETE', subscription, version));
  expect(await azure.refusal(accept())).toBe('409 InvitationAlreadyAccepted');
});

test('data sets and the schedule are known once it is accepted', async () => {
  await accept();
  expect((await azure.manage('GET', `${subscription}/consumerSourceDataSets`, version)).body['value']).toEqual([
    {
      name: '22222222-0000-4000-8000-000000000001',
      properties: {
        dataSetId: '22222222-0000-4000-8000-000000000001',
        dataSetName: 'activity',
        dataSetPath: 'insights-tenant/M365/activity',
        dataSetType: 'AdlsGen2Folder',
        dataSetLocation: 'eastus',
      },
    },
  ]);
  const settings = await azure.manage('POST', `${subscription}/listSourceShareSynchronizationSettings`, version);
  expect(settings.body['value']).toEqual([
    { kind: 'ScheduleBased', properties: { recurrenceInterval: 'Day', synchronizationTime: '2024-03-01T04:00:00Z' } },
  ]);
});

test.each([
  ['a kind that is not known', { kind: 'Blob' }, {}, '400 UnsupportedDataSetMapping'],
  ['no folder', {}, { folderPath: '' }, '400 InvalidDataSetMapping'],
  ['a data set of somebody else', {}, { dataSetId: 'x' }, '404 DataSetNotFound'],
  ['an account that is not there', {}, { storageAccountName: 'stgone' }, '404 StorageAccountNotFound'],
])('a mapping with %s is refused', async (_, outer, inner, refusal) => {
  await accept();
  const body = { ...mappingBody(inner), ...outer };
  expect(await azure.refusal(azure.manage('PUT', mapping, version, { body }))).toBe(refusal);
});

test('a trigger takes what the provider offers, and nothing else', async () => {
  await accept();
  const body = (recurrenceInterval: string, time: string) => ({
    kind: 'ScheduleBased',
    properties: { recurrenceInterval, synchronizationTime: time },
  });
  const put = (given: Json) => azure.manage('PUT', `${subscription}/triggers/schedule`, version, { body: given });
  expect(await azure.refusal(put(body('Hour', '2024-03-01T04:00:00Z')))).toBe('400 InvalidTrigger');
  expect(await azure.refusal(put(body('Day', '2024-03-01T05:00:00Z')))).toBe('400 InvalidTrigger');
  expect((await put(body('Day', '2024-09-01T04:00:00Z'))).body['properties']).toMatchObject({
    triggerStatus: 'Active',
  });
});

test('a synchronisation copies the snapshot, then what is new, day by day; a full one copies all', async () => {
  await connect();
  const target = 'write stoeatest/oea/pre_landing/data_shares/insights-tenant/M365/activity';
  expect(await synchronise('FullSync')).toMatchObject({
    status: 'Succeeded',
    details: [{ status: 'Succeeded', filesWritten: 1, sizeWritten: 3 }],
  });
  await fs.mkdir(nodePath.join(source, '2024-03-22'));
  await fs.writeFile(nodePath.join(source, '2024-03-22', 'b.csv'), 'two');
  expect(await synchronise()).toMatchObject({ details: [{ filesWritten: 1 }] });
  expect(await synchronise()).toMatchObject({ details: [{ filesWritten: 0 }] });
  expect(await synchronise('FullSync')).toMatchObject({ details: [{ filesWritten: 2 }] });
  expect(azure.blobs.calls).toEqual([
    `${target}/2024-03-21/a.csv one`,
    `${target}/2024-03-22/b.csv two`,
    `${target}/2024-03-21/a.csv one`,
    `${target}/2024-03-22/b.csv two`,
  ]);
  const runs = await azure.manage('POST', `${subscription}/listSynchronizations`, version);
  expect(
    (runs.body['value'] as Json[]).map(({ synchronizationMode, status }) => [synchronizationMode, status]),
  ).toEqual([
    ['FullSync', 'Succeeded'],
    ['Incremental', 'Succeeded'],
    ['Incremental', 'Succeeded'],
    ['FullSync', 'Succeeded'],
  ]);
  expect(
    await azure.refusal(
      azure.manage('POST', `${subscription}/synchronize`, version, { body: { synchronizationMode: 'Half' } }),
    ),
  ).toBe('400 InvalidSynchronizationMode');
});

test("without the identity's role, or without its way through the network, a synchronisation fails (NET4)", async () => {
  await accept();
  await azure.expect(201, azure.manage('PUT', mapping, version, { body: mappingBody() }));
  expect(await synchronise()).toMatchObject({
    status: 'Failed',
    details: [{ message: 'The network rules of the target account refuse the Data Share account.', filesWritten: 0 }],
  });
  const networkAcls = { defaultAction: 'Deny', resourceAccessRules: [{ resourceId: share }] };
  const open = { ...accountBody, properties: { ...accountBody.properties, networkAcls } };
  await azure.manage('PUT', account, '2023-05-01', { body: open });
  expect(await synchronise()).toMatchObject({
    details: [
      { status: 'Failed', message: 'The identity of the Data Share account has no role on the target account.' },
    ],
  });
  expect(azure.blobs.calls).toEqual([]);
});
