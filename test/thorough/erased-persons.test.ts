import { erasureKeyName } from '../../src/contract/salt';
import { decide, erase, eraseConfirmed, filesWith, refusalOf, verificationErrors } from '../support/erasure';
import { erasureCatalogue, erasureRoster, useErasureLake } from '../support/erasure-drop';
import { smallRow, smallRows, writeDrop } from '../support/small-drop';
import { readTable, runEngine } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const catalogue = erasureCatalogue;
const bench = useErasureLake();

test('ERASE2: who returns stays erased, also after a rebuild and under another salt', async () => {
  const place = await bench();
  await eraseConfirmed(place, 'Person-2');
  const erasureKey = place.keeper.values.get(erasureKeyName('dev'));
  const next = await temporaryFolder();
  const activity = [
    smallRow('activity', 20, { ActorId: ' AADUSER-2 ' }),
    smallRow('activity', 21, { ActorId: 'AadUser-1' }),
  ];
  await writeDrop(
    next,
    { roster: { '2022-01-29T06-16-22': erasureRoster }, activity: { '2022-01-29/a.csv': activity } },
    catalogue,
  );
  const { lake } = place;
  const report = await runEngine({ drop: next, lake, catalogue, erasureKey });
  // Delivered are what landed and what was left out, and the report of the run says both.
  expect(report.tables.map(({ table, landed, erased }) => [table, landed, erased])).toEqual([
    ['activity', 1, 1],
    ['AadUser', 4, 2],
    ['AadUserPersonMapping', 4, 2],
    ['Person', 5, 2],
    ['PersonDemographicRace', 5, 1],
    ['PersonRelationship', 5, 1],
  ]);
  const ids = async (): Promise<unknown[]> =>
    ((await readTable(lake, 'Ingested_Corrected', 'Person', ['Id'])) ?? []).map(({ Id }) => Id);
  const others = ['Person-1', 'Person-3', 'Person-4', 'Person-5', 'Person-6'];
  expect(await ids()).toEqual(others);
  expect((await readTable(lake, 'Ingested_Corrected', 'activity'))?.length).toBe(9);
  await runEngine({ drop: next, lake, catalogue, erasureKey, rebuild: true, salt: 'another salt, 16 characters' });
  expect(await ids()).toEqual(others);
  expect(await verificationErrors(lake, catalogue, 'another salt, 16 characters')).toEqual([]);
});

test('ERASE1: lifted, a person comes back with the next delivery', async () => {
  const place = await bench();
  await eraseConfirmed(place, 'Person-2');
  expect(await decide(place, 'aaduser-6', 'lift')).toBe(3);
  const next = await temporaryFolder();
  await writeDrop(next, { roster: { '2022-01-29T06-16-22': erasureRoster } }, catalogue);
  const erasureKey = place.keeper.values.get(erasureKeyName('dev'));
  await runEngine({ drop: next, lake: place.lake, catalogue, erasureKey });
  expect((await readTable(place.lake, 'Ingested_Corrected', 'Person'))?.length).toBe(6);
  expect(await refusalOf(decide(place, 'aaduser-6', 'lift'))).toContain(
    'PERSON_UNKNOWN: Nobody of this identifier is erased here.',
  );
});

test('ERASE2: without the key of the tombstones, or with another, nothing lands', async () => {
  const place = await bench();
  await eraseConfirmed(place, 'Person-2');
  const next = await temporaryFolder();
  await writeDrop(next, { roster: { '2022-01-29T06-16-22': {} } }, catalogue);
  const run = (erasureKey?: string): Promise<unknown> =>
    runEngine({ drop: next, lake: place.lake, catalogue, erasureKey });
  const where = '  where: oea/dev/stage2/Ingested/M365/_erasure';
  expect(await refusalOf(run())).toBe(
    [
      'ERASURE_KEY_MISSING: The erasure key of this workspace is not there.',
      where,
      '  next:  Restore it with `insights salt restore`: without it the erased persons would come back.',
    ].join('\n'),
  );
  expect(await refusalOf(run('another key'))).toBe(
    [
      'ERASURE_KEY_DIFFERS: The erasure key is not the one of the tombstones in this lake.',
      where,
      '  next:  Restore the right one with `insights salt restore`: with another key the erased persons would come back.',
    ].join('\n'),
  );
});

test('ERASE1, ERASE2: who returns under another account, or as another person of the account, is erased too', async () => {
  const place = await bench();
  const { lake } = place;
  await eraseConfirmed(place, 'Person-2');
  const erasureKey = place.keeper.values.get(erasureKeyName('dev'));
  // Activity of the new account came a day before the mapping that says whose it is.
  const early = await temporaryFolder();
  const signal = (n: number) => smallRow('activity', n, { ActorId: 'AadUser-77' });
  await writeDrop(early, { activity: { '2022-01-29/a.csv': [signal(20)] } }, catalogue);
  await runEngine({ drop: early, lake, catalogue, erasureKey });
  const next = await temporaryFolder();
  const roster = {
    ...erasureRoster,
    AadUser: [...smallRows('AadUser'), smallRow('AadUser', 77)],
    Person: [...smallRows('Person'), smallRow('Person', 88)],
    AadUserPersonMapping: [
      ...smallRows('AadUserPersonMapping', 5),
      smallRow('AadUserPersonMapping', 2, { ObjectId: 'AADUSER-77' }),
      smallRow('AadUserPersonMapping', 88, { ObjectId: 'AadUser-77', PersonId: 'Person-88' }),
    ],
  };
  const activity = { '2022-01-30/b.csv': [signal(21), smallRow('activity', 22, { ActorId: 'AadUser-1' })] };
  await writeDrop(next, { roster: { '2022-01-30T06-16-22': roster }, activity }, catalogue);
  const { messages } = await runEngine({ drop: next, lake, catalogue, erasureKey });
  expect(messages.filter(({ code }) => code === 'ERASE2')).toEqual([
    {
      severity: 'warning',
      code: 'ERASE2',
      message:
        'The delivered mapping connects erased persons with 2 more accounts or persons, which are left out too. ' +
        '`insights erase --resume` erases what landed of them before.',
    },
  ]);
  const column = async (table: string, name: string): Promise<unknown[]> =>
    ((await readTable(lake, 'Ingested_Corrected', table, [name])) ?? []).map((row) => row[name]).sort();
  expect(await column('AadUser', 'ObjectId')).toEqual(['AadUser-1', 'AadUser-3', 'AadUser-4', 'AadUser-5']);
  expect(await column('Person', 'Id')).toEqual(['Person-1', 'Person-3', 'Person-4', 'Person-5', 'Person-6']);
  expect((await column('activity', 'ActorId')).filter((one) => one === 'AadUser-77')).toEqual(['AadUser-77']);
  expect(await verificationErrors(lake, catalogue, undefined, async () => erasureKey)).toContainEqual(
    expect.stringMatching(/names persons who were erased: .*activity$/),
  );

  const resumed = await erase(place, undefined);
  expect(resumed.proof?.found).toEqual([]);
  expect(await filesWith(lake, ['Person-2', 'Person-88', 'AadUser-2', 'AadUser-77'])).toEqual([]);
  expect(await verificationErrors(lake, catalogue, undefined, async () => erasureKey)).toEqual([]);
  // All of them come back together.
  expect(await decide(place, 'Person-88', 'lift')).toBe(5);
});

test('ERASE1: nobody under a legal hold is erased because a mapping says so', async () => {
  const place = await bench();
  await decide(place, 'Person-3', 'hold');
  await eraseConfirmed(place, 'Person-2');
  const erasureKey = place.keeper.values.get(erasureKeyName('dev'));
  const next = await temporaryFolder();
  const roster = {
    ...erasureRoster,
    AadUserPersonMapping: [
      ...smallRows('AadUserPersonMapping', 5),
      smallRow('AadUserPersonMapping', 3, { PersonId: 'Person-2' }),
    ],
  };
  await writeDrop(next, { roster: { '2022-01-30T06-16-22': roster } }, catalogue);
  const { messages } = await runEngine({ drop: next, lake: place.lake, catalogue, erasureKey });
  expect(messages.filter(({ code }) => code === 'ERASE2')).toEqual([]);
  expect((await readTable(place.lake, 'Ingested_Corrected', 'AadUser'))?.length).toBe(4);
});
