import { hostTable } from '../../src/local-azure/hosts';
import { LocalAzure } from '../../src/local-azure/local-azure';
import { defaultDeployer } from '../../src/local-azure/settings';
import type { RunHost } from '../../src/local-azure/synapse/run-host';
import { environmentOf, runClient, runOperation } from '../local-azure/child-process';
import { vault } from '../local-azure/direct-azure';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
let azure: LocalAzure;
let environment: Record<string, string>;

/** One run that fails in its second activity, or succeeds where its parameter says so. */
class OneRun implements RunHost {
  private parameters: Record<string, unknown> = {};

  start({ parameters }: Parameters<RunHost['start']>[0]): string {
    this.parameters = parameters;
    return 'run-1';
  }

  run() {
    const status = this.parameters['workspace'] === 'dev' ? 'Succeeded' : 'Failed';
    const id =
      '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.SYNAPSE/WORKSPACES/SYN-OEA-TEST/PIPELINERUNS/RUN-1';
    return { runId: 'run-1', pipelineName: 'P', status, message: 'It failed.', id, parameters: this.parameters };
  }

  runs() {
    return [this.run()];
  }

  activities() {
    const { status } = this.run();
    const error = { errorCode: '6002', message: 'DROP_NOT_FOUND: The drop is not there.' };
    const base = { activityName: 'Driver', activityType: 'SynapseNotebook', activityRunId: 'a', pipelineName: 'P' };
    return [{ ...base, status, ...(status === 'Failed' ? { error } : {}) }];
  }

  cancel(): void {}

  async close(): Promise<void> {}
}

beforeAll(async () => {
  azure = await LocalAzure.start({ runHost: () => new OneRun() });
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

test('a pipeline is run, and its failure told', async () => {
  const principal = defaultDeployer;
  const call = { headers: {}, method: 'PUT', body: Buffer.from('{"properties":{"activities":[]}}') };
  const { token } = azure.services.tokens.issue(principal, 'https://dev.azuresynapse.net');
  const blobs = () => ({ status: 501 });
  const service = hostTable({ ...azure, blobs })('syn-oea-test.dev.azuresynapse.net');
  await service?.({
    ...call,
    url: new URL(`${developmentEndpoint}/pipelines/P?api-version=2020-12-01`),
    headers: { authorization: `Bearer ${token}` },
  });
  const run = {
    workspaceName: 'syn-oea-test',
    developmentEndpoint,
    pipelineName: 'P',
    timeoutMinutes: 1,
    contentHash: 'h',
    onInterrupt: 'cancel',
  };
  expect(
    await runOperation('run-pipeline', 'create', { ...run, parameters: { workspace: 'dev' } }, environment),
  ).toEqual({
    code: 0,
    stdout: 'Run run-1 of P started.\nDriver: Succeeded\n',
    stderr: '',
  });
  const failed = await runOperation(
    'run-pipeline',
    'create',
    { ...run, parameters: { workspace: 'other' } },
    environment,
  );
  expect([failed.code, failed.stderr.split('\n').slice(0, 2)]).toEqual([
    1,
    [
      'RUN_FAILED: Run run-1 of P failed at activity Driver. 6002: DROP_NOT_FOUND: The drop is not there.',
      `  where: https://web.azuresynapse.net/en/monitoring/pipelineruns/run-1?workspace=${encodeURIComponent('/subscriptions/s/resourceGroups/g/providers/Microsoft.Synapse/workspaces/syn-oea-test')}`,
    ],
  ]);
});

test('an account that is not there is said as such', async () => {
  const load = { blobEndpoint: 'https://stgone.blob.core.windows.net', set: 'hed', contentHash: 'h' };
  const { code, stderr } = await runOperation('load-test-data', 'create', load, environment);
  expect([code, stderr.split('\n')[0]]).toEqual([1, 'LAKE_FILE_MISSING: The lake has no such file.']);
  expect(azure.unknownOperations).toEqual([]);
});
