import { DuckDBInstance } from '@duckdb/node-api';
import type { LakeStageName } from '../../src/contract/lake-format';
import { loadRows } from '../../src/verify/loaded-rows';
import type { StageTable } from '../../src/verify/stage-table';

const stages = (entries: Readonly<Record<string, string>>): ReadonlyMap<LakeStageName, StageTable> =>
  new Map(
    Object.entries(entries).map(([stage, relation]) => [stage as LakeStageName, { relation } as unknown as StageTable]),
  );

test('rows are loaded for all connections, what cannot be read stays as it is, and afterwards the database is as before', async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const [one, other] = [await instance.connect(), await instance.connect()];
  const ask = async (sql: string): Promise<unknown> => (await other.runAndReadAll(sql)).getRowsJson();
  const missing = `read_parquet('/nowhere/part.parquet')`;
  const tables = [stages({ general: '(SELECT 7 AS n)', Rejected: missing }), stages({ general: '(SELECT 8 AS n)' })];
  const loaded = await loadRows(one, tables);
  const relations = loaded.stages.map((table) =>
    [...table].map(([stage, { relation, notLoaded }]) => [stage, relation, notLoaded]),
  );
  expect(relations).toEqual([
    [
      ['general', 'verify_rows.general_0', undefined],
      ['Rejected', missing, ' (IO Error)'],
    ],
    [['general', 'verify_rows.general_1', undefined]],
  ]);
  expect(await ask('SELECT n FROM verify_rows.general_0 UNION ALL SELECT n FROM verify_rows.general_1')).toEqual([
    [7],
    [8],
  ]);
  expect(await ask(`SELECT current_setting('threads')`)).toEqual([['1']]);
  await loaded.close();
  expect(await ask(`SELECT current_setting('threads')`)).toEqual([['2']]);
  expect(await ask(`SELECT count(*) FROM duckdb_tables()`)).toEqual([['0']]);
  one.closeSync();
  other.closeSync();
  instance.closeSync();
});
