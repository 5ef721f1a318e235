import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { FolderStore } from '../../src/lake/folder-store';
import { BlobDrop } from '../../src/operations/blob-drop';
import { FaultyAccount } from '../support/faulty-account';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';
import {
  everyFile,
  lastingFaults,
  passingFaults,
  personFile,
  requestsOfAnUpload,
  useUploadBench,
} from '../support/upload-bench';

/** An upload through a client whose requests fail; test/thorough lets each of them fail in turn. */

const temporaryFolder = useTemporaryFolders();
const bench = useUploadBench();

test.each(passingFaults)('%s once: the same result', async (_, fault, waits) => {
  await bench().failOnce(fault, waits, 3);
});

test.each(lastingFaults)('%s for ever: a clear error, nothing half written', async (_, fault, what) => {
  await bench().failFrom(fault, what, requestsOfAnUpload);
});

test('503 for longer than the client asks again: waits as long as the service says, then goes on', async () => {
  const account = new FaultyAccount(bench().azurite);
  account.faultAt = (n) => (n >= 3 && n < 3 + 7 ? { status: 503, code: 'ServerBusy', retryAfter: '5' } : undefined);
  const directory = bench().newDirectory();
  await bench().upload(account, directory);
  expect(await bench().placed(directory)).toEqual(everyFile);
  expect(account.waits.length).toBeGreaterThanOrEqual(1);
  expect(new Set(account.waits)).toEqual(new Set([5000]));
});

test('tokens that end during the upload are renewed, also when the service says so first', async () => {
  const short = new FaultyAccount(bench().azurite);
  short.lifetime = 1;
  // A token lives only until ten others were given: requests under way at once have one each.
  short.accepts = (token) => Number(token.slice('token-'.length)) > short.issued - 10;
  const one = bench().newDirectory();
  await bench().upload(short, one);
  expect([await bench().placed(one), short.issued > 3]).toEqual([everyFile, true]);

  const revoked = new FaultyAccount(bench().azurite);
  revoked.accepts = (token, n) => n < 5 || token !== 'token-1';
  const other = bench().newDirectory();
  await bench().upload(revoked, other);
  expect([await bench().placed(other), revoked.issued > 1]).toEqual([everyFile, true]);
});

test('tokens that nobody accepts', async () => {
  const account = new FaultyAccount(bench().azurite);
  account.accepts = (_, n) => n < 5;
  expect((await thrownBy(() => bench().upload(account, bench().newDirectory()))).message).toBe(
    'The storage account refused an operation (401 InvalidAuthenticationInfo).',
  );
});

test('a file that somebody else writes meanwhile is not overwritten', async () => {
  const account = new FaultyAccount(bench().azurite);
  const directory = bench().newDirectory();
  const path = `${bench().folderOf(directory)}/${personFile}`;
  await bench().store.write(path, 'theirs');
  const again = new BlobDrop(account.client(), directory);
  const [found] = (await again.list()).filter((file) => file.path.endsWith('Person/a.csv'));
  const file = {
    path: personFile,
    bytes: 6,
    sha256: await bench().drop.sha256(personFile),
    md5: '',
  };
  for (const replaces of [undefined, '"0x8D0000000000000"']) {
    expect(await thrownBy(() => again.put(bench().drop, file, replaces))).toEqual({
      code: 'UPLOAD_OVERTAKEN',
      message: 'Somebody else wrote this file during the upload.',
      place: { path },
    });
  }
  expect([found?.bytes, (await bench().store.read(path)).toString()]).toEqual([6, 'theirs']);
  await again.close();
});

test('a file of several blocks whose last one fails does not appear', async () => {
  const root = await temporaryFolder();
  await fs.mkdir(nodePath.join(root, 'M365'));
  await fs.writeFile(nodePath.join(root, 'M365', 'large.csv'), Buffer.alloc(9 * 1024 * 1024, 'signal\n'));
  const large = new FolderStore(root, { durable: false });
  const file = { path: 'M365/large.csv', bytes: 0, sha256: await large.sha256('M365/large.csv'), md5: '' };
  const account = new FaultyAccount(bench().azurite);
  const directory = bench().newDirectory();
  const place = new BlobDrop(account.client(), directory);
  account.faultAt = (n) => (n >= 3 ? 'lost request' : undefined);
  expect((await thrownBy(() => place.put(large, file, undefined))).code).toBe('LAKE_STORE_FAILED');
  expect(await bench().store.list(bench().folderOf(directory))).toEqual([]);
  account.faultAt = (n) => (n % 2 === 0 ? 'lost answer' : undefined);
  await place.put(large, file, undefined);
  expect(await bench().store.sha256(`${bench().folderOf(directory)}/M365/large.csv`)).toBe(file.sha256);
  await place.close();
});

test('a file of the drop that changes during the upload does not appear', async () => {
  const directory = bench().newDirectory();
  const place = new BlobDrop(new FaultyAccount(bench().azurite).client(), directory);
  const path = personFile;
  const file = { path, bytes: 6, sha256: 'of other bytes', md5: '' };
  expect(await thrownBy(() => place.put(bench().drop, file, undefined))).toEqual({
    code: 'DROP_CHANGED',
    message: 'A file of the drop changed during the upload.',
    place: { file: path },
  });
  expect(await bench().placed(directory)).toEqual([]);
  await place.close();
});

test('an interruption ends the request under way', async () => {
  const interruption = new AbortController();
  const account = new FaultyAccount(bench().azurite);
  account.faultAt = (n) => {
    if (n === 2) interruption.abort();
    return undefined;
  };
  const directory = bench().newDirectory();
  expect((await thrownBy(() => bench().upload(account, directory, interruption.signal))).code).toBe(
    'OPERATION_INTERRUPTED',
  );
  expect(await bench().placed(directory)).toEqual([]);
});
