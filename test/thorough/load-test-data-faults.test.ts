import { createHash } from 'node:crypto';
import { BlobTestData } from '../../src/operations/blob-test-data';
import type { SetFile } from '../../src/operations/committed-set';
import { loadTestData, removeTestData } from '../../src/operations/load-test-data';
import { FakeClock } from '../operations/operation-fakes';
import { startAzurite, type Azurite } from '../support/azurite';
import { FaultyAccount } from '../support/faulty-account';
import { thrownBy } from '../support/thrown';
import { lastingFaults, passingFaults } from '../support/upload-bench';

/** The operation LoadTestData on an account whose requests fail: every fault at every request. */

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite();
  await azurite.service.createContainer('oea');
});

afterAll(() => azurite.stop());

const files = ['a.csv', 'M365/b.csv', 'M365/roster/c.csv'].map((path): SetFile => {
  const content = Buffer.from(`content of ${path}\n`);
  return { path, sha256: createHash('sha256').update(content).digest('hex'), read: async () => content };
});
let sets = 0;

/** An account and a set that nobody has loaded yet. */
function emptySet() {
  const account = new FaultyAccount(azurite);
  const set = `set-${(sets += 1)}`;
  const around = { clock: new FakeClock(), print: () => undefined };
  const portsOf = (client: FaultyAccount | Azurite) => ({
    ...around,
    place: new BlobTestData(client instanceof FaultyAccount ? client.client() : client.service, set),
  });
  return { account, faulty: portsOf(account), steady: portsOf(azurite) };
}

async function requestsOfOneLoad(): Promise<number> {
  const { account, faulty } = emptySet();
  expect(await loadTestData(files, faulty)).toMatchObject({ uploaded: files.length });
  return account.requests.length;
}

test.each(passingFaults)('%s once, at any request of a load and of a removal: the same result', async (_, fault) => {
  const requests = await requestsOfOneLoad();
  for (let at = 1; at <= requests; at += 1) {
    const { account, faulty, steady } = emptySet();
    account.faultAt = (n) => (n === at ? fault : undefined);
    expect(await loadTestData(files, faulty)).toMatchObject({ uploaded: files.length, removed: 0 });
    expect(await loadTestData(files, steady)).toMatchObject({ uploaded: 0, skipped: files.length });
    const before = account.requests.length;
    account.faultAt = (n) => (n === before + at ? fault : undefined);
    expect(await removeTestData(faulty)).toMatchObject({ removed: files.length });
    expect(await steady.place.list()).toEqual([]);
  }
});

test.each(lastingFaults)(
  '%s from any request on: a clear error, and the next run completes the set',
  async (_, fault, what) => {
    const requests = await requestsOfOneLoad();
    for (let from = 1; from <= requests; from += 1) {
      const { account, faulty, steady } = emptySet();
      account.faultAt = (n) => (n >= from ? fault : undefined);
      expect(await thrownBy(() => loadTestData(files, faulty))).toMatchObject({
        code: 'LAKE_STORE_FAILED',
        message: `The storage account refused an operation (${what}).`,
      });
      const { uploaded, skipped } = await loadTestData(files, steady);
      expect(uploaded + skipped).toBe(files.length);
      expect((await steady.place.list()).map(({ path, sha256 }) => [path, sha256]).sort()).toEqual(
        files.map(({ path, sha256 }) => [path, sha256]).sort(),
      );
    }
  },
);
