import { LocalAzure } from '../../src/local-azure/local-azure';
import { useTemporaryFolders } from '../support/temporary-folder';
import { environmentOf, runClient, runOperation } from '../local-azure/child-process';
import { vault } from '../local-azure/direct-azure';

const temporaryFolder = useTemporaryFolders();
let azure: LocalAzure;
let environment: Record<string, string>;

beforeAll(async () => {
  azure = await LocalAzure.start();
  environment = environmentOf(azure, await temporaryFolder());
});

afterAll(() => azure.stop());

test('the official clients work through the proxy, with a real host name, token and certificate', async () => {
  // A storm, a cut connection in an upload, and an answer that is lost after the work was done.
  azure.faults.add({ host: /\.blob\./, method: 'PUT', path: /comp=block&/, fault: { kind: 'reset' } });
  azure.faults.add({
    host: /\.blob\./,
    method: 'PUT',
    path: /small/,
    fault: { kind: 'status', status: 503, shape: 'xml' },
    times: 2,
  });
  azure.faults.add({ host: /^management/, method: 'PUT', path: /vaults/, fault: { kind: 'reset', afterwards: true } });
  azure.faults.add({ host: /^management/, fault: { kind: 'status', status: 429, retryAfter: 0 }, after: 2 });
  const { stdout, stderr } = await runClient('use-sdks', environment);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    small: 'hello',
    large: true,
    part: 'ell',
    listed: ['a/', 'a/b/', 'a/b/small.csv', 'a/large file é.bin'],
    fullFolder: '409 DirectoryIsNotEmpty',
    overFolder: '409 ResourceTypeMismatch',
    ifNoneMatch: '409 BlobAlreadyExists',
    absent: '404 BlobNotFound',
    left: [],
    sharedKey: '403 KeyBasedAuthenticationNotPermitted',
    nobody: '401 AuthenticationFailed',
    secret: 'pepper',
    deleted: '404 SecretNotFound',
    recovered: 'pepper',
  });
  expect(azure.faults.hits).toEqual([1, 2, 1, 1]);
  expect(azure.unknownOperations).toEqual([]);
});

test('an operation, as Terraform starts it', async () => {
  const input = { vaultId: vault, secretName: 'oeaSalt-dev' };
  expect(await runOperation('ensure-salt', 'create', input, environment)).toEqual({
    code: 0,
    stdout: 'The salt oeaSalt-dev was created.\n',
    stderr: '',
  });
});
