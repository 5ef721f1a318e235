import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import * as fc from 'fast-check';
import { FolderStore } from '../../src/lake/folder-store';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';

const temporaryFolder = useTemporaryFolders();

async function open(): Promise<{ store: FolderStore; root: string }> {
  const root = await temporaryFolder();
  return { root, store: new FolderStore(root) };
}

async function pathsOf(store: FolderStore, prefix: string): Promise<string[]> {
  return (await store.list(prefix)).map(({ path }) => path);
}

test('files are written, read, measured, listed and removed by their lake path', async () => {
  const { store, root } = await open();
  const path = 'stage1/Transactional/M365/v1.14/AadUser/snapshot_batch_data/rundate=2022-01-28 06:16:22/part 0.csv';
  await store.write(path, 'öne');
  expect((await store.read(path)).toString()).toBe('öne');
  expect(await fs.readFile(nodePath.join(root, path), 'utf8')).toBe('öne');
  expect(await store.localPath(path)).toBe(nodePath.join(root, path));
  expect(await store.stat(path)).toEqual({
    path,
    bytes: 4,
    modified: (await fs.stat(nodePath.join(root, path))).mtime,
  });
  expect(await store.list('stage1')).toEqual([await store.stat(path)]);
  expect(await store.sha256(path)).toBe('f837443d1d3fc7a2ff2201433d0e82105a889c64e399ff144962a20089b1fbe1');
  await store.remove([path, 'stage1/never there']);
  expect(await store.stat(path)).toBeUndefined();
  await store.close();
  expect(await fs.readdir(root)).toEqual([]);
});

test('a write replaces the file; folders are not files', async () => {
  const { store } = await open();
  await store.write('stage2/a/b.json', 'old');
  await store.write('stage2/a/b.json', new Uint8Array([110, 101, 119]));
  expect((await store.read('stage2/a/b.json')).toString()).toBe('new');
  expect(await store.stat('stage2/a')).toBeUndefined();
  expect(await store.stat('stage2/a/b.json/c')).toBeUndefined();
  expect(await store.list('stage2/a/b.json')).toEqual([]);
});

test('a range is cut at the end of the file', async () => {
  const { store } = await open();
  await store.write('stage1/digits', '0123456789');
  const ranges = [
    [0, 3],
    [8, 5],
    [10, 4],
    [20, 4],
    [4, 0],
  ] as const;
  const read = await Promise.all(
    ranges.map(async ([offset, length]) => store.readRange('stage1/digits', offset, length)),
  );
  expect(read.map(String)).toEqual(['012', '89', '', '', '']);
});

test('a listing is in order of whole paths, below a folder only, and never shows the staging folder', async () => {
  const { store } = await open();
  const paths = ['oea/a-b', 'oea/a/z', 'oea/a.b', 'oea/a/b/c', 'oea/ab', 'stage1/x'];
  for (const path of paths) await store.write(path, '');
  await fs.writeFile(nodePath.join(await store.stagingFolder(), 'unfinished'), 'x');
  expect(await pathsOf(store, '')).toEqual([...paths].sort());
  expect(await pathsOf(store, 'oea/a')).toEqual(['oea/a/b/c', 'oea/a/z']);
  expect(await pathsOf(store, 'oea/nowhere')).toEqual([]);
});

test('a listing follows links, but not in a circle', async () => {
  const { store, root } = await open();
  const elsewhere = await temporaryFolder();
  await fs.writeFile(nodePath.join(elsewhere, 'roster.csv'), '1');
  await store.write('drop/a.csv', '22');
  await fs.symlink(elsewhere, nodePath.join(root, 'drop/linked'));
  await fs.symlink(nodePath.join(root, 'drop'), nodePath.join(root, 'drop/circle'));
  expect((await store.list('drop')).map(({ path, bytes }) => [path, bytes])).toEqual([
    ['drop/a.csv', 2],
    ['drop/linked/roster.csv', 1],
  ]);
});

test('what cannot be listed is refused, not skipped: a link that leads nowhere, a name that is not UTF-8, a pipe', async () => {
  const { store, root } = await open();
  await store.write('links/a.csv', '22');
  await fs.symlink(nodePath.join(root, 'links/gone.csv'), nodePath.join(root, 'links/dangling.csv'));
  await store.write('names/a.csv', '22');
  await fs.writeFile(Buffer.concat([Buffer.from(nodePath.join(root, 'names/caf')), Buffer.from([0xe9])]), '1');
  await fs.mkdir(nodePath.join(root, 'pipes'));
  execFileSync('mkfifo', [nodePath.join(root, 'pipes/a.csv')]);
  const refusals: [folder: string, file: string, why: string][] = [
    ['links', 'dangling.csv', 'its name is not UTF-8, or it is a link that leads nowhere'],
    ['names', 'caf\ufffd', 'its name is not UTF-8, or it is a link that leads nowhere'],
    ['pipes', 'a.csv', 'it is a pipe, a socket or a device'],
  ];
  for (const [folder, file, why] of refusals) {
    expect(await thrownBy(() => store.list(folder))).toEqual({
      code: 'LAKE_PATH_INVALID',
      message: `A file cannot be read: ${why}.`,
      place: { file: `${folder}/${file}` },
    });
  }
});

test('of many writers of an absent file exactly one wins, and its bytes stay', async () => {
  const { store, root } = await open();
  const stores = [store, new FolderStore(root), new FolderStore(root)];
  const texts = Array.from({ length: 12 }, (_, index) => `writer ${index}`);
  const won = await Promise.all(texts.map((text, index) => stores[index % 3]!.writeIfAbsent('stage2/t/0.json', text)));
  expect(won.filter(Boolean)).toEqual([true]);
  expect((await store.read('stage2/t/0.json')).toString()).toBe(texts[won.indexOf(true)]);
  expect(await fs.readdir(await store.stagingFolder())).toEqual([]);
});

test('a finished local file is moved into the lake', async () => {
  const { store } = await open();
  const local = nodePath.join(await store.stagingFolder(), 'part.parquet');
  await fs.writeFile(local, 'rows');
  await store.putFile(local, 'stage2/t/part.parquet');
  expect((await store.read('stage2/t/part.parquet')).toString()).toBe('rows');
  expect(await fs.readdir(await store.stagingFolder())).toEqual([]);
});

test('a copy from another store streams and tells what it copied', async () => {
  const { store } = await open();
  const { store: source } = await open();
  const bytes = Buffer.alloc(9 * 1024 * 1024 + 1, 'abcdefg');
  await source.write('drop/large.csv', bytes);
  const copied = await store.copyFrom(source, 'drop/large.csv', 'stage1/large.csv');
  expect(copied).toEqual({ sha256: await source.sha256('drop/large.csv'), bytes: bytes.length });
  expect((await store.read('stage1/large.csv')).equals(bytes)).toBe(true);
  expect(await store.copyFrom(source, 'drop/large.csv', 'stage1/large.csv')).toEqual(copied);
});

test('a copy that fails leaves nothing behind', async () => {
  const { store } = await open();
  const { store: source } = await open();
  expect(await thrownBy(() => store.copyFrom(source, 'drop/gone.csv', 'stage1/gone.csv'))).toEqual({
    code: 'LAKE_FILE_MISSING',
    message: 'The lake has no such file.',
    place: { path: 'drop/gone.csv' },
  });
  expect(await store.list('')).toEqual([]);
  expect(await fs.readdir(await store.stagingFolder())).toEqual([]);
});

test('removing files removes the folders that become empty, and only those', async () => {
  const { store, root } = await open();
  for (const path of ['stage1/a/b/c/1', 'stage1/a/b/c/2', 'stage1/a/d/3', 'stage2/4']) await store.write(path, '');
  await store.remove(['stage1/a/b/c/1', 'stage1/a/b/c/2', 'stage2/4']);
  await store.close();
  expect(await fs.readdir(root, { recursive: true })).toEqual(['stage1', 'stage1/a', 'stage1/a/d', 'stage1/a/d/3']);
});

test('a missing file is named', async () => {
  const { store } = await open();
  const expected = { code: 'LAKE_FILE_MISSING', message: 'The lake has no such file.', place: { path: 'oea/x' } };
  expect(await thrownBy(() => store.read('oea/x'))).toEqual(expected);
  expect(await thrownBy(() => store.readRange('oea/x', 0, 1))).toEqual(expected);
  expect(await thrownBy(() => store.localPath('oea/x'))).toEqual(expected);
  expect(await thrownBy(() => store.sha256('oea/x'))).toEqual(expected);
});

test('what the file system refuses is told by its code, without its text', async () => {
  const { store } = await open();
  await store.write('oea/file', '');
  expect(await thrownBy(() => store.read('oea'))).toEqual({
    code: 'LAKE_STORE_FAILED',
    message: 'The file system refused an operation (EISDIR).',
    place: { path: 'oea' },
  });
});

test('a path that leaves the root is refused by every operation', async () => {
  const { store } = await open();
  for (const path of ['../x', 'a/../../x', '/etc/passwd', 'a\\b', '', 'a//b', 'a/./b', 'a/', '.staging/x', 'a\0']) {
    const expected = { code: 'LAKE_PATH_INVALID', message: 'The path does not lie in the lake.', place: { path } };
    expect(await thrownBy(() => store.read(path))).toEqual(expected);
    expect(await thrownBy(() => store.stat(path))).toEqual(expected);
    expect(await thrownBy(() => store.write(path, ''))).toEqual(expected);
    expect(await thrownBy(() => store.writeIfAbsent(path, ''))).toEqual(expected);
    expect(await thrownBy(() => store.remove([path]))).toEqual(expected);
    expect(await thrownBy(() => store.lock(path, 'test'))).toEqual(expected);
    if (path !== '') expect(await thrownBy(() => store.list(path))).toEqual(expected);
  }
});

test('no text at all makes a file outside the root', async () => {
  const outer = await temporaryFolder();
  const store = new FolderStore(nodePath.join(outer, 'lake'), { durable: false });
  const segment = fc.constantFrom(
    '..',
    '.',
    '',
    'a',
    '...',
    '.. ',
    '%2e%2e',
    '\\',
    'c:',
    '~',
    '..\0',
    'rundate=2022-01-28 06:16:22',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 5 }), async (segments) => {
      await store.write(segments.join('/'), 'x').catch((error: unknown) => error);
      expect((await fs.readdir(outer)).filter((name) => name !== 'lake')).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('the staging folder is private to the process and gone after closing', async () => {
  const { store, root } = await open();
  const folder = await store.stagingFolder();
  expect(await store.stagingFolder()).toBe(folder);
  expect((await fs.stat(folder)).mode & 0o777).toBe(0o700);
  expect(nodePath.dirname(folder)).toBe(nodePath.join(root, '.staging'));
  await store.close();
  expect(await fs.readdir(root)).toEqual([]);
  await store.close();
});
