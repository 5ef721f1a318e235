import { InsightsStack } from '../../../constructs/insights/insights-stack';
import { resolveEnvironment } from '../../../src/contract/environment';
import { providerVersions } from '../../../src/contract/tool-versions';
import { dependenciesOf } from '../dependencies';
import { blocksOf, synthesise, withoutComments, type Json } from '../synthesised';

const file = { name: 'test', suffix: 'Contoso12345', location: 'westeurope' };

function insights(settings: object = {}): Json {
  const environment = resolveEnvironment({ ...file, ...settings }, 'test.json');
  const stacks = synthesise((app) => new InsightsStack(app, 'test-insights', { environment }));
  return stacks['test-insights'] as Json;
}

const addresses = [{ address: '203.0.113.7', owner: 'data team', reason: 'office', expires: '2026-12-31' }];
const network = { addresses };
const privateNetwork = {
  access: 'private',
  private: { resourceGroup: 'rg-net', virtualNetwork: 'vnet', subnet: 'snet', dnsZonesResourceGroup: 'rg-dns' },
};
const existing = {
  mode: 'existing',
  resourceGroup: 'rg-oea-old',
  synapseWorkspace: 'syn-oea-old',
  storageAccount: 'stoeaold',
  keyVault: 'kv-oea-old',
};
const group = (digit: string) => ({ objectId: `${digit.repeat(8)}-0000-0000-0000-000000000000`, displayName: digit });
const people = { administrators: [group('a')], deployers: [group('b')], dataEngineers: [group('c')] };

/** Construct paths of the stack's blocks of one type. */
const pathsOf = (stack: Json, type: RegExp): string[] =>
  Object.entries(blocksOf(stack))
    .filter(([, { address, body }]) => type.test(`${address} ${String(body['type'])}`))
    .map(([path]) => path)
    .sort();

const addressOf = (stack: Json, path: string): string => {
  const block = blocksOf(stack)[path];
  if (block === undefined) throw new Error(`There is no ${path}.`);
  return block.address;
};

describe('the order of creation, of which destruction is the reverse', () => {
  const stack = insights({ network, people });
  const before = dependenciesOf(stack);
  const waiting = addressOf(stack, 'AwaitWorkspace/Resource');

  test('nothing is sent to the development endpoint before it answers (ORDER1)', () => {
    const onEndpoint = Object.values(blocksOf(stack)).filter(({ address }) => address.startsWith('azapi_data_plane'));
    expect(onEndpoint.length).toBeGreaterThan(0);
    expect(onEndpoint.filter(({ address }) => !before.get(address)?.has(waiting))).toEqual([]);
  });

  test('it is asked when the way in and the rights of the workspace are there (ORDER1, ORDER3)', () => {
    const waitedFor = [...(before.get(waiting) ?? [])];
    const wanted = [...pathsOf(stack, /firewallRules@/), ...pathsOf(stack, /^azurerm_role_assignment/)];
    expect(wanted).toEqual([
      'Firewall/allow-203-0-113-7',
      'DataLake/oea/write-Workspace',
      'DataLake/stage1/write-Workspace',
      'DataLake/stage2/write-Workspace',
      'DataLake/stage3/write-Workspace',
      'DataLake/synapse/write-Workspace',
      'SecretVault/read-secrets-Workspace',
    ]);
    expect(wanted.filter((path) => !waitedFor.includes(addressOf(stack, path)))).toEqual([]);
  });

  test('roles go before the firewall, and that before the workspace, when all is destroyed (ORDER3)', () => {
    const firewall = addressOf(stack, 'Firewall/allow-203-0-113-7');
    const roles = pathsOf(stack, /roleAssignments@/);
    expect(roles.length).toBeGreaterThan(0);
    expect(roles.filter((path) => !before.get(addressOf(stack, path))?.has(firewall))).toEqual([]);
    expect(before.get(firewall)?.has(addressOf(stack, 'Workspace/Resource'))).toBe(true);
  });

  test('waits as long as the deployment says, a minute unless told otherwise (ORDER1)', () => {
    expect(withoutComments(stack['variable'])).toEqual({
      stability_seconds: {
        type: 'number',
        default: 60,
        description: 'Seconds for which the development endpoint must answer before anything is deployed to it.',
      },
    });
    expect(blocksOf(stack)['AwaitWorkspace/Resource']?.body['input']).toEqual({
      workspaceName: 'syn-oea-contoso12345',
      developmentEndpoint: 'https://${azapi_resource.Workspace_2F8C78CC.name}.dev.azuresynapse.net',
      stabilitySeconds: '${var.stability_seconds}',
      timeoutSeconds: 1800,
    });
  });
});

describe('the network', () => {
  test('is listed addresses or private endpoints, and never both (NET1)', () => {
    const open = insights({ network });
    const closed = insights({ network: privateNetwork });
    const publicAccess = (stack: Json) =>
      (blocksOf(stack)['Workspace/Resource']?.body['body'] as { properties: Json }).properties['publicNetworkAccess'];
    expect([publicAccess(open), publicAccess(closed)]).toEqual(['Enabled', 'Disabled']);
    expect([
      pathsOf(open, /firewallRules@|private_endpoint\./),
      pathsOf(closed, /firewallRules@|private_endpoint\./),
    ]).toEqual([['Firewall/allow-203-0-113-7'], ['Entrance/development', 'Entrance/serverless']]);
  });

  test('leads out to lake and vault only, approved in the plan (NET3)', () => {
    expect(pathsOf(insights(), /azapi_update_resource.*privateEndpointConnections@/)).toEqual([
      'ManagedEndpoints/blob/Approval',
      'ManagedEndpoints/dfs/Approval',
      'ManagedEndpoints/vault/Approval',
    ]);
  });
});

test('asks for the providers that the doctor looks for', () => {
  const { required_providers: required } = withoutComments(insights()['terraform']) as Record<string, Json>;
  expect(required).toEqual({
    azapi: { source: 'Azure/azapi', version: providerVersions['Azure/azapi'] },
    azurerm: { source: 'azurerm', version: providerVersions['hashicorp/azurerm'] },
  });
});

describe('the salt', () => {
  const secrets = (settings: object) =>
    Object.values(blocksOf(insights(settings))).flatMap(({ body }) => {
      const { secretName } = (body['input'] ?? {}) as { secretName?: string };
      return secretName === undefined ? [] : [secretName];
    });

  test('is ensured for each workspace that something is written to, and shared where upstream shared it (PRIV4)', () => {
    expect(secrets({})).toEqual(['oeaSalt']);
    expect(secrets({ testData: 'k12' })).toEqual(['oeaSalt', 'oeaSalt-dev']);
    expect(secrets({ testData: 'k12', lake: { profile: 'v0.2' } })).toEqual(['oeaSalt']);
  });
});

describe('what is watched', () => {
  test('is a failed run always, fresh data where some is expected, costs where there is a budget', () => {
    const watched = (settings: object) => pathsOf(insights(settings), /Insights\/|Consumption\//);
    expect(watched({})).toEqual(['Alerts/FailedRun']);
    expect(watched({ schedule: { enabled: true }, alerts: { contacts: ['a@b.example'] } })).toEqual([
      'Alerts/Contacts',
      'Alerts/FailedRun',
      'Alerts/NoFreshData',
    ]);
    expect(watched({ budget: { amount: 1, startMonth: '2026-09', contacts: ['a@b.example'] } })).toEqual([
      'Alerts/FailedRun',
      'Budget/Resource',
    ]);
  });
});

describe('a workspace that is there (OWN3)', () => {
  const stack = insights({ workspace: existing, people, schedule: { enabled: true } });

  test('gets what the module adds, and nothing of it is written', () => {
    expect(pathsOf(stack, /^azapi_resource|^azurerm_|^azapi_update/)).toEqual([
      'Alerts/FailedRun',
      'MediumPool/Resource',
      'SmallPool/Resource',
    ]);
  });

  test('is known by its own names', () => {
    const outputs = withoutComments(stack['output']) as Record<string, { value: string }>;
    expect([
      outputs['development_endpoint']?.value,
      outputs['sql_endpoint']?.value,
      outputs['url_pipelines']?.value,
    ]).toEqual(['https://syn-oea-old.dev.azuresynapse.net', 'syn-oea-old-ondemand.sql.azuresynapse.net', 'Deployed.']);
  });
});
