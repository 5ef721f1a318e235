import * as fs from 'node:fs/promises';
import { erasureKeyName } from '../../src/contract/salt';
import { decide, eraseConfirmed, refusalOf, verificationErrors, type ErasureBench } from '../support/erasure';
import { erasureActivity, erasureCatalogue, erasureRoster } from '../support/erasure-drop';
import { MemorySecrets } from '../support/memory-secrets';
import { smallRow, writeDrop } from '../support/small-drop';
import { readTable, runEngine } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const catalogue = erasureCatalogue;
let built: string;

beforeAll(async () => {
  const drop = await temporaryFolder();
  built = await temporaryFolder();
  const roster = { '2022-01-28T06-16-22': erasureRoster };
  await writeDrop(drop, { roster, activity: { '2022-01-28/a.csv': erasureActivity } }, catalogue);
  await runEngine({ drop, lake: built, catalogue });
});

async function bench(): Promise<ErasureBench<MemorySecrets>> {
  const lake = await temporaryFolder();
  await fs.cp(built, lake, { recursive: true });
  return { lake, keeper: new MemorySecrets(), catalogue };
}

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
  await runEngine({ drop: next, lake, catalogue, erasureKey });
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
