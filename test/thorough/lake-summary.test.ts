import { FolderStore } from '../../src/lake/folder-store';
import { compareLakes, summariseLake, type LakeSummary } from '../../src/rehearsal/lake-summary';
import { useDuckDb } from '../support/duckdb-connection';
import { smallCatalogue, smallRows, writeDrop } from '../support/small-drop';
import { runEngine, smallPaths } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const duckDb = useDuckDb();
const catalogue = smallCatalogue(['Person', 'SourceSystem']);

async function summaryOf(rows: readonly string[][], salt: string): Promise<LakeSummary> {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  await writeDrop(drop, { roster: { '2022-01-28T06-16-22': { Person: rows } } }, catalogue);
  const settings = { requiredTables: ['Person'] };
  await runEngine({ drop, lake, catalogue, salt, settings });
  const store = new FolderStore(lake, { durable: false });
  return summariseLake({ store, paths: smallPaths, catalogue, connection: duckDb() });
}

test('two lakes of the same rows are the same in whatever order; another salt changes values, a lost row counts', async () => {
  const salt = 'salt of the tests, 16 characters or more';
  const rows = smallRows('Person');
  const summary = await summaryOf(rows, salt);
  expect(Object.entries(summary).map(([name, { rows: count }]) => [name, count])).toEqual([
    ['SourceSystem/general', 6],
    ['Person/general', 6],
    ['Person/sensitive', 6],
  ]);
  expect(compareLakes(summary, await summaryOf([...rows].reverse(), salt))).toEqual([]);
  expect(compareLakes(summary, await summaryOf(rows, `${salt}!`))).toEqual([
    'Person/general has other values',
    'Person/sensitive has other values',
  ]);
  expect(compareLakes(summary, await summaryOf(rows.slice(1), salt))).toEqual([
    'Person/general had 6 rows and has 5',
    'Person/sensitive had 6 rows and has 5',
  ]);
});
