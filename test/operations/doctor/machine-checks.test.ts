import { oldestTool, providerVersions } from '../../../src/contract/tool-versions';
import type { Check } from '../../../src/operations/doctor/check';
import type { DoctorEffects } from '../../../src/operations/doctor/effects';
import { checkMachine } from '../../../src/operations/doctor/machine-checks';
import { goodMachine, terraformVersion } from './effects';

async function found(changes: Partial<DoctorEffects>, id: string): Promise<Check | undefined> {
  return (await checkMachine(goodMachine(changes), '20.9')).find((check) => check.id === id);
}

const registryHas = 'Azure/azapi 2.12.0 and hashicorp/azurerm 4.55.0';

test('a machine on which all is well', async () => {
  expect(await checkMachine(goodMachine(), '20.9')).toEqual([
    { id: 'node', state: 'ok', message: 'Node 20.20.0.', steps: [] },
    { id: 'packages', state: 'ok', message: 'The packages of synthesis are installed.', steps: [] },
    { id: 'terraform', state: 'ok', message: 'terraform 1.11.4.', steps: [] },
    { id: 'providers', state: 'ok', message: `The registry answers; it has ${registryHas}.`, steps: [] },
    {
      id: 'variables',
      state: 'ok',
      message: 'ARM_SUBSCRIPTION_ID and ARM_TENANT_ID are set; signing in with a client secret.',
      steps: [],
    },
  ]);
});

test('versions that are looked for', () => {
  expect([oldestTool, providerVersions]).toEqual([
    { terraform: '1.11', tofu: '1.9' },
    { 'Azure/azapi': '2.12.0', 'hashicorp/azurerm': '4.55.0' },
  ]);
});

describe('node and packages', () => {
  test('an old node', async () => {
    expect(await found({ nodeVersion: 'v20.8.1' }, 'node')).toEqual({
      id: 'node',
      state: 'problem',
      message: 'Node 20.8.1 is older than 20.9.',
      steps: ['Install a current Node from https://nodejs.org and start again.'],
    });
  });

  test('packages of the local lake only', async () => {
    expect(await found({ hasPackage: (name) => name === 'constructs' }, 'packages')).toEqual({
      id: 'packages',
      state: 'problem',
      message: 'Not installed: cdktf, @cdktf/provider-azurerm. The local lake works without, synthesis does not.',
      steps: ['npm ci'],
    });
  });
});

describe('terraform', () => {
  test.each<[string, Readonly<Record<string, string>>, Partial<Check>]>([
    [
      'neither tool',
      {},
      {
        state: 'problem',
        message:
          'Neither terraform nor tofu is on the PATH. Synthesis and the local lake work without, deploy does not.',
        steps: ['Install Terraform 1.11 or OpenTofu 1.9 or newer.'],
      },
    ],
    [
      'an old terraform',
      { terraform: '1.5.7' },
      {
        state: 'problem',
        message: 'terraform 1.5.7 is older than 1.11.',
        steps: ['Install Terraform 1.11 or OpenTofu 1.9 or newer.'],
      },
    ],
    [
      'an old terraform beside OpenTofu',
      { terraform: '1.5.7', tofu: '1.10.0' },
      { state: 'ok', message: 'tofu 1.10.0.' },
    ],
  ])('%s', async (_, versions, check) => {
    const run = (program: string) => {
      const version = versions[program];
      return version === undefined ? undefined : terraformVersion(version);
    };
    expect(await found({ run }, 'terraform')).toEqual({ id: 'terraform', steps: [], ...check });
  });

  test('a program of that name that says something else counts as absent', async () => {
    const check = await found({ run: () => ({ status: 0, stdout: 'hello' }) }, 'terraform');
    expect(check?.message).toMatch(/^Neither terraform nor tofu/);
  });
});

describe('providers', () => {
  const mirror = 'provider_installation {\n  filesystem_mirror {\n    path = "/mirror"\n  }\n}\n';
  const unpacked = '/mirror/registry.terraform.io';
  const archive = `${unpacked}/hashicorp/azurerm/terraform-provider-azurerm_4.55.0_linux_amd64.zip`;

  test('a mirror with both, unpacked or as archive', async () => {
    const there = [`${unpacked}/azure/azapi/2.12.0/linux_amd64`, archive];
    const check = await found(
      {
        readText: (path) => (path === '/home-of-somebody/.terraformrc' ? mirror : undefined),
        exists: (path) => there.includes(path),
      },
      'providers',
    );
    expect(check).toEqual({ id: 'providers', state: 'ok', message: `A mirror has ${registryHas}.`, steps: [] });
  });

  test('a mirror, named by its variable, without one of them', async () => {
    const variables = { ...goodMachine().variables, TF_CLI_CONFIG_FILE: '/etc/tf.rc' };
    const check = await found(
      {
        variables,
        readText: (path) => (path === '/etc/tf.rc' ? mirror : undefined),
        exists: (path) => path === archive,
      },
      'providers',
    );
    expect(check).toEqual({
      id: 'providers',
      state: 'problem',
      message: "The mirror of Terraform's configuration lacks Azure/azapi 2.12.0.",
      steps: [
        'terraform providers mirror <folder>, in a stack of cdktf.out, where the registry can be reached; then copy the folder.',
      ],
    });
  });

  test('a mirror of the network is not asked', async () => {
    expect(await found({ readText: () => 'network_mirror { url = "https://mirror.example/" }' }, 'providers')).toEqual({
      id: 'providers',
      state: 'not-asked',
      message: `A network mirror is configured; it must have ${registryHas}.`,
      steps: ['terraform init'],
    });
  });

  test.each([
    ['problem', undefined],
    ['remark', () => undefined],
  ])('no mirror and no registry: %s', async (state, run) => {
    const check = await found({ reach: async () => false, ...(run === undefined ? {} : { run }) }, 'providers');
    expect(check).toEqual({
      id: 'providers',
      state,
      message: `The registry of providers does not answer, and no mirror is configured; needed: ${registryHas}.`,
      steps: [
        'Let this machine reach https://registry.terraform.io and https://releases.hashicorp.com, or name a filesystem_mirror in ~/.terraformrc.',
      ],
    });
  });
});

describe('variables', () => {
  const identity = { ARM_SUBSCRIPTION_ID: 's', ARM_TENANT_ID: 't' };

  test.each([
    ['OIDC of a CI system', { ARM_CLIENT_ID: 'c', ARM_USE_OIDC: 'true' }],
    ['a managed identity', { ARM_USE_MSI: 'true' }],
  ])('%s', async (way, more) => {
    expect((await found({ variables: { ...identity, ...more } }, 'variables'))?.message).toBe(
      `ARM_SUBSCRIPTION_ID and ARM_TENANT_ID are set; signing in with ${way}.`,
    );
  });

  test('az login', async () => {
    const run = (program: string) => (program === 'az' ? { status: 0, stdout: '{}' } : undefined);
    expect((await found({ variables: identity, run }, 'variables'))?.message).toBe(
      'ARM_SUBSCRIPTION_ID and ARM_TENANT_ID are set; signing in with az login.',
    );
  });

  test('what is missing is named, an empty one too', async () => {
    expect(await found({ variables: { ARM_TENANT_ID: '' } }, 'variables')).toEqual({
      id: 'variables',
      state: 'problem',
      message:
        'For Azure: ARM_SUBSCRIPTION_ID and ARM_TENANT_ID not set; no way to sign in. Synthesis and the local lake need none of it.',
      steps: [
        'export ARM_SUBSCRIPTION_ID=<id>',
        'export ARM_TENANT_ID=<id>',
        'az login, or set ARM_CLIENT_ID with ARM_CLIENT_SECRET, ARM_CLIENT_ID with ARM_USE_OIDC, or ARM_USE_MSI.',
      ],
    });
  });

  test('no value of a variable is ever told', async () => {
    const told = JSON.stringify(await checkMachine(goodMachine(), '20.9'));
    expect(told).not.toMatch(/-value/);
  });
});
