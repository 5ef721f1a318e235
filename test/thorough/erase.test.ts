import { erasureKeyName } from '../../src/contract/salt';
import { decide, erase, eraseConfirmed, filesWith, refusalOf, verificationErrors } from '../support/erasure';
import { erasureCatalogue, useErasureLake } from '../support/erasure-drop';
import { lakeHashes } from '../support/lake-content';
import { readTable } from '../support/small-lake';
import { smallSalt } from '../support/small-place';

const catalogue = erasureCatalogue;
const bench = useErasureLake();

test('ERASE1: a dry run says what would go, in which stage, and changes nothing', async () => {
  const place = await bench();
  const before = await lakeHashes(place.lake);
  const report = await erase(place, 'AADUSER-2');
  expect({ ...report, versions: undefined, code: undefined }).toEqual({
    format: 1,
    report: 'erasure',
    runId: 'erasure-1',
    workspace: 'dev',
    at: '2026-03-01T12:00:00.000Z',
    dryRun: true,
    accounts: 2,
    persons: 1,
    oldFiles: 0,
    proof: null,
    softDeletedUntil: null,
  });
  const [version] = report.versions;
  expect(version?.landed).toEqual([
    { table: 'activity', rows: 4, files: 1 },
    { table: 'AadUser', rows: 2, files: 1 },
    { table: 'AadUserPersonMapping', rows: 2, files: 1 },
    { table: 'Person', rows: 2, files: 1 },
    { table: 'PersonDemographicRace', rows: 1, files: 1 },
    { table: 'PersonRelationship', rows: 1, files: 1 },
  ]);
  expect(version?.tables.filter(({ table }) => table === 'Person' || table === 'activity')).toEqual([
    { table: 'activity', stage: 'general', rows: 4 },
    { table: 'activity', stage: 'digital_engagement', rows: 4 },
    { table: 'activity', stage: 'Ingested', rows: 4 },
    { table: 'activity', stage: 'Ingested_Corrected', rows: 4 },
    { table: 'Person', stage: 'general', rows: 1 },
    { table: 'Person', stage: 'sensitive', rows: 1 },
    { table: 'Person', stage: 'Rejected', rows: 1 },
    { table: 'Person', stage: 'Ingested', rows: 2 },
    { table: 'Person', stage: 'Ingested_Corrected', rows: 1 },
  ]);
  expect(await lakeHashes(place.lake)).toEqual(before);
  expect([...place.keeper.values]).toEqual([]);
});

test('ERASE1, ERASE3: an erased person is in no stage and no byte, and every row is still accounted for', async () => {
  const place = await bench();
  const report = await eraseConfirmed(place, 'Person-2');
  expect(report.proof).toMatchObject({ found: [], remaining: [] });
  expect(report.proof?.needles).toBeGreaterThan(10);
  expect(JSON.stringify(report)).not.toMatch(/Person-2|AadUser-[26]/);
  expect(await filesWith(place.lake, ['Person-2', 'AadUser-2', 'AadUser-6'])).toEqual([]);
  expect(await readTable(place.lake, 'Rejected', 'Person')).toEqual([]);
  expect((await readTable(place.lake, 'digital_engagement', 'activity'))?.length).toBe(8);
  const erasureKey = () => place.keeper.read(erasureKeyName('dev'));
  expect(await verificationErrors(place.lake, catalogue, smallSalt, erasureKey)).toEqual([]);
  expect((await erase(place, 'Person-2')).versions).toEqual([{ version: '1.14', landed: [], tables: [] }]);
});

test('ERASE1: a legal hold refuses erasure until it is released', async () => {
  const place = await bench();
  expect(await decide(place, 'Person-2', 'hold')).toBe(3);
  expect(await refusalOf(erase(place, 'AadUser-6'))).toBe(
    [
      'PERSON_HELD: The person is under a legal hold.',
      '  next:  End the hold with `insights erase --person ID --release` when it is over, then erase.',
    ].join('\n'),
  );
  expect(await decide(place, 'Person-2', 'release')).toBe(3);
  expect((await erase(place, 'AadUser-6')).dryRun).toBe(true);
});

test('nothing goes without the code of the dry run, and nobody unknown is erased', async () => {
  const place = await bench();
  expect(await refusalOf(erase(place, 'Person-2', '00000000'))).toBe(
    [
      'ERASURE_NOT_CONFIRMED: The code is not that of this erasure.',
      '  next:  Run it without --confirm, check what would go, and give the code that it prints with --confirm.',
    ].join('\n'),
  );
  expect(await refusalOf(erase(place, 'Person-99'))).toContain('PERSON_UNKNOWN: No row of the lake names this person.');
});
