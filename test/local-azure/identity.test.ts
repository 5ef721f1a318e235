import { IdentityService } from '../../src/local-azure/identity';
import { defaultDeployer, defaultSettings, guidOf } from '../../src/local-azure/settings';
import { Tokens } from '../../src/local-azure/tokens';
import { World } from '../../src/local-azure/world';
import { DirectAzure, stranger } from './direct-azure';

const tenant = defaultSettings.tenantId;

function signIn(form: Record<string, string>, path = `${tenant}/oauth2/v2.0/token`) {
  const world = new World({ ...defaultSettings, principals: [defaultDeployer, stranger] });
  const service = new IdentityService(world, new Tokens(world));
  const url = new URL(`https://login.microsoftonline.com/${path}`);
  const answer = service.handle({
    method: 'POST',
    url,
    headers: {},
    body: Buffer.from(new URLSearchParams(form).toString()),
  });
  const body = JSON.parse(answer.body?.toString() ?? '') as Record<string, string>;
  const [, payload = ''] = (body['access_token'] ?? '').split('.');
  const claims =
    payload === '' ? {} : (JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>);
  return { status: answer.status, body, claims };
}

const client = { grant_type: 'client_credentials', client_id: defaultDeployer.clientId ?? '', client_secret: 'x' };

test.each([
  ['https://management.azure.com/.default', 'https://management.azure.com'],
  ['https://management.core.windows.net//.default', 'https://management.core.windows.net/'],
  ['https://vault.azure.net/.default openid profile', 'https://vault.azure.net'],
  ['https://stoeatest.blob.core.windows.net/.default', 'https://stoeatest.blob.core.windows.net'],
  ['https://dev.azuresynapse.net/.default', 'https://dev.azuresynapse.net'],
])('a token for %s', (scope, aud) => {
  const { status, body, claims } = signIn({ ...client, scope });
  expect([status, body['token_type'], body['expires_in']]).toEqual([200, 'Bearer', 3600]);
  expect(claims).toMatchObject({ aud, oid: defaultDeployer.objectId, tid: tenant, appid: defaultDeployer.clientId });
  expect(Object.keys(claims)).toEqual(expect.arrayContaining(['iat', 'exp', 'iss']));
});

test('the older endpoint takes a resource', () => {
  const { claims } = signIn({ ...client, resource: 'https://management.azure.com' }, `${tenant}/oauth2/token`);
  expect(claims['aud']).toBe('https://management.azure.com');
});

test('a user signs in by name, and is told from an application', () => {
  const form = {
    grant_type: 'password',
    username: 'stranger@school.example',
    password: 'x',
    client_id: 'c',
    scope: 'https://vault.azure.net/.default',
  };
  expect(signIn(form).claims).toMatchObject({
    oid: stranger.objectId,
    scp: 'user_impersonation openid',
    upn: 'stranger@school.example',
  });
  expect(signIn({ ...form, username: 'nobody@school.example' })).toMatchObject({
    status: 401,
    body: { error: 'invalid_client' },
  });
});

test.each([
  [
    'a service that there is not',
    { ...client, scope: 'https://example.org/.default' },
    undefined,
    400,
    'AADSTS500011: The resource principal named https://example.org was not found in the tenant.',
  ],
  [
    'another tenant',
    { ...client, scope: 'https://vault.azure.net/.default' },
    'other/oauth2/v2.0/token',
    400,
    "AADSTS90002: Tenant 'other' not found.",
  ],
  [
    'no secret',
    { ...client, client_secret: '', scope: 'https://vault.azure.net/.default' },
    undefined,
    401,
    'AADSTS7000215: Invalid client secret provided.',
  ],
])('%s', (_, form, path, status, description) => {
  expect(signIn(form, path)).toMatchObject({ status, body: { error_description: description } });
});

test('an unknown application gets an identity of its own, and no rights', async () => {
  const { claims } = signIn({ ...client, client_id: 'another', scope: 'https://management.azure.com/.default' });
  expect(claims['oid']).toBe(guidOf('service principal of another'));
});

test('a token that was changed, or of another local Azure, is refused', async () => {
  const azure = new DirectAzure();
  const ask = (token: string) =>
    azure.manage('GET', '/subscriptions', '2022-12-01', {
      audience: null,
      headers: { authorization: `Bearer ${token}` },
    });
  const { token } = azure.services.tokens.issue(defaultDeployer, 'https://management.azure.com');
  expect((await ask(token)).status).toBe(200);
  expect(await azure.refusal(ask(`${token.slice(0, -2)}xx`))).toBe('401 InvalidAuthenticationToken');
  expect(
    await azure.refusal(
      ask(new DirectAzure().services.tokens.issue(defaultDeployer, 'https://management.azure.com').token),
    ),
  ).toBe('401 InvalidAuthenticationToken');
  azure.services.tokens.expireAll();
  expect(await azure.refusal(ask(token))).toBe('401 ExpiredAuthenticationToken');
});

test('discovery and configuration, as clients ask for them first', () => {
  const world = new World(defaultSettings);
  const service = new IdentityService(world, new Tokens(world));
  const get = (path: string) => {
    const answer = service.handle({
      method: 'GET',
      url: new URL(`https://login.microsoftonline.com/${path}`),
      headers: {},
      body: Buffer.alloc(0),
    });
    return JSON.parse(answer.body?.toString() ?? '') as Record<string, unknown>;
  };
  expect(get('common/discovery/instance?api-version=1.1')['tenant_discovery_endpoint']).toContain(
    'openid-configuration',
  );
  expect(get(`${tenant}/v2.0/.well-known/openid-configuration`)['token_endpoint']).toBe(
    `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`,
  );
  expect(() => get('common/keys')).toThrow(
    'The local Azure does not know the operation GET https://login.microsoftonline.com/common/keys.',
  );
});
