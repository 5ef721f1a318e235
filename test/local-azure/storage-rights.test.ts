import { folderCondition } from '../../constructs/core/roles';
import { ServiceError, type LocalRequest } from '../../src/local-azure/http';
import { readSecretAs } from '../../src/local-azure/identity-secret';
import { identityOf } from '../../src/local-azure/resource-identity';
import type { BlobEmulator } from '../../src/local-azure/storage/blob-emulator';
import { blobOperation } from '../../src/local-azure/storage/blob-operation';
import { StorageService } from '../../src/local-azure/storage/storage-service';
import { account, accountBody, DirectAzure, stranger, vault, workspace } from './direct-azure';
import { defaultDeployer } from '../../src/local-azure/settings';

const reader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';
const contributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';
const general = 'Refined/M365/v1.14/general';
const container = `${account}/blobServices/default/containers/stage2`;

let azure: DirectAzure;
let storage: StorageService;

/** Where everything that was allowed ends: at an emulator that is not there. */
const allowed = 'allowed';
const nowhere = {
  locate: () => {
    throw new Error(allowed);
  },
  client: () => ({ getContainerClient: () => ({ listBlobsFlat: () => ({ next: async () => ({ done: true }) }) }) }),
} as unknown as BlobEmulator;

beforeEach(async () => {
  azure = new DirectAzure();
  await azure.provision();
  await azure.expect(201, azure.manage('PUT', container, '2023-05-01', { body: {} }));
  storage = new StorageService(azure.services, nowhere);
});

function asked(method: string, path: string, token?: string): LocalRequest {
  const url = new URL(`https://stoeatest.blob.core.windows.net/${path}`);
  return { method, url, headers: token === undefined ? {} : { authorization: token }, body: Buffer.alloc(0) };
}

async function outcome(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
    return 'answered';
  } catch (error) {
    return error instanceof ServiceError ? `${error.status} ${error.code}` : (error as Error).message;
  }
}

/** What somebody's request comes to, through the proxy. */
function as(principal: typeof stranger, method: string, path: string): Promise<string> {
  const { token } = azure.services.tokens.issue(principal, 'https://storage.azure.com');
  return outcome(() => storage.handle(asked(method, path, `Bearer ${token}`)));
}

test('a reader of one folder reads and lists it, and nothing beside it (ACCESS5)', async () => {
  const condition = folderCondition([general], 'read');
  await azure.give(reader, stranger.objectId, container, { condition, conditionVersion: '2.0' });
  const list = (prefix: string) => `stage2?restype=container&comp=list&prefix=${encodeURIComponent(prefix)}`;
  expect(await as(stranger, 'GET', `stage2/${general}/Person/part.parquet`)).toBe(allowed);
  expect(await as(stranger, 'GET', list(`${general}/Person/`))).toBe(allowed);
  const refused = '403 AuthorizationPermissionMismatch';
  expect(await as(stranger, 'GET', 'stage2/Refined/M365/v1.14/sensitive/Person_lookup/part.parquet')).toBe(refused);
  expect(await as(stranger, 'GET', 'stage2/Ingested/M365/v1.14/Person/part.parquet')).toBe(refused);
  expect(await as(stranger, 'GET', list(''))).toBe(refused);
  expect(await as(stranger, 'PUT', `stage2/${general}/Person/part.parquet`)).toBe(refused);
  expect(await as(stranger, 'DELETE', `stage2/${general}/Person/part.parquet`)).toBe(refused);
  expect(await as(stranger, 'GET', 'stage1/a.csv')).toBe(refused);
});

test('the owner of the subscription reads no blob', async () => {
  expect(await as(defaultDeployer, 'GET', 'stage2/a')).toBe('403 AuthorizationPermissionMismatch');
});

test('an address that is not listed gets no further than the network (NET1)', async () => {
  await azure.give(contributor, stranger.objectId, account);
  expect(await as(stranger, 'GET', 'stage2/a')).toBe(allowed);
  azure.world.settings = { ...azure.world.settings, clientAddress: '198.51.100.7' };
  expect(await as(stranger, 'GET', 'stage2/a')).toBe('403 AuthorizationFailure');
});

test('a key, a signature or a token for something else opens nothing', async () => {
  const { token } = azure.services.tokens.issue(stranger, 'https://management.azure.com');
  expect(await outcome(() => storage.handle(asked('GET', 'stage2/a', `Bearer ${token}`)))).toBe(
    '401 InvalidAuthenticationTokenAudience',
  );
  expect(await outcome(() => storage.handle(asked('GET', 'stage2/a', 'SharedKey a:b')))).toBe(
    '403 KeyBasedAuthenticationNotPermitted',
  );
  expect(await outcome(() => storage.handle(asked('GET', 'stage2/a?sv=1&sig=x')))).toBe(
    '403 KeyBasedAuthenticationNotPermitted',
  );
  expect(await outcome(() => storage.handle(asked('GET', 'stage2/a')))).toBe('401 AuthenticationFailed');
});

describe('a workspace with a managed network', () => {
  const path = 'managedVirtualNetworks/default/managedPrivateEndpoints/pe';
  const identity = () => identityOf(azure.services, workspace);
  const read = () => outcome(() => storage.serve(asked('GET', 'stage2/a'), identity().principal, identity().source));

  async function connect(target: string, groupId: string, version: string): Promise<void> {
    await azure.develop('PUT', path, { body: { properties: { privateLinkResourceId: target, groupId } } });
    const { body } = await azure.manage('GET', `${target}/privateEndpointConnections`, version);
    const [connection] = body['value'] as { id: string }[];
    const approval = { properties: { privateLinkServiceConnectionState: { status: 'Approved' } } };
    await azure.expect(200, azure.manage('PUT', connection?.id ?? '', version, { body: approval }));
  }

  test('reaches the account through an approved endpoint, with its role, and not by a rule for its id (NET3)', async () => {
    await azure.give(contributor, identity().principal.objectId, account);
    const networkAcls = { defaultAction: 'Deny', resourceAccessRules: [{ resourceId: workspace }] };
    const open = { ...accountBody, properties: { ...accountBody.properties, networkAcls } };
    await azure.expect(202, azure.manage('PUT', account, '2023-05-01', { body: open }));
    expect(await read()).toBe('403 AuthorizationFailure');
    await connect(account, 'dfs', '2023-05-01');
    expect(await read()).toBe(allowed);
  });

  test('needs its role beside its endpoint', async () => {
    await connect(account, 'blob', '2023-05-01');
    expect(await read()).toBe('403 AuthorizationPermissionMismatch');
  });

  test('reads the salt through an endpoint of the vault, and is nobody once it is gone', async () => {
    await azure.manage('PUT', `${vault}/secrets/oeaSalt`, '2023-07-01', { body: { properties: { value: 'pepper' } } });
    const salt = () =>
      outcome(async () => expect(readSecretAs(azure.services, workspace, 'kv-oea-test', 'oeaSalt')).toBe('pepper'));
    expect(await salt()).toBe('403 Forbidden');
    await azure.give('4633458b-17de-408a-b874-0445c86b69e6', identity().principal.objectId, vault);
    expect(await salt()).toBe('403 Forbidden');
    await connect(vault, 'vault', '2023-07-01');
    expect(await salt()).toBe('answered');
    await azure.expect(202, azure.manage('DELETE', workspace, '2021-06-01'));
    expect(await salt()).toBe('401 InvalidAuthenticationInfo');
  });
});

test.each([
  ['GET', '?comp=list', 'read', undefined],
  ['GET', 'oea?restype=container&comp=list&prefix=a', 'blobs/read', undefined],
  ['HEAD', 'oea?restype=container', 'read', undefined],
  ['PUT', 'oea?restype=container', 'write', undefined],
  ['DELETE', 'oea?restype=container', 'delete', undefined],
  ['GET', 'oea/a%20b/c', 'blobs/read', 'a b/c'],
  ['PUT', 'oea/a/b', 'blobs/write', 'a/b'],
  ['PUT', 'oea/a?comp=block&blockid=x', 'blobs/write', 'a'],
  ['PUT', 'oea/a?comp=lease', 'blobs/write', 'a'],
  ['DELETE', 'oea/a', 'blobs/delete', 'a'],
])('%s %s takes the right to %s', (method, path, action, blob) => {
  const operation = blobOperation(asked(method, path));
  expect([operation.action, operation.path]).toEqual([
    `Microsoft.Storage/storageAccounts/blobServices/containers/${action}`,
    blob,
  ]);
});

test.each([
  ['POST', 'oea/a?comp=query', 'POST https://stoeatest.blob.core.windows.net/oea/a?comp'],
  ['PUT', 'oea?restype=container&comp=undelete', 'PUT https://stoeatest.blob.core.windows.net/oea?restype&comp'],
  ['PATCH', '', 'PATCH https://stoeatest.blob.core.windows.net/'],
])('%s %s is not known, and is named without values', (method, path, operation) => {
  expect(() => blobOperation(asked(method, path))).toThrow(`The local Azure does not know the operation ${operation}.`);
});
