import fc from 'fast-check';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';
import { smallPaths } from '../support/small-lake';
import { validateLedgerEntry } from '../../src/contract/lake-schemas';
import type { LedgerEntry, LedgerEvent } from '../../src/contract/lake-format';
import { LandingLedger } from '../../src/engine/landing-ledger';
import { foldLedger } from '../../src/engine/landing-state';
import { FolderStore } from '../../src/lake/folder-store';

/** lake-format.md §2: entries are numbered from 0, created once, never changed; every 50th is followed by a checkpoint. */

const temporaryFolder = useTemporaryFolders();
const at = new Date('2022-01-28T06:16:22.123Z');
const folder = smallPaths.landingLedger;
const name = (sequence: number): string => `${folder}/${String(sequence).padStart(20, '0')}.json`;

async function newStore(): Promise<FolderStore> {
  return new FolderStore(await temporaryFolder(), { durable: false });
}

function open(store: FolderStore, runId = 'run-1'): Promise<LandingLedger> {
  return LandingLedger.open(store, smallPaths, { runId, engine: 'duckdb' });
}

function landed(batch: number): LedgerEvent {
  const delivered = `activity/2022-01-28/${batch}.csv`;
  const hash = String(batch % 10).repeat(64);
  const file = { delivered, landed: `stage1/${batch}.csv`, bytes: 3, sha256: hash, modified: at.toISOString() };
  const rundate = '2022-01-28 00:00:00';
  return {
    event: 'landed',
    batch,
    unit: delivered,
    table: 'activity',
    kind: 'additive',
    rundate,
    files: [file],
    contentHash: hash,
  };
}

async function filled(entries: number): Promise<FolderStore> {
  const store = await newStore();
  const ledger = await open(store);
  for (let batch = 1; batch <= entries; batch++) await ledger.append([landed(batch)], at);
  return store;
}

test('an empty lake has an empty ledger', async () => {
  expect((await open(await newStore())).state).toEqual({
    nextSequence: 0,
    nextBatch: 1,
    units: [],
    confirmed: new Set(),
    quarantined: new Map(),
    catalogue: undefined,
    rebuilding: false,
  });
});

test('an entry is written as the format says, and read back', async () => {
  const store = await filled(1);
  const entry = JSON.parse((await store.read(name(0))).toString()) as LedgerEntry;
  expect(entry).toEqual({
    format: 1,
    sequence: 0,
    at: '2022-01-28T06:16:22.123Z',
    runId: 'run-1',
    engine: 'duckdb',
    events: [landed(1)],
  });
  expect(validateLedgerEntry(entry)).toBe(undefined);
  expect((await open(store)).state).toEqual(foldLedger([entry]));
});

test('every 50th entry is followed by a checkpoint, from which readers start', async () => {
  const store = await filled(103);
  const names = (await store.list(folder)).map(({ path }) => path.slice(folder.length + 1));
  expect(names.filter((one) => one.startsWith('checkpoint'))).toEqual([
    'checkpoint-00000000000000000049.json',
    'checkpoint-00000000000000000099.json',
  ]);
  const whole = (await open(store)).state;
  await store.remove(Array.from({ length: 100 }, (_, sequence) => name(sequence)));
  const state = (await open(store)).state;
  expect(state).toEqual(whole);
  expect([state.nextSequence, state.nextBatch, state.units.length]).toEqual([103, 104, 103]);
  const ledger = await open(store);
  await ledger.append([landed(104)], at);
  expect((await open(store)).state).toEqual(ledger.state);
});

test('a checkpoint that was not written any more is not missed', async () => {
  const store = await filled(52);
  await store.remove([`${folder}/checkpoint-${'49'.padStart(20, '0')}.json`]);
  expect((await open(store)).state.nextSequence).toBe(52);
});

test('LEDGER_CONFLICT: of two writers that read the same entries one is refused', async () => {
  const store = await filled(1);
  const [one, other] = [await open(store, 'run-2'), await open(store, 'run-3')];
  await one.append([landed(2)], at);
  expect(await thrownBy(() => other.append([landed(2)], at))).toEqual({
    code: 'LEDGER_CONFLICT',
    message: 'Another run has written to the landing ledger meanwhile.',
    place: { file: name(1) },
  });
  expect((await open(store)).state).toEqual(one.state);
  expect(other.state.nextSequence).toBe(1);
});

test.each<[string, (store: FolderStore) => Promise<void>, string, string]>([
  [
    'a gap',
    (store) => store.remove([name(1)]),
    'An entry of the landing ledger is entry 2 where entry 1 was expected.',
    name(2),
  ],
  [
    'no first entry',
    (store) => store.remove([name(0)]),
    'An entry of the landing ledger is entry 1 where entry 0 was expected.',
    name(1),
  ],
  [
    'half an entry',
    (store) => store.write(name(2), '{"format": 1,'),
    'An entry of the landing ledger is not JSON.',
    name(2),
  ],
  [
    'an entry of a later format',
    async (store) => store.write(name(1), (await store.read(name(1))).toString().replace('"format": 1', '"format": 2')),
    'An entry of the landing ledger does not fit its schema: /format must be 1.',
    name(1),
  ],
  [
    'an entry under the wrong name',
    async (store) => store.write(name(1), await store.read(name(2))),
    'An entry of the landing ledger is entry 2 where entry 1 was expected.',
    name(1),
  ],
  [
    'an entry that was moved to a later place',
    async (store) => {
      await store.write(name(2), await store.read(name(1)));
      await store.remove([name(1)]);
    },
    'An entry of the landing ledger is entry 1 under another number.',
    name(2),
  ],
  [
    'a checkpoint that is no list',
    (store) => store.write(`${folder}/checkpoint-${'2'.padStart(20, '0')}.json`, '{}'),
    'An entry of the landing ledger is not a list of entries.',
    `${folder}/checkpoint-${'2'.padStart(20, '0')}.json`,
  ],
])('LEDGER_BROKEN: %s', async (_, damage, message, file) => {
  const store = await filled(3);
  await damage(store);
  expect(await thrownBy(() => open(store))).toEqual({ code: 'LEDGER_BROKEN', message, place: { file } });
});

test('LEDGER_BROKEN: a checkpoint whose entries are not the ones it is named after', async () => {
  const store = await filled(52);
  const checkpoint = `${folder}/checkpoint-${'49'.padStart(20, '0')}.json`;
  const entries = JSON.parse((await store.read(checkpoint)).toString()) as LedgerEntry[];
  await store.write(checkpoint, JSON.stringify([...entries.slice(0, 10), ...entries.slice(11)]));
  expect(await thrownBy(() => open(store))).toEqual({
    code: 'LEDGER_BROKEN',
    message: 'An entry of the landing ledger is entry 11 where entry 10 was expected.',
    place: { file: checkpoint },
  });
});

test('LEDGER_BROKEN: a checkpoint that lacks its last entries', async () => {
  const store = await filled(52);
  const checkpoint = `${folder}/checkpoint-${'49'.padStart(20, '0')}.json`;
  const entries = JSON.parse((await store.read(checkpoint)).toString()) as LedgerEntry[];
  await store.write(checkpoint, JSON.stringify(entries.slice(0, 48)));
  expect(await thrownBy(() => open(store))).toEqual({
    code: 'LEDGER_BROKEN',
    message: 'An entry of the landing ledger ends before entry 49.',
    place: { file: checkpoint },
  });
});

test('reading what was written gives the same state, for any number of entries', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 60 }), async (sizes) => {
      const store = await newStore();
      const ledger = await open(store);
      let batch = 1;
      for (const size of sizes)
        await ledger.append(
          Array.from({ length: size }, () => landed(batch++)),
          at,
        );
      expect((await open(store)).state).toEqual(ledger.state);
      expect(ledger.state.units.length).toBe(batch - 1);
    }),
    { numRuns: 10 },
  );
});
