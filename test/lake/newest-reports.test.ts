import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderStore } from '../../src/lake/folder-store';
import { newestReports } from '../../src/lake/newest-reports';
import { useTemporaryFolders } from '../support/temporary-folder';

const newFolder = useTemporaryFolders();

test('the newest reports of a folder by their time, whatever they are called', async () => {
  const root = await newFolder();
  const store = new FolderStore(root, { durable: false });
  const reports = {
    'ffff.json': 1,
    '0000.json': 3,
    '20260101T000000Z-a.json': 2,
    'b.json': 2,
    'torn.json': 4,
    'x.html': 5,
  };
  for (const [name, seconds] of Object.entries(reports)) {
    await store.write(`oea/runs/${name}`, name === 'torn.json' ? '{' : JSON.stringify(name));
    await utimes(join(root, 'oea/runs', name), seconds, seconds);
  }
  expect(await newestReports(store, 'oea/runs', 4)).toEqual(['0000.json', 'b.json', '20260101T000000Z-a.json']);
  expect(await newestReports(store, 'oea/other', 4)).toEqual([]);
});
