import * as fs from 'node:fs/promises';
import * as fc from 'fast-check';
import { quoteText } from '../../src/catalogue/render/sql-text';
import { duckdbType } from '../../src/catalogue/render/duckdb-cast';
import type { ColumnType } from '../../src/catalogue/model';
import { dataFilePrefix, stageParquet, statistics, type StatisticsColumn } from '../../src/engine/data-file';

import { useDuckDb } from '../support/duckdb-connection';
import { useTemporaryFolders } from '../support/temporary-folder';

const connection = useDuckDb();
const temporaryFolder = useTemporaryFolders();

interface Stats {
  readonly numRecords: number;
  readonly minValues: Readonly<Record<string, string | number>>;
  readonly maxValues: Readonly<Record<string, string | number>>;
  readonly nullCount: Readonly<Record<string, number>>;
}

/** Stages values of one column, and returns the statistics for the log. */
async function statsOf(type: ColumnType, values: readonly (string | null)[]): Promise<Stats> {
  await connection().run(`LOAD icu; SET TimeZone = 'UTC'`);
  const list = values.map((value) => (value === null ? 'NULL' : quoteText(value))).join(', ');
  const staged = await stageParquet(
    connection(),
    `SELECT unnest([${list}]::VARCHAR[])::${duckdbType(type)} AS "a ""b"`,
    {
      folder: await temporaryFolder(),
      batch: 1,
      statistics: [{ name: 'a "b', type }],
      table: 'Club',
      doing: 'testing',
    },
  );
  return JSON.parse(staged?.stats ?? '{}') as Stats;
}

const stated = (min: string | number, max: string | number, nulls = 0): Partial<Stats> => ({
  minValues: { 'a "b': min },
  maxValues: { 'a "b': max },
  nullCount: { 'a "b': nulls },
});
const unstated = (nulls = 0): Partial<Stats> => ({ minValues: {}, maxValues: {}, nullCount: { 'a "b': nulls } });

test.each<[string, ColumnType, (string | null)[], Partial<Stats>]>([
  ['text', 'string', ['b', 'a', null], stated('a', 'b', 1)],
  ['text with quotes', 'string', ['"', "O'Neil"], stated('"', "O'Neil")],
  ['long text', 'string', ['a', 'b'.repeat(65)], unstated()],
  ['dates', 'date', ['2022-01-28', '0001-01-01'], stated('0001-01-01', '2022-01-28')],
  ['whole numbers', 'integer', ['10', '9', '-1'], stated(-1, 10)],
  ['a whole number that JSON would round', 'long', ['1', '9007199254740993'], unstated()],
  ['decimal numbers', 'double', ['0.1', '-2.5'], stated(-2.5, 0.1)],
  ['a number that is none', 'double', ['1', 'infinity'], unstated()],
  ['booleans', 'boolean', ['true', 'false'], unstated()],
  ['nulls only', 'string', [null, null], unstated(2)],
  [
    'timestamps',
    'timestamp',
    ['2022-01-28 06:16:22+00'],
    stated('2022-01-28T06:16:22.000Z', '2022-01-28T06:16:22.000Z'),
  ],
  [
    'timestamps between milliseconds: a minimum is rounded down, a maximum up',
    'timestamp',
    ['2022-01-28 06:16:22.000001+00', '2022-01-28 06:16:22.123001+00'],
    stated('2022-01-28T06:16:22.000Z', '2022-01-28T06:16:22.124Z'),
  ],
  ['the last microsecond of the year 9999', 'timestamp', ['9999-12-31 23:59:59.999999+00'], unstated()],
])('statistics of %s', async (_, type, values, expected) => {
  expect(await statsOf(type, values)).toEqual({ numRecords: values.length, ...expected });
});

test('every value lies between minimum and maximum', async () => {
  const micros = fc.bigInt({ min: -62135596800000000n, max: 253402300799000000n });
  await fc.assert(
    fc.asyncProperty(fc.array(micros, { minLength: 1, maxLength: 5 }), async (moments) => {
      const texts = moments.map((moment) => `make_timestamptz(${moment})`);
      const read = await connection().runAndReadAll(`SELECT unnest([${texts.join(', ')}])::VARCHAR`);
      const { minValues, maxValues } = await statsOf(
        'timestamp',
        read.getRows().map(([value]) => String(value)),
      );
      const [min, max] = [Date.parse(String(minValues['a "b'])), Date.parse(String(maxValues['a "b']))];
      for (const moment of moments) {
        expect(BigInt(min) * 1000n <= moment).toBe(true);
        expect(BigInt(max) * 1000n >= moment).toBe(true);
      }
    }),
    { numRuns: 20, seed: 11, endOnFailure: true },
  );
});

test('PRIV3: columns that are not asked for are in no statistics; those that the file lacks neither', () => {
  const facts = new Map([
    ['Name', { nulls: 0, min: 'Ames', max: 'Bell' }],
    ['Role', { nulls: 1, min: 'Student', max: 'Teacher' }],
  ]);
  const columns: StatisticsColumn[] = [
    { name: 'Role', type: 'string' },
    { name: 'Code', type: 'string' },
  ];
  expect(statistics(3, facts, columns)).toEqual({
    numRecords: 3,
    minValues: { Role: 'Student' },
    maxValues: { Role: 'Teacher' },
    nullCount: { Role: 1 },
  });
});

test('no rows, no file that counts; names tell the batch and are unique', async () => {
  const folder = await temporaryFolder();
  const options = { folder, batch: 7, statistics: [], table: 'Club', doing: 'testing' };
  expect(await stageParquet(connection(), 'SELECT 1 AS a WHERE false', options)).toBeUndefined();
  const staged = await Promise.all([
    stageParquet(connection(), 'SELECT 1 AS a', options),
    stageParquet(connection(), 'SELECT 1 AS a', { ...options, prefix: 'rest' }),
  ]);
  const [part, rest] = staged.map((file) => file?.name ?? '');
  expect(part?.startsWith(dataFilePrefix(7))).toBe(true);
  expect(rest?.startsWith('rest-0000000007-')).toBe(true);
  expect(await fs.readdir(folder)).toEqual(expect.arrayContaining([part, rest]));
  expect(staged[0]).toMatchObject({ rows: 1, stats: '{"numRecords":1,"minValues":{},"maxValues":{},"nullCount":{}}' });
});
