import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { loadCatalogue } from '../../src/catalogue/load';
import type { Catalogue, Column, ColumnType, Table } from '../../src/catalogue/model';
import { duckdbType } from '../../src/catalogue/render/duckdb-cast';
import { historyColumns } from '../../src/catalogue/refined-shape';
import { generalColumns, lookupColumns } from '../../src/catalogue/render/duckdb-treatment';
import { parseTreatment } from '../../src/catalogue/treatment';
import { castInModel } from './cast-model';
import { openTestDatabase, type TestDatabase } from './database';
import { anyText } from '../support/any-text';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** A table whose column `Value` has the treatment; everything else is taken from a table of the catalogue. */
function tableWith(
  treatment: string,
  type: ColumnType = 'string',
  facts: Partial<Column> = {},
  key = ['Other'],
): Table {
  const [table] = loadCatalogue('strict').tables;
  const parsed = parseTreatment(treatment);
  if (table === undefined || parsed === undefined) throw new Error('The test names an unknown treatment.');
  const column: Column = {
    ...{ name: 'Value', type, treatment: parsed, position: 0, required: false, optional: false },
    ...{ description: 'A value.', line: 1, ...facts },
  };
  return { ...table, name: 'Sample', key, columns: [column], references: [], rowChecks: [] };
}

function catalogueOf(...tables: readonly Table[]): Catalogue {
  return { profile: 'strict', tables, acceptedRelations: [], metadataText: '', fingerprint: '' };
}

function sqlOf(treatment: string, type: ColumnType = 'string'): string {
  const [column] = generalColumns(tableWith(treatment, type));
  return column?.sql ?? '';
}

async function generalised(treatment: string, type: ColumnType, texts: readonly (string | null)[]): Promise<unknown> {
  return database.evaluate(`CAST(${sqlOf(treatment, type)} AS VARCHAR)`, texts, duckdbType(type));
}

const text = anyText().filter((value) => !value.includes('\0'));
const lists = fc.array(text, { minLength: 40, maxLength: 40 });
const setSalt = (salt: string): Promise<unknown> => database.connection.run('SET VARIABLE salt = $salt', { salt });

describe('pseudonyms', () => {
  test.each(['hash', 'hash-no-lookup'])(
    'of %s are SHA-256 of value and salt, for any Unicode; null stays null',
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(lists, text, async (values, salt) => {
          await setSalt(salt);
          const expected = values.map((value) =>
            createHash('sha256')
              .update(value + salt, 'utf8')
              .digest('hex'),
          );
          expect(await database.evaluate(sqlOf(kind), [...values, null])).toEqual([...expected, null]);
        }),
        { numRuns: 25 },
      );
    },
  );

  test('of hmac are HMAC-SHA256 under the salt, for any Unicode and any length of salt', async () => {
    const salts = fc.oneof(
      text,
      fc.integer({ min: 60, max: 70 }).map((length) => 'é'.repeat(length / 2) + 'x'.repeat(length % 9)),
    );
    await fc.assert(
      fc.asyncProperty(lists, salts, async (values, salt) => {
        await setSalt(salt);
        const expected = values.map((value) => createHmac('sha256', salt).update(value, 'utf8').digest('hex'));
        expect(await database.evaluate(sqlOf('hmac'), [...values, null])).toEqual([...expected, null]);
      }),
      { numRuns: 25 },
    );
    for (const bytes of [63, 64, 65]) {
      await setSalt('s'.repeat(bytes));
      const expected = createHmac('sha256', 's'.repeat(bytes)).update('value').digest('hex');
      expect(await database.evaluate(sqlOf('hmac'), ['value'])).toEqual([expected]);
    }
  });

  test('use the SQL of the salt that the caller gives, and keep the salt out of the statement by default (PRIV3)', async () => {
    const [given] = generalColumns(tableWith('hash'), `'pepper'`);
    const expected = createHash('sha256').update('apepper').digest('hex');
    expect(await database.evaluate(given?.sql ?? '', ['a'])).toEqual([expected]);
    expect(sqlOf('hash')).toBe(`sha256("Value" || getvariable('salt'))`);
  });
});

describe('generalColumns', () => {
  test('shows an asterisk in every row of a masked column, as text, null included', async () => {
    expect(generalColumns(tableWith('mask', 'date'))).toEqual([{ name: 'Value', type: 'string', sql: `'*'` }]);
    expect(await database.evaluate(sqlOf('mask'), ['a', null])).toEqual(['*', '*']);
  });

  test('shows no-op and partition-by as they are, and nothing of drop', () => {
    const same = [{ name: 'Value', type: 'short', sql: '"Value"' }];
    expect(['no-op', 'partition-by', 'drop'].map((kind) => generalColumns(tableWith(kind, 'short')))).toEqual([
      same,
      same,
      [],
    ]);
  });

  test.each(['short', 'integer', 'long'] as const)('band of %s is the lower bound in the same type', async (type) => {
    const limits = { short: 32767n, integer: 2147483647n, long: 9223372036854775807n };
    const limit = limits[type];
    const numbers = fc.array(
      fc.oneof(fc.bigInt(-limit - 1n, limit), fc.constantFrom(-limit - 1n, limit, -1n, 0n, 9n, 10n)),
      { minLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(numbers, fc.constantFrom(1, 5, 10, 999), async (values, width) => {
        const wide = BigInt(width);
        const expected = values.map((value) => {
          const lower = value - (((value % wide) + wide) % wide);
          return String(lower < -limit - 1n ? -limit - 1n : lower);
        });
        const given = [...values.map(String), null];
        expect(await generalised(`generalise:band:${width}`, type, given)).toEqual([...expected, null]);
        const types = await database.evaluate(
          `typeof(${sqlOf(`generalise:band:${width}`, type)})`,
          ['1'],
          duckdbType(type),
        );
        expect(types).toEqual([duckdbType(type)]);
      }),
      { numRuns: 25 },
    );
  });

  test('band of double and of numbers in text is the lower bound; text that is no number becomes null', async () => {
    expect(await generalised('generalise:band:10', 'double', ['87.5', '100', '9.99', '-0.5', null])).toEqual([
      '80.0',
      '100.0',
      '0.0',
      '-10.0',
      null,
    ]);
    const texts = ['97.5', ' 95 ', '4.999', '-1', '9.7e1', 'good', '', '1e300', null];
    expect(await generalised('generalise:band:5', 'string', texts)).toEqual([
      '95',
      '95',
      '0',
      '-5',
      '95',
      null,
      null,
      null,
      null,
    ]);
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 30 }), async (values) => {
        const shown = (await generalised('generalise:band:5', 'string', values)) as (string | null)[];
        const numbers = values.map((value) => castInModel('double', value));
        // Whatever the text, general shows a multiple of five or nothing.
        expect(shown.map((lower) => lower === null || Number(lower) % 5 === 0)).toEqual(values.map(() => true));
        expect(shown.map((lower) => lower === null)).toEqual(
          numbers.map((value) => value === null || Math.abs(Number(value)) >= 1e38),
        );
      }),
      { numRuns: 25 },
    );
  });

  test('month is the first day of the month, in UTC whatever the connection says', async () => {
    const moments = ['2021-08-13 23:59:59.999999+00', '2021-08-01 00:00:00+00', '2024-02-29 12:00:00+00', null];
    const months = ['2021-08-01 00:00:00', '2021-08-01 00:00:00', '2024-02-01 00:00:00', null];
    const sql = `CAST(make_timestamp(epoch_us(${sqlOf('generalise:month', 'timestamp')})) AS VARCHAR)`;
    expect(await database.evaluate(sql, moments, 'TIMESTAMPTZ')).toEqual(months);
    await database.connection.run(`SET TimeZone = 'America/Los_Angeles'`);
    expect(await database.evaluate(sql, moments, 'TIMESTAMPTZ')).toEqual(months);
    await database.connection.run(`SET TimeZone = 'UTC'`);
    expect(await generalised('generalise:month', 'date', ['2021-08-31', '0001-01-31', null])).toEqual([
      '2021-08-01',
      '0001-01-01',
      null,
    ]);
    expect(await database.evaluate(`typeof(${sqlOf('generalise:month', 'date')})`, ['2021-08-31'], 'DATE')).toEqual([
      'DATE',
    ]);
  });

  test('family is a word', async () => {
    const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)';
    const agents = [
      `${windows} Teams/1.5.00.4689 Chrome/85.0.4183.121 Electron/10.4.7 Safari/537.36`,
      'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.14326; Pro)',
      'Microsoft SkyDriveSync 21.220.1024.0005 ship; Windows NT 10.0 (19042)',
      `${windows} Chrome/97.0.4692.71 Safari/537.36 Edg/97.0.1072.55`,
      'Mozilla/5.0 (Windows NT 10.0; rv:96.0) Gecko/20100101 Firefox/96.0',
      `${windows} Chrome/97.0.4692.71 Safari/537.36`,
      'Mozilla/5.0 (iPhone; CPU iPhone OS 15_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/97.0 Mobile/15E148 Safari/604.1',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.1 Safari/605.1.15',
      'WordPress/5.8; curl/7.79',
      null,
    ];
    expect(await generalised('generalise:family', 'string', agents)).toEqual([
      ...['Teams', 'Office', 'Office', 'Edge', 'Firefox', 'Chrome', 'Chrome', 'Safari', 'Other'],
      null,
    ]);
  });

  test('has exactly the DuckDB types that it names, for every table of both profiles', async () => {
    for (const profile of ['strict', 'v0.2'] as const) {
      const catalogue = loadCatalogue(profile);
      for (const table of catalogue.tables) {
        const corrected = table.columns
          .map(({ name, type }) => `CAST(NULL AS ${duckdbType(type)}) AS "${name}"`)
          .join(', ');
        const rendered = [...generalColumns(table), ...lookupColumns(table, catalogue)];
        const reader = await database.connection.runAndReadAll(
          `DESCRIBE SELECT ${rendered.map(({ sql }, index) => `${sql} AS c${index}`).join(', ')} FROM (SELECT ${corrected})`,
        );
        const full: Record<string, string> = { TIMESTAMPTZ: 'TIMESTAMP WITH TIME ZONE' };
        const expected = rendered.map(({ type }) => full[duckdbType(type)] ?? duckdbType(type));
        expect(reader.getRowsJS().map((row) => row[1])).toEqual(expected);
      }
    }
  });
});

describe('lookupColumns', () => {
  const lookup = (table: Table, ...others: Table[]): unknown =>
    lookupColumns(table, catalogueOf(table, ...others)).map(({ name, type }) => [name, type]);

  test('keeps value and pseudonym of hash and hmac, the value of mask in its own type', () => {
    expect(lookup(tableWith('hash'))).toEqual([
      ['Value', 'string'],
      ['Value_pseudonym', 'string'],
    ]);
    expect(lookup(tableWith('hmac'))).toEqual([
      ['Value', 'string'],
      ['Value_pseudonym', 'string'],
    ]);
    expect(lookup(tableWith('mask', 'date'))).toEqual([['Value', 'date']]);
  });

  test('has nothing of a table that hides nothing', () => {
    expect(
      ['no-op', 'hash-no-lookup', 'drop', 'generalise:family', 'partition-by'].map((kind) => lookup(tableWith(kind))),
    ).toEqual([[], [], [], [], []]);
  });

  test('adds the pseudonym of a masked column whose domain is hashed elsewhere, as it is made there', () => {
    const masked = tableWith('mask', 'string', { domain: 'person' });
    const elsewhere = (kind: string): Table => ({
      ...tableWith(kind, 'string', { domain: 'person' }),
      name: 'Elsewhere',
    });
    expect(lookup(masked, elsewhere('hash-no-lookup'))).toEqual([
      ['Value', 'string'],
      ['Value_pseudonym', 'string'],
    ]);
    expect(lookup(masked, elsewhere('no-op'))).toEqual([['Value', 'string']]);
    const made = lookupColumns(masked, catalogueOf(masked, elsewhere('hmac')))[1];
    expect(made?.sql).toBe(sqlOf('hmac'));
  });

  test('keeps both sides of partition-by beside something hidden, and drops no-op and hash-no-lookup', () => {
    const table = tableWith('mask');
    const beside = (['partition-by', 'no-op', 'hash-no-lookup'] as const).map((kind, index) => ({
      ...tableWith(kind).columns[0]!,
      name: `Beside${index}`,
    }));
    expect(lookup({ ...table, columns: [...table.columns, ...beside] })).toEqual([
      ['Value', 'string'],
      ['Beside0', 'string'],
    ]);
  });
});

test('history columns are those of the lake format (ROW15)', () => {
  expect(historyColumns).toEqual([
    { name: 'IsCurrent', type: 'boolean' },
    { name: 'GoneSince', type: 'timestamp' },
  ]);
});
