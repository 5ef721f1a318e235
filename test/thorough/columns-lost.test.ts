import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import { loadCatalogue, tableOf } from '../../src/catalogue/load';
import { fileChunks, DelimitedReader } from '../../src/engine/delimited-reader';
import { generateDrop } from '../../src/test-data/generate';
import { shippedDrop, testWithShippedDrop } from '../support/shipped-drop';
import { useTemporaryFolders } from '../support/temporary-folder';
import { csv, useOneTable } from '../engine/one-table';

const correct = useOneTable();
const temporaryFolder = useTemporaryFolders();
const catalogue = loadCatalogue('strict');
/** More rows of a table prove nothing new. */
const mostRows = 200;

type Rows = readonly (readonly string[])[];

async function readRows(file: string): Promise<Rows> {
  const rows: (readonly string[])[] = [];
  for await (const { cells } of new DelimitedReader(fileChunks(file)).records()) {
    if (cells !== undefined) rows.push(cells);
    if (rows.length === mostRows) break;
  }
  return rows;
}

/** The first file of each table of a drop that has rows. */
async function readTables(root: string): Promise<ReadonlyMap<string, Rows>> {
  const first = (folder: string): string => path.join(folder, readdirSync(folder)[0] ?? '');
  const roster = first(path.join(root, 'roster'));
  const tables = new Map<string, Rows>();
  for (const { name, source } of catalogue.tables) {
    const file = source === 'activity' ? first(first(path.join(root, 'activity'))) : first(path.join(roster, name));
    const rows = await readRows(file);
    if (rows.length > 0) tables.set(name, rows);
  }
  return tables;
}

/** Removes each single column of each table in turn. Which losses were taken in, and what refused the others. */
async function loseEachColumn(
  root: string,
  isTried: (table: string) => boolean = () => true,
): Promise<{ readonly published: string[]; readonly caught: Record<string, number> }> {
  const tables = await readTables(root);
  const keysOf = (name: string): string[] => (tables.get(name) ?? []).map((row) => row[0] ?? '');
  const identifiers = Object.fromEntries([...tables.keys()].map((name) => [name, keysOf(name)]));
  const published: string[] = [];
  const caught: Record<string, number> = {};
  for (const [name, rows] of tables) {
    if (!isTried(name)) continue;
    const columns = tableOf(catalogue, name).columns.slice(0, rows[0]?.length);
    for (const [lost, column] of columns.entries()) {
      const file = csv(rows.map((row) => row.filter((_, index) => index !== lost)));
      const result = await correct(name, [file], { referenceIds: keysOf('RefDefinition'), identifiers });
      const code = result.refused?.code ?? result.failure?.code;
      if (code === undefined) published.push(`${name}.${column.name}`);
      else caught[code] = (caught[code] ?? 0) + 1;
    }
  }
  return { published, caught };
}

testWithShippedDrop(
  'ROW8: of the shipped files, none that lacks a column is taken in, but for an optional one at the end',
  async () => {
    const { published, caught } = await loseEachColumn(path.join(shippedDrop, 'M365'));
    expect(published).toEqual(['Organization.ParentOrganizationId']);
    // Organization is the one table whose optional columns are all there: its other 8 columns are told by content.
    expect(caught).toEqual({ COLUMNS_TOO_FEW: 200, COLUMNS_NOT_BORNE_OUT: 8 });
  },
);

const isShortened = (name: string): boolean =>
  tableOf(catalogue, name).columns.some(({ optional, derived }) => optional && derived === undefined);

test.each(['k12', 'hed'] as const)('ROW8: of generated %s files that may lack a column, likewise', async (set) => {
  const folder = await temporaryFolder();
  await generateDrop({ set, people: 120, days: 1 }, folder);
  const { published, caught } = await loseEachColumn(path.join(folder, 'M365'), isShortened);
  expect(published).toEqual([
    'AadUser.TeacherId',
    'Organization.ParentOrganizationId',
    'Course.Code',
    'Section.Location',
  ]);
  expect(caught).toEqual({ COLUMNS_NOT_BORNE_OUT: 12 + 8 + 9 + 9 });
});
