import fc from 'fast-check';
import type { ColumnType } from '../../src/catalogue/model';
import { castExpression, castFails, duckdbType, isBlank } from '../../src/catalogue/render/duckdb-cast';
import { castInModel, trimBlanks, type CellMeaning } from './cast-model';
import { openTestDatabase, type TestDatabase } from './database';
import { anyText } from '../support/any-text';

const types: readonly ColumnType[] = ['string', 'timestamp', 'date', 'boolean', 'integer', 'short', 'long', 'double'];

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/**
 * Evaluated with times as microseconds, dates as days and texts as hex, so that every value is exact in JavaScript: the
 * binding drops a byte order mark from a text that it returns.
 */
async function cast(type: ColumnType, texts: readonly (string | null)[]): Promise<readonly unknown[]> {
  const sql = castExpression(type, '"Value"');
  if (type === 'timestamp') return database.evaluate(`epoch_us(${sql})`, texts);
  if (type === 'date')
    return database.evaluate(`(${sql}) - DATE '1970-01-01'`, texts).then((days) => days.map(asNumber));
  if (type === 'string') return database.evaluate(`hex(encode(${sql}))`, texts);
  return database.evaluate(sql, texts);
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex').toUpperCase();
}

function asNumber(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...'0123456789'), { minLength: min, maxLength: max }).map((list) => list.join(''));
const clock = fc
  .tuple(fc.nat(25), fc.nat(61), fc.nat(61))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')));
const isoDate = fc
  .tuple(
    fc.constantFrom('2021', '2024', '0001', '9999', '0000', '1900'),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
  )
  .map(([year, month, day]) => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);
const isoTime = fc
  .tuple(
    isoDate,
    fc.constantFrom('T', ' ', 't', '  '),
    clock,
    fc.constantFrom(2, 3),
    fc.oneof(
      fc.constant(''),
      digits(1, 10).map((text) => `.${text}`),
    ),
    fc.constantFrom('', 'Z', 'z', '+02:00', '-0530', '+14', '+15:00', '-00:60', ' Z', 'UTC'),
  )
  .map(
    ([date, separator, parts, count, fraction, zone]) =>
      `${date}${separator}${parts.slice(0, count).join(':')}${fraction}${zone}`,
  );
const unitedStates = fc
  .tuple(
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
    fc.constantFrom('2021', '2024', '1999', '0000', '21'),
    fc.boolean(),
    fc.constantFrom(
      '',
      ' 4:05:00 PM',
      ' 12:00 am',
      ' 12:30:59 AM',
      ' 13:05',
      ' 0:05:09',
      ' 13:05 PM',
      ' 0:30 AM',
      ' 24:00',
      ' 4:5',
    ),
  )
  .map(([month, day, year, padded, time]) =>
    padded
      ? `${String(month).padStart(2, '0')}/${String(day).padStart(2, '0')}/${year}${time}`
      : `${month}/${day}/${year}${time}`,
  );
const number = fc
  .tuple(
    fc.constantFrom('', '+', '-', '--'),
    digits(0, 20),
    fc.constantFrom('', '.', '.0', '.00', '.5', '.7.1'),
    fc.constantFrom('', 'e3', 'E-2', 'e400', 'e', 'e1.5'),
  )
  .map((parts) => parts.join(''));
const limits = fc.constantFrom(
  '32767',
  '32768',
  '-32768',
  '-32769',
  '2147483647',
  '2147483648',
  '-2147483648',
  '9223372036854775807',
  '-9223372036854775809',
);
const word = fc.constantFrom(
  'true',
  'FALSE',
  'Yes',
  'n',
  'T',
  '1',
  '0',
  'nan',
  'inf',
  '-inf',
  'Infinity',
  'epoch',
  'null',
  '1_000',
  '0x1F',
  '٣',
  'ı',
  'K',
);
const wild = anyText({ maxLength: 12 }).filter((text) => !text.includes('\0'));
const blank = fc
  .array(fc.constantFrom(' ', '\t', '\u00a0', '\u3000', '\n', '\ufeff'), { maxLength: 3 })
  .map((list) => list.join(''));
const wellFormed = fc.oneof(isoDate, isoTime, unitedStates, number, limits, word, wild);
/** Now and then a character is changed, so that near misses are as frequent as hits. */
const cell = fc
  .tuple(blank, wellFormed, blank, fc.option(fc.tuple(fc.nat(30), fc.constantFrom(...'09-/:. TZa'))))
  .map(([before, text, after, change]) => {
    const changed = change === null ? text : text.slice(0, change[0]) + change[1] + text.slice(change[0] + 1);
    return `${before}${changed}${after}`;
  });

describe('castExpression', () => {
  test.each(types)('casts any text to %s as the plain model does, and says so when it fails', async (type) => {
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 150, maxLength: 150 }), async (texts) => {
        const expected = texts.map((text): CellMeaning => castInModel(type, text));
        expect(await cast(type, texts)).toEqual(
          expected.map((value) => (typeof value === 'string' ? hex(value) : value)),
        );
        const failed = texts.map((text, index) => trimBlanks(text) !== '' && expected[index] === null);
        expect(await database.evaluate(castFails(type, '"Value"'), texts)).toEqual(failed);
      }),
      { numRuns: 15 },
    );
  });

  test('gives every type its DuckDB type', async () => {
    const names: unknown[] = [];
    for (const type of types)
      names.push(...(await database.evaluate(`typeof(${castExpression({ type }, '"Value"')})`, ['1'])));
    expect(names).toEqual([
      'VARCHAR',
      'TIMESTAMP WITH TIME ZONE',
      'DATE',
      'BOOLEAN',
      'INTEGER',
      'SMALLINT',
      'BIGINT',
      'DOUBLE',
    ]);
    expect(types.map(duckdbType)).toEqual([
      'VARCHAR',
      'TIMESTAMPTZ',
      'DATE',
      'BOOLEAN',
      'INTEGER',
      'SMALLINT',
      'BIGINT',
      'DOUBLE',
    ]);
  });

  test('reads the two forms of dates of the shipped drop (D13)', async () => {
    const texts = [
      '2021-08-13',
      '8/13/2021',
      '8/13/2021 4:05:00 PM',
      '2022-01-08 13:00:00',
      '2022-01-28T06:16:22.1234567Z',
    ];
    const shown = await database.evaluate(`CAST(${castExpression('timestamp', '"Value"')} AS VARCHAR)`, texts);
    expect(shown).toEqual([
      '2021-08-13 00:00:00+00',
      '2021-08-13 00:00:00+00',
      '2021-08-13 16:05:00+00',
      '2022-01-08 13:00:00+00',
      '2022-01-28 06:16:22.123456+00',
    ]);
    const dates = await database.evaluate(`CAST(${castExpression('date', '"Value"')} AS VARCHAR)`, texts);
    expect(dates).toEqual(['2021-08-13', '2021-08-13', '2021-08-13', '2022-01-08', '2022-01-28']);
  });

  test('refuses what DuckDB alone would let through', async () => {
    const times = [
      'infinity',
      '-infinity',
      'epoch',
      '2021-13-01',
      '2021-1-3',
      '2021/01/03',
      '2021-01-03 24:00:00',
      '10000-01-01',
      '0044-03-15 (BC)',
    ];
    expect(await cast('timestamp', times)).toEqual(times.map(() => null));
    expect(await cast('date', [...times, ' 2021-01-03 12'])).toEqual([...times, ''].map(() => null));
    const numbers = ['3.7', '1e3', '0x1F', '1_000', '.5', '5.'];
    expect(await cast('integer', numbers)).toEqual(numbers.map(() => null));
    expect(await cast('double', ['nan', 'inf', '1_000', '1e400'])).toEqual([null, null, null, null]);
  });

  test('keeps a text exactly as delivered and makes a cell of blanks null (ROW9)', async () => {
    const texts = [' 007 ', 'Ünïcode', '\u00a0x', '', ' \t\u00a0\u3000', null, '\u007f', 'é '];
    expect(await cast('string', texts)).toEqual([
      hex(' 007 '),
      hex('Ünïcode'),
      hex('\u00a0x'),
      null,
      null,
      null,
      hex('\u007f'),
      hex('é '),
    ]);
    expect(await database.evaluate(isBlank('"Value"'), texts)).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test('never calls a null cell a failure', async () => {
    for (const type of types)
      expect(await database.evaluate(castFails(type, '"Value"'), [null, ' '])).toEqual([false, false]);
  });
});
