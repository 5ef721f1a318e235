import { defaultDeployer } from '../../src/local-azure/settings';
import { DirectAzure, group, stranger, subscription, vault, vaultBody, vaultHost } from './direct-azure';

let azure: DirectAzure;
const officer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';
const user = '4633458b-17de-408a-b874-0445c86b69e6';
const version = '2023-07-01';
const salt = `${vault}/secrets/oeaSalt`;

beforeEach(async () => {
  azure = new DirectAzure();
  await azure.provision();
  await azure.give(officer, defaultDeployer.objectId, vault);
});

const secrets = (method: string, path: string, options = {}) =>
  azure.ask(method, `https://${vaultHost}/${path}?api-version=7.4`, options);
const deletedVault = `${subscription}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/kv-oea-test`;

test('a call without a token is told where to get one', async () => {
  const { status, headers } = await secrets('GET', 'secrets/oeaSalt', { audience: null });
  const tenant = 'https://login.microsoftonline.com/5a7e1a2e-7c1f-4f35-9c43-0b3d6d7c00aa';
  expect([status, headers['www-authenticate']]).toEqual([
    401,
    `Bearer authorization="${tenant}", resource="https://vault.azure.net"`,
  ]);
  expect(await azure.refusal(secrets('GET', 'secrets/oeaSalt', { audience: 'https://management.azure.com' }))).toBe(
    '401 InvalidAuthenticationTokenAudience',
  );
});

test('the resource manager makes a secret and never shows its value (ORDER2); the data plane does', async () => {
  expect(await azure.refusal(azure.manage('GET', salt, version))).toBe('404 SecretNotFound');
  const made = await azure.manage('PUT', salt, version, { body: { properties: { value: 'pepper' } } });
  const read = await azure.manage('GET', salt, version);
  expect([made.status, read.status]).toEqual([201, 200]);
  expect(JSON.stringify([made.body, read.body])).not.toContain('pepper');
  const { body } = await secrets('GET', 'secrets/oeaSalt');
  expect(body).toMatchObject({ value: 'pepper', attributes: { enabled: true } });
  expect(await azure.refusal(azure.manage('PUT', `${vault}/secrets/other`, version, { body: {} }))).toBe(
    '400 BadRequest',
  );
});

test('versions are kept, the newest is read; another version is not there', async () => {
  const first = await secrets('PUT', 'secrets/oeaSalt', { body: { value: '1' } });
  await secrets('PUT', 'secrets/oeaSalt', { body: { value: '2', contentType: 'text/plain' } });
  expect((await secrets('GET', 'secrets/oeaSalt')).body).toMatchObject({ value: '2', contentType: 'text/plain' });
  const path = new URL(String(first.body['id'])).pathname.slice(1);
  expect((await secrets('GET', path)).body['value']).toBe('1');
  expect(((await secrets('GET', 'secrets/oeaSalt/versions')).body['value'] as []).length).toBe(2);
  expect(JSON.stringify((await secrets('GET', 'secrets')).body)).not.toContain('"value":"2"');
  expect(await azure.refusal(secrets('GET', 'secrets/oeaSalt/none'))).toBe('404 SecretNotFound');
});

test('a disabled version is listed and not read; enabled again it is', async () => {
  const first = await secrets('PUT', 'secrets/oeaSalt', { body: { value: '1' } });
  const path = new URL(String(first.body['id'])).pathname.slice(1);
  const enable = (enabled: boolean) => secrets('PATCH', path, { body: { attributes: { enabled } } });
  expect((await enable(false)).body).toMatchObject({ attributes: { enabled: false } });
  expect(await azure.refusal(secrets('GET', path))).toBe('403 Forbidden');
  expect(await azure.refusal(secrets('GET', 'secrets/oeaSalt'))).toBe('403 Forbidden');
  expect((await secrets('GET', 'secrets/oeaSalt/versions')).body['value']).toMatchObject([
    { attributes: { enabled: false } },
  ]);
  await enable(true);
  expect((await secrets('GET', path)).body['value']).toBe('1');
  expect(await azure.refusal(secrets('PATCH', 'secrets/oeaSalt/none', { body: {} }))).toBe('404 SecretNotFound');
});

test('a deleted secret holds its name until it is recovered or purged', async () => {
  await secrets('PUT', 'secrets/oeaSalt', { body: { value: 'pepper' } });
  await azure.expect(200, secrets('DELETE', 'secrets/oeaSalt'));
  expect(await azure.refusal(secrets('GET', 'secrets/oeaSalt'))).toBe('404 SecretNotFound');
  expect(await azure.refusal(azure.manage('GET', salt, version))).toBe('404 SecretNotFound');
  expect(await azure.refusal(secrets('PUT', 'secrets/oeaSalt', { body: { value: 'x' } }))).toBe('409 Conflict');
  expect(await azure.refusal(azure.manage('PUT', salt, version, { body: { properties: { value: 'x' } } }))).toBe(
    '409 Conflict',
  );
  expect((await secrets('GET', 'deletedsecrets/oeaSalt')).status).toBe(200);
  await azure.expect(200, secrets('POST', 'deletedsecrets/oeaSalt/recover'));
  expect((await secrets('GET', 'secrets/oeaSalt')).body['value']).toBe('pepper');
  await secrets('DELETE', 'secrets/oeaSalt');
  await azure.expect(200, secrets('GET', 'deletedsecrets/oeaSalt'));
  await azure.give('00482a5a-887f-4fb3-b363-3b7fe8e74483', defaultDeployer.objectId, vault);
  await azure.expect(204, secrets('DELETE', 'deletedsecrets/oeaSalt'));
  expect((await secrets('PUT', 'secrets/oeaSalt', { body: { value: 'new' } })).status).toBe(200);
});

test('roles decide: a user of secrets reads and does not write; nobody else does either', async () => {
  await secrets('PUT', 'secrets/oeaSalt', { body: { value: 'pepper' } });
  expect(await azure.refusal(secrets('GET', 'secrets/oeaSalt', { as: stranger }))).toBe('403 Forbidden');
  await azure.give(user, stranger.objectId, vault);
  expect((await secrets('GET', 'secrets/oeaSalt', { as: stranger })).status).toBe(200);
  expect(await azure.refusal(secrets('PUT', 'secrets/oeaSalt', { as: stranger, body: { value: 'x' } }))).toBe(
    '403 Forbidden',
  );
});

test('the owner of the subscription has no right to values of its own', async () => {
  const fresh = new DirectAzure();
  await fresh.provision();
  expect(await fresh.refusal(fresh.ask('GET', `https://${vaultHost}/secrets/a?api-version=7.4`))).toBe('403 Forbidden');
});

test('network rules decide, and new ones some time after (NET1, ORDER1)', async () => {
  azure.world.settings = { ...azure.world.settings, clientAddress: '198.51.100.7' };
  expect(await azure.refusal(secrets('GET', 'secrets'))).toBe('403 Forbidden');
  azure.world.settings = { ...azure.world.settings, propagationSeconds: 60 };
  azure.world.clock.advance(61);
  const ipRules = [{ value: '198.51.100.0/24' }];
  const body = {
    ...vaultBody,
    properties: { ...vaultBody.properties, networkAcls: { defaultAction: 'Deny', ipRules } },
  };
  await azure.expect(200, azure.manage('PUT', vault, version, { body }));
  expect(await azure.refusal(secrets('GET', 'secrets'))).toBe('403 Forbidden');
  azure.world.clock.advance(61);
  expect((await secrets('GET', 'secrets')).status).toBe(200);
  // The resource manager needs no way in.
  expect((await azure.manage('PUT', salt, version, { body: { properties: { value: 'x' } } })).status).toBe(201);
});

test('a deleted vault holds its name; recovered it has its secrets again, purged it is gone', async () => {
  await secrets('PUT', 'secrets/oeaSalt', { body: { value: 'pepper' } });
  await azure.expect(200, azure.manage('DELETE', vault, version));
  expect(await azure.refusal(azure.manage('PUT', vault, version, { body: vaultBody }))).toBe('409 ConflictError');
  const recover = { ...vaultBody, properties: { ...vaultBody.properties, createMode: 'recover' } };
  await azure.expect(200, azure.manage('PUT', vault, version, { body: recover }));
  expect((await azure.manage('GET', salt, version)).status).toBe(200);
  await azure.expect(200, azure.manage('DELETE', vault, version));
  await azure.expect(202, azure.manage('POST', `${deletedVault}/purge`, version));
  expect(await azure.refusal(azure.manage('GET', deletedVault, version))).toBe('404 DeletedVaultNotFound');
  await azure.expect(200, azure.manage('PUT', vault, version, { body: vaultBody }));
  expect(await azure.refusal(azure.manage('GET', salt, version))).toBe('404 SecretNotFound');
});

test('purge protection cannot be taken back, and holds vault and secrets', async () => {
  const guarded = { ...vaultBody, properties: { ...vaultBody.properties, enablePurgeProtection: true } };
  await azure.expect(200, azure.manage('PUT', vault, version, { body: guarded }));
  const open = { ...vaultBody, properties: { ...vaultBody.properties, enablePurgeProtection: false } };
  expect(await azure.refusal(azure.manage('PUT', vault, version, { body: open }))).toBe('400 BadRequest');
  await secrets('PUT', 'secrets/a', { body: { value: 'x' } });
  await secrets('DELETE', 'secrets/a');
  await azure.give('00482a5a-887f-4fb3-b363-3b7fe8e74483', defaultDeployer.objectId, vault);
  expect(await azure.refusal(secrets('DELETE', 'deletedsecrets/a'))).toBe('403 Forbidden');
  await azure.manage('DELETE', vault, version);
  expect(await azure.refusal(azure.manage('POST', `${deletedVault}/purge`, version))).toBe('403 DeletedVaultPurge');
});

test.each([
  ['days', { softDeleteRetentionInDays: 8 }, '409 PropertyChangeNotAllowed'],
  ['tenant', { tenantId: '00000000-0000-4000-8000-000000000003' }, '409 PropertyChangeNotAllowed'],
])('%s of a vault cannot be changed', async (_, change, refusal) => {
  const body = { ...vaultBody, properties: { ...vaultBody.properties, ...change } };
  expect(await azure.refusal(azure.manage('PUT', vault, version, { body }))).toBe(refusal);
});

test('days out of range, an unknown version of the data plane, a vault that is not there', async () => {
  const other = `${group}/providers/Microsoft.KeyVault/vaults/kv-other`;
  const body = { ...vaultBody, properties: { ...vaultBody.properties, softDeleteRetentionInDays: 6 } };
  expect(await azure.refusal(azure.manage('PUT', other, version, { body }))).toBe('400 BadRequest');
  expect(await azure.refusal(azure.ask('GET', `https://${vaultHost}/secrets?api-version=1.0`))).toBe(
    '400 BadParameter',
  );
  expect(await azure.refusal(azure.ask('GET', 'https://kv-gone.vault.azure.net/secrets?api-version=7.4'))).toBe(
    '404 VaultNotFound',
  );
  expect(await azure.refusal(secrets('GET', 'keys'))).toBe('501 LocalAzureUnknownOperation');
});

test('a vault with access policies, as the installer of OEA makes it, asks them and no roles', async () => {
  const tenantId = azure.world.settings.tenantId;
  const policy = (objectId: string, ...permissions: string[]) => ({
    tenantId,
    objectId,
    permissions: { secrets: permissions },
  });
  const given = [policy(defaultDeployer.objectId, 'Get', 'List', 'Set'), policy(stranger.objectId, 'get')];
  const properties = { ...vaultBody.properties, enableRbacAuthorization: false, accessPolicies: given };
  await azure.expect(200, azure.manage('PUT', vault, version, { body: { ...vaultBody, properties } }));
  await azure.expect(200, secrets('PUT', 'secrets/oeaSalt', { body: { value: 'pepper' } }));
  expect((await secrets('GET', 'secrets/oeaSalt', { as: stranger })).body['value']).toBe('pepper');
  const refused = await secrets('PUT', 'secrets/oeaSalt', { body: { value: 'salt' }, as: stranger });
  expect([refused.status, refused.body]).toEqual([
    403,
    {
      error: {
        code: 'Forbidden',
        message: `The user, group or application 'oid=${stranger.objectId}' does not have secrets set permission on key vault 'kv-oea-test'.`,
      },
    },
  ]);
  // The role of the deployer would let it; the policy does not.
  expect(await azure.refusal(secrets('DELETE', 'secrets/oeaSalt'))).toBe('403 Forbidden');
  expect(await azure.refusal(secrets('GET', 'secrets', { as: stranger }))).toBe('403 Forbidden');
});
