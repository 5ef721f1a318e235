import { BlobStore } from '../../src/lake/blob-store';
import { BlobTestData } from '../../src/operations/blob-test-data';
import { startAzurite, type Azurite } from '../support/azurite';
import { thrownBy } from '../support/thrown';

let azurite: Azurite;
let store: BlobStore;
let place: BlobTestData;

beforeAll(async () => {
  azurite = await startAzurite();
  await azurite.service.createContainer('oea');
  store = new BlobStore(azurite.service);
  place = new BlobTestData(azurite.service, 'k12');
});

afterAll(async () => {
  await store.close();
  await azurite.stop();
});

const md5OfA = '0cc175b9c0f1b6a831c399e269772661';

test('files are told apart by who wrote them; folder markers are no files', async () => {
  const oea = azurite.service.getContainerClient('oea');
  const folder = 'pre_landing/test_data/k12';
  for (const marker of ['pre_landing', 'pre_landing/test_data', folder, `${folder}/M365`]) {
    await oea.getBlockBlobClient(marker).upload('', 0, { metadata: { Hdi_isfolder: 'true' } });
  }
  await place.upload('M365/ours.csv', Buffer.from('a'), 'hash');
  await oea.getBlockBlobClient(`${folder}/theirs.csv`).upload('a', 1);
  await oea.getBlockBlobClient('pre_landing/test_data/hed/other.csv').upload('a', 1);
  expect(await place.list()).toEqual([
    { path: 'M365/ours.csv', sha256: 'hash', md5: md5OfA },
    { path: 'theirs.csv', md5: md5OfA },
  ]);
  await place.remove(['M365/ours.csv', 'M365/gone.csv']);
  const left: string[] = [];
  for await (const { name } of oea.listBlobsFlat()) left.push(name);
  expect(left).toEqual([
    'pre_landing',
    'pre_landing/test_data',
    'pre_landing/test_data/hed/other.csv',
    folder,
    `${folder}/theirs.csv`,
  ]);
});

test('a file of ours that somebody replaced is no longer ours', async () => {
  await place.upload('M365/replaced.csv', Buffer.from('b'), 'hash');
  await store.write('oea/pre_landing/test_data/k12/M365/replaced.csv', 'a');
  expect(await place.list()).toContainEqual({ path: 'M365/replaced.csv', md5: md5OfA });
});

test('an account without the container', async () => {
  const elsewhere = { getContainerClient: () => azurite.service.getContainerClient('none') };
  const nowhere = new BlobTestData(elsewhere, 'k12');
  const told = {
    code: 'LAKE_STORE_FAILED',
    message: 'The storage account has no such container.',
  };
  expect(await thrownBy(() => nowhere.list())).toEqual({ ...told, place: { path: 'none/pre_landing/test_data/k12' } });
  expect(await thrownBy(() => nowhere.upload('a', Buffer.from(''), 'h'))).toEqual({
    ...told,
    place: { path: 'none/pre_landing/test_data/k12/a' },
  });
});

test('the last file of a set takes the folder of the set with it, and no folder above', async () => {
  const hed = new BlobTestData(azurite.service, 'hed');
  const oea = azurite.service.getContainerClient('oea');
  await oea.deleteBlob('pre_landing/test_data/hed/other.csv');
  for (const marker of ['pre_landing/test_data/hed', 'pre_landing/test_data/hed/a']) {
    await oea.getBlockBlobClient(marker).upload('', 0, { metadata: { hdi_isfolder: 'true' } });
  }
  await hed.upload('a/b.csv', Buffer.from('b'), 'hash');
  await hed.remove(['a/b.csv']);
  expect(await hed.list()).toEqual([]);
  const left: string[] = [];
  for await (const { name } of oea.listBlobsFlat({ prefix: 'pre_landing/test_data' })) left.push(name);
  expect(left).toEqual([
    'pre_landing/test_data',
    'pre_landing/test_data/k12',
    'pre_landing/test_data/k12/M365/replaced.csv',
    'pre_landing/test_data/k12/theirs.csv',
  ]);
});
