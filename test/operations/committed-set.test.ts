import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { committedSet } from '../../src/operations/committed-set';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';

const temporaryFolder = useTemporaryFolders();
const hashOfA = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';

async function testData(list: string): Promise<string> {
  const folder = await temporaryFolder();
  await fs.mkdir(nodePath.join(folder, 'k12', 'M365'), { recursive: true });
  await fs.writeFile(nodePath.join(folder, 'SHA256SUMS'), list);
  return folder;
}

test('the files of one set, read and checked', async () => {
  const folder = await testData(`${hashOfA}  k12/M365/a.csv\n${hashOfA}  hed/M365/b.csv\n${hashOfA} *k12/c d.csv\n`);
  const [first, second, ...others] = await committedSet(folder, 'k12');
  expect([first?.path, first?.sha256, second?.path, others]).toEqual(['M365/a.csv', hashOfA, 'c d.csv', []]);
  await fs.writeFile(nodePath.join(folder, 'k12', 'M365', 'a.csv'), 'a');
  expect((await first?.read())?.toString()).toBe('a');
  await fs.writeFile(nodePath.join(folder, 'k12', 'M365', 'a.csv'), 'b');
  expect(await thrownBy(() => first?.read())).toEqual({
    code: 'TEST_DATA_CHANGED',
    message: 'A file of the test set is not the committed one.',
    place: { file: 'test_data/k12/M365/a.csv' },
  });
  expect(await thrownBy(() => second?.read())).toEqual({
    code: 'TEST_DATA_MISSING',
    message: 'A part of the test set is missing.',
    place: { file: 'test_data/k12/c d.csv' },
  });
});

test('a set or a list that is not there', async () => {
  const missing = { code: 'TEST_DATA_MISSING', message: 'A part of the test set is missing.' };
  const folder = await testData(`${hashOfA}  k12/M365/a.csv\n`);
  expect(await thrownBy(() => committedSet(folder, 'hed'))).toEqual({ ...missing, place: { file: 'test_data/hed/' } });
  expect(await thrownBy(() => committedSet(nodePath.join(folder, 'no'), 'k12'))).toEqual({
    ...missing,
    place: { file: 'test_data/SHA256SUMS' },
  });
});

test('the committed sets are whole', async () => {
  for (const set of ['k12', 'hed']) {
    const files = await committedSet('test_data', set);
    expect(files.length).toBeGreaterThan(40);
    await Promise.all(files.map((file) => file.read()));
  }
});
