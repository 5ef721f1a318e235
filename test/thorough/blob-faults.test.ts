import type { LandedEvent } from '../../src/contract/lake-format';
import { LakePaths } from '../../src/contract/lake-paths';
import { confirmRundate } from '../../src/engine/control';
import { LandingLedger } from '../../src/engine/landing-ledger';
import { BlobStore } from '../../src/lake/blob-store';
import { startAzurite, type Azurite } from '../support/azurite';
import { FaultyAccount, type Fault } from '../support/faulty-account';

/** A lake in an account whose answers get lost: what was done is not taken for somebody else's doing. */

let azurite: Azurite;
let store: BlobStore;

beforeAll(async () => {
  azurite = await startAzurite();
  for (const name of ['oea', 'stage1', 'stage2', 'stage3']) await azurite.service.createContainer(name);
  store = new BlobStore(azurite.service);
});

afterAll(async () => {
  await store.close();
  await azurite.stop();
});

test('a file that is made only where none is has one maker, whatever gets lost', async () => {
  const account = new FaultyAccount(azurite);
  const other = new BlobStore(account.client());
  for (const fault of ['lost request', 'lost answer'] as const) {
    const path = `stage2/commits/${fault}`;
    const first = account.requests.length + 1;
    account.faultAt = (n) => (n === first ? fault : undefined);
    expect([fault, await other.writeIfAbsent(path, 'the same'), await other.writeIfAbsent(path, 'the same')]).toEqual([
      fault,
      true,
      false,
    ]);
  }
  await other.close();
});

test('of several makers of the same bytes, all with lost answers, one is the first', async () => {
  const accounts = Array.from({ length: 4 }, () => new FaultyAccount(azurite));
  for (const account of accounts) account.faultAt = (n) => (n === 1 ? 'lost answer' : undefined);
  const stores = accounts.map((account) => new BlobStore(account.client()));
  const made = await Promise.all(stores.map((one) => one.writeIfAbsent('stage2/commits/race', 'the same')));
  expect(made.filter(Boolean)).toEqual([true]);
  for (const one of stores) await one.close();
});

const rundate = '2022-02-01 06:00:00';
const unit = { unit: 'roster/2022-02-01T06-00-00', rundate };
const landed: LandedEvent = {
  ...{ ...unit, kind: 'snapshot', event: 'landed', batch: 1, table: 'Organization', contentHash: '0'.repeat(64) },
  files: [{ delivered: 'a', landed: 'a', bytes: 0, sha256: '0'.repeat(64), modified: '2022-02-01T06:00:00.000Z' }],
};

/** A lake of its own, of which nothing is there but the ledger, with a snapshot that is held. */
async function heldLake(name: string): Promise<LakePaths> {
  const paths = new LakePaths(name, '1.14');
  const ledger = await LandingLedger.open(store, paths, { runId: 'test', engine: 'test' });
  await ledger.append([landed, { ...unit, event: 'held', findings: [] }], new Date(0));
  return paths;
}

test.each<Extract<Fault, string>>(['lost answer', 'lost request'])(
  'ROW5: with a %s at any request a confirmation is made once',
  async (fault) => {
    let count = 1;
    for (let at = 1; at <= count; at += 1) {
      const paths = await heldLake(`${fault.replace(' ', '-')}-${at}`);
      const account = new FaultyAccount(azurite);
      account.faultAt = (n) => (n === at ? fault : undefined);
      const faulty = new BlobStore(account.client());
      expect([at, await confirmRundate({ store: faulty, paths, rundate })]).toEqual([at, [unit.unit]]);
      await faulty.close();
      const ledger = await LandingLedger.open(store, paths, { runId: 'test', engine: 'test' });
      const { nextSequence, units, confirmed } = ledger.state;
      expect([at, nextSequence, units.map(({ status }) => status), [...confirmed]]).toEqual([
        at,
        2,
        ['pending'],
        [rundate],
      ]);
      const lock = await store.lock(paths.lock, 'the next run');
      expect([at, lock.takenOver]).toEqual([at, false]);
      await lock.release();
      // The request that failed was asked again.
      count = Math.max(count, account.requests.length - 1);
    }
    expect(count).toBeGreaterThan(5);
  },
);
