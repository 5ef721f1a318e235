import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dropAdoption, prepareAdoption } from '../../src/deployment/adopt';
import { deploy, destroy, type DeployPorts, type Question } from '../../src/deployment/deploy';
import type { ChildRequest, ChildResult } from '../../src/deployment/child-process';
import { synthesise } from '../../src/deployment/synthesis';
import { findTerraform, Terraform } from '../../src/deployment/terraform';
import { InsightsError } from '../../src/contract/errors';
import { restClient, type Reply } from '../operations/operation-fakes';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';

const temporaryFolder = useTemporaryFolders();
const stacks = [
  { name: 'dev-platform', isPlatform: true, folder: 'platform' },
  { name: 'dev-insights', isPlatform: false, folder: 'insights' },
];
const ok: ChildResult = { exitCode: 0, stdout: '', stderr: '' };
const outputs = JSON.stringify({
  studio_url: { value: 'https://web.azuresynapse.net', type: 'string', sensitive: false },
  databases: { value: ['ldb_dev'], type: ['list', 'string'] },
  secret: { value: 's', sensitive: true },
});

/** Terraform as far as its command line goes: each stack has changes until its plan was applied. */
function fakeTerraform(
  options: {
    readonly changes?: object[];
    readonly settled?: boolean;
    readonly fails?: string;
    readonly left?: string;
  } = {},
) {
  const {
    changes = [{ address: 'x.New', type: 'x', change: { actions: ['create'] } }],
    settled = true,
    fails,
    left = '',
  } = options;
  const calls: string[] = [];
  const applied = new Set<string>();
  const run = async ({ folder, arguments: words }: ChildRequest): Promise<ChildResult> => {
    const call = `${folder}: ${words.filter((word) => !/^-(input|no-color)/.test(word)).join(' ')}`;
    calls.push(call);
    if (call === fails) return { exitCode: 1, stdout: '', stderr: 'Error: no quota\n' };
    if (words[0] === 'show') {
      return { ...ok, stdout: JSON.stringify({ resource_changes: applied.has(folder) ? [] : changes }) };
    }
    if (words[0] === 'apply') applied.add(folder);
    if (words[0] === 'output') return { ...ok, stdout: outputs };
    if (words[0] === 'state') return { ...ok, stdout: left };
    if (words.includes('-detailed-exitcode')) return { ...ok, exitCode: settled ? 0 : 2 };
    return ok;
  };
  return { calls, run };
}

function portsOn({ run }: ReturnType<typeof fakeTerraform>, refuse = false) {
  const lines: string[] = [];
  const questions: Question[] = [];
  const adoptions: string[] = [];
  const ports: DeployPorts = {
    terraform: ({ folder }) =>
      new Terraform({ program: 'terraform', folder, variables: {}, run, progress: () => undefined }),
    adopt: async ({ name }) => void adoptions.push(`adopt ${name}`),
    dropAdoption: ({ name }) => void adoptions.push(`drop ${name}`),
    confirm: async (question) => {
      questions.push(question);
      if (refuse) throw new InsightsError('DEPLOYMENT_NOT_CONFIRMED', `Not confirmed: ${question.text}`);
    },
    print: (line) => void lines.push(line.replace(/\d+ s/, 'N s')),
  };
  return { ports, lines, questions, adoptions };
}

const steps = (folder: string): string[] =>
  [
    'init',
    'state list',
    'plan -out=approved.tfplan',
    'show -json approved.tfplan',
    'apply approved.tfplan',
    'plan -detailed-exitcode',
    'output -json',
  ].map((words) => `${folder}: ${words}`);

test('deploys platform first, applies exactly the plan that was shown, and plans again', async () => {
  const terraform = fakeTerraform();
  const { ports, lines, questions, adoptions } = portsOn(terraform);
  const given = { studio_url: 'https://web.azuresynapse.net', databases: ['ldb_dev'] };
  expect(await deploy('dev', stacks, ports)).toMatchObject({
    environment: 'dev',
    stacks: [
      { stack: 'dev-platform', outputs: given },
      { stack: 'dev-insights', outputs: given },
    ],
  });
  expect(terraform.calls).toEqual([...steps('platform'), ...steps('insights')]);
  expect(questions).toEqual([
    { text: 'Apply to dev-platform: 1 to create?' },
    { text: 'Apply to dev-insights: 1 to create?' },
  ]);
  expect(lines.slice(0, 6)).toEqual([
    'dev-platform: planning',
    '        create x.New',
    'dev-platform: 1 to create',
    'dev-platform: done in N s; a second plan finds nothing to do.',
    '  studio_url: https://web.azuresynapse.net',
    '  databases: ["ldb_dev"]',
  ]);
  expect(adoptions).toEqual(['adopt dev-platform', 'drop dev-platform', 'adopt dev-insights', 'drop dev-insights']);
});

test('a second time there is nothing to do, and nothing is asked', async () => {
  const terraform = fakeTerraform({ changes: [] });
  const { ports, lines, questions } = portsOn(terraform);
  await deploy('dev', stacks, ports);
  expect(questions).toEqual([]);
  const looking = (folder: string): string[] => [...steps(folder).slice(0, 4), `${folder}: output -json`];
  expect(terraform.calls).toEqual([...looking('platform'), ...looking('insights')]);
  expect(lines).toContain('dev-insights: nothing to do');
  expect(lines.filter((line) => line.includes('done in'))).toEqual([]);
});

test('data that would go is shown first and asked for by name; without consent nothing is applied', async () => {
  const lost = {
    address: 'azurerm_key_vault.Vault',
    type: 'azurerm_key_vault',
    change: { actions: ['delete'], before: { name: 'kv' } },
  };
  const terraform = fakeTerraform({ changes: [lost] });
  const { ports, lines, questions, adoptions } = portsOn(terraform, true);
  const text = 'Apply to dev-platform: 1 to destroy? 1 of them hold data.';
  expect(await thrownBy(() => deploy('dev', stacks, ports))).toEqual({
    code: 'DEPLOYMENT_NOT_CONFIRMED',
    message: `Not confirmed: ${text}`,
    place: {},
  });
  expect(questions).toEqual([{ text, typed: 'dev' }]);
  expect(lines).toEqual([
    'dev-platform: planning',
    '  DATA  destroy azurerm_key_vault kv',
    'dev-platform: 1 to destroy',
  ]);
  expect(terraform.calls).toEqual(steps('platform').slice(0, 4));
  expect(adoptions).toEqual(['adopt dev-platform', 'drop dev-platform']);
});

test('an update that the provider took for done is found by the second plan', async () => {
  const { ports } = portsOn(fakeTerraform({ settled: false }));
  expect(await thrownBy(() => deploy('dev', stacks, ports))).toEqual({
    code: 'DEPLOYMENT_NOT_SETTLED',
    message: 'dev-platform was applied, and a second plan still finds changes.',
    place: { path: 'dev-platform' },
  });
});

test('a failure carries the words of Terraform, and the imports are taken away again', async () => {
  const { ports, adoptions } = portsOn(fakeTerraform({ fails: 'platform: apply approved.tfplan' }));
  expect(await thrownBy(() => deploy('dev', stacks, ports))).toEqual({
    code: 'TERRAFORM_FAILED',
    message: 'terraform apply ended with 1.\nError: no quota',
    place: {},
  });
  expect(adoptions).toEqual(['adopt dev-platform', 'drop dev-platform']);
});

test.each(['plan -out=approved.tfplan', 'apply approved.tfplan'])('nothing follows an interrupted %s', async (step) => {
  const terraform = fakeTerraform();
  const interrupted = async (request: ChildRequest): Promise<ChildResult> => {
    const result = await terraform.run(request);
    if (terraform.calls.at(-1) !== `platform: ${step}`) return result;
    throw new InsightsError('COMMAND_INTERRUPTED', 'Interrupted.');
  };
  const { ports, adoptions } = portsOn({ ...terraform, run: interrupted });
  expect((await thrownBy(() => deploy('dev', stacks, ports))).code).toBe('COMMAND_INTERRUPTED');
  expect(terraform.calls).toEqual(steps('platform').slice(0, steps('platform').indexOf(`platform: ${step}`) + 1));
  expect(adoptions).toEqual(['adopt dev-platform', 'drop dev-platform']);
});

test('ORDER3: destroys what holds no data first, once nothing runs, and says what is left', async () => {
  const terraform = fakeTerraform();
  const drained: string[] = [];
  const drain = async ({ name }: { readonly name: string }): Promise<void> => void drained.push(name);
  const { ports, lines } = portsOn(terraform);
  const inventory = async (): Promise<void> => undefined;
  await destroy('dev', stacks, { ...ports, drain, inventory });
  expect(lines[0]).toBe(
    'The salt goes with the vault. Without a backup of it (insights salt backup) every pseudonym will be another one.',
  );
  expect(drained).toEqual(['dev-insights', 'dev-platform']);
  expect(terraform.calls.map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
    ...['init', 'plan', 'show', 'apply', 'state'].map((word) => `insights: ${word}`),
    ...['init', 'plan', 'show', 'apply', 'state'].map((word) => `platform: ${word}`),
  ]);
  const leaving = fakeTerraform({ left: 'x.Stuck\n' });
  expect(await thrownBy(() => destroy('dev', stacks, { ...portsOn(leaving).ports, drain, inventory }))).toEqual({
    code: 'DEPLOYMENT_NOT_SETTLED',
    message: 'dev-insights still has 1 resources.',
    place: { path: 'x.Stuck' },
  });
  const disposable = portsOn(fakeTerraform());
  await destroy('dev', stacks.slice(1), { ...disposable.ports, drain, inventory });
  expect(disposable.lines[0]).toBe('dev-insights: planning its destruction');
});

describe('what goes is listed before anybody consents', () => {
  const lost = {
    address: 'azurerm_key_vault.Vault',
    type: 'azurerm_key_vault',
    change: { actions: ['delete'], before: { name: 'kv', id: '/vaults/kv' } },
  };

  test('after the plan, which says what that is, and before the question', async () => {
    const terraform = fakeTerraform({ changes: [lost] });
    const { ports, lines } = portsOn(terraform);
    const confirm = async ({ typed }: Question): Promise<void> => void lines.push(`typed ${typed}`);
    const drain = async (): Promise<void> => void lines.push('drained');
    await destroy('dev', stacks.slice(0, 1), {
      ...ports,
      confirm,
      drain,
      inventory: async ({ name }, { changes }) => void lines.push(`listed ${name} ${JSON.stringify(changes)}`),
    });
    expect(lines.slice(1)).toEqual([
      'dev-platform: planning its destruction',
      '  DATA  destroy azurerm_key_vault kv',
      'dev-platform: 1 to destroy',
      'listed dev-platform [{"action":"destroy","address":"azurerm_key_vault.Vault","type":"azurerm_key_vault","name":"kv","id":"/vaults/kv"}]',
      'typed dev',
      'drained',
      'dev-platform: nothing is left of it after N s.',
    ]);
  });

  test('where it cannot be listed nobody is asked and nothing goes', async () => {
    const terraform = fakeTerraform({ changes: [lost] });
    const { ports, questions } = portsOn(terraform);
    const inventory = (): Promise<void> => Promise.reject(new InsightsError('INVENTORY_UNREADABLE', 'Not listed.'));
    const drain = async (): Promise<void> => undefined;
    const refused = await thrownBy(() => destroy('dev', stacks, { ...ports, drain, inventory }));
    expect([refused.code, questions]).toEqual(['INVENTORY_UNREADABLE', []]);
    expect(terraform.calls.map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
      'insights: init',
      'insights: plan',
      'insights: show',
    ]);
  });

  test('where there is nothing to destroy nothing is listed', async () => {
    const { ports } = portsOn(fakeTerraform({ changes: [] }));
    const inventory = (): Promise<void> => Promise.reject(new Error('Nobody asked.'));
    const drain = inventory;
    expect((await destroy('dev', stacks, { ...ports, drain, inventory })).stacks.map(({ stack }) => stack)).toEqual([
      'dev-insights',
      'dev-platform',
    ]);
  });
});

describe('the tool', () => {
  const versions =
    (found: Readonly<Record<string, string>>) =>
    async ({ program }: ChildRequest): Promise<ChildResult> => {
      const version = found[program];
      return version === undefined
        ? { exitCode: undefined, stdout: '', stderr: '' }
        : { ...ok, stdout: `{"terraform_version": "${version}"}` };
    };

  test.each([
    [{ terraform: '1.11.4', tofu: '1.9.0' }, 'terraform'],
    [{ terraform: '1.5.7', tofu: '1.9.0' }, 'tofu'],
    [{ tofu: '1.10.1' }, 'tofu'],
  ])('%j', async (found, expected) => {
    expect(await findTerraform(versions(found), {}, '.')).toBe(expected);
  });

  test('none that is new enough', async () => {
    expect(await thrownBy(() => findTerraform(versions({ terraform: '1.5.7' }), {}, '.'))).toEqual({
      code: 'TERRAFORM_MISSING',
      message: 'Neither Terraform 1.11 nor OpenTofu 1.9, or newer, is on the PATH.',
      place: {},
    });
  });
});

test('a synthesis that fails hands its words on', async () => {
  const run = async (): Promise<ChildResult> => ({ exitCode: 2, stdout: '', stderr: 'POLICY_VIOLATED: tags\n' });
  const request = { projectRoot: '.', environment: 'dev', variables: {}, run };
  expect(await thrownBy(() => synthesise(request))).toEqual({
    code: 'SYNTHESIS_FAILED',
    message: 'dev could not be synthesised.\nPOLICY_VIOLATED: tags',
    place: {},
  });
});

describe('adoption', () => {
  const host = 'syn.dev.azuresynapse.net';
  const type = 'Microsoft.Synapse/workspaces/pipelines@2020-12-01';
  const stack = { resource: { azapi_data_plane_resource: { Main: { type, name: 'main', parent_id: host } } } };
  const pages = (pipelines: object[]): Reply[] =>
    ['linkedservices', 'datasets', 'notebooks', 'pipelines', 'triggers', 'sqlScripts'].map((kind) => ({
      status: 200,
      body: { value: kind === 'pipelines' ? pipelines : [] },
    }));

  async function adopt(replies: Reply[], stateAddresses: readonly string[] = []) {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(stack));
    const lines: string[] = [];
    const { client, service } = restClient(replies);
    await prepareAdoption({ folder, stateAddresses, host, client, print: (line) => void lines.push(line) });
    return { folder, lines, service };
  }

  test('what somebody else made is in the way, and is not taken over', async () => {
    expect(await thrownBy(() => adopt(pages([{ name: 'main', properties: {} }])))).toEqual({
      code: 'ARTIFACT_FOREIGN',
      message: 'The workspace has artifacts of these names that are not ours: pipelines/main.',
      place: { path: host },
    });
  });

  test('nothing is asked when the state knows all', async () => {
    const { service } = await adopt([], ['azapi_data_plane_resource.Main']);
    expect(service.requests).toEqual([]);
  });

  test('a role that an interrupted deployment gave is taken over, one that is not there is not', async () => {
    const roles = 'Microsoft.Synapse/workspaces/roleAssignments@2020-12-01';
    const role = (name: string) => ({ type: roles, name, parent_id: `\${azapi_resource.W.name}.dev.azuresynapse.net` });
    const withRoles = { resource: { azapi_data_plane_resource: { Given: role('one'), Absent: role('two') } } };
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(withRoles));
    const lines: string[] = [];
    const { client } = restClient([...pages([]), { status: 200, body: { id: 'one' } }, { status: 404, body: {} }]);
    await prepareAdoption({ folder, stateAddresses: [], host, client, print: (line) => void lines.push(line) });
    expect(lines).toEqual(['1 parts of an interrupted deployment are taken over.']);
    expect(JSON.parse(readFileSync(join(folder, 'adoption.tf.json'), 'utf8'))).toEqual({
      import: [{ to: 'azapi_data_plane_resource.Given', id: `${host}/roleAssignments/one|${roles}` }],
    });
  });

  test('no workspace yet: nothing to adopt', async () => {
    const { folder, lines } = await adopt([{ status: 404, body: {} }]);
    expect([lines, existsSync(join(folder, 'adoption.tf.json'))]).toEqual([[], false]);
    dropAdoption(folder);
  });
});
