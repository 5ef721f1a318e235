import { loadCatalogue } from '../../src/catalogue/load';
import type { Catalogue, Column, ColumnType, Table } from '../../src/catalogue/model';
import { sparkCastTemplate, sparkFastCastTemplate, sparkName, sparkText } from '../../src/catalogue/render/spark-cast';
import { sparkCatalogue } from '../../src/catalogue/render/spark-document';
import { generalColumns, lookupColumns } from '../../src/catalogue/render/duckdb-treatment';
import { parseTreatment } from '../../src/catalogue/treatment';

const types: readonly ColumnType[] = ['string', 'timestamp', 'date', 'boolean', 'integer', 'short', 'long', 'double'];

/** A catalogue of one table with a key and a column `Value` of the treatment. */
function catalogueWith(treatment: string, type: ColumnType = 'string', facts: Partial<Table> = {}): Catalogue {
  const [table] = loadCatalogue('strict').tables;
  const column = (name: string, text: string, of: ColumnType, position: number): Column => ({
    ...{ name, type: of, position, required: position === 0, optional: false, description: '', line: position + 1 },
    treatment: parseTreatment(text)!,
  });
  const columns = [column('Id', 'no-op', 'string', 0), column('Value', treatment, type, 1)];
  const sample: Table = {
    ...table!,
    ...{ name: 'Sample', source: 'roster', key: ['Id'], columns, references: [], rowChecks: [], ...facts },
  };
  return { profile: 'strict', tables: [sample], acceptedRelations: [], metadataText: '', fingerprint: '' };
}

test.each([
  ['no-op', 'string', 'Value', '`Value`', true],
  ['mask', 'string', 'Value', "'*'", false],
  ['hash', 'string', 'Value_pseudonym', 'sha2(concat(`Value`, _salt), 256)', false],
  ['hash-no-lookup', 'string', 'Value_pseudonym', 'sha2(concat(`Value`, _salt), 256)', false],
  [
    'hmac',
    'string',
    'Value_pseudonym',
    "sha2(concat(_salt_outer, unhex(sha2(concat(_salt_inner, encode(`Value`, 'UTF-8')), 256))), 256)",
    false,
  ],
  ['generalise:month', 'date', 'Value', "trunc(`Value`, 'MM')", true],
  ['generalise:month', 'timestamp', 'Value', "date_trunc('MONTH', `Value`)", true],
  [
    'generalise:band:10',
    'double',
    'Value',
    'CASE WHEN abs(`Value` / 10) < 9e15 THEN CAST(floor(`Value` / 10) AS DOUBLE) * 10 ELSE (`Value` / 10) * 10 END',
    true,
  ],
  [
    'generalise:band:5',
    'short',
    'Value',
    'CASE WHEN `Value` IS NOT NULL THEN CAST(greatest(CAST(`Value` AS DECIMAL(20, 0)) - pmod(CAST(`Value` AS DECIMAL(20, 0)), 5), ' +
      'CAST(-32768 AS DECIMAL(20, 0))) AS SMALLINT) END',
    true,
  ],
] as const)('%s of %s is shown in general as %s', (treatment, type, name, sql, statistics) => {
  const [table] = sparkCatalogue(catalogueWith(treatment, type)).tables;
  const shown = table?.general.columns.find((column) => column.source === 'Value');
  expect(shown).toMatchObject({ name, source: 'Value', sql, statistics });
});

test('a dropped column is not in general, and a table that protects nothing has no lookup', () => {
  const [table] = sparkCatalogue(catalogueWith('drop')).tables;
  expect(table?.general.columns.map(({ name }) => name)).toEqual(['Id']);
  expect(table?.sensitive).toBeNull();
});

test('no statistics of a lookup’s raw values and of pseudonyms are stated (PRIV3)', () => {
  const lookups = sparkCatalogue(loadCatalogue('strict')).tables.flatMap(({ name, sensitive }) =>
    (sensitive?.columns ?? []).filter(({ statistics }) => statistics).map((column) => `${name}.${column.name}`),
  );
  const readableKeys = loadCatalogue('strict').tables.flatMap((table) =>
    table.key
      .filter((key) => table.columns.some(({ name, treatment }) => name === key && treatment.kind === 'no-op'))
      .map((key) => `${table.name}.${key}`),
  );
  expect(lookups.filter((column) => !readableKeys.includes(column))).toEqual([]);
});

test('tables about persons are written in the order of a pseudonym (PRIV2); others have no order', () => {
  for (const [index, table] of loadCatalogue('strict').tables.entries()) {
    const { general } = sparkCatalogue(loadCatalogue('strict')).tables[index]!;
    if (!table.aboutPersons) expect(general.orderedBy).toBeNull();
    else if (general.columns.some(({ name }) => name.endsWith('_pseudonym')))
      expect(general.orderedBy).toMatch(/_pseudonym$/);
  }
});

test.each(['strict', 'v0.2'] as const)('both engines make the same columns of Refined: %s', (profile) => {
  const catalogue = loadCatalogue(profile);
  const names = (columns: readonly { name: string; type: string }[] | undefined): string[] =>
    (columns ?? []).map(({ name, type }) => `${name} ${type}`);
  for (const [index, table] of sparkCatalogue(catalogue).tables.entries()) {
    const source = catalogue.tables[index]!;
    expect(names(table.general.columns)).toEqual(names(generalColumns(source)));
    expect(names(table.sensitive?.columns)).toEqual(names(lookupColumns(source, catalogue)));
  }
});

test('the salt stands in no expression: it is a column of a joined row', () => {
  const text = JSON.stringify(sparkCatalogue(loadCatalogue('strict')));
  expect(text).toContain('_salt)');
  expect(text).not.toMatch(/secret|getvariable/i);
});

test('a text is one line of plain ASCII in Spark SQL', () => {
  expect(sparkText("O'Neil \\ \n é\u2028")).toBe("'O\\'Neil \\\\ \\u000a \\u00e9\\u2028'");
  expect(sparkName('a`b')).toBe('`a``b`');
});

test.each(types)('templates for %s name the cell by its placeholder only', (type) => {
  for (const template of [sparkCastTemplate(type), sparkFastCastTemplate(type)]) {
    expect(template).toContain('{cell}');
    expect(template.replaceAll('{cell}', '`_c0`')).not.toContain('{cell}');
  }
});
