import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inventoryPort } from '../../src/cli/destroy-inventory';
import { createOutput } from '../../src/cli/output';
import { runCli } from '../../src/cli/program';
import { resolveEnvironment } from '../../src/contract/environment';
import { summarise } from '../../src/deployment/plan-summary';
import { BlobStore } from '../../src/lake/blob-store';
import { inProcessClients } from '../../src/local-azure/in-process/clients';
import { LocalAzure } from '../../src/local-azure/local-azure';
import { defaultDeployer, guidOf } from '../../src/local-azure/settings';
import { PipelineRunHost } from '../../src/local-azure/synapse/pipeline-run-host';
import type { AzureClients } from '../../src/operations/azure-clients';
import type { PipelinePorts } from '../../src/pipelines/ports';
import type { DeployedInventory } from '../../src/review/inventory/deployed-inventory';
import { captured, projectRoot } from '../cli/captured';
import { account, vault } from '../local-azure/direct-azure';
import { provision } from '../local-azure/clients/provision';
import { refusalOf } from '../support/erasure';
import { smallCatalogue, writeDrop } from '../support/small-drop';
import { runEngine } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

/** What is listed before an environment is destroyed, read from account, vault, workspace and resource group. */

const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['Person']);
const environment = resolveEnvironment({ name: 'dev', suffix: 'test', location: 'westeurope' }, 'dev.json');
const contributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';
const officer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';
let azure: LocalAzure;
let clients: AzureClients;

beforeAll(async () => {
  azure = await LocalAzure.start({
    runHost: ({ services: { world } }) => new PipelineRunHost({ world, portsOf: () => ({}) as PipelinePorts }),
  });
  clients = inProcessClients(azure);
  await provision(clients.resourceManager(), ['oea', 'stage1', 'stage2', 'stage3']);
  const drop = await temporaryFolder();
  await writeDrop(drop, { roster: { '2022-01-28T06-16-22': {} } }, catalogue);
  const store = new BlobStore(clients.blobs('https://stoeatest.blob.core.windows.net'));
  await runEngine({ drop, lake: '', store, catalogue });
  await store.close();
  await clients.secrets(vault).setSecret('oeaSalt-dev', 'the value of a salt');
  for (const [name, description] of [
    ['by_hand', 'mine'],
    ['Insights_py', `education-insights-cdk sha256:${'0'.repeat(64)}`],
  ]) {
    const properties = { description, nbformat: 4, nbformat_minor: 2, metadata: {}, cells: [] };
    const url = `https://syn-oea-test.dev.azuresynapse.net/notebooks/${name}?api-version=2020-12-01`;
    await clients.development().send({ method: 'PUT', url, body: { name, properties } });
  }
});

afterAll(() => azure.stop());

/** A plan that destroys these types, with the ids that Azure gave them. */
function planOf(types: readonly (readonly [type: string, id?: string])[]) {
  const changes = types.map(([type, id], index) => ({
    address: `${type}.x${index}`,
    type,
    change: { actions: ['delete'], before: { id } },
  }));
  return { resource_changes: changes };
}

async function listed(types: Parameters<typeof planOf>[0], isOptional = false, isPlatform = true) {
  const surroundings = captured();
  const folder = await temporaryFolder();
  const port = inventoryPort({
    environment,
    subscriptionId: azure.services.world.settings.subscriptionId,
    azure: clients,
    projectRoot: folder,
    folder,
    isOptional,
    output: createOutput(surroundings.streams, false),
  });
  const name = isPlatform ? 'dev-platform' : 'dev-insights';
  const refused = await refusalOf(port({ name, isPlatform, folder: '' }, summarise(planOf(types))));
  const file = path.join(folder, `${name}.json`);
  const kept = JSON.parse(readFileSync(file, 'utf8')) as DeployedInventory & { readonly stack: string };
  return { refused, kept, mode: statSync(file).mode & 0o777, ...surroundings.printed() };
}

test('with account, vault and group: tables with their rows, every role, and secrets by name only', async () => {
  const { refused, kept, mode, stdout } = await listed([
    ['azurerm_storage_account'],
    ['azurerm_key_vault'],
    ['azurerm_resource_group'],
  ]);
  expect([refused, mode, kept.stack, kept.artifacts, kept.unread]).toEqual([
    'Nothing was refused.',
    0o600,
    'dev-platform',
    [],
    [],
  ]);
  const general = kept.lake?.holdings.find((one) => one.path === 'oea/dev/stage2/Refined/M365/v1.14/general/Person');
  expect(general?.rows).toBe(6);
  expect(kept.lake?.tables).toBe(4);
  expect(kept.secrets).toEqual(['oeaSalt-dev']);
  expect(kept.roles).toEqual([
    `Storage Blob Data Contributor for ${defaultDeployer.objectId} on stoeatest`,
    `${officer} for ${defaultDeployer.objectId} on kv-oea-test`,
  ]);
  expect(stdout).toMatch(/^oea\/dev\/stage2\/Refined\/M365\/v1.14\/general\/Person +6 /m);
  expect(stdout).toContain('1 secrets go: oeaSalt-dev\n');
  expect(stdout).toMatch(/\nListed in .*dev-platform\.json\.\n$/);
  expect(stdout + JSON.stringify(kept)).not.toContain('the value of a salt');
});

test('with the disposable stack: artifacts, those of nobody too, and the roles of the plan', async () => {
  const id = `${account}/providers/Microsoft.Authorization/roleAssignments/${guidOf(`${contributor}${account}`)}`;
  const { refused, kept, stdout } = await listed(
    [['azapi_data_plane_resource'], ['azurerm_role_assignment', id.toUpperCase()]],
    false,
    false,
  );
  expect(refused).toBe('Nothing was refused.');
  expect(kept).toEqual({
    stack: 'dev-insights',
    lake: null,
    artifacts: [
      { name: 'notebooks/Insights_py', isOurs: true },
      { name: 'notebooks/by_hand', isOurs: false },
    ],
    roles: [`Storage Blob Data Contributor for ${defaultDeployer.objectId} on stoeatest`],
    secrets: [],
    unread: [],
  });
  expect(stdout.split('\n').slice(0, 2)).toEqual([
    '2 artifacts go, 1 of them deployed by nobody and lost for good.',
    '  notebooks/by_hand',
  ]);
});

test('what cannot be listed stops the destruction, unless somebody says so', async () => {
  const refusal = { host: /\.vault\./, fault: { kind: 'status', status: 403, code: 'Forbidden' } } as const;
  azure.faults.add(refusal);
  const stopped = await listed([['azurerm_key_vault']]);
  expect(stopped.refused).toBe(
    [
      'INVENTORY_UNREADABLE: What goes with dev-platform was not listed whole: the secrets.',
      '  where: dev-platform',
      '  next:  Get a way in and reading roles for what is named above, or give --without-inventory to destroy what is not listed.',
    ].join('\n'),
  );
  expect(stopped.stdout.split('\n')[0]).toBe(
    'Not listed: the secrets. kv-oea-test.vault.azure.net refused the request (403).',
  );
  azure.faults.add(refusal);
  const told = await listed([['azurerm_key_vault']], true);
  expect([told.refused, told.kept.unread.map(({ what }) => what)]).toEqual(['Nothing was refused.', ['the secrets']]);
});

describe('insights destroy, with a program in the place of Terraform', () => {
  /** Writes down what it is called for, and at an apply which lists are there by then. */
  const terraform = `#!/bin/sh
stack=$(basename "$PWD")
[ "$1" = version ] || echo "$stack: $1" >> "$WORK/calls"
case "$1" in
  version) echo '{"terraform_version": "1.11.4"}' ;;
  show) cat "$WORK/$stack.json" ;;
  apply) ls "$WORK/lists" >> "$WORK/calls" ;;
esac
`;
  /** Instead of the synthesis, whose content is nothing to a program that only tells what it was asked. */
  const main = `
import { mkdirSync, writeFileSync } from 'node:fs';
for (const part of ['platform', 'insights']) {
  const folder = \`\${process.env['CDKTF_OUTDIR']}/stacks/dev-\${part}\`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(\`\${folder}/cdk.tf.json\`, '{}');
}
`;

  async function destroyed(...consent: readonly string[]) {
    const work = await temporaryFolder();
    mkdirSync(path.join(work, 'environments'));
    symlinkSync(path.join(projectRoot, 'node_modules'), path.join(work, 'node_modules'), 'junction');
    writeFileSync(path.join(work, 'package.json'), '{"version": "1.0.0"}');
    writeFileSync(path.join(work, 'main.ts'), main);
    writeFileSync(path.join(work, 'terraform'), terraform, { mode: 0o755 });
    const settings = { name: 'dev', suffix: 'test', location: 'westeurope', teardown: { deleteData: true } };
    writeFileSync(path.join(work, 'environments', 'dev.json'), JSON.stringify(settings));
    for (const [stack, types] of [
      ['dev-insights', [['azapi_data_plane_resource']]],
      ['dev-platform', [['azurerm_storage_account'], ['azurerm_key_vault']]],
    ] as const) {
      writeFileSync(path.join(work, `${stack}.json`), JSON.stringify(planOf(types)));
    }
    const variables = {
      WORK: work,
      PATH: `${work}${path.delimiter}${process.env['PATH']}`,
      ARM_SUBSCRIPTION_ID: azure.services.world.settings.subscriptionId,
      ARM_TENANT_ID: azure.services.world.settings.tenantId,
    };
    const surroundings = { ...captured({ environment: variables, projectRoot: work }), azure: clients };
    const lists = path.join(work, 'lists');
    const exitCode = await runCli(
      ['destroy', '--env', 'dev', '--platform', '--inventory', lists, ...consent],
      surroundings,
    );
    const calls = readFileSync(path.join(work, 'calls'), 'utf8').trimEnd().split('\n');
    const { stdout, stderr } = surroundings.printed();
    return { exitCode, calls, kept: readdirSync(lists), stdout, refused: /^[A-Z_]+: .*/m.exec(stderr)?.[0] };
  }

  const planned = (stack: string): string[] => ['init', 'plan', 'show'].map((word) => `${stack}: ${word}`);
  const applied = (stack: string, ...lists: readonly string[]): string[] => [
    ...planned(stack),
    `${stack}: apply`,
    ...lists,
    `${stack}: state`,
  ];
  const [insightsList, platformList] = ['dev-insights.json', 'dev-platform.json'];

  test('lists, asks, and only then applies; what was listed stays after all is gone', async () => {
    const { exitCode, calls, kept, stdout } = await destroyed('--yes', '--confirm', 'dev');
    expect([exitCode, kept]).toEqual([0, [insightsList, platformList]]);
    expect(calls).toEqual([
      ...applied('dev-insights', insightsList),
      ...applied('dev-platform', insightsList, platformList),
    ]);
    const told = stdout.split('\n').filter((line) => /artifacts go|secrets go|Listed in|nothing is left/.test(line));
    expect(told.map((line) => line.replace(/\/.*\//, '').replace(/\d+ s\.$/, 'N s.'))).toEqual([
      '2 artifacts go, 1 of them deployed by nobody and lost for good.',
      'Listed in dev-insights.json.',
      'dev-insights: nothing is left of it after N s.',
      '1 secrets go: oeaSalt-dev',
      'Listed in dev-platform.json.',
      'dev-platform: nothing is left of it after N s.',
    ]);
  });

  test('without the typed name of what holds data its list is kept, and it stays', async () => {
    const { exitCode, calls, kept, refused } = await destroyed('--yes');
    expect([exitCode, kept, refused]).toEqual([
      2,
      [insightsList, platformList],
      'DEPLOYMENT_NOT_CONFIRMED: Not confirmed: Apply to dev-platform: 2 to destroy? 2 of them hold data.',
    ]);
    expect(calls).toEqual([...applied('dev-insights', insightsList), ...planned('dev-platform')]);
  });

  test('without a yes nothing goes at all', async () => {
    const { exitCode, calls, kept, refused } = await destroyed('--confirm', 'dev');
    expect([exitCode, kept, refused]).toEqual([
      2,
      [insightsList],
      'DEPLOYMENT_NOT_CONFIRMED: Not confirmed: Apply to dev-insights: 1 to destroy?',
    ]);
    expect(calls).toEqual(planned('dev-insights'));
  });

  test('where something cannot be listed it stays, whatever was consented to', async () => {
    azure.faults.add({ host: /\.vault\./, fault: { kind: 'status', status: 403, code: 'Forbidden' } });
    const { exitCode, calls, refused } = await destroyed('--yes', '--confirm', 'dev');
    expect([exitCode, refused]).toEqual([
      3,
      'INVENTORY_UNREADABLE: What goes with dev-platform was not listed whole: the secrets.',
    ]);
    expect(calls).toEqual([...applied('dev-insights', insightsList), ...planned('dev-platform')]);
  });
});
