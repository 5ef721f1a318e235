import { InsightsStack } from '../../../constructs/insights/insights-stack';
import { frameworkArtifacts } from '../../../src/artifacts/oea-framework';
import { resolveEnvironment } from '../../../src/contract/environment';
import { providerVersions } from '../../../src/contract/tool-versions';
import { dependenciesOf } from '../dependencies';
import { blocksOf, synthesise, withoutComments, type Json } from '../synthesised';
import { adoptedShare as dataShare, existingWorkspace as existing } from '../../support/environment-parts';

const file = { name: 'test', suffix: 'Contoso12345', location: 'westeurope' };

const made = new Map<string, Json>();

/** Each is made once, because all artifacts are in it. */
function insights(settings: object = {}): Json {
  const key = JSON.stringify(settings);
  const before = made.get(key);
  if (before !== undefined) return before;
  const environment = resolveEnvironment({ ...file, ...settings }, 'test.json');
  const stacks = synthesise((app) => new InsightsStack(app, 'test-insights', { environment }));
  const stack = stacks['test-insights'] as Json;
  made.set(key, stack);
  return stack;
}

const addresses = [{ address: '203.0.113.7', owner: 'data team', reason: 'office', expires: '2026-12-31' }];
const network = { addresses };
const privateNetwork = {
  access: 'private',
  private: { resourceGroup: 'rg-net', virtualNetwork: 'vnet', subnet: 'snet', dnsZonesResourceGroup: 'rg-dns' },
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
  const stack = insights({ network, people, testData: 'k12' });
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

  const artifacts = pathsOf(stack, /workspaces\/(linkedservices|datasets|notebooks|pipelines|triggers|sqlScripts)@/);
  const operations = pathsOf(stack, /^terraform_data/).filter((path) => path.startsWith('Data/'));
  const unordered = (later: readonly string[], earlier: readonly string[]): string[] =>
    later.flatMap((path) =>
      earlier
        .filter((other) => before.get(addressOf(stack, path))?.has(addressOf(stack, other)) !== true)
        .map((other) => `${path} does not wait for ${other}`),
    );

  test('artifacts go before roles when all is destroyed, and operations on data before both (ORDER3)', () => {
    expect(artifacts.length).toBeGreaterThan(20);
    expect(unordered(artifacts, pathsOf(stack, /roleAssignments@/))).toEqual([]);
    expect(unordered(operations, artifacts)).toEqual([]);
  });

  test('data is loaded, processed, and both published and verified, when the ways to it are open (ORDER1, NET3)', () => {
    const processed = ['Data/TestData/Resource', 'Data/FirstRun/Resource'];
    const published = [...processed, 'Databases/CreateLake/Resource', 'Databases/CreateServerless/Resource'];
    const verified = [...processed, 'Data/Verification/Resource'];
    for (const order of [published, verified])
      expect(order.slice(1).flatMap((path, index) => unordered([path], order.slice(0, index + 1)))).toEqual([]);
    expect(unordered(['Data/Verification/Resource'], ['Databases/CreateLake/Resource'])).toHaveLength(1);
    const needed = [...pathsOf(stack, /privateEndpointConnections@/), 'oeaSalt-dev/Resource'];
    expect(needed).toHaveLength(4);
    expect(unordered(operations, needed)).toEqual([]);
  });

  test('a trigger is stopped before it is changed, and started only where the schedule is enabled (OWN2, ORDER3)', () => {
    const started = insights({ network: privateNetwork, schedule: { enabled: true } });
    const states = (json: Json) =>
      Object.values(blocksOf(json)).flatMap(({ body }) =>
        String(body['action']).startsWith('triggers/') ? [body] : [],
      );
    expect(states(stack).map(({ action, when, provider }) => [action, when, provider])).toEqual([
      ['triggers/daily_insights/stop', 'destroy', 'azapi.development'],
    ]);
    expect(states(started).map(({ action, when }) => [action, when])).toEqual([
      ['triggers/daily_insights/start', undefined],
      ['triggers/daily_insights/stop', 'destroy'],
    ]);
    expect(withoutComments((stack['provider'] as Json)['azapi'])).toEqual([
      { skip_provider_registration: true, disable_default_output: true },
      {
        alias: 'development',
        skip_provider_registration: true,
        disable_default_output: true,
        endpoint: [
          {
            resource_manager_endpoint: 'https://syn-oea-contoso12345.dev.azuresynapse.net',
            resource_manager_audience: 'https://dev.azuresynapse.net',
          },
        ],
      },
    ]);
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
    const open = insights({ network, people, testData: 'k12' });
    const closed = insights({ network: privateNetwork, schedule: { enabled: true } });
    const publicAccess = (stack: Json) =>
      (blocksOf(stack)['Workspace/Resource']?.body['body'] as { properties: Json }).properties['publicNetworkAccess'];
    expect([publicAccess(open), publicAccess(closed)]).toEqual(['Enabled', 'Disabled']);
    expect([
      pathsOf(open, /firewallRules@|private_endpoint\./),
      pathsOf(closed, /firewallRules@|private_endpoint\./),
    ]).toEqual([['Firewall/allow-203-0-113-7'], ['Entrance/development', 'Entrance/serverless']]);
  });

  test('leads out to lake and vault only, approved in the plan (NET3)', () => {
    expect(pathsOf(insights({}), /azapi_update_resource.*privateEndpointConnections@/)).toEqual([
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
      const { vaultId, secretName } = (body['input'] ?? {}) as { vaultId?: string; secretName?: string };
      return vaultId === undefined || secretName === undefined ? [] : [secretName];
    });

  test('is ensured for each workspace that something is written to, and shared where upstream shared it (PRIV4)', () => {
    expect(secrets({})).toEqual(['oeaSalt']);
    expect(secrets({ testData: 'k12' })).toEqual(['oeaSalt-dev']);
    expect(secrets({ testData: 'k12', dataShare }).sort()).toEqual(['oeaSalt', 'oeaSalt-dev']);
    expect(secrets({ testData: 'k12', dataShare, lake: { profile: 'v0.2' } })).toEqual(['oeaSalt']);
  });
});

describe('what is watched', () => {
  test('is a failed run always, fresh data where some is expected, costs where there is a budget', () => {
    const watched = (settings: object) => pathsOf(insights(settings), /Insights\/|Consumption\//);
    expect(watched({})).toEqual(['Alerts/FailedRun']);
    const contacts = ['a@b.example'];
    const budget = { amount: 1, startMonth: '2026-09', contacts };
    expect(watched({ schedule: { enabled: true }, alerts: { contacts }, budget })).toEqual([
      'Alerts/Contacts',
      'Alerts/FailedRun',
      'Alerts/NoFreshData',
      'Budget/Resource',
    ]);
  });
});

describe('a workspace that is there (OWN3)', () => {
  const stack = insights({ workspace: existing, people, schedule: { enabled: true } });

  test('gets what the module adds, and nothing of it is written', () => {
    expect(pathsOf(stack, /^azapi_resource|^azurerm_|^azapi_update/)).toEqual([
      'Alerts/FailedRun',
      'Artifacts/triggers/daily_insights/State/Start',
      'Artifacts/triggers/daily_insights/State/Stop',
      'MediumPool/Resource',
      'SmallPool/Resource',
    ]);
  });

  test('keeps what OEA installed: none of its artifacts is deployed, those of ours that it lacks are', () => {
    const deployed = pathsOf(stack, /^azapi_data_plane_resource/).map((path) =>
      path.replace(/^Artifacts\//, '').replace(/\/Resource$/, ''),
    );
    expect(deployed.filter((name) => (frameworkArtifacts as readonly string[]).includes(name))).toEqual([]);
    expect(deployed).toEqual(
      expect.arrayContaining([
        'notebooks/Insights_driver',
        'pipelines/0_main_insights',
        'pipelines/insights_create_sql_db',
      ]),
    );
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
