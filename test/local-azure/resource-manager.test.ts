import {
  account,
  accountBody,
  developmentHost,
  DirectAzure,
  group,
  stranger,
  subscription,
  vault,
  workspace,
  workspaceBody,
} from './direct-azure';

let azure: DirectAzure;

beforeEach(async () => {
  azure = new DirectAzure();
  await azure.provision();
});

const storage = '2023-05-01';
const synapse = '2021-06-01';
const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';

test('an account is echoed with what the service adds, and read again', async () => {
  const { status, body } = await azure.manage('GET', account, storage);
  const { etag, properties, ...content } = body;
  expect({ status, content }).toEqual({
    status: 200,
    content: {
      id: account,
      name: 'stoeatest',
      type: 'Microsoft.Storage/storageAccounts',
      location: 'westeurope',
      kind: 'StorageV2',
      sku: { name: 'Standard_ZRS', tier: 'Standard' },
    },
  });
  expect(etag).toMatch(/^W\/"/);
  expect(properties).toMatchObject({
    ...accountBody.properties,
    primaryEndpoints: {
      blob: 'https://stoeatest.blob.core.windows.net/',
      dfs: 'https://stoeatest.dfs.core.windows.net/',
    },
    provisioningState: 'Succeeded',
    privateEndpointConnections: [],
  });
});

test('creation answers with an operation to poll, in both shapes', async () => {
  azure.world.settings = { ...azure.world.settings, operationPolls: 1 };
  const { status, headers } = await azure.manage('PUT', account, storage, { body: accountBody });
  expect([status, headers['retry-after']]).toEqual([202, '0']);
  const [statusUrl = '', resultUrl = ''] = [headers['azure-asyncoperation'], headers['location']];
  const poll = async (url: string) => azure.ask('GET', url);
  const first = await poll(statusUrl);
  expect([first.status, first.body['status']]).toEqual([200, 'InProgress']);
  const second = await poll(statusUrl);
  expect([second.status, second.body['status']]).toEqual([200, 'Succeeded']);
  expect((await poll(resultUrl)).body).toMatchObject({ id: account, properties: { provisioningState: 'Succeeded' } });
  expect(await azure.refusal(poll(`${statusUrl.replace(/operationStatuses\/[^?]+/, 'operationStatuses/other')}`))).toBe(
    '404 OperationNotFound',
  );
});

test.each([
  ['no token', { audience: null }, '401 AuthenticationFailed'],
  ['a token for the vault', { audience: 'https://vault.azure.net' }, '401 InvalidAuthenticationTokenAudience'],
  ['somebody without a role', { as: stranger }, '403 AuthorizationFailed'],
])('%s is refused', async (_, options, refusal) => {
  expect(await azure.refusal(azure.manage('GET', account, storage, options))).toBe(refusal);
});

test('both spellings of the audience are taken, as the two providers send them', async () => {
  for (const audience of ['https://management.azure.com', 'https://management.core.windows.net/']) {
    expect((await azure.manage('GET', account, storage, { audience })).status).toBe(200);
  }
});

test('tokens expire', async () => {
  const { token } = azure.services.tokens.issue(stranger, 'https://management.azure.com');
  const ask = () =>
    azure.manage('GET', '/subscriptions', '2022-12-01', {
      audience: null,
      headers: { authorization: `Bearer ${token}` },
    });
  expect((await ask()).status).toBe(200);
  azure.world.clock.advance(3601);
  expect(await azure.refusal(ask())).toBe('401 ExpiredAuthenticationToken');
});

test.each([
  ['another subscription', '/subscriptions/x/resourceGroups/rg-oea-test', '2023-07-01', '404 SubscriptionNotFound'],
  ['an absent group', `${subscription}/resourceGroups/gone`, '2023-07-01', '404 ResourceGroupNotFound'],
  ['an absent resource', `${group}/providers/Microsoft.Storage/storageAccounts/gone`, storage, '404 ResourceNotFound'],
  [
    'a resource of an absent group',
    `${subscription}/resourceGroups/gone/providers/Microsoft.Storage/storageAccounts/a`,
    storage,
    '404 ResourceGroupNotFound',
  ],
  [
    'a child of an absent parent',
    `${group}/providers/Microsoft.Synapse/workspaces/gone/firewallRules/a`,
    synapse,
    '404 ParentResourceNotFound',
  ],
  ['an absent firewall rule', `${workspace}/firewallRules/gone`, synapse, '404 IpFirewallRuleNotFound'],
  ['an absent container', `${account}/blobServices/default/containers/gone`, storage, '404 ContainerNotFound'],
  ['an api-version that there never was', account, '1999-01-01', '400 NoRegisteredProviderFound'],
])('%s', async (_, path, version, refusal) => {
  expect(await azure.refusal(azure.manage('GET', path, version))).toBe(refusal);
});

test('an operation that is not known is 501 and names itself', async () => {
  const { status, body } = await azure.manage('GET', `${group}/providers/Microsoft.Sql/servers/s`, '2021-11-01');
  expect({ status, body }).toEqual({
    status: 501,
    body: {
      error: {
        code: 'LocalAzureUnknownOperation',
        message: `The local Azure does not know the operation GET https://management.azure.com${group}/providers/Microsoft.Sql/servers/s.`,
      },
    },
  });
});

test.each([
  ['a bad name', 'Bad_Name', accountBody, '400 InvalidResourceName'],
  ['a name that is taken', 'stoeatest', accountBody, '409 NameAlreadyInUse'],
  ['no location', 'stother', { ...accountBody, location: undefined }, '400 LocationRequired'],
  ['a sku that there is not', 'stother', { ...accountBody, sku: { name: 'Cheap_LRS' } }, '400 InvalidSku'],
  [
    'a private address',
    'stother',
    { ...accountBody, properties: { networkAcls: { ipRules: [{ value: '10.0.0.1' }] } } },
    '400 InvalidValuesForRequestParameters',
  ],
  [
    'a network of 31 bits',
    'stother',
    { ...accountBody, properties: { networkAcls: { ipRules: [{ value: '203.0.113.0/31' }] } } },
    '400 InvalidValuesForRequestParameters',
  ],
])('an account with %s is refused', async (_, name, body, refusal) => {
  const other = `${subscription}/resourceGroups/rg-other`;
  await azure.expect(201, azure.manage('PUT', other, '2023-07-01', { body: { location: 'westeurope' } }));
  const path = `${other}/providers/Microsoft.Storage/storageAccounts/${name}`;
  expect(await azure.refusal(azure.manage('PUT', path, storage, { body }))).toBe(refusal);
});

test.each([
  ['hierarchical namespace', { properties: { isHnsEnabled: false } }, '409 PropertyChangeNotAllowed'],
  ['kind', { kind: 'BlobStorage' }, '409 PropertyChangeNotAllowed'],
  ['location', { location: 'northeurope' }, '409 InvalidResourceLocation'],
])('the %s of an account cannot be changed', async (_, change, refusal) => {
  const body = { ...accountBody, ...change };
  expect(await azure.refusal(azure.manage('PUT', account, storage, { body }))).toBe(refusal);
});

test('versions of blobs are refused with a hierarchical namespace', async () => {
  const path = `${account}/blobServices/default`;
  expect((await azure.manage('GET', path, storage)).status).toBe(200);
  const body = { properties: { isVersioningEnabled: true } };
  expect(await azure.refusal(azure.manage('PUT', path, storage, { body }))).toBe('409 FeatureNotSupportedForAccount');
});

test('a PATCH changes what it names; a PUT with an old etag changes nothing', async () => {
  const { body: before } = await azure.manage('GET', account, storage);
  const { body: changed } = await azure.manage('PATCH', account, storage, {
    body: { tags: { a: 'b' }, properties: { minimumTlsVersion: 'TLS1_2' } },
  });
  expect(changed).toMatchObject({
    tags: { a: 'b' },
    kind: 'StorageV2',
    properties: { isHnsEnabled: true, minimumTlsVersion: 'TLS1_2' },
  });
  const headers = { 'if-match': String(before['etag']) };
  expect(await azure.refusal(azure.manage('PUT', account, storage, { body: accountBody, headers }))).toBe(
    '412 PreconditionFailed',
  );
  const gone = `${group}/providers/Microsoft.Storage/storageAccounts/gone`;
  expect(await azure.refusal(azure.manage('PATCH', gone, storage, { body: {} }))).toBe('404 ResourceNotFound');
});

test('containers go through the resource manager, and go with their account (NET2)', async () => {
  const container = `${account}/blobServices/default/containers/oea`;
  const { status, body } = await azure.manage('PUT', container, storage, { body: { properties: {} } });
  expect([status, body['properties'] as object]).toEqual([
    201,
    expect.objectContaining({ publicAccess: 'None', hasLegalHold: false }),
  ]);
  await azure.expect(200, azure.manage('DELETE', container, storage));
  await azure.expect(201, azure.manage('PUT', container, storage, { body: {} }));
  await azure.expect(200, azure.manage('DELETE', account, storage));
  expect(azure.blobs.calls).toEqual([
    'create stoeatest/oea',
    'delete stoeatest/oea',
    'create stoeatest/oea',
    'delete stoeatest',
  ]);
  expect(await azure.refusal(azure.manage('GET', container, storage))).toBe('404 ParentResourceNotFound');
});

test('lists page', async () => {
  for (let rule = 0; rule < 101; rule++) {
    const body = { properties: { startIpAddress: '203.0.113.1', endIpAddress: '203.0.113.2' } };
    await azure.manage('PUT', `${workspace}/firewallRules/rule${rule}`, synapse, { body });
  }
  const first = await azure.manage('GET', `${workspace}/firewallRules`, synapse);
  const second = await azure.ask('GET', String(first.body['nextLink']));
  expect([(first.body['value'] as []).length, (second.body['value'] as []).length, second.body['nextLink']]).toEqual([
    100,
    2,
    undefined,
  ]);
});

test('what is in a group is listed, and goes with it; a vault stays deleted', async () => {
  const { body } = await azure.manage('GET', `${group}/resources`, '2021-04-01');
  expect((body['value'] as { name: string }[]).map(({ name }) => name)).toEqual([
    'stoeatest',
    'kv-oea-test',
    'syn-oea-test',
  ]);
  const { status, headers } = await azure.manage('DELETE', group, '2023-07-01');
  expect(status).toBe(202);
  expect((await azure.ask('GET', headers['location'] ?? '')).status).toBe(200);
  expect(await azure.refusal(azure.manage('GET', group, '2023-07-01'))).toBe('404 ResourceGroupNotFound');
  expect(await azure.refusal(azure.manage('GET', vault, '2023-07-01'))).toBe('404 ResourceGroupNotFound');
  const deleted = `${subscription}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/kv-oea-test`;
  expect((await azure.manage('GET', deleted, '2023-07-01')).status).toBe(200);
});

test('a system identity keeps its id while the resource is there, goes with it, and a new resource has another', async () => {
  const idOf = ({ body }: { body: Record<string, unknown> }) =>
    (body['identity'] as { principalId: string }).principalId;
  const first = idOf(await azure.manage('GET', workspace, synapse));
  expect(idOf(await azure.manage('PUT', workspace, synapse, { body: workspaceBody }))).toBe(first);
  expect(azure.world.principal(first)?.displayName).toBe('syn-oea-test');
  await azure.expect(202, azure.manage('DELETE', workspace, synapse));
  expect(azure.world.principal(first)).toBeUndefined();
  expect(idOf(await azure.manage('PUT', workspace, synapse, { body: workspaceBody }))).not.toBe(first);
});

describe('roles', () => {
  test('a role allows what it names, below its scope, and some time after it was given (ORDER1)', async () => {
    azure.world.settings = { ...azure.world.settings, propagationSeconds: 120 };
    await azure.give(reader, stranger.objectId, account);
    const read = (path: string) => azure.manage('GET', path, path === vault ? '2023-07-01' : storage, { as: stranger });
    expect(await azure.refusal(read(account))).toBe('403 AuthorizationFailed');
    azure.world.clock.advance(121);
    expect((await read(account)).status).toBe(200);
    expect((await read(`${account}/blobServices/default`)).status).toBe(200);
    expect(await azure.refusal(read(vault))).toBe('403 AuthorizationFailed');
    expect(await azure.refusal(azure.manage('PUT', account, storage, { as: stranger, body: accountBody }))).toBe(
      '403 AuthorizationFailed',
    );
  });

  test('a Contributor cannot give roles, and groups give theirs to who is in them', async () => {
    const member = {
      ...stranger,
      objectId: '00000000-0000-4000-8000-000000000002',
      groups: ['00000000-0000-4000-8000-00000000000a'],
    };
    azure.world.settings = { ...azure.world.settings, principals: [...azure.world.settings.principals, member] };
    await azure.give(contributor, '00000000-0000-4000-8000-00000000000a', group);
    expect((await azure.manage('GET', account, storage, { as: member })).status).toBe(200);
    const id = `${account}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-0000000000ff`;
    expect(await azure.refusal(azure.manage('PUT', id, '2022-04-01', { as: member, body: {} }))).toBe(
      '403 AuthorizationFailed',
    );
  });

  test('one assignment per principal, role and scope; its parts do not change', async () => {
    const id = await azure.give(reader, stranger.objectId, account);
    const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${reader}`;
    const properties = { roleDefinitionId, principalId: stranger.objectId };
    const other = `${account}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-0000000000ff`;
    expect(await azure.refusal(azure.manage('PUT', other, '2022-04-01', { body: { properties } }))).toBe(
      '409 RoleAssignmentExists',
    );
    const moved = { properties: { ...properties, principalId: azure.world.settings.principals[0]?.objectId } };
    expect(await azure.refusal(azure.manage('PUT', id, '2022-04-01', { body: moved }))).toBe(
      '400 RoleAssignmentUpdateNotPermitted',
    );
    const nobody = { properties: { ...properties, principalId: '00000000-0000-4000-8000-0000000000ee' } };
    expect(await azure.refusal(azure.manage('PUT', other, '2022-04-01', { body: nobody }))).toBe(
      '400 PrincipalNotFound',
    );
    const bad = { properties: { ...properties, roleDefinitionId: `${roleDefinitionId}0` } };
    expect(await azure.refusal(azure.manage('PUT', other, '2022-04-01', { body: bad }))).toBe(
      '400 RoleDefinitionDoesNotExist',
    );
    await azure.expect(200, azure.manage('DELETE', id, '2022-04-01'));
    expect(await azure.refusal(azure.manage('GET', id, '2022-04-01'))).toBe('404 RoleAssignmentNotFound');
  });

  test('a definition is found by its name', async () => {
    const filter = encodeURIComponent("roleName eq 'Storage Blob Data Reader'");
    const { body } = await azure.manage(
      'GET',
      `${account}/providers/Microsoft.Authorization/roleDefinitions?$filter=${filter}`,
      '2022-05-01-preview',
    );
    expect((body['value'] as { name: string }[]).map(({ name }) => name)).toEqual([
      '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
    ]);
  });
});

test('a lock on the group holds what is beneath it, role assignments included (ORDER4)', async () => {
  const assignment = await azure.give(reader, stranger.objectId, account);
  const lock = `${group}/providers/Microsoft.Authorization/locks/keep`;
  expect(
    await azure.refusal(azure.manage('PUT', lock, '2020-05-01', { body: { properties: { level: 'Maybe' } } })),
  ).toBe('400 InvalidLockLevel');
  await azure.expect(201, azure.manage('PUT', lock, '2020-05-01', { body: { properties: { level: 'CanNotDelete' } } }));
  for (const [path, version] of [
    [account, storage],
    [group, '2023-07-01'],
    [assignment, '2022-04-01'],
  ] as const) {
    expect(await azure.refusal(azure.manage('DELETE', path, version))).toBe('409 ScopeLocked');
  }
  expect((await azure.manage('PUT', account, storage, { body: accountBody })).status).toBe(202);
  await azure.expect(200, azure.manage('DELETE', lock, '2020-05-01'));
  await azure.expect(200, azure.manage('DELETE', assignment, '2022-04-01'));
});

test.each([
  [
    'Microsoft.Storage',
    'stoeatest',
    {
      name: 'stoeatest',
      nameAvailable: false,
      reason: 'AlreadyExists',
      message: "The name 'stoeatest' of Microsoft.Storage/storageAccounts is already taken.",
    },
  ],
  ['Microsoft.Storage', 'stother', { name: 'stother', nameAvailable: true }],
  [
    'Microsoft.KeyVault',
    '1',
    {
      name: '1',
      nameAvailable: false,
      reason: 'Invalid',
      message: "The name '1' of Microsoft.KeyVault/vaults is invalid.",
    },
  ],
  [
    'Microsoft.Synapse',
    'syn-oea-test',
    {
      name: 'syn-oea-test',
      available: false,
      reason: 'AlreadyExists',
      message: "The name 'syn-oea-test' of Microsoft.Synapse/workspaces is already taken.",
    },
  ],
])('whether a name is free: %s, %s', async (namespace, name, answer) => {
  const path = `${subscription}/providers/${namespace}/checkNameAvailability`;
  const { status, body } = await azure.manage('POST', path, '2023-05-01', { body: { name } });
  expect({ status, body }).toEqual({ status: 200, body: answer });
});

test.each([
  `https://management.azure.com${group}/%zz?api-version=2023-07-01`,
  `https://${developmentHost}/pipelines/%E0%A4?api-version=2020-12-01`,
  'https://stoeatest.blob.core.windows.net/oea/%zz',
])('%s is no address', async (url) => {
  const { status } = await azure.ask('GET', url);
  expect(status).toBe(400);
});
