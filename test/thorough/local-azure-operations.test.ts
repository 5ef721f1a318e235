import { hostTable } from '../../src/local-azure/hosts';
import { LocalAzure } from '../../src/local-azure/local-azure';
import { defaultDeployer } from '../../src/local-azure/settings';
import { PipelineRunHost } from '../../src/local-azure/synapse/pipeline-run-host';
import type { PipelinePorts } from '../../src/pipelines/ports';
import { environmentOf, runClient, runOperation } from '../local-azure/child-process';
import { vault } from '../local-azure/direct-azure';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
let azure: LocalAzure;
let environment: Record<string, string>;

/** Ports of which only the notebooks are used: one that goes well in the workspace `dev`. */
const notebooksOnly = {
  notebooks: {
    run: async ({ parameters }: { readonly parameters: Readonly<Record<string, unknown>> }) => {
      if (parameters['workspace'] === 'dev') return '{}';
      throw new Error('DROP_NOT_FOUND: The drop is not there.');
    },
  },
} as unknown as PipelinePorts;

beforeAll(async () => {
  azure = await LocalAzure.start({
    runHost: ({ services }) => new PipelineRunHost({ world: services.world, portsOf: () => notebooksOnly }),
  });
  environment = environmentOf(azure, await temporaryFolder());
  expect((await runClient('provision-only', environment)).stderr).toBe('');
});

afterAll(() => azure.stop());

const vaultId = vault;
const developmentEndpoint = 'https://syn-oea-test.dev.azuresynapse.net';
const blobEndpoint = 'https://stoeatest.blob.core.windows.net';

test('operations, as Terraform starts them', async () => {
  const ensure = { vaultId, secretName: 'oeaSalt-dev' };
  expect(await runOperation('ensure-salt', 'create', ensure, environment)).toEqual({
    code: 0,
    stdout: 'The salt oeaSalt-dev was created.\n',
    stderr: '',
  });
  expect(await runOperation('ensure-salt', 'create', ensure, environment)).toEqual({
    code: 0,
    stdout: 'The salt oeaSalt-dev is there.\n',
    stderr: '',
  });

  const wait = { workspaceName: 'syn-oea-test', developmentEndpoint, stabilitySeconds: 0, timeoutSeconds: 5 };
  expect((await runOperation('await-workspace', 'create', wait, environment)).code).toBe(0);
  azure.configure({ clientAddress: '198.51.100.7' });
  const closed = await runOperation('await-workspace', 'create', { ...wait, timeoutSeconds: 0 }, environment);
  azure.configure({ clientAddress: '203.0.113.10' });
  expect({ code: closed.code, first: closed.stderr.split('\n')[0] }).toEqual({
    code: 3,
    first:
      'WORKSPACE_NOT_READY: Workspace syn-oea-test was not ready after 0 s. It last said: syn-oea-test.dev.azuresynapse.net refused GET (403 ClientIpAddressNotAuthorized). Client Ip address : 198.51.100.7 is not authorized.',
  });
});

test('test data is uploaded once, and removed again without what others put there', async () => {
  const load = { blobEndpoint, set: 'hed', contentHash: 'h' };
  const oea = azure.emulator.client('stoeatest').getContainerClient('oea');
  await oea.getBlockBlobClient('pre_landing/test_data/hed/theirs.txt').upload('x', 1);
  const lines = ({ stdout }: { stdout: string }) => stdout.trim().split('\n').at(-1);
  const first = await runOperation('load-test-data', 'create', load, environment);
  expect(first.stderr).toBe('');
  expect(lines(first)).toMatch(/^\d+ files uploaded, 0 were there, 0 removed\.$/);
  const [count = ''] = /\d+/.exec(lines(first) ?? '') ?? [];
  const again = await runOperation('load-test-data', 'create', load, environment);
  expect(lines(again)).toBe(`0 files uploaded, ${count} were there, 0 removed.`);
  expect(lines(await runOperation('load-test-data', 'delete', load, environment))).toBe(`${count} files removed.`);
  const left: string[] = [];
  for await (const { name } of oea.listBlobsFlat({ prefix: 'pre_landing/test_data/hed/' })) left.push(name);
  expect(left).toEqual(['pre_landing/test_data/hed/theirs.txt']);
});

/** Publishes as the deployer would, without HTTP between. */
async function publish(path: string, properties: unknown): Promise<void> {
  const { token } = azure.services.tokens.issue(defaultDeployer, 'https://dev.azuresynapse.net');
  const none = () => ({ status: 501 });
  const service = hostTable({ ...azure, blobs: none, fileSystems: none })('syn-oea-test.dev.azuresynapse.net');
  const url = new URL(`${developmentEndpoint}/${path}?api-version=2020-12-01`);
  const headers = { authorization: `Bearer ${token}` };
  const answer = await service?.({ method: 'PUT', url, headers, body: Buffer.from(JSON.stringify({ properties })) });
  expect(answer?.status).toBe(202);
}

test('a pipeline is run from its JSON, and its failure told', async () => {
  const workspace = { value: '@pipeline().parameters.workspace', type: 'Expression' };
  await publish('notebooks/N', { cells: [] });
  await publish('pipelines/P', {
    parameters: { workspace: { type: 'string' } },
    activities: [
      {
        name: 'Driver',
        type: 'SynapseNotebook',
        typeProperties: {
          notebook: { referenceName: 'N', type: 'NotebookReference' },
          parameters: { workspace: { value: workspace, type: 'string' } },
        },
      },
    ],
  });
  const run = {
    workspaceName: 'syn-oea-test',
    developmentEndpoint,
    pipelineName: 'P',
    timeoutMinutes: 1,
    contentHash: 'h',
    onInterrupt: 'cancel',
  };
  const good = await runOperation('run-pipeline', 'create', { ...run, parameters: { workspace: 'dev' } }, environment);
  expect({ ...good, stdout: good.stdout.replace(/Run \S+ of/, 'Run of') }).toEqual({
    code: 0,
    stdout: 'Run of P started.\nDriver: Succeeded\n',
    stderr: '',
  });
  const bad = await runOperation('run-pipeline', 'create', { ...run, parameters: { workspace: 'x' } }, environment);
  expect([bad.code, bad.stderr.split('\n')[0]?.replace(/Run \S+ of/, 'Run of')]).toEqual([
    1,
    expect.stringMatching(
      /^RUN_FAILED: Run of P failed at activity Driver\. .*DROP_NOT_FOUND: The drop is not there\.$/,
    ),
  ]);
});

test('an account that is not there is said as such', async () => {
  const load = { blobEndpoint: 'https://stgone.blob.core.windows.net', set: 'hed', contentHash: 'h' };
  const { code, stderr } = await runOperation('load-test-data', 'create', load, environment);
  expect([code, stderr.split('\n')[0]]).toEqual([1, 'LAKE_FILE_MISSING: The lake has no such file.']);
  expect(azure.unknownOperations).toEqual([]);
});

test('a folder keeps everything between two starts', async () => {
  const folder = await temporaryFolder();
  const first = await LocalAzure.start({ folder });
  const made = await runClient('provision-only', environmentOf(first, folder));
  await first.emulator.client('stoeatest').getContainerClient('oea').getBlockBlobClient('a.csv').upload('abc', 3);
  await first.stop();
  const second = await LocalAzure.start({ folder });
  try {
    const oea = second.emulator.client('stoeatest').getContainerClient('oea');
    const kept = (await oea.getBlobClient('a.csv').downloadToBuffer()).toString();
    const found = second.services.store.named('Microsoft.KeyVault/vaults', 'kv-oea-test')?.content.id;
    expect({ errors: made.stderr, kept, found }).toEqual({ errors: '', kept: 'abc', found: vault });
  } finally {
    await second.stop();
  }
});
