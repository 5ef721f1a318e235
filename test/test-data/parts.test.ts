import fc from 'fast-check';
import { InsightsError } from '../../src/contract/errors';
import {
  centralEurope,
  centralUnitedStates,
  dayOf,
  dayWeight,
  formatDay,
  formatDuration,
  formatTimestamp,
  parseDay,
  schoolYearOf,
  utcOffsetMinutes,
  weekdayOf,
} from '../../src/test-data/calendar';
import { formatRows, parseRows } from '../../src/test-data/drop-map';
import { DropFile, folderWriter, MemoryWriter } from '../../src/test-data/drop-writer';
import { derivedGuid, Random, Weighted } from '../../src/test-data/random';
import { catalogueTable, TableWriter } from '../../src/test-data/table-writer';
import { Vocabulary } from '../../src/test-data/vocabulary';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();

const days = fc.integer({ min: dayOf(2000, 1, 1), max: dayOf(2037, 12, 31) });

describe('randomness', () => {
  test('is the same on every machine and in every version', () => {
    const random = new Random(1, 'people');
    expect([random.word(), random.below(100), random.between(5, 9), random.guid()]).toEqual([
      246285047,
      1,
      7,
      '6b9040a6-8c61-4a0f-909a-63cf714bb3b2',
    ]);
    expect(derivedGuid(1, 2, 3, 4)).toBe('98420f77-7361-4dc0-bb68-54c4e415ba77');
  });

  test('differs by each key, and by where a key ends', () => {
    const first = (...keys: (string | number)[]): number => new Random(...keys).word();
    expect(new Set([first(1, 'a'), first(2, 'a'), first(1, 'b'), first(1, 'a', ''), first('1a')]).size).toBe(5);
  });

  test('draws whole numbers within their limits, and every one of them', () => {
    const random = new Random('limits');
    const drawn = Array.from({ length: 2000 }, () => random.between(-2, 4));
    expect([...new Set(drawn)].sort((one, other) => one - other)).toEqual([-2, -1, 0, 1, 2, 3, 4]);
    expect([random.permille(0), random.permille(1000), random.below(1)]).toEqual([false, true, 0]);
  });

  test('draws by weight', () => {
    const random = new Random('weights');
    const weighted = new Weighted([['often', 9], ['seldom', 1], ['never', 0]] as const); // prettier-ignore
    const drawn = Array.from({ length: 5000 }, () => weighted.draw(random));
    const count = (word: string): number => drawn.filter((one) => one === word).length;
    expect([count('never'), count('often') > 4300, count('seldom') > 350]).toEqual([0, true, true]);
  });
});

describe('the calendar', () => {
  test.each([centralUnitedStates, centralEurope])('knows the clocks of $name', (zone) => {
    const local = new Intl.DateTimeFormat('en-GB', { timeZone: zone.name, hour: '2-digit', hourCycle: 'h23' });
    fc.assert(
      // The rule of the United States holds since 2007.
      fc.property(
        fc.integer({ min: dayOf(2007, 1, 1), max: dayOf(2037, 12, 31) }),
        fc.integer({ min: 7, max: 22 }),
        (day, hour) => {
          const seconds = day * 86_400 + hour * 3600 - utcOffsetMinutes(zone, day) * 60;
          expect(Number(local.format(new Date(seconds * 1000)))).toBe(hour);
        },
      ),
    );
  });

  test('reads what it writes', () => {
    fc.assert(
      fc.property(days, (day) => {
        expect(parseDay(formatDay(day))).toBe(day);
        expect(weekdayOf(day)).toBe(new Date(day * 86_400_000).getUTCDay());
        expect(formatTimestamp(day * 86_400 + 3_661)).toBe(`${formatDay(day)} 01:01:01`);
      }),
    );
    expect(['2024-02-30', '2024-2-3', 'today', ''].map(parseDay)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('writes durations as meetings have them', () => {
    expect([0, 59, 3_600, 5_025].map(formatDuration)).toEqual(['0:00:00', '0:00:59', '1:00:00', '1:23:45']);
  });

  test('rests on weekends and holidays, and changes the school year in August', () => {
    const weights = ['2024-03-04', '2024-03-08', '2024-03-09', '2024-03-10', '2023-12-25', '2024-07-03'].map((day) =>
      dayWeight(parseDay(day)!),
    );
    expect(weights).toEqual([1000, 820, 25, 60, 15, 15]);
    expect(['2023-07-31', '2023-08-01', '2024-01-01'].map((day) => schoolYearOf(parseDay(day)!))).toEqual([
      2022, 2023, 2023,
    ]);
  });
});

describe('files', () => {
  test('rows come back as they were written, with either line end', () => {
    // A row of one empty cell is a blank line, which no table has.
    const rows = fc.array(
      fc.array(fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', ' ', '\u00eb') }), {
        minLength: 2,
        maxLength: 4,
      }),
    );
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (written, lineEnd) => {
        expect(parseRows(formatRows(written, lineEnd))).toEqual(written);
      }),
    );
  });

  test('a column that only the generator or only the catalogue knows is refused by name', async () => {
    const file = await DropFile.create(new MemoryWriter(), 'M365/x.csv');
    const writer = new TableWriter(catalogueTable('SourceSystem'), file);
    expect(() => writer.write({ Id: '1', FirstSeenDateTime: '', LastSeenDateTime: '', Title: '' })).toThrow(
      new InsightsError(
        'TEST_DATA_COLUMNS',
        'The generator has no value for Name and a value for Title, which the catalogue does not have.',
        {
          place: { table: 'SourceSystem' },
        },
      ),
    );
  });

  test('a word that a list lacks is a fault of the generator', () => {
    const vocabulary = new Vocabulary(1, 'de-DE');
    expect(() => vocabulary.id('RefSex', 'Unheard')).toThrow(new RangeError('no definition RefSex Unheard'));
    expect(vocabulary.find('RefAcademicYear', '1999')).toBe('');
    expect(new Set(vocabulary.definitions.map(({ id }) => id)).size).toBe(vocabulary.definitions.length);
  });
});

test('of two drops that are written into one folder at once, one is refused', async () => {
  const folder = await temporaryFolder();
  const begun = await Promise.allSettled([folderWriter(folder), folderWriter(folder)]);
  expect(begun.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const failed = begun.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
  expect(failed.reason).toMatchObject({ code: 'TEST_DATA_FOLDER_IN_USE', place: { path: folder } });
});
