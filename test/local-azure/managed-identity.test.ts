import { ManagedIdentityEndpoint } from '../../src/local-azure/managed-identity';
import { sourceOf } from '../../src/local-azure/resource-identity';
import { DirectAzure, stranger, workspace } from './direct-azure';

let azure: DirectAzure;
let endpoint: ManagedIdentityEndpoint;

beforeEach(async () => {
  azure = new DirectAzure();
  await azure.provision();
  endpoint = await ManagedIdentityEndpoint.start(azure.services, workspace);
});
afterEach(() => endpoint.stop());

const storage = 'https://storage.azure.com/';

async function ask(url: string, headers: Readonly<Record<string, string>> = { Metadata: 'true' }) {
  const response = await fetch(url, { headers });
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, string>> };
}

function bearing(token: string) {
  const url = new URL('https://stoeatest.blob.core.windows.net/stage2/a');
  return { method: 'GET', url, headers: { authorization: `Bearer ${token}` }, body: Buffer.alloc(0) };
}

test('a session gets tokens of the identity of its workspace, and comes from its network (NET3)', async () => {
  const { status, body } = await ask(`${endpoint.url}?api-version=2018-02-01&resource=${encodeURIComponent(storage)}`);
  expect([status, body['token_type'], body['resource'], body['expires_in']]).toEqual([200, 'Bearer', storage, '3600']);
  const request = bearing(body['access_token'] ?? '');
  const principal = azure.services.tokens.authenticate(request, [storage], 'xml');
  const content = azure.services.store.get(workspace)?.content;
  expect([principal.objectId, sourceOf(azure.services, request)]).toEqual([
    (content?.['identity'] as { readonly principalId: string }).principalId,
    { kind: 'resource', resourceId: workspace, managedNetwork: true, exfiltrationProtection: true },
  ]);
});

test('anybody else comes through the proxy', () => {
  const { token } = azure.services.tokens.issue(stranger, storage);
  expect(sourceOf(azure.services, bearing(token))).toEqual({ kind: 'client' });
});

test('without its address, its header or an audience there is no token', async () => {
  const { origin } = new URL(endpoint.url);
  const resource = `?resource=${encodeURIComponent(storage)}`;
  expect([
    await ask(`${origin}/metadata/identity/oauth2/token${resource}`),
    await ask(`${endpoint.url}${resource}`, {}),
    await ask(`${endpoint.url}?resource=storage`),
  ]).toEqual([
    { status: 404, body: { error: 'not_found' } },
    { status: 404, body: { error: 'not_found' } },
    { status: 400, body: { error: 'invalid_resource' } },
  ]);
});

test('a workspace that is gone has no identity any more', async () => {
  azure.services.store.remove(workspace);
  expect(await ask(`${endpoint.url}?resource=${encodeURIComponent(storage)}`)).toEqual({
    status: 400,
    body: { error: 'identity_not_found' },
  });
});
