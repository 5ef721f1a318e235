import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { loadCatalogue } from '../../src/catalogue/load';
import { lookupColumns } from '../../src/catalogue/render/duckdb-treatment';
import type { RunReport } from '../../src/contract/lake-format';
import { shippedTables } from '../catalogue/shipped-data';
import { shippedDrop, testWithShippedDrop } from '../support/shipped-drop';
import { readTable, runEngine, smallSalt } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const lakes = new Map<string, Promise<{ readonly lake: string; readonly report: RunReport }>>();

/** The shipped drop, processed once per profile. */
function shippedLake(profile: 'strict' | 'v0.2'): Promise<{ readonly lake: string; readonly report: RunReport }> {
  const make = async (): Promise<{ lake: string; report: RunReport }> => {
    const lake = await temporaryFolder();
    return { lake, report: await runEngine({ drop: shippedDrop, lake, catalogue: loadCatalogue(profile) }) };
  };
  const found = lakes.get(profile) ?? make();
  lakes.set(profile, found);
  return found;
}

/** SHA-256 of every file of a lake, by path. */
async function hashes(lake: string): Promise<Record<string, string>> {
  const files = (await fs.readdir(lake, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  const digests = paths.map(async (file) =>
    createHash('sha256')
      .update(await fs.readFile(file))
      .digest('hex'),
  );
  return Object.fromEntries((await Promise.all(digests)).map((digest, index) => [paths[index] ?? '', digest]));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const digest = (value: string): string => createHash('sha256').update(`${value}${smallSalt}`).digest('hex');

testWithShippedDrop('the shipped drop: every row is accounted for, ROW10, ROW11', async () => {
  const { report } = await shippedLake('strict');
  expect(report.outcome).toBe('succeeded');
  expect(sum(report.tables.map(({ landed }) => landed))).toBe(34_756);
  expect(sum(report.tables.map(({ corrected }) => corrected))).toBe(34_751);
  const rejected = report.tables.filter((table) => Object.keys(table.rejected).length > 0);
  expect(Object.fromEntries(rejected.map((table) => [table.table, table.rejected]))).toEqual({
    PersonDemographicEthnicity: { key_conflict: 1 },
    PersonDemographicPersonFlag: { key_conflict: 1 },
    PersonPhoneNumber: { key_conflict: 1 },
    PersonEmailAddress: { key_conflict: 2 },
  });
  const general = Object.fromEntries(report.tables.map((table) => [table.table, table.general]));
  expect(Object.values(general).filter((rows) => rows !== null)).toHaveLength(28);
  expect(general).toMatchObject({ AadGroupMembership: 3600, AadUser: 600, activity: 20_000, RefTranslation: 0 });
});

testWithShippedDrop(
  'the shipped drop: a lookup for every table with hashed or masked columns, and for no other',
  async () => {
    const { report } = await shippedLake('strict');
    const catalogue = loadCatalogue('strict');
    const expected = catalogue.tables.filter((table) => lookupColumns(table, catalogue).length > 0);
    expect(expected.length).toBeGreaterThan(10);
    expect(report.tables.filter(({ sensitive }) => sensitive !== null).map(({ table }) => table)).toEqual(
      expected.map(({ name }) => name),
    );
  },
);

testWithShippedDrop('the shipped drop: no date is null that was not empty in the source', async () => {
  const { lake } = await shippedLake('strict');
  const lost: string[] = [];
  for (const table of loadCatalogue('strict').tables) {
    const dates = table.columns.filter(({ type }) => type === 'date' || type === 'timestamp');
    const corrected =
      (await readTable(
        lake,
        'Ingested_Corrected',
        table.name,
        dates.map(({ name }) => name),
      )) ?? [];
    if (corrected.length === 0) continue;
    const cells = dates.map(({ position }) => `_c${position}`);
    const stored = await readTable(lake, 'Ingested', table.name, cells);
    for (const { name, position } of dates) {
      const empty = (stored ?? []).filter((row) => (row[`_c${position}`] ?? '').trim() === '').length;
      const nulls = corrected.filter((row) => row[name] === null).length;
      if (nulls > empty) lost.push(`${table.name}.${name}: ${nulls} nulls, ${empty} empty cells`);
    }
  }
  expect(lost).toEqual([]);
});

testWithShippedDrop('the shipped drop: a second run changes no byte', async () => {
  const { lake } = await shippedLake('strict');
  const before = await hashes(lake);
  expect((await runEngine({ drop: shippedDrop, lake })).outcome).toBe('nothing to do');
  expect(await hashes(lake)).toEqual(before);
});

testWithShippedDrop('v0.2: the columns of general are those that upstream publishes, by name and type', async () => {
  const { lake, report } = await shippedLake('v0.2');
  expect(report.outcome).toBe('succeeded');
  const published = shippedTables('refined.sss.csv');
  const tables = Object.entries(published).filter(([table]) => !table.endsWith('_lookup'));
  expect(tables).toHaveLength(25);
  const differences: string[] = [];
  for (const [table, attributes] of tables) {
    const log = path.join(
      lake,
      'oea/dev/stage2/Refined/M365/v1.14/general',
      table,
      '_delta_log/00000000000000000000.json',
    );
    const actions = (await fs.readFile(log, 'utf8')).trim().split('\n');
    const metaData = actions.map((line) => JSON.parse(line) as { metaData?: { schemaString: string } });
    const schemaString = metaData.find((action) => action.metaData !== undefined)?.metaData?.schemaString ?? '';
    const { fields } = JSON.parse(schemaString) as { fields: { name: string; type: string }[] };
    const ours = new Set(fields.map(({ name, type }) => `${table}.${name} ${type}`));
    const theirs = new Set(attributes.map(([name, type]) => `${table}.${name} ${type}`));
    differences.push(...[...theirs].filter((one) => !ours.has(one)).map((one) => `only published: ${one}`));
    differences.push(...[...ours].filter((one) => !theirs.has(one)).map((one) => `only ours: ${one}`));
  }
  expect(differences.sort()).toEqual([
    'only ours: AadUser.LastSeenDateTime timestamp',
    'only ours: Organization.ParentOrganizationId string',
    'only ours: Section.Location string',
    'only published: activity.rundate timestamp',
  ]);
});

testWithShippedDrop('v0.2: pseudonyms are SHA-256 of value and salt', async () => {
  const { lake } = await shippedLake('v0.2');
  for (const [table, column] of [
    ['Person', 'Id'],
    ['AadUser', 'ObjectId'],
    ['activity', 'ActorId'],
  ] as const) {
    const raw = (await readTable(lake, 'Ingested_Corrected', table, [column])) ?? [];
    const general = (await readTable(lake, 'general', table, [`${column}_pseudonym`])) ?? [];
    expect(raw.length).toBeGreaterThan(500);
    expect(general.map((row) => row[`${column}_pseudonym`]).sort()).toEqual(
      raw.map((row) => digest(row[column] ?? '')).sort(),
    );
  }
});
