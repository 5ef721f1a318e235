import * as fs from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { loadCatalogue } from '../../src/catalogue/load';
import { openDatabase } from '../../src/engine/database';
import { runCheck } from '../../src/verify/check';
import { rowCounts } from '../../src/verify/checks/row-counts';
import { VerifyContext, type VerifyOptions } from '../../src/verify/context';
import { verifyLake } from '../../src/verify/verify-lake';
import { useTemporaryFolders } from '../support/temporary-folder';
import { buildFixture, fixtureSalt, type LakeFixture } from './lake-fixture';

const folder = useTemporaryFolders();
const catalogue = loadCatalogue('strict');
let database: Awaited<ReturnType<typeof openDatabase>>;
let lake: LakeFixture;
let options: VerifyOptions;

beforeEach(async () => {
  database = await openDatabase();
  const [connection] = database.connections;
  lake = await buildFixture(await folder(), connection, catalogue);
  options = { store: lake.store, paths: lake.paths, catalogue, connection, salt: fixtureSalt };
});
afterEach(() => database.close());

const saltsOf = (connections: readonly DuckDBConnection[]): Promise<unknown> =>
  Promise.all(
    connections.map(async (one) => (await one.runAndReadAll(`SELECT getvariable('verify_salt')`)).getRows()[0]?.[0]),
  );

/** As where the database fails: afterwards the rows cannot be dropped. */
const takeRows = async (connection: DuckDBConnection): Promise<void> =>
  void (await connection.run('DROP SCHEMA verify_rows CASCADE'));

const notDropped = /^Catalog Error: Schema with name verify_rows does not exist/;

test('PRIV3: the salt is taken out of the database also where the rows cannot be', async () => {
  const [connection] = database.connections;
  const context = await (await VerifyContext.open(options)).inMemory();
  expect(await saltsOf([connection])).toEqual([fixtureSalt]);
  await takeRows(connection);
  await expect(context.close()).rejects.toThrow(notDropped);
  expect(await saltsOf([connection])).toEqual([null]);
});

test('PRIV3: it is taken out of both connections also where the first cannot be closed', async () => {
  const [connection, secondConnection] = database.connections;
  const progress = (check: string): void => {
    if (check === 'joins of the dashboards hit') void takeRows(connection);
  };
  await expect(verifyLake({ ...options, secondConnection, progress })).rejects.toThrow(notDropped);
  expect(await saltsOf(database.connections)).toEqual([null, null]);
});

test('ROW13: why the rows of a table could not be loaded is said, and nothing that they hold', async () => {
  await fs.writeFile(await lake.dataFile('general', 'Person'), 'PAR1 Smith, John PAR1');
  const context = await (await VerifyContext.open(options)).inMemory();
  try {
    const { findings } = await runCheck(rowCounts, context);
    expect(findings).toEqual([
      {
        severity: 'warning',
        code: 'ROW14',
        message: 'The rows of general could not be loaded (Invalid Input Error); each check reads its files instead.',
        table: 'Person',
      },
      {
        severity: 'error',
        code: 'VERIFY_FAILED',
        message:
          'The engine failed while reading the footers of the data files (Invalid Input Error). Restore the table named above, or process the lake with --rebuild; then verify again.',
      },
    ]);
  } finally {
    await context.close();
  }
});
