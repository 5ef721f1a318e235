import { localTime, signalSchoolQuery, type PlaceRelations } from '../../src/catalogue/render/signal-place';
import { quoteList } from '../../src/engine/database';
import { tablePath } from '../../src/engine/engine-context';
import { DeltaTable } from '../../src/lake/delta-table';
import { FolderStore } from '../../src/lake/folder-store';
import { useDuckDb } from '../support/duckdb-connection';
import { shippedDrop, testWithShippedDrop } from '../support/shipped-drop';
import { runEngine, smallPaths } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const connection = useDuckDb();
const temporaryFolder = useTemporaryFolders();

async function rowsOf(sql: string): Promise<unknown[][]> {
  await connection().run(`LOAD icu; SET TimeZone = 'UTC'`);
  return (await connection().runAndReadAll(sql)).getRowsJson();
}

describe('ROW16: day, ISO week and hour are those of the time zone', () => {
  test.each([
    // Standard time: the evening before, of the week before.
    ['2022-01-31 03:59:59+00', 'America/Los_Angeles', '2022-01-30', '2022-01-24', 19],
    ['2022-01-31 08:00:00+00', 'America/Los_Angeles', '2022-01-31', '2022-01-31', 0],
    // Daylight saving begins at 10:00 UTC on 2022-03-13: 01:59 is followed by 03:00.
    ['2022-03-13 09:59:59+00', 'America/Los_Angeles', '2022-03-13', '2022-03-07', 1],
    ['2022-03-13 10:00:00+00', 'America/Los_Angeles', '2022-03-13', '2022-03-07', 3],
    // East of Greenwich, and a half hour.
    ['2021-12-31 23:30:00+00', 'Europe/Berlin', '2022-01-01', '2021-12-27', 0],
    ['2022-01-02 18:30:00+00', 'Asia/Kolkata', '2022-01-03', '2022-01-03', 0],
  ])('%s in %s', async (timestamp, zone, day, week, hour) => {
    const local = localTime('moment', zone);
    const sql = `SELECT ${local.day}::VARCHAR, ${local.weekStart}::VARCHAR, ${local.hour} FROM (SELECT TIMESTAMPTZ '${timestamp}' AS moment)`;
    expect(await rowsOf(sql)).toEqual([[day, week, hour]]);
  });

  test('whatever the time zone of the connection', async () => {
    await connection().run(`LOAD icu; SET TimeZone = 'Pacific/Auckland'`);
    const { day } = localTime(`TIMESTAMPTZ '2022-01-31 03:59:59+00'`, 'America/Los_Angeles');
    const read = await connection().runAndReadAll(`SELECT ${day}::VARCHAR`);
    expect(read.getRowsJson()).toEqual([['2022-01-30']]);
  });
});

test('ROW17: the class tells the school, else the primary role of the actor, else none', async () => {
  const relation = (columns: string, ...rows: string[]): string =>
    `(SELECT * FROM (VALUES ${rows.map((row) => `(${row})`).join(', ')}) AS rows(${columns}))`;
  const sql = signalSchoolQuery({
    activity: relation(
      '"SignalId", "ClassId_pseudonym", "ActorId_pseudonym"',
      `'of a class', 'c1', 'u1'`,
      `'of a class, actor elsewhere', 'c1', 'u2'`,
      `'of an unknown class', 'c9', 'u1'`,
      `'of a class without a section', 'c2', 'u1'`,
      `'of no class', NULL, 'u2'`,
      `'of no class, no primary role', NULL, 'u3'`,
      `'of no class, several persons', NULL, 'u4'`,
      `'of no class, unknown actor', NULL, 'u9'`,
      `'of nobody', NULL, NULL`,
    ),
    aadGroup: relation('"ObjectId_pseudonym", "SectionId"', `'c1', 's1'`, `'c2', NULL`),
    section: relation('"Id", "OrganizationId"', `'s1', 'North'`, `'s2', 'South'`),
    aadUserPersonMapping: relation(
      '"ObjectId_pseudonym", "PersonId_pseudonym"',
      ...[`'u1', 'p1'`, `'u2', 'p2'`, `'u3', 'p3'`, `'u4', 'p1'`, `'u4', 'p2'`],
    ),
    personOrganizationRole: relation(
      '"PersonId_pseudonym", "OrganizationId", "IsPrimary"',
      ...[`'p1', 'North', true`, `'p2', 'South', true`, `'p2', 'East', false`, `'p3', 'East', NULL`],
    ),
  });
  expect(Object.fromEntries((await rowsOf(sql)) as [string, string][])).toEqual({
    'of a class': 'North',
    'of a class, actor elsewhere': 'North',
    'of an unknown class': 'none',
    'of a class without a section': 'none',
    'of no class': 'South',
    'of no class, no primary role': 'none',
    'of no class, several persons': 'North',
    'of no class, unknown actor': 'none',
    'of nobody': 'none',
  });
});

testWithShippedDrop('ROW16, ROW17: counts on the general tables of the shipped drop', async () => {
  const lake = await temporaryFolder();
  await runEngine({ drop: shippedDrop, lake });
  const store = new FolderStore(lake, { durable: false });
  const relation = async (name: string): Promise<string> => {
    const table = await DeltaTable.open(store, tablePath(smallPaths, name, 'general'), connection());
    const files = await Promise.all((table?.files() ?? []).map((file) => store.localPath(table!.filePath(file))));
    return `read_parquet(${quoteList(files)})`;
  };
  const relations: PlaceRelations = {
    activity: await relation('activity'),
    aadGroup: await relation('AadGroup'),
    section: await relation('Section'),
    aadUserPersonMapping: await relation('AadUserPersonMapping'),
    personOrganizationRole: await relation('PersonOrganizationRole'),
  };
  await store.close();
  const { day } = localTime('"StartTime"', 'Etc/GMT+8');
  const moved = `SELECT count(*)::INTEGER, count(*) FILTER (${day} <> CAST("StartTime" AS DATE))::INTEGER FROM ${relations.activity}`;
  expect(await rowsOf(moved)).toEqual([[20_000, 6_227]]);

  const withoutClass = {
    ...relations,
    activity: `(SELECT * REPLACE (NULL AS "ClassId_pseudonym") FROM ${relations.activity})`,
  };
  const compared = `SELECT count(*)::INTEGER, count(*) FILTER (byClass."OrganizationId" = byActor."OrganizationId")::INTEGER,
      count(*) FILTER (byClass."OrganizationId" = 'none')::INTEGER, count(*) FILTER (byActor."OrganizationId" = 'none')::INTEGER
    FROM (${signalSchoolQuery(relations)}) AS byClass JOIN (${signalSchoolQuery(withoutClass)}) AS byActor USING ("SignalId")`;
  expect(await rowsOf(compared)).toEqual([[20_000, 3_917, 0, 0]]);
});
