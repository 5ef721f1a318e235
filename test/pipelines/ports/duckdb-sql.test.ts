import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sqlDatabaseStatements, dropSqlDatabaseStatements } from '../../../src/catalogue/render/t-sql-database';
import { fillSqlStatements } from '../../../src/catalogue/render/t-sql-statement';
import { FolderStore } from '../../../src/lake/folder-store';
import type { SqlResult } from '../../../src/pipelines/ports';
import { DuckDbSql } from '../../../src/pipelines/ports/duckdb-sql';
import { readBatches } from '../../../src/pipelines/ports/t-sql-batch';
import { translateQuery } from '../../../src/pipelines/ports/t-sql-translation';
import { smallCatalogue, writeDrop } from '../../support/small-drop';
import { runEngine } from '../../support/small-lake';
import { useTemporaryFolders } from '../../support/temporary-folder';

const newFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['activity', 'Person', 'Organization', 'PersonRelationship']);
const group = { objectId: '11111111-1111-1111-1111-111111111111', displayName: 'Edu Analytics' };
const people = { analysts: [group], dataScientists: [], externalDataScientists: [], privacyOfficers: [group] };
const statements = fillSqlStatements(
  sqlDatabaseStatements({ catalogue, storageAccount: 'stoea', timeZone: 'Europe/Berlin', people }),
  'dev',
  '1.14',
);
const general = 'sdb_dev_s2r_m365_v1p14';

async function open(folder?: string) {
  const lake = await newFolder();
  const drop = await newFolder();
  await writeDrop(drop, {
    roster: { '2022-01-28T06-16-22': {} },
    activity: { '2022-01-28/ApplicationUsage.csv': [{ StartTime: '2022-01-29T23:30:00Z' }] },
  });
  await runEngine({ drop, lake, catalogue });
  const store = new FolderStore(lake);
  const sql = new DuckDbSql({ store, ...(folder === undefined ? {} : { folder }) });
  const run = (text: string, database = general): Promise<SqlResult> =>
    sql.run({ linkedService: 'LS', database, text, parameters: {}, signal: new AbortController().signal });
  const runAll = async (all: typeof statements): Promise<void> => {
    for (const { database, text } of all) await run(text, database);
  };
  return { sql, store, run, runAll };
}

test('the project’s own statements make databases with a view per table, again and again', async () => {
  const folder = await newFolder();
  const { sql, run, runAll } = await open(folder);
  await runAll(statements);
  await runAll(statements);
  expect(await sql.databases()).toEqual([general, `${general}_sensitive`]);
  const rows = async (view: string, database = general) =>
    (await run(`SELECT COUNT(*) AS n FROM [dbo].[${view}]`, database)).resultSets;
  expect([
    await rows('Person'),
    await rows('PersonRelationship'),
    await rows('Person_lookup', `${general}_sensitive`),
  ]).toEqual([[[{ n: 6 }]], [[{ n: 6 }]], [[{ n: 6 }]]]);
  // Half past midnight in Berlin is Sunday, of the week that began on Monday the 24th (ROW16).
  const { resultSets } = await run('SELECT TOP (1) [Day], [Week], [Hour] FROM activity ORDER BY [StartTime]');
  expect(resultSets).toEqual([[{ Day: '2022-01-30T00:00:00.000Z', Week: '2022-01-24T00:00:00.000Z', Hour: 0 }]]);
  expect(existsSync(join(folder, `${general}.duckdb`))).toBe(true);
  await sql.close();

  // A new process finds the databases, and drops them.
  const again = await open(folder);
  expect(await again.sql.databases()).toEqual([general, `${general}_sensitive`]);
  await again.runAll(fillSqlStatements(dropSqlDatabaseStatements(), 'dev', '1.14'));
  expect(await again.sql.databases()).toEqual([]);
  expect(existsSync(join(folder, `${general}.duckdb`))).toBe(false);
  await again.sql.close();
});

test('views that the catalogue no longer has go away', async () => {
  const { sql, run, runAll } = await open();
  await runAll(statements);
  const fewer = smallCatalogue(['activity', 'Person']);
  await runAll(
    fillSqlStatements(
      sqlDatabaseStatements({ catalogue: fewer, storageAccount: 'stoea', timeZone: 'UTC', people }),
      'dev',
      '1.14',
    ),
  );
  expect((await run('SELECT COUNT(*) AS n FROM Person')).resultSets).toEqual([[{ n: 6 }]]);
  await expect(run('SELECT COUNT(*) AS n FROM Organization')).rejects.toThrow(
    'The local SQL database could not run the statement.',
  );
  await sql.close();
});

test('OEA’s own statements: a database, and a view over the folder of a Delta table', async () => {
  const { sql, run } = await open();
  const create =
    "IF NOT EXISTS (SELECT * FROM sys.databases WHERE name = 'sdb_x') \nBEGIN\n  CREATE DATABASE sdb_x; \nEND;";
  await run(create, 'master');
  await run(create, 'master');
  const bulk = 'https://stoea.dfs.core.windows.net/oea/dev/stage2/Refined/M365/v1.14/general/Organization';
  await run(
    `CREATE OR ALTER VIEW Organization AS\nSELECT * FROM OPENROWSET(\nBULK '${bulk}',\nFORMAT='DELTA'\n) AS [r]`,
    'sdb_x',
  );
  const { resultSets } = await run('SELECT [Id] FROM Organization WHERE [Id] IS NOT NULL', 'sdb_x');
  expect(resultSets[0]).toHaveLength(6);
  await expect(
    run(`CREATE OR ALTER VIEW x AS SELECT * FROM OPENROWSET(BULK '${bulk}x', FORMAT='DELTA') AS [r]`, 'sdb_x'),
  ).rejects.toThrow('Content of directory on path cannot be listed.');
  await run("IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'sdb_x') DROP DATABASE [sdb_x];", 'master');
  await run("IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'sdb_x') DROP DATABASE [sdb_x];", 'master');
  expect(await sql.databases()).toEqual([]);
  await sql.close();
});

test.each<[string, string, string]>([
  ['SELECT 1', 'nowhere', 'Cannot open database "nowhere" requested by the login.'],
  ['EXEC dbo.Refresh', 'master', 'The local SQL databases do not understand stored procedures and parameters.'],
  [
    'BACKUP DATABASE x TO DISK',
    'master',
    'The local SQL databases do not understand a statement that begins with BACKUP DATABASE x.',
  ],
  ['SELECT * FROM nothing', 'master', 'The local SQL database could not run the statement.'],
])('%s on %s is refused', async (text, database, message) => {
  const sql = new DuckDbSql({ store: new FolderStore(await newFolder()) });
  const refused = sql.run({
    linkedService: 'LS',
    database,
    text,
    parameters: {},
    signal: new AbortController().signal,
  });
  await expect(refused).rejects.toThrow(expect.objectContaining({ code: 'SQL_NOT_SUPPORTED', message }));
  await sql.close();
});

test.each<[string, string]>([
  ["SELECT [a]]b], N'it''s [x]' FROM t -- note", `SELECT "a]b", 'it''s [x]' FROM t  `],
  ["CAST('19000101' AS DATE)", "CAST('1900-01-01' AS DATE)"],
  [
    'CAST(x AS NVARCHAR(MAX)), CAST(y AS BIT), CAST(z AS DATETIME2(6))',
    'CAST(x AS VARCHAR), CAST(y AS BOOLEAN), CAST(z AS TIMESTAMP)',
  ],
  ['DATEADD(minute, 60, r.[t])', '(r."t" + to_minutes(CAST(60 AS BIGINT)))'],
  [
    'DATEADD(day, -(DATEDIFF(day, a, b) % 7), f(b, c))',
    "(f(b, c) + to_days(CAST(-(date_diff('day', a, b) % 7) AS BIGINT)))",
  ],
  ['DATEPART(hour, x)', "date_part('hour', x)"],
  ['SELECT TOP 5 a FROM b;', 'SELECT a FROM b LIMIT 5'],
])('%s becomes %s', (text, expected) => {
  expect(translateQuery(text)).toBe(expected);
});

test('every statement that the project renders is understood', () => {
  expect(statements.filter(({ text }) => readBatches(text) === undefined).map(({ name }) => name)).toEqual([]);
  const kinds = statements.flatMap(({ text }) => readBatches(text)?.map(({ kind }) => kind) ?? []);
  expect([...new Set(kinds)].sort()).toEqual(['access', 'create database', 'data source', 'drop other views', 'view']);
});
