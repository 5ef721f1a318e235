import { errorAnswer, ServiceError, type LocalAnswer, type LocalRequest } from '../../src/local-azure/http';
import { Azurite } from '../../src/local-azure/storage/azurite';
import { BlobEmulator } from '../../src/local-azure/storage/blob-emulator';
import { FileSystemService } from '../../src/local-azure/storage/file-system-service';
import { StorageService } from '../../src/local-azure/storage/storage-service';
import { account, DirectAzure, stranger } from '../local-azure/direct-azure';

/** The data lake endpoint, asked as Hadoop's abfss driver asks it, over the emulator's blobs. */

const contributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';

let azurite: Azurite;
let azure: DirectAzure;
let storage: StorageService;
let emulator: BlobEmulator;
let service: FileSystemService;

beforeAll(async () => {
  azurite = await Azurite.start();
  azure = new DirectAzure();
  await azure.provision();
  emulator = new BlobEmulator(azure.world, azurite);
  await emulator.createContainer('stoeatest', 'stage2');
  storage = new StorageService(azure.services, emulator);
  service = new FileSystemService(storage);
  await azure.give(contributor, stranger.objectId, account);
}, 60_000);
afterAll(async () => {
  storage.close();
  await azurite.stop();
});

type Headers = Readonly<Record<string, string>>;

async function ask(
  method: string,
  path: string,
  headers: Headers = {},
  body = '',
  as = stranger,
): Promise<LocalAnswer> {
  const { token } = azure.services.tokens.issue(as, 'https://storage.azure.com/');
  const request: LocalRequest = {
    method,
    url: new URL(`https://stoeatest.dfs.core.windows.net/${path}`),
    headers: { authorization: `Bearer ${token}`, ...headers },
    body: Buffer.from(body),
  };
  return service.handle(request).catch((error: unknown) => {
    if (error instanceof ServiceError) return errorAnswer(error);
    throw error;
  });
}

/** Status, and the code of a refusal. */
async function told(...asked: Parameters<typeof ask>): Promise<string> {
  const { status, headers = {} } = await ask(...asked);
  return `${status} ${headers['x-ms-error-code'] ?? ''}`.trim();
}

async function write(path: string, ...parts: readonly string[]): Promise<readonly string[]> {
  const statuses = [await told('PUT', `stage2/${path}?resource=file`, { 'if-none-match': '*' })];
  let position = 0;
  for (const part of parts) {
    // Java's client has no PATCH.
    const method = { 'x-http-method-override': 'PATCH' };
    statuses.push(await told('PUT', `stage2/${path}?action=append&position=${position}`, method, part));
    position += Buffer.byteLength(part);
  }
  statuses.push(await told('PATCH', `stage2/${path}?action=flush&position=${position}&close=true`));
  return statuses;
}

async function read(path: string, range?: string): Promise<string> {
  const answer = await ask('GET', `stage2/${path}`, range === undefined ? {} : { range });
  return `${answer.status} ${answer.body?.toString() ?? ''}`;
}

async function list(directory: string, more = ''): Promise<unknown> {
  const answer = await ask('GET', `stage2?resource=filesystem&directory=${directory}&maxResults=5000${more}`);
  const { paths } = JSON.parse(answer.body?.toString() ?? '{}') as {
    paths: { name: string; isDirectory?: string; contentLength: string }[];
  };
  return paths.map(({ name, isDirectory, contentLength }) => [name, isDirectory === 'true' ? 'folder' : contentLength]);
}

const batch = 'landed/rundate=2022-01-28%2006:16:22';

test('a file is created, appended to and flushed, and then read whole or in part', async () => {
  expect(await write(`${batch}/a.csv`, 'one,', 'two\n')).toEqual(['201', '202', '202', '200']);
  expect(await read(`${batch}/a.csv`)).toBe('200 one,two\n');
  expect(await read(`${batch}/a.csv`, 'bytes=4-6')).toBe('206 two');
  const { headers = {} } = await ask('HEAD', `stage2/${batch}/a.csv?action=getStatus`);
  expect([headers['x-ms-resource-type'], headers['content-length']]).toEqual(['file', '8']);
  expect(await told('PUT', `stage2/${batch}/a.csv?resource=file`, { 'if-none-match': '*' })).toBe(
    '409 PathAlreadyExists',
  );
  expect(await told('PATCH', `stage2/${batch}/a.csv?action=flush&position=9`)).toBe('400 InvalidFlushPosition');
});

test('its folders are there, listed one level at a time or all of them', async () => {
  expect(await list('landed')).toEqual([['landed/rundate=2022-01-28 06:16:22', 'folder']]);
  expect(await list('landed', '&recursive=true')).toEqual([
    ['landed/rundate=2022-01-28 06:16:22', 'folder'],
    ['landed/rundate=2022-01-28 06:16:22/a.csv', '8'],
  ]);
  // As Spark asks for a file that it is to read.
  expect(await list(`${batch}/a.csv`)).toEqual([['landed/rundate=2022-01-28 06:16:22/a.csv', '8']]);
  const { headers = {} } = await ask('HEAD', 'stage2/landed');
  expect(headers['x-ms-resource-type']).toBe('directory');
  expect(await told('GET', 'stage2?resource=filesystem&directory=absent')).toBe('404 PathNotFound');
  expect(await told('GET', 'absent?resource=filesystem&directory=')).toBe('404 FilesystemNotFound');
  expect(await told('PUT', 'stage2/landed?resource=file')).toBe('409 PathConflict');
});

test('the folders above a blob are made, whatever is in their names', async () => {
  const { token } = azure.services.tokens.issue(stranger, 'https://storage.azure.com/');
  const headers = { authorization: `Bearer ${token}`, 'x-ms-blob-type': 'BlockBlob', 'x-ms-version': '2024-11-04' };
  const url = new URL('https://stoeatest.blob.core.windows.net/stage2/names/a%23b%3Fc%20d%25/file');
  const { status } = await storage.handle({ method: 'PUT', url, headers, body: Buffer.from('x') });
  const names: string[] = [];
  const blobs = emulator.client('stoeatest').getContainerClient('stage2').listBlobsFlat({ prefix: 'names' });
  for await (const { name } of blobs) names.push(name);
  expect([status, names]).toEqual([201, ['names', 'names/a#b?c d%', 'names/a#b?c d%/file']]);
});

test('a list that is longer than a page goes on where it stopped', async () => {
  for (const name of ['1', '2', '3']) await write(`pages/${name}`, name);
  const first = await ask('GET', 'stage2?resource=filesystem&directory=pages&maxResults=2');
  const names = (answer: LocalAnswer): readonly string[] =>
    (JSON.parse(answer.body?.toString() ?? '') as { paths: { name: string }[] }).paths.map(({ name }) => name);
  expect(names(first)).toEqual(['pages/1', 'pages/2']);
  const next = encodeURIComponent(first.headers?.['x-ms-continuation'] ?? '');
  const second = await ask('GET', `stage2?resource=filesystem&directory=pages&maxResults=2&continuation=${next}`);
  expect([names(second), second.headers?.['x-ms-continuation']]).toEqual([['pages/3'], undefined]);
});

test('a folder is made once; where there is a file or a folder it says which', async () => {
  expect(await told('PUT', 'stage2/made/inner?resource=directory')).toBe('201');
  expect(await told('PUT', 'stage2/made/inner?resource=directory')).toBe('201');
  const again = await ask('PUT', 'stage2/made/inner?resource=directory', { 'if-none-match': '*' });
  expect([again.status, again.headers?.['x-ms-existing-resource-type']]).toEqual([409, 'directory']);
  await write('made/file', 'x');
  const file = await ask('PUT', 'stage2/made/file?resource=directory');
  expect([file.status, file.headers?.['x-ms-existing-resource-type']]).toEqual([409, 'file']);
});

test('a rename moves a file or a whole folder, and takes no name that is taken: what a commit of Delta stands on', async () => {
  await write('from/%20a.tmp', 'commit');
  await write('log/1.json', 'theirs');
  const rename = (to: string, from: string) =>
    told('PUT', `stage2/${to}`, { 'x-ms-rename-source': `/stage2/${from}`, 'if-none-match': '*' });
  expect(await rename('log/1.json', 'from/%20a.tmp')).toBe('409 PathAlreadyExists');
  expect(await rename('log/2.json', 'from/%20a.tmp')).toBe('201');
  expect([await read('log/1.json'), await read('log/2.json')]).toEqual(['200 theirs', '200 commit']);
  expect(await rename('log/3.json', 'from/%20a.tmp')).toBe('404 SourcePathNotFound');
  await write('log/year=2024/month=3/part', 'rows');
  expect(await rename('moved', 'log')).toBe('201');
  expect([await list('moved', '&recursive=true'), await told('HEAD', 'stage2/log')]).toEqual([
    [
      ['moved/1.json', '6'],
      ['moved/2.json', '6'],
      ['moved/year=2024', 'folder'],
      ['moved/year=2024/month=3', 'folder'],
      ['moved/year=2024/month=3/part', '4'],
    ],
    '404 PathNotFound',
  ]);
  expect(await read('moved/year=2024/month=3/part')).toBe('200 rows');
});

test('a folder that holds anything goes only with all of it', async () => {
  await write('gone/a/b', 'x');
  expect(await told('DELETE', 'stage2/gone?recursive=false')).toBe('409 DirectoryNotEmpty');
  expect(await told('DELETE', 'stage2/gone?recursive=true')).toBe('200');
  expect(await told('HEAD', 'stage2/gone/a/b')).toBe('404 PathNotFound');
  expect(await told('DELETE', 'stage2/gone?recursive=true')).toBe('404 PathNotFound');
});

test('roles and network rules are those of blobs, and what it does not know is said (ACCESS5, NET1)', async () => {
  const nobody = { ...stranger, objectId: '00000000-0000-4000-8000-000000000009', email: 'nobody@school.example' };
  azure.world.settings = { ...azure.world.settings, principals: [...azure.world.settings.principals, nobody] };
  const refused = '403 AuthorizationPermissionMismatch';
  expect(await told('GET', `stage2/${batch}/a.csv`, {}, '', nobody)).toBe(refused);
  expect(await told('PUT', 'stage2/new?resource=file', {}, '', nobody)).toBe(refused);
  expect(await told('GET', 'stage2?resource=filesystem&directory=', {}, '', nobody)).toBe(refused);
  expect(await told('GET', 'stage2/a', { authorization: 'SharedKey stoeatest:x' })).toBe(
    '403 KeyBasedAuthenticationNotPermitted',
  );
  azure.world.settings = { ...azure.world.settings, clientAddress: '198.51.100.7' };
  expect(await told('GET', `stage2/${batch}/a.csv`)).toBe('403 AuthorizationFailure');
  await expect(service.handle({ ...(await request('PUT', 'stage2/a?action=setAccessControl')) })).rejects.toThrow(
    'The local Azure does not know the operation PUT setAccessControl of a path at stoeatest.dfs.core.windows.net.',
  );
});

async function request(method: string, path: string): Promise<LocalRequest> {
  const { token } = azure.services.tokens.issue(stranger, 'https://storage.azure.com/');
  const url = new URL(`https://stoeatest.dfs.core.windows.net/${path}`);
  return { method, url, headers: { authorization: `Bearer ${token}` }, body: Buffer.alloc(0) };
}
