import fc from 'fast-check';
import { arrangeDrop, formatRundate, laterRundate, parseRundate } from '../../src/engine/drop';

/** ROW1, ROW12: which file belongs to which unit, table and rundate. */

const tables = new Set(['Person', 'activity']);
const modified = new Date('2022-01-28T06:20:00Z');

function arrange(...paths: string[]): ReturnType<typeof arrangeDrop> {
  return arrangeDrop(
    paths.map((path) => ({ path: `drop/M365/${path}`, bytes: 3, modified })),
    'drop/M365',
    tables,
  );
}

test('ROW1, ROW12: roster, delta, delete and activity files become units', () => {
  const { units, messages } = arrange(
    'roster_delete/2022-01-28T06-16-22/Person/gone.csv',
    'roster/2022-01-28T06-16-22/Person/b.CSV',
    'roster/2022-01-28T06-16-22/Person/a.csv',
    'roster_delta/2022-01-28T06-16-22/Person/delta.csv',
    'activity/2022-01-28/ApplicationUsage.csv',
  );
  const files = (...delivered: string[]) =>
    new Map([
      ['Person', delivered.map((path) => ({ delivered: path, path: `drop/M365/${path}`, bytes: 3, modified }))],
    ]);
  const rundate = '2022-01-28 06:16:22';
  const activity = 'activity/2022-01-28/ApplicationUsage.csv';
  expect(messages).toEqual([]);
  expect(units).toEqual([
    {
      unit: activity,
      kind: 'additive',
      rundate: '2022-01-28 00:00:00',
      tables: new Map([['activity', [{ delivered: activity, path: `drop/M365/${activity}`, bytes: 3, modified }]]]),
    },
    {
      unit: 'roster/2022-01-28T06-16-22',
      kind: 'snapshot',
      rundate,
      tables: files('roster/2022-01-28T06-16-22/Person/a.csv', 'roster/2022-01-28T06-16-22/Person/b.CSV'),
    },
    {
      unit: 'roster_delete/2022-01-28T06-16-22',
      kind: 'delete',
      rundate,
      tables: files('roster_delete/2022-01-28T06-16-22/Person/gone.csv'),
    },
    {
      unit: 'roster_delta/2022-01-28T06-16-22',
      kind: 'delta',
      rundate,
      tables: files('roster_delta/2022-01-28T06-16-22/Person/delta.csv'),
    },
  ]);
});

test.each([
  ['roster/2022-01-28T06-16-22/Person/notes.txt', 'Only .csv files are landed.'],
  ['roster/yesterday/Person/person.csv', 'The folder name is not a timestamp such as 2022-01-28T06-16-22.'],
  ['roster/2022-01-28T06-16-22/Pupil/pupil.csv', 'The catalogue has no such table.'],
  ['roster/2022-01-28T06-16-22/activity/a.csv', 'The catalogue has no such table.'],
  [
    'roster/2022-01-28T06-16-22/person.csv',
    'This is neither activity/<date>/<file> nor roster/<timestamp>/<Table>/<file>.',
  ],
  ['person.csv', 'This is neither activity/<date>/<file> nor roster/<timestamp>/<Table>/<file>.'],
])('what cannot be landed is said: %s', (path, message) => {
  expect(arrange(path)).toEqual({
    units: [],
    descriptions: new Map(),
    messages: [{ severity: 'warning', code: 'DROP_FILE_IGNORED', message, file: path }],
  });
});

test('CDM descriptions are kept apart, files of the schema folder are passed over in silence', () => {
  expect(arrange('current.manifest.cdm.json', 'schema/roster.cdm.json', 'schema/readme.md')).toEqual({
    units: [],
    descriptions: new Map([
      ['current.manifest.cdm.json', 'drop/M365/current.manifest.cdm.json'],
      ['schema/roster.cdm.json', 'drop/M365/schema/roster.cdm.json'],
    ]),
    messages: [],
  });
});

test.each([
  ['activity/2022-01-28/Usage.csv', '2022-01-28 00:00:00'],
  ['activity/2022-01-28T05-06-07/Usage_20200101.csv', '2022-01-28 05:06:07'],
  ['activity/Usage_20220128.csv', '2022-01-28 00:00:00'],
  ['activity/Usage-2022-01-28-part1.csv', '2022-01-28 00:00:00'],
  ['activity/Usage_20221328.csv', undefined],
  ['activity/Usage_120220128.csv', undefined],
  ['activity/Usage.csv', undefined],
])('ROW1: the rundate of %s is %s', (path, rundate) => {
  expect(arrange(path).units.map((unit) => unit.rundate)).toEqual([rundate]);
});

test.each([
  ['2022-01-28T06-16-22', '2022-01-28 06:16:22'],
  ['2022-01-28 06:16:22', '2022-01-28 06:16:22'],
  ['2022-01-28T06:16:22.5Z', '2022-01-28 06:16:22'],
  ['2022-01-28', '2022-01-28 00:00:00'],
  ['2022-02-30', undefined],
  ['2022-01-28T25-00-00', undefined],
  ['28.01.2022', undefined],
  ['', undefined],
])('ROW1: %s read as a rundate is %s', (text, rundate) => {
  expect(parseRundate(text)).toBe(rundate);
});

test('ROW1: every rundate is read back, and later ones sort after it', () => {
  const dates = fc.date({ min: new Date('1970-01-02'), max: new Date('2999-12-30'), noInvalidDate: true });
  fc.assert(
    fc.property(dates, fc.integer({ min: 1, max: 86_400 }), (date, seconds) => {
      const rundate = formatRundate(date);
      expect(parseRundate(rundate.replace(' ', 'T').replaceAll(':', '-'))).toBe(rundate);
      expect(laterRundate(rundate, seconds) > rundate).toBe(true);
      expect(laterRundate(laterRundate(rundate, seconds), -seconds)).toBe(rundate);
    }),
  );
});

test('a date that is none has no rundate', () => {
  expect(formatRundate(new Date(Number.NaN))).toBe('');
});
