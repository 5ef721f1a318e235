import { useTemporaryFolders } from '../support/temporary-folder';
import { ledgerProblems } from '../support/ledger-equations';
import { smallCatalogue, smallRow, smallRows, writeDrop } from '../support/small-drop';
import { readCommitLedgers, readLandingLedger, readTable, runEngine } from '../support/small-lake';

/** ROW12: snapshot, additive, delta, delete inside one rundate; what deltas and deletes do to each stage. */

const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['Organization', 'AadUser', 'activity']);
const settings = { requiredTables: ['AadUser'] };
const day1 = '2022-01-28T00-00-00';
const day2 = '2022-01-29T00-00-00';

async function folders(): Promise<{ drop: string; lake: string }> {
  return { drop: await temporaryFolder(), lake: await temporaryFolder() };
}

async function values(lake: string, stage: Parameters<typeof readTable>[1], column: string): Promise<unknown[]> {
  return ((await readTable(lake, stage, 'AadUser', [column])) ?? []).map((row) => row[column]).sort();
}

test('ROW12: inside one rundate the order is snapshot, activity, delta, delete', async () => {
  const { drop, lake } = await folders();
  await writeDrop(
    drop,
    {
      roster: { [day1]: {} },
      rosterDelta: { [day1]: { AadUser: [smallRow('AadUser', 2, { GivenName: 'Delta' }), smallRow('AadUser', 9)] } },
      rosterDelete: { [day1]: { AadUser: [smallRow('AadUser', 9), smallRow('AadUser', 1)] } },
      activity: { '2022-01-28/a.csv': [{}] },
    },
    catalogue,
  );
  const report = await runEngine({ drop, lake, catalogue, settings });
  expect(report.units).toEqual([
    { unit: `roster/${day1}`, rundate: '2022-01-28 00:00:00', status: 'processed', batches: 2 },
    { unit: 'activity/2022-01-28/a.csv', rundate: '2022-01-28 00:00:00', status: 'processed', batches: 1 },
    { unit: `roster_delta/${day1}`, rundate: '2022-01-28 00:00:00', status: 'processed', batches: 1 },
    { unit: `roster_delete/${day1}`, rundate: '2022-01-28 00:00:00', status: 'processed', batches: 1 },
  ]);
  const rows = await readTable(lake, 'Ingested_Corrected', 'AadUser', ['ObjectId', 'GivenName']);
  expect(rows).toEqual([
    { ObjectId: 'AadUser-2', GivenName: 'Delta' },
    ...[3, 4, 5, 6].map((n) => ({ ObjectId: `AadUser-${n}`, GivenName: `GivenName of AadUser ${n}` })),
  ]);
  const ingested = await values(lake, 'Ingested', '_c0');
  expect(ingested).toEqual(['AadUser-2', 'AadUser-3', 'AadUser-4', 'AadUser-5', 'AadUser-6']);
  expect(await values(lake, 'sensitive', 'ObjectId')).toEqual(ingested);
  expect((await values(lake, 'general', 'ObjectId_pseudonym')).length).toBe(5);
  expect(await ledgerProblems(lake, catalogue)).toEqual([]);
});

test('ROW12: a delta upserts and counts what it replaced, what was equal and what is new', async () => {
  const { drop, lake } = await folders();
  await writeDrop(drop, { roster: { [day1]: {} } }, catalogue);
  await runEngine({ drop, lake, catalogue, settings });
  const changed = smallRow('AadUser', 3, { Surname: 'Changed' });
  await writeDrop(drop, {
    rosterDelta: { [day2]: { AadUser: [smallRow('AadUser', 2), changed, smallRow('AadUser', 7)] } },
  });
  await runEngine({ drop, lake, catalogue, settings });
  const rows = (ledgers: Awaited<ReturnType<typeof readCommitLedgers>>): unknown => ledgers.at(-1)?.rows;
  const none = { duplicates: 0, rejected: {}, superseded: 0, applied: 0, removed: 0, kept: 0 };
  expect(rows(await readCommitLedgers(lake, 'Ingested', 'AadUser'))).toEqual({
    ...none,
    in: 3,
    written: 3,
    superseded: 2,
    total: 7,
  });
  expect(rows(await readCommitLedgers(lake, 'Ingested_Corrected', 'AadUser'))).toEqual({
    ...none,
    in: 3,
    written: 2,
    duplicates: 1,
    superseded: 1,
    total: 7,
  });
  expect(rows(await readCommitLedgers(lake, 'general', 'AadUser'))).toEqual({
    ...none,
    in: 7,
    written: 7,
    superseded: 6,
    total: 7,
  });
  const surnames = await readTable(lake, 'sensitive', 'AadUser', ['ObjectId', 'Surname']);
  expect(surnames?.find(({ ObjectId }) => ObjectId === 'AadUser-3')).toEqual({
    ObjectId: 'AadUser-3',
    Surname: 'Changed',
  });
  expect(await ledgerProblems(lake, catalogue)).toEqual([]);
});

test('ROW12: a delete file may hold the key cells only; keys that are not there remove nothing', async () => {
  const { drop, lake } = await folders();
  await writeDrop(drop, { roster: { [day1]: {} } }, catalogue);
  await runEngine({ drop, lake, catalogue, settings });
  await writeDrop(drop, { rosterDelete: { [day2]: { AadUser: [['AadUser-4'], ['AadUser-77']] } } });
  const report = await runEngine({ drop, lake, catalogue, settings });
  expect(report.outcome).toBe('succeeded');
  const left = ['AadUser-1', 'AadUser-2', 'AadUser-3', 'AadUser-5', 'AadUser-6'];
  expect(await values(lake, 'Ingested', '_c0')).toEqual(left);
  expect(await values(lake, 'Ingested_Corrected', 'ObjectId')).toEqual(left);
  expect(await values(lake, 'sensitive', 'ObjectId')).toEqual(left);
  const ledger = (await readCommitLedgers(lake, 'Ingested_Corrected', 'AadUser')).at(-1);
  expect([ledger?.kind, ledger?.rows]).toEqual([
    'delete',
    { in: 2, written: 0, duplicates: 0, rejected: {}, superseded: 0, applied: 2, removed: 1, kept: 0, total: 5 },
  ]);
  expect(await ledgerProblems(lake, catalogue)).toEqual([]);
});

test('ROW12: deleting a whole table leaves it without rows, and a delta fills it again', async () => {
  const { drop, lake } = await folders();
  await writeDrop(drop, { roster: { [day1]: {} } }, catalogue);
  const everyKey = Array.from({ length: 6 }, (_, index) => [`AadUser-${index + 1}`]);
  await writeDrop(drop, { rosterDelete: { [day2]: { AadUser: everyKey } } });
  await runEngine({ drop, lake, catalogue, settings });
  for (const stage of ['Ingested', 'Ingested_Corrected', 'general', 'sensitive'] as const) {
    expect([stage, await readTable(lake, stage, 'AadUser')]).toEqual([stage, []]);
  }
  await writeDrop(drop, { rosterDelta: { '2022-01-30T00-00-00': { AadUser: smallRows('AadUser', 2) } } });
  await runEngine({ drop, lake, catalogue, settings });
  expect(await values(lake, 'sensitive', 'ObjectId')).toEqual(['AadUser-1', 'AadUser-2']);
  expect(await ledgerProblems(lake, catalogue)).toEqual([]);
});

test('ROW4, ROW12: a delta older than the newest snapshot is landed, superseded and never ingested', async () => {
  const { drop, lake } = await folders();
  await writeDrop(drop, { roster: { [day2]: {} } }, catalogue);
  await runEngine({ drop, lake, catalogue, settings });
  await writeDrop(drop, { rosterDelta: { [day1]: { AadUser: [smallRow('AadUser', 9)] } } });
  const report = await runEngine({ drop, lake, catalogue, settings });
  expect(report.units).toEqual([
    { unit: `roster_delta/${day1}`, rundate: '2022-01-28 00:00:00', status: 'superseded', batches: 1 },
  ]);
  const events = (await readLandingLedger(lake)).at(-1)?.events ?? [];
  expect(events.map(({ event }) => event)).toEqual(['landed', 'superseded']);
  expect(events.at(-1)).toEqual({
    event: 'superseded',
    unit: `roster_delta/${day1}`,
    rundate: '2022-01-28 00:00:00',
    by: '2022-01-29 00:00:00',
  });
  expect((await values(lake, 'Ingested', '_c0')).length).toBe(6);
});

test('ROW12: a delta that was landed before an older snapshot came is applied after it', async () => {
  const { drop, lake } = await folders();
  const unfit = Array.from({ length: 12 }, (_, index) => [`AadUser-${index + 1}`, 'x']);
  await writeDrop(drop, { rosterDelta: { [day2]: { AadUser: unfit } } });
  const first = await runEngine({ drop, lake, catalogue, settings });
  expect(first.outcome).toBe('failed');
  await writeDrop(drop, { roster: { [day1]: {} } }, catalogue);
  const second = await runEngine({ drop, lake, catalogue, settings });
  expect(second.units.map(({ unit, status }) => [unit, status])).toEqual([
    [`roster/${day1}`, 'processed'],
    [`roster_delta/${day2}`, 'failed'],
  ]);
});

test('ROW12: of a row that is to be deleted only the key matters, also when all its cells are delivered', async () => {
  const { drop, lake } = await folders();
  await writeDrop(drop, { roster: { [day1]: {} } }, catalogue);
  await runEngine({ drop, lake, catalogue, settings });
  const width = smallRow('AadUser', 1).length;
  const row = ['AadUser-2', ...Array.from({ length: width - 1 }, () => '')];
  await writeDrop(drop, { rosterDelete: { [day2]: { AadUser: [row] } } }, catalogue);
  expect((await runEngine({ drop, lake, catalogue, settings })).outcome).toBe('succeeded');
  expect(await values(lake, 'sensitive', 'ObjectId')).not.toContain('AadUser-2');
});

test('ROW4: a delete before the first roster does not make that roster an older one', async () => {
  const { drop, lake } = await folders();
  await writeDrop(drop, { rosterDelete: { [day2]: { AadUser: [['AadUser-2']] } } }, catalogue);
  await runEngine({ drop, lake, catalogue, settings });
  await writeDrop(drop, { roster: { [day1]: {} } }, catalogue);
  const report = await runEngine({ drop, lake, catalogue, settings });
  expect(report.units.map(({ unit, status }) => [unit, status])).toEqual([[`roster/${day1}`, 'processed']]);
});
