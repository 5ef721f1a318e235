import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DuckDBValue } from '@duckdb/node-api';
import { loadCatalogue } from '../../src/catalogue/load';
import { duckdbType } from '../../src/catalogue/render/duckdb-cast';
import { signalTimes } from '../../src/catalogue/render/report-columns';
import { signalFacts } from '../../src/catalogue/render/signal-facts';
import { sqlDatabaseStatements } from '../../src/catalogue/render/t-sql-database';
import { fillSqlStatements } from '../../src/catalogue/render/t-sql-statement';
import { signalGroupings } from '../../src/catalogue/signal-groups';
import { FolderStore } from '../../src/lake/folder-store';
import type { DimensionName } from '../../src/powerbi/measures/dimensions';
import { measures } from '../../src/powerbi/measures/measures';
import { countedMeasures, measureQuery, type Filter } from '../../src/powerbi/measures/sql';
import { shownValue } from '../../src/powerbi/measures/suppression';
import { DuckDbSql } from '../../src/pipelines/ports/duckdb-sql';
import { committedSets, openSetLake, type SetLake } from '../support/set-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();

interface GoldenQuestion {
  readonly measures: readonly string[];
  readonly by: readonly DimensionName[];
  readonly filters?: readonly Filter[];
}

type GoldenRow = Readonly<Record<string, string | number | null>>;

/** What the golden files answer; each is asked by a card or a chart of the reports. */
const questions: Readonly<Record<string, GoldenQuestion>> = {
  cards: { measures: measures.map(({ name }) => name), by: [] },
  'users per kind and week': {
    measures: ['Active Users'],
    by: ['week', 'classTeamGroup'],
    filters: [{ dimension: 'classTeamGroup', values: signalGroupings.classTeam.charted }],
  },
  'students per kind and week': {
    measures: ['Active Students'],
    by: ['week', 'signalGroup'],
    filters: [{ dimension: 'signalGroup', values: signalGroupings.products.charted }],
  },
  'signals per school': { measures: ['Signals', 'Active Users'], by: ['school'] },
  'signals of students in Teams per school': {
    measures: ['Signals'],
    by: ['school'],
    filters: [
      { dimension: 'role', values: ['Student'] },
      { dimension: 'app', values: ['Teams', 'TeamsMeeting', 'TeamsMobile'] },
    ],
  },
  'signals per day': { measures: ['Signals'], by: ['day'] },
  'signals per role': { measures: ['Signals', 'Active Users'], by: ['role'] },
  'reading per week': { measures: ['Reading Submissions', 'Readers', 'Words per Minute'], by: ['week'] },
  'work per school': {
    measures: ['Work Opened', 'Work Turned In', 'Turn-in Rate', 'On-time Rate'],
    by: ['school'],
    filters: [{ dimension: 'role', values: ['Student'] }],
  },
};

const calendars = {
  k12: { n: 19, first: '2024-03-04T00:00:00.000Z', last: '2024-03-22T00:00:00.000Z', weeks: 3 },
  hed: { n: 19, first: '2024-10-14T00:00:00.000Z', last: '2024-11-01T00:00:00.000Z', weeks: 3 },
};

async function answer(lake: SetLake, { measures: names, by, filters = [] }: GoldenQuestion): Promise<GoldenRow[]> {
  const found = new Map<string, Record<string, DuckDBValue>>();
  for (const [fact, counted] of countedMeasures(names)) {
    const sql = measureQuery({ relation: lake.facts[fact], fact, measures: counted, by, filters });
    const read = await lake.database.connections[0].runAndReadAll(sql);
    for (const row of read.getRowObjects()) {
      const key = by.map((name) => String(row[name])).join('|');
      found.set(key, { ...found.get(key), ...row });
    }
  }
  const rows = [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  return rows.map((row) => ({
    ...Object.fromEntries(by.map((name) => [name, row[name] === null ? null : String(row[name])])),
    ...Object.fromEntries(names.map((name) => [name, rounded(shownValue(name, row))])),
  }));
}

function rounded(value: string | number | null): string | number | null {
  return typeof value === 'number' ? Math.round(value * 10_000) / 10_000 : value;
}

describe.each(Object.keys(committedSets) as (keyof typeof committedSets)[])('golden numbers of test_data/%s', (set) => {
  let lake: SetLake;
  beforeAll(async () => {
    lake = await openSetLake(set, await temporaryFolder());
  });
  afterAll(() => lake.database.close());

  test.each(Object.entries(questions))('%s', async (title, question) => {
    const file = path.resolve(__dirname, `../powerbi/golden/${set}.json`);
    const golden = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, GoldenRow[]>>;
    expect(await answer(lake, question)).toEqual(golden[title]);
  });

  test('the views of serverless SQL, run locally, give reports the same signals and days (ROW16, ROW17)', async () => {
    const store = new FolderStore(lake.folder, { durable: false });
    const sql = new DuckDbSql({ store });
    const ask = async (text: string, database = 'sdb_dev_s2r_m365_v1p14'): Promise<unknown> =>
      (await sql.run({ linkedService: '', database, text, parameters: {}, signal: new AbortController().signal }))
        .resultSets[0];
    const people = { analysts: [], dataScientists: [], externalDataScientists: [], privacyOfficers: [] };
    const catalogue = loadCatalogue('strict');
    const options = { catalogue, storageAccount: 'stoea', timeZone: committedSets[set], people };
    for (const statement of fillSqlStatements(sqlDatabaseStatements(options), 'dev', '1.14')) {
      await ask(statement.text, statement.database);
    }
    const id = { name: 'SignalId', type: 'string' } as const;
    const columns = [id, ...signalTimes, ...signalFacts, { name: 'SchoolId', type: 'string' } as const];
    const list = columns.map(({ name, type }) => `CAST("${name}" AS ${duckdbType(type)})`).join(', ');
    const hash = (from: string): string =>
      `SELECT count(*) AS n, CAST(sum(hash(${list})) AS VARCHAR) AS h FROM ${from}`;
    const read = await lake.database.connections[0].runAndReadAll(hash(lake.facts.activity));
    const expected = read.getRowObjects().map(({ n, h }) => ({ n: Number(n), h }));
    expect(await ask(hash('report_activity'))).toEqual(expected);
    expect(
      await ask(
        'SELECT count(*) AS n, min("Date") AS "first", max("Date") AS "last", count(DISTINCT "WeekStart") AS weeks FROM report_calendar',
      ),
    ).toEqual([calendars[set]]);
    await sql.close();
    await store.close();
  });
});
