import { judge, rules } from '../../../constructs/policy/judge';
import type { PolicyInput, PolicyResource } from '../../../constructs/policy/rule';
import { folderCondition } from '../../../constructs/core/roles';
import { standardTags } from '../../../constructs/core/tags';
import { resolveEnvironment } from '../../../src/contract/environment';

const allowed = { address: '203.0.113.7', owner: 'Ada', reason: 'office', expires: '2026-06-30' };

const nobody = resolveEnvironment({ name: 'dev', suffix: 'x', location: 'westeurope' }, 'dev.json').people;

const environment = (settings: Partial<PolicyInput['environment']> = {}): PolicyInput['environment'] => ({
  name: 'dev',
  production: false,
  network: { access: 'addresses', addresses: [] },
  people: nobody,
  workspace: { mode: 'create' },
  exceptions: [],
  ...settings,
});

const production = environment({ name: 'prod', production: true });
const tags = standardTags({ name: 'dev', tags: {} });
const lifecycle = { prevent_destroy: true };

function resource(type: string, body: Record<string, unknown>): PolicyResource {
  return { path: 'dev-platform/It', type, address: `${type}.It`, body };
}

const account = {
  shared_access_key_enabled: false,
  local_user_enabled: false,
  is_hns_enabled: true,
  min_tls_version: 'TLS1_2',
  allow_nested_items_to_be_public: false,
  network_rules: { default_action: 'Deny', ip_rules: ['203.0.113.0/24'] },
  tags,
  lifecycle,
};
const vault = { purge_protection_enabled: true, network_acls: { default_action: 'Deny' }, tags, lifecycle };
const assignment = {
  role_definition_name: 'Storage Blob Data Reader',
  principal_type: 'Group',
  scope: '${azurerm_storage_container.DataLake_stage2_B07411EE.id}',
  condition: folderCondition(['general'], 'read'),
};
const uploading = {
  role_definition_name: 'Storage Blob Data Contributor',
  condition: folderCondition([], 'write', ['pre_landing/data_shares']),
};
const storage = (changed: object) => resource('azurerm_storage_account', { ...account, ...changed });
const role = (changed: object) => resource('azurerm_role_assignment', { ...assignment, ...changed });
const setting = (changed: object = {}) =>
  resource('azurerm_monitor_diagnostic_setting', {
    target_resource_id: '${azurerm_storage_account.It.id}/blobServices/default',
    log_analytics_workspace_id: '/logs',
    enabled_log: [{ category: 'StorageRead' }],
    ...changed,
  });

/** What one rule finds, as sentences. */
function findings(id: string, resources: readonly PolicyResource[], where = environment()): string[] {
  const rule = rules.filter((candidate) => candidate.id === id);
  expect(rule).toHaveLength(1);
  const input: PolicyInput = { environment: where, stack: 'dev-platform', resources, today: '2026-01-31' };
  return judge(input, rule).map(({ at, found }) => `${at}: ${found}`);
}

test('the rules are these: none can vanish', () => {
  expect(rules.map(({ id }) => id)).toEqual([
    'diagnostics',
    'exception-expiry',
    'guard',
    'hierarchical-namespace',
    'public-access',
    'publishing',
    'purge-protection',
    'role-scope',
    'runtime-end-of-life',
    'shared-keys',
    'tags',
  ]);
});

describe('each rule finds', () => {
  test.each<[string, string, PolicyResource[], PolicyInput['environment'], string]>([
    [
      'shared-keys',
      'a key',
      [storage({ shared_access_key_enabled: true })],
      environment(),
      'shared_access_key_enabled is true',
    ],
    [
      'shared-keys',
      'a default',
      [storage({ local_user_enabled: undefined })],
      environment(),
      'local_user_enabled is not set',
    ],
    [
      'public-access',
      'an open account',
      [storage({ network_rules: { default_action: 'Allow' } })],
      environment(),
      'network_rules.default_action is "Allow"',
    ],
    [
      'public-access',
      'no network rules',
      [storage({ network_rules: undefined })],
      environment(),
      'network_rules.default_action is not set',
    ],
    [
      'public-access',
      'public blobs',
      [storage({ allow_nested_items_to_be_public: true })],
      environment(),
      'allow_nested_items_to_be_public is true',
    ],
    [
      'public-access',
      'old TLS',
      [storage({ min_tls_version: 'TLS1_0' })],
      environment(),
      'min_tls_version is "TLS1_0"',
    ],
    [
      'public-access',
      'half the internet',
      [storage({ network_rules: { default_action: 'Deny', ip_rules: ['128.0.0.0/1'] } })],
      environment(),
      '128.0.0.0/1 is wider than /16, or no address',
    ],
    [
      'public-access',
      'a public container',
      [resource('azurerm_storage_container', { container_access_type: 'blob' })],
      environment(),
      'container_access_type is "blob"',
    ],
    [
      'public-access',
      'an open vault',
      [resource('azurerm_key_vault', { ...vault, network_acls: undefined })],
      environment(),
      'network_acls.default_action is not set',
    ],
    [
      'hierarchical-namespace',
      'a flat account',
      [storage({ is_hns_enabled: false })],
      environment(),
      'is_hns_enabled is false',
    ],
    ['diagnostics', 'an account nobody watches', [storage({})], environment(), 'its logs are not collected'],
    [
      'diagnostics',
      'a setting without logs',
      [storage({}), setting({ enabled_log: [] })],
      environment(),
      'its logs are not collected',
    ],
    [
      'diagnostics',
      'a setting of another account',
      [storage({}), setting({ target_resource_id: '${azurerm_storage_account.It2.id}' })],
      environment(),
      'its logs are not collected',
    ],
    [
      'purge-protection',
      'a vault that can be purged',
      [resource('azurerm_key_vault', { ...vault, purge_protection_enabled: false })],
      production,
      'purge_protection_enabled is false',
    ],
    [
      'role-scope',
      'a role on the account',
      [role({ scope: '${azurerm_storage_account.It.id}' })],
      environment(),
      'scope ${azurerm_storage_account.It.id} is not a container',
    ],
    [
      'role-scope',
      'people in a whole container (ACCESS5)',
      [role({ condition: undefined })],
      environment(),
      'people get a container without a condition on its folders',
    ],
    [
      'role-scope',
      'a condition that forgets listing (ACCESS5)',
      [role({ condition: '@Resource[…blobs:path] StringEquals' })],
      environment(),
      'people get a container without a condition on its folders',
    ],
    [
      'role-scope',
      'an unknown role',
      [role({ role_definition_name: 'Owner' })],
      environment(),
      '"Owner" is no role that grants use',
    ],
    [
      'role-scope',
      'a role by its id',
      [role({ role_definition_name: undefined })],
      environment(),
      'the role is not given by its name, so it cannot be judged',
    ],
    [
      'role-scope',
      'people who write in production',
      [role({ role_definition_name: 'Storage Blob Data Contributor' })],
      production,
      'people get "Storage Blob Data Contributor" in production',
    ],
    [
      'role-scope',
      'people who deliver and read in production',
      [role({ ...uploading, condition: folderCondition(['pre_landing/data_shares'], 'write') })],
      production,
      'people get "Storage Blob Data Contributor" in production',
    ],
    [
      'role-scope',
      'people who read the salt (ACCESS2)',
      [role({ role_definition_name: 'Key Vault Secrets User', scope: '/vault' })],
      production,
      'people get "Key Vault Secrets User" in production',
    ],
    [
      'tags',
      'a resource without tags',
      [storage({ tags: undefined })],
      environment(),
      'has no tag oea_version, environment, managed_by',
    ],
    [
      'tags',
      'a resource without one tag',
      [storage({ tags: { oea_version: '0.8', environment: 'dev' } })],
      environment(),
      'has no tag managed_by',
    ],
    [
      'tags',
      'a type that nobody thought of',
      [resource('azurerm_new_thing', {})],
      environment(),
      'has no tag oea_version, environment, managed_by',
    ],
    [
      'guard',
      'an unguarded account',
      [storage({ lifecycle: { prevent_destroy: false } })],
      production,
      'prevent_destroy is not true',
    ],
    [
      'guard',
      'an unguarded subscription (OWN1)',
      [resource('azapi_resource', { type: 'Microsoft.DataShare/accounts/shareSubscriptions@2021-08-01' })],
      production,
      'prevent_destroy is not true',
    ],
  ])('%s: %s', (id, _, resources, where, found) => {
    expect(findings(id, resources, where)).toEqual([`dev-platform/It: ${found}`]);
  });

  test.each<[string, string, PolicyResource[], PolicyInput['environment']]>([
    ['shared-keys', 'tokens only', [storage({})], environment()],
    [
      'public-access',
      'a closed account, vault and container',
      [
        storage({}),
        resource('azurerm_key_vault', vault),
        resource('azurerm_storage_container', { container_access_type: 'private' }),
      ],
      environment(),
    ],
    ['hierarchical-namespace', 'folders', [storage({})], environment()],
    ['diagnostics', 'collected logs', [storage({}), setting()], environment()],
    ['purge-protection', 'a protected vault in production', [resource('azurerm_key_vault', vault)], production],
    ['purge-protection', 'any vault elsewhere', [resource('azurerm_key_vault', {})], environment()],
    ['role-scope', 'people in a folder', [role({})], production],
    ['role-scope', 'people who deliver exports and read none', [role(uploading)], production],
    [
      'role-scope',
      'people in a folder of an account that was there',
      [role({ scope: '/subscriptions/s/containers/stage2' })],
      production,
    ],
    [
      'role-scope',
      'a service in a container',
      [
        role({
          role_definition_name: 'Storage Blob Data Contributor',
          principal_type: 'ServicePrincipal',
          condition: undefined,
        }),
      ],
      production,
    ],
    [
      'tags',
      'tags, and what has none by nature',
      [
        storage({}),
        role({}),
        setting(),
        resource('azapi_resource', { type: 'Microsoft.DataShare/accounts/shareSubscriptions@2021-08-01' }),
      ],
      environment(),
    ],
    ['guard', 'a guarded account in production', [storage({})], production],
    ['guard', 'any account elsewhere', [storage({ lifecycle: undefined })], environment()],
  ])('nothing, %s: %s', (id, _, resources, where) => {
    expect(findings(id, resources, where)).toEqual([]);
  });

  test('exception-expiry: what is past its last day, and what holds for more than a year', () => {
    const exception = { rule: 'tags', at: 'elsewhere', owner: 'Bob', reason: 'r', expires: '2026-01-30' };
    const where = environment({
      network: {
        access: 'addresses',
        addresses: [
          allowed,
          { ...allowed, address: '203.0.113.8', expires: '2026-01-30' },
          { ...allowed, address: '203.0.113.9', expires: '2027-02-02' },
          { ...allowed, address: '203.0.113.10', expires: '2026-01-31' },
          { ...allowed, address: '203.0.113.11', expires: '2027-02-01' },
        ],
      },
      exceptions: [exception],
    });
    expect(findings('exception-expiry', [], where)).toEqual([
      'dev-platform: address 203.0.113.8 of Ada expired on 2026-01-30',
      'dev-platform: address 203.0.113.9 of Ada holds until 2027-02-02',
      'dev-platform: exception from tags of Bob expired on 2026-01-30',
    ]);
  });
});
