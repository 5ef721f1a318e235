import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { execFileSync } from 'node:child_process';
import { BlobStore } from '../../src/lake/blob-store';
import { FolderStore } from '../../src/lake/folder-store';
import { openStore } from '../../src/lake/store-factory';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';

const temporaryFolder = useTemporaryFolders();

test('a folder, there or not yet there, opens as a folder lake', async () => {
  const folder = await temporaryFolder();
  for (const location of [folder, nodePath.join(folder, 'new'), nodePath.relative('.', folder)]) {
    const store = await openStore(location);
    expect(store).toBeInstanceOf(FolderStore);
    expect(store.description).toBe(nodePath.resolve(location));
  }
  expect(await fs.readdir(folder)).toEqual([]);
});

test('a storage account opens by its URL, without asking for a credential yet', async () => {
  for (const location of [
    'https://stinsights01.blob.core.windows.net',
    'https://stinsights01.blob.core.windows.net/',
  ]) {
    const store = await openStore(location);
    expect(store).toBeInstanceOf(BlobStore);
    expect(store.description).toBe('https://stinsights01.blob.core.windows.net');
  }
});

test.each([
  ['  ', 'No lake location is given.', '  '],
  [
    'http://stinsights01.blob.core.windows.net',
    'The lake location is a URL, but not that of a storage account.',
    'http://stinsights01.blob.core.windows.net/',
  ],
  [
    'https://example.org/lake',
    'The lake location is a URL, but not that of a storage account.',
    'https://example.org/lake',
  ],
  [
    'abfss://stage2@account.dfs.core.windows.net',
    'The lake location is a URL, but not that of a storage account.',
    'abfss://account.dfs.core.windows.net',
  ],
  ['https://a b', 'The lake location is a URL, but not that of a storage account.', undefined],
  [
    'https://stinsights01.blob.core.windows.net?sig=secret',
    'The lake location carries a key or token; sign in instead.',
    'https://stinsights01.blob.core.windows.net/',
  ],
  [
    'https://user:secret@stinsights01.blob.core.windows.net',
    'The lake location carries a key or token; sign in instead.',
    'https://stinsights01.blob.core.windows.net/',
  ],
  [
    'https://stinsights01.blob.core.windows.net/stage1',
    'The lake location is a URL below a storage account; give the account.',
    'https://stinsights01.blob.core.windows.net/stage1',
  ],
])('%s is refused, without showing a secret', async (location, message, path) => {
  expect(await thrownBy(() => openStore(location))).toEqual({
    code: 'LAKE_LOCATION_INVALID',
    message,
    place: path === undefined ? {} : { path },
  });
});

test('a file is refused, and what would lie below one', async () => {
  const file = nodePath.join(await temporaryFolder(), 'lake.txt');
  await fs.writeFile(file, '');
  expect(await thrownBy(() => openStore(file))).toEqual({
    code: 'LAKE_LOCATION_INVALID',
    message: 'The lake location is a file, not a folder.',
    place: { path: file },
  });
  expect(await thrownBy(() => openStore(nodePath.join(file, 'lake')))).toEqual({
    code: 'LAKE_LOCATION_INVALID',
    message: 'The lake location lies below a file.',
    place: { path: nodePath.join(file, 'lake') },
  });
});

test('opening a folder does not load the Azure packages', () => {
  const script = `require('./src/lake/store-factory.ts').openStore('.').then(() =>
    console.log(Object.keys(require.cache).filter((file) => /@azure/.test(file)).length))`;
  const printed = execFileSync(process.execPath, ['--import', 'tsx', '-e', script], { encoding: 'utf8' });
  expect(printed.trim()).toBe('0');
});
