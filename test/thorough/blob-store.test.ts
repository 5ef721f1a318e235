import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { BlobServiceClient, newPipeline, type RequestPolicy, type WebResource } from '@azure/storage-blob';
import { takeBlobLock } from '../../src/lake/blob-lock';
import { BlobStore } from '../../src/lake/blob-store';
import { DeltaTable } from '../../src/lake/delta-table';
import { FolderStore } from '../../src/lake/folder-store';
import { startAzurite, type Azurite } from '../support/azurite';
import { useDuckDb } from '../support/duckdb-connection';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';

const temporaryFolder = useTemporaryFolders();
const duckDb = useDuckDb();
let azurite: Azurite;
let store: BlobStore;
const other: BlobStore[] = [];

beforeAll(async () => {
  azurite = await startAzurite();
  store = new BlobStore(azurite.service);
  for (const name of ['oea', 'stage1', 'stage2']) await azurite.service.createContainer(name);
});
afterAll(async () => {
  await store.close();
  for (const one of other) await one.close();
  await azurite.stop();
});

function anotherStore(): BlobStore {
  const made = new BlobStore(azurite.service);
  other.push(made);
  return made;
}

async function pathsOf(prefix: string): Promise<string[]> {
  return (await store.list(prefix)).map(({ path }) => path);
}

/** What an account with hierarchical namespace shows for a folder. */
async function makeFolder(container: string, name: string): Promise<void> {
  const blob = azurite.service.getContainerClient(container).getBlockBlobClient(name);
  await blob.upload('', 0, { metadata: { hdi_isfolder: 'true' } });
}

test('files are written, read, measured, listed and removed by their lake path', async () => {
  const path = 'stage1/basic/rundate=2022-01-28 06:16:22/pärt 0%.csv';
  await store.write(path, 'old');
  await store.write(path, 'öne');
  expect((await store.read(path)).toString()).toBe('öne');
  const found = await store.stat(path);
  expect(found).toEqual({ path, bytes: 4, modified: expect.any(Date) as Date });
  expect(await store.list('stage1/basic')).toEqual([found]);
  expect(await store.sha256(path)).toBe('f837443d1d3fc7a2ff2201433d0e82105a889c64e399ff144962a20089b1fbe1');
  await store.remove([path, 'stage1/basic/never there']);
  expect(await store.stat(path)).toBeUndefined();
  expect(await pathsOf('stage1/basic')).toEqual([]);
  expect(store.description).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/devstoreaccount1$/);
});

test('a range is cut at the end of the file', async () => {
  await store.write('stage1/range/digits', '0123456789');
  await store.write('stage1/range/empty', '');
  const digits = (offset: number, length: number) => store.readRange('stage1/range/digits', offset, length);
  const read = await Promise.all([digits(0, 3), digits(8, 5), digits(10, 4), digits(20, 4), digits(4, 0)]);
  expect(read.map(String)).toEqual(['012', '89', '', '', '']);
  expect(String(await store.readRange('stage1/range/empty', 0, 4))).toBe('');
  expect((await store.sha256('stage1/range/empty')).slice(0, 8)).toBe('e3b0c442');
});

test('a listing is below a folder only, in order, without the markers of folders', async () => {
  const paths = ['oea/list-b', 'oea/list.b', 'oea/list/b/c', 'oea/list/z', 'oea/listb'];
  for (const path of paths) await store.write(path, '');
  await makeFolder('oea', 'list');
  await makeFolder('oea', 'list/b');
  expect(await pathsOf('oea/list')).toEqual(['oea/list/b/c', 'oea/list/z']);
  expect((await pathsOf('oea')).filter((path) => path.startsWith('oea/list'))).toEqual([...paths].sort());
  expect((await pathsOf('')).filter((path) => path.startsWith('oea/list'))).toEqual([...paths].sort());
  expect(await store.stat('oea/list/b')).toBeUndefined();
  expect(await pathsOf('nocontainer/x')).toEqual([]);
});

test('of many writers of an absent file exactly one wins, and its bytes stay', async () => {
  const texts = Array.from({ length: 8 }, (_, index) => `writer ${index}`);
  const won = await Promise.all(texts.map((text) => store.writeIfAbsent('stage2/absent/0.json', text)));
  expect(won.filter(Boolean)).toEqual([true]);
  expect((await store.read('stage2/absent/0.json')).toString()).toBe(texts[won.indexOf(true)]);
});

test('a copy from a folder and back streams and tells what it copied', async () => {
  const folder = new FolderStore(await temporaryFolder(), { durable: false });
  const bytes = Buffer.alloc(9 * 1024 * 1024 + 1, 'abcdefg');
  await folder.write('drop/large.csv', bytes);
  const copied = await store.copyFrom(folder, 'drop/large.csv', 'stage1/copy/large.csv');
  expect(copied).toEqual({ sha256: await folder.sha256('drop/large.csv'), bytes: bytes.length });
  expect(await folder.copyFrom(store, 'stage1/copy/large.csv', 'drop/back.csv')).toEqual(copied);
  expect((await folder.read('drop/back.csv')).equals(bytes)).toBe(true);
  expect(await thrownBy(() => store.copyFrom(folder, 'drop/gone.csv', 'stage1/copy/gone.csv'))).toEqual({
    code: 'LAKE_FILE_MISSING',
    message: 'The lake has no such file.',
    place: { path: 'drop/gone.csv' },
  });
  expect(await pathsOf('stage1/copy')).toEqual(['stage1/copy/large.csv']);
  await folder.close();
});

test('a local path is a private copy, downloaded once for each version of the file', async () => {
  const one = anotherStore();
  await one.write('stage2/local/a.parquet', 'first');
  const [local, same] = await Promise.all([
    one.localPath('stage2/local/a.parquet'),
    one.localPath('stage2/local/a.parquet'),
  ]);
  expect(same).toBe(local);
  expect(nodePath.extname(local)).toBe('.parquet');
  await store.write('stage2/local/a.parquet', 'second');
  const changed = await one.localPath('stage2/local/a.parquet');
  expect([await fs.readFile(local, 'utf8'), await fs.readFile(changed, 'utf8')]).toEqual(['first', 'second']);
  const root = nodePath.dirname(nodePath.dirname(local));
  expect(nodePath.dirname(await one.stagingFolder())).toBe(root);
  expect((await fs.stat(root)).mode & 0o777).toBe(0o700);
  await fs.writeFile(nodePath.join(await one.stagingFolder(), 'part'), 'rows');
  await one.putFile(nodePath.join(await one.stagingFolder(), 'part'), 'stage2/local/part');
  expect((await one.read('stage2/local/part')).toString()).toBe('rows');
  expect(await fs.readdir(await one.stagingFolder())).toEqual([]);
  await one.close();
  await expect(fs.stat(root)).rejects.toThrow('ENOENT');
});

test('a commit of a Delta log is asked for once, and anew when the listing shows another one', async () => {
  const log = 'stage2/known/_delta_log';
  const path = `${log}/00000000000000000000.json`;
  const asked: string[] = [];
  const pipeline = newPipeline(azurite.service.credential, {});
  pipeline.factories.unshift({
    create: (next: RequestPolicy) => ({
      sendRequest: (request: WebResource) => {
        asked.push(`${request.method} ${new URL(request.url).pathname.split('/').at(-1)}`);
        return next.sendRequest(request);
      },
    }),
  });
  const watched = new BlobStore(new BlobServiceClient(azurite.service.url, pipeline));
  other.push(watched);
  const opened = async (): Promise<string> => {
    await watched.list(log);
    return String(await watched.read(path));
  };
  await store.writeIfAbsent(path, 'one');
  expect([await opened(), await opened()]).toEqual(['one', 'one']);
  expect(asked).toEqual(['GET stage2', 'GET 00000000000000000000.json', 'GET stage2']);
  await store.write(path, 'two');
  expect([await opened(), await opened()]).toEqual(['two', 'two']);
  await watched.write(path, 'three');
  expect(String(await watched.read(path))).toBe('three');
  expect(await opened()).toBe('three');
  await watched.remove([path]);
  expect((await thrownBy(() => watched.read(path))).code).toBe('LAKE_FILE_MISSING');
  expect(await watched.writeIfAbsent(path, 'four')).toBe(true);
  asked.length = 0;
  expect([await opened(), asked]).toEqual(['four', ['GET stage2']]);
});

test('removing files removes folders that become empty, children first, and only those', async () => {
  for (const name of ['tree', 'tree/a', 'tree/a/b', 'tree/c']) await makeFolder('stage2', name);
  for (const name of ['a/b/1', 'a/b/2', 'c/3']) await store.write(`stage2/tree/${name}`, '');
  await store.remove(['stage2/tree/a/b/1', 'stage2/tree/a/b/2']);
  const left: string[] = [];
  for await (const { name } of azurite.service.getContainerClient('stage2').listBlobsFlat({ prefix: 'tree' }))
    left.push(name);
  expect(left).toEqual(['tree', 'tree/c', 'tree/c/3']);
});

test('what is missing, refused or not a path is told without the account’s words', async () => {
  const missing = { code: 'LAKE_FILE_MISSING', message: 'The lake has no such file.', place: { path: 'oea/gone' } };
  expect(await thrownBy(() => store.read('oea/gone'))).toEqual(missing);
  expect(await thrownBy(() => store.readRange('oea/gone', 0, 1))).toEqual(missing);
  expect(await thrownBy(() => store.localPath('oea/gone'))).toEqual(missing);
  expect(await thrownBy(() => store.read('oea'))).toEqual({ ...missing, place: { path: 'oea' } });
  expect(await thrownBy(() => store.write('oea/../stage2/x', ''))).toEqual({
    code: 'LAKE_PATH_INVALID',
    message: 'The path does not lie in the lake.',
    place: { path: 'oea/../stage2/x' },
  });
  expect(await thrownBy(() => store.write('nocontainer/x', ''))).toEqual({
    code: 'LAKE_STORE_FAILED',
    message: 'The storage account has no such container.',
    place: { path: 'nocontainer/x' },
  });
  const stranger = new BlobStore(new BlobServiceClient(azurite.service.url));
  expect(await thrownBy(() => stranger.read('oea/gone'))).toEqual({
    code: 'LAKE_STORE_FAILED',
    message: 'The storage account refused an operation (403 AuthorizationFailure).',
    place: { path: 'oea/gone' },
  });
});

test('one lock at a time; the lock of a run that died is taken over', async () => {
  const path = 'oea/locks/lake.lock';
  const [one, two] = [anotherStore(), anotherStore()];
  const lock = await one.lock(path, 'insights process');
  expect(lock.takenOver).toBe(false);
  const { since, ...content } = JSON.parse((await one.read(path)).toString()) as Record<string, string>;
  expect(content).toEqual({ holder: 'insights process' });
  expect(await thrownBy(() => two.lock(path, 'insights verify'))).toEqual({
    code: 'LAKE_LOCKED',
    message: `The lake is locked by insights process since ${since}.`,
    place: { path },
  });
  await lock.release();
  const second = await two.lock(path, 'insights process');
  expect(second.takenOver).toBe(false);
  // Its process dies: the lease ends by itself, here at once.
  await azurite.service.getContainerClient('oea').getBlobClient('locks/lake.lock').getBlobLeaseClient().breakLease(0);
  const third = await one.lock(path, 'insights process');
  expect(third.takenOver).toBe(true);
  await second.release();
  expect((await one.read(path)).length).toBeGreaterThan(0);
  await third.release();
  expect((await one.read(path)).toString()).toBe('');
});

test('under a lock a log is listed once, with what is committed through it, and anew when the lock is given back', async () => {
  const log = 'oea/locked/Person/_delta_log';
  const [one, two] = [anotherStore(), anotherStore()];
  const names = async (): Promise<string[]> => (await one.list(log)).map(({ path }) => path.slice(log.length + 1));
  const lock = await one.lock('oea/locked/lock.json', 'insights process');
  expect(await names()).toEqual([]);
  await one.writeIfAbsent(`${log}/00000000000000000000.json`, '{}');
  await two.write(`${log}/00000000000000000001.json`, '{}');
  expect(await names()).toEqual(['00000000000000000000.json']);
  expect(await one.writeIfAbsent(`${log}/00000000000000000001.json`, '{}')).toBe(false);
  expect(await names()).toEqual(['00000000000000000000.json', '00000000000000000001.json']);
  await two.write(`${log}/00000000000000000002.json`, '{}');
  await lock.release();
  expect(await names()).toHaveLength(3);
});

test('a lock that a run left behind does not stop who has taken another one since', async () => {
  const store = anotherStore();
  jest.useFakeTimers({ now: Date.now(), doNotFake: ['nextTick', 'setImmediate', 'setTimeout'] });
  try {
    await store.lock('oea/left/lock.json', 'insights process');
    jest.setSystemTime(Date.now() + 61_000);
    expect(await thrownBy(() => store.write('oea/left/file', 'x'))).toMatchObject({ code: 'LAKE_LOCK_LOST' });
    const second = await store.lock('oea/other/lock.json', 'insights process');
    await store.write('oea/other/file', 'x');
    await second.release();
    await store.write('oea/other/report', 'x');
  } finally {
    jest.useRealTimers();
  }
  expect((await store.list('oea/other')).map(({ path }) => path)).toEqual([
    'oea/other/file',
    'oea/other/lock.json',
    'oea/other/report',
  ]);
});

test('a lock that could not be renewed in time stops all writing', async () => {
  let now = 0;
  const blob = azurite.service.getContainerClient('oea').getBlockBlobClient('locks/slow.lock');
  const lock = await takeBlobLock(blob, 'oea/locks/slow.lock', 'insights process', () => now);
  now = 59_999;
  lock.assertHeld();
  now = 60_000;
  expect(await thrownBy(() => lock.assertHeld())).toEqual({
    code: 'LAKE_LOCK_LOST',
    message: 'This run lost the lock of the lake.',
    place: { path: 'oea/locks/slow.lock' },
  });
  await lock.release();
});

test('Delta tables live here as they do in a folder', async () => {
  const path = 'stage2/Refined/M365/v1.14/general/Section';
  const table = DeltaTable.create(store, path, duckDb());
  const adds = (version: number) => [{ path: `day=2022-01-28 06:16:22/${version}.parquet`, size: version }];
  await table.commit({ actions: { metaData: { schemaString: '{}' }, adds: adds(0) }, operation: 'WRITE' });
  for (let version = 1; version < 13; version++)
    await table.commit({ actions: { adds: adds(version) }, operation: 'WRITE' });
  await store.remove((await pathsOf(`${path}/_delta_log`)).filter((file) => /0\d\.json$/.test(file)));
  const [one, two] = [
    (await DeltaTable.open(store, path, duckDb()))!,
    (await DeltaTable.open(anotherStore(), path, duckDb()))!,
  ];
  expect(one.files().map((file) => file.size)).toEqual([0, 1, 10, 11, 12, 2, 3, 4, 5, 6, 7, 8, 9]);
  const results = await Promise.allSettled([one, two].map((each) => each.commit({ actions: {}, operation: 'WRITE' })));
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});
