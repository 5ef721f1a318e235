import { writeImportedData } from '../../src/cli/imported-data';
import { FolderStore } from '../../src/lake/folder-store';
import { smallPaths } from '../support/small-place';
import { useTemporaryFolders } from '../support/temporary-folder';

const newFolder = useTemporaryFolders();

test('imported data is not made of runs of which one cannot be read', async () => {
  const store = new FolderStore(await newFolder(), { durable: false });
  const file = smallPaths.runReport('run-1');
  await store.write(file, '[]');
  const lake = { store, paths: smallPaths, timeZone: 'UTC' };
  await expect(writeImportedData(lake, await newFolder())).rejects.toMatchObject({
    code: 'REPORT_UNREADABLE',
    message: 'What lies among the reports of runs is none.',
    place: { file },
  });
});
