import { advise, judge, rules } from '../../../constructs/policy/judge';
import type { PolicyInput, PolicyResource } from '../../../constructs/policy/rule';
import { standardTags } from '../../../constructs/core/tags';
import { synapseRoles } from '../../../constructs/synapse/synapse-roles';
import { resolveEnvironment } from '../../../src/contract/environment';

const deployer = { objectId: 'AAAAAAAA-0000-0000-0000-000000000001', displayName: 'Deployers' };
const file = { suffix: 'x', location: 'westeurope', people: { deployers: [deployer] } };
const production = resolveEnvironment({ ...file, name: 'prod' }, 'prod.json');
const development = resolveEnvironment({ ...file, name: 'dev' }, 'dev.json');
const privately: PolicyInput['environment'] = {
  ...development,
  network: {
    access: 'private',
    private: { resourceGroup: 'n', virtualNetwork: 'v', subnet: 's', dnsZonesResourceGroup: 'd' },
  },
};

const tags = standardTags({ name: 'dev', tags: {} });

function azapi(type: string, body: unknown, rest: object = {}, kind = 'azapi_resource'): PolicyResource {
  return { path: 'dev-insights/It', type: kind, address: `${kind}.It`, body: { type, body, ...rest } };
}

const workspace = (properties: object = {}) =>
  azapi('Microsoft.Synapse/workspaces@2021-06-01', {
    properties: {
      azureADOnlyAuthentication: true,
      managedVirtualNetwork: 'default',
      publicNetworkAccess: 'Enabled',
      ...properties,
    },
  });
const pool = (sparkVersion?: string) =>
  azapi('Microsoft.Synapse/workspaces/bigDataPools@2021-06-01', { properties: { sparkVersion } });
const opening = (startIpAddress: string, endIpAddress: string) =>
  azapi('Microsoft.Synapse/workspaces/firewallRules@2021-06-01', { properties: { startIpAddress, endIpAddress } });
const assignment = (roleId: string, principalId: string) =>
  azapi(
    'Microsoft.Synapse/workspaces/roleAssignments@2020-12-01',
    { roleId, principalId },
    {},
    'azapi_data_plane_resource',
  );
const setting = (target: string): PolicyResource => ({
  path: 'dev-insights/Setting',
  type: 'azurerm_monitor_diagnostic_setting',
  address: 'azurerm_monitor_diagnostic_setting.Setting',
  body: { target_resource_id: target, log_analytics_workspace_id: '/logs', enabled_log: [{ category: 'X' }] },
});

const input = (resources: readonly PolicyResource[], environment: PolicyInput['environment'], today: string) => ({
  environment,
  stack: 'dev-insights',
  resources,
  today,
});

function only(id: string) {
  const found = rules.filter((rule) => rule.id === id);
  expect(found).toHaveLength(1);
  return found;
}

function findings(id: string, resource: PolicyResource, environment = production, today = '2026-09-01'): string[] {
  return judge(input([resource], environment, today), only(id)).map(({ at, found }) => `${at}: ${found}`);
}

describe('runtime-end-of-life', () => {
  test.each([
    ['3.3', '2026-09-01', 'Spark 3.3 has reached its end of life'],
    ['3.4', '2026-03-31', 'Spark 3.4 has reached its end of life'],
    ['3.5', '2028-11-01', 'Spark 3.5 has reached its end of life'],
    ['4.0', '2026-09-01', 'Spark 4.0 is no runtime of Synapse that we know'],
    [undefined, '2026-09-01', 'Spark undefined is no runtime of Synapse that we know'],
  ])('stops Spark %s on %s', (version, today, found) => {
    expect(findings('runtime-end-of-life', pool(version), development, today)).toEqual([`dev-insights/It: ${found}`]);
  });

  test('warns in the last half year, and stops nothing then', () => {
    const ending = input([pool('3.5'), workspace()], development, '2028-10-31');
    expect(judge(ending, only('runtime-end-of-life'))).toEqual([]);
    expect(advise(ending)).toEqual([
      {
        rule: 'runtime-end-of-life',
        at: 'dev-insights/It',
        found: 'Spark 3.5 reaches its end of life within half a year',
        demand: 'Pools run a Spark that Microsoft still mends; after its end jobs are being disabled.',
      },
    ]);
  });

  test('says nothing before', () => {
    const supported = input([pool('3.5')], development, '2026-09-01');
    expect([judge(supported, only('runtime-end-of-life')), advise(supported)]).toEqual([[], []]);
  });
});

describe('publishing (ACCESS2)', () => {
  const stranger = 'BBBBBBBB-0000-0000-0000-000000000002';

  test.each([
    [synapseRoles.publish.id, '"Synapse Artifact Publisher"'],
    [synapseRoles.administer.id, '"Synapse Administrator"'],
    [synapseRoles.credential.id, '"Synapse Credential User"'],
    ['7572bffe-f453-4b66-912a-46cc5ef38fda', '"7572bffe-f453-4b66-912a-46cc5ef38fda"'],
  ])('finds %s in production', (roleId, name) => {
    expect(findings('publishing', assignment(roleId, stranger))).toEqual([
      `dev-insights/It: ${stranger}, no deployer, gets ${name}`,
    ]);
  });

  test.each<[string, PolicyResource, PolicyInput['environment']]>([
    ['people who look', assignment(synapseRoles.read.id, stranger), production],
    [
      'deployers, however their id is written',
      assignment(synapseRoles.administer.id, deployer.objectId.toLowerCase()),
      production,
    ],
    ['people who publish elsewhere', assignment(synapseRoles.publish.id, stranger), development],
    ['anything else', pool('3.5'), production],
  ])('lets %s be', (_, resource, environment) => {
    expect(findings('publishing', resource, environment as typeof production)).toEqual([]);
  });
});

describe('public-access of a workspace (NET1)', () => {
  test.each<[PolicyResource, PolicyInput['environment'], string[]]>([
    [workspace(), development, []],
    [workspace({ azureADOnlyAuthentication: false }), development, ['azureADOnlyAuthentication is false']],
    [workspace({ managedVirtualNetwork: undefined }), development, ['managedVirtualNetwork is not set']],
    [workspace(), privately, ['publicNetworkAccess is "Enabled"']],
    [workspace({ publicNetworkAccess: 'Disabled' }), privately, []],
    [opening('203.0.113.7', '203.0.113.7'), development, []],
    [opening('0.0.0.0', '0.0.0.0'), development, ['0.0.0.0 to 0.0.0.0 is wider than /16, or no public address']],
    [opening('203.0.0.0', '203.0.255.255'), development, []],
    [
      opening('203.0.0.0', '203.1.0.0'),
      development,
      ['203.0.0.0 to 203.1.0.0 is wider than /16, or no public address'],
    ],
    [
      opening('0.0.0.0', '255.255.255.255'),
      development,
      ['0.0.0.0 to 255.255.255.255 is wider than /16, or no public address'],
    ],
    [opening('10.0.0.1', '10.0.0.1'), development, ['10.0.0.1 to 10.0.0.1 is wider than /16, or no public address']],
    [
      opening('203.0.113.7', '203.0.113.6'),
      development,
      ['203.0.113.7 to 203.0.113.6 is wider than /16, or no public address'],
    ],
  ])('%#', (resource, environment, found) => {
    expect(findings('public-access', resource, environment as typeof production)).toEqual(
      found.map((clause) => `dev-insights/It: ${clause}`),
    );
  });
});

describe('diagnostics of a workspace and its pools', () => {
  test.each([workspace(), pool('3.5')])('must be collected: %#', (resource) => {
    expect(findings('diagnostics', resource)).toEqual(['dev-insights/It: its logs are not collected']);
    const collected = [resource, setting('${azapi_resource.It.id}')];
    expect(judge(input(collected, production, '2026-09-01'), only('diagnostics'))).toEqual([]);
  });
});

describe('tags', () => {
  test.each([
    ['Microsoft.Synapse/workspaces@2021-06-01'],
    ['Microsoft.Synapse/workspaces/bigDataPools@2021-06-01'],
    ['Microsoft.Insights/actionGroups@2023-01-01'],
  ])('are on %s', (type) => {
    expect(findings('tags', azapi(type, {}))).toEqual([
      'dev-insights/It: has no tag oea_version, environment, managed_by',
    ]);
    expect(findings('tags', azapi(type, {}, { tags }))).toEqual([]);
  });

  test.each([['Microsoft.Synapse/workspaces/firewallRules@2021-06-01'], ['Microsoft.Consumption/budgets@2023-11-01']])(
    'cannot be on %s',
    (type) => {
      expect(findings('tags', azapi(type, {}))).toEqual([]);
    },
  );
});
