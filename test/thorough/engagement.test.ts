import * as fs from 'node:fs/promises';
import { loadCatalogue, tableOf } from '../../src/catalogue/load';
import { engagementColumns } from '../../src/catalogue/digital-engagement';
import { engagementExpression } from '../../src/catalogue/render/duckdb-engagement';
import { currentProcess } from '../../src/lake/process-identity';
import { DeltaTable } from '../../src/lake/delta-table';
import { FolderStore } from '../../src/lake/folder-store';
import { useDuckDb } from '../support/duckdb-connection';
import { CrashError, FailingStore } from '../support/failing-store';
import { smallCatalogue, smallRow, writeDrop, type SmallRow } from '../support/small-drop';
import { readCommitLedgers, readTable, runEngine, smallPaths, type StoredRow } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

/** Stage 3's events follow Refined/general/activity (docs/lake-format.md §6). */

const temporaryFolder = useTemporaryFolders();
const connection = useDuckDb();
const catalogue = smallCatalogue(['activity']);

interface Folders {
  readonly drop: string;
  readonly lake: string;
}

async function folders(): Promise<Folders> {
  return { drop: await temporaryFolder(), lake: await temporaryFolder() };
}

const signal = (n: number, cells: Record<string, string> = {}): string[] => smallRow('activity', n, cells);

async function deliver(at: Folders, activity: Record<string, readonly SmallRow[]>, more: object = {}): Promise<void> {
  await writeDrop(at.drop, { activity });
  await runEngine({ ...at, catalogue, ...more });
}

const stored = (lake: string, columns?: readonly string[]): Promise<StoredRow[] | undefined> =>
  readTable(lake, 'digital_engagement', 'activity', columns);

async function files(lake: string): Promise<string[]> {
  const store = new FolderStore(lake, { durable: false });
  const table = await DeltaTable.open(store, smallPaths.engagementEvents, connection());
  return (table?.files() ?? []).map(
    ({ path, partitionValues }) => `${path.replace(/[^/]+$/, '')} ${JSON.stringify(partitionValues)}`,
  );
}

/** Events as they should be, from general. */
async function expected(lake: string): Promise<StoredRow[]> {
  const rows = (await readTable(lake, 'general', 'activity')) ?? [];
  return rows
    .map((row) => ({
      event_id: row['SignalId'] ?? null,
      event_actor: row['ActorId_pseudonym'] ?? null,
      event_eventTime: row['StartTime'] ?? null,
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

const compared = ['event_id', 'event_actor', 'event_eventTime'];

test('a signal becomes an event, with its time span in seconds, in the partition of its month', async () => {
  const at = await folders();
  const cells = {
    StartTime: '2022-01-31T23:30:00Z',
    MeetingDuration: '1:02:03',
    AppName: 'Teams',
    SchemaVersion: '1.14',
  };
  await deliver(at, { '2022-01-31/a.csv': [signal(1, { ...cells, SignalType: 'CallParticipated' })] });
  const [general] = (await readTable(at.lake, 'general', 'activity', ['ActorId_pseudonym'])) ?? [];
  expect(await stored(at.lake)).toEqual([
    {
      event_id: 'activity-1',
      event_type: 'CallParticipated',
      event_actor: general?.['ActorId_pseudonym'],
      event_object: 'MS_Insights',
      event_eventTime: '2022-01-31 23:30:00+00',
      entity_type: 'Teams',
      softwareApplication_version: '1.14',
      generated_aggregateMeasure_metric_timeOnTaskSec: '3723',
      generated_aggregateMeasure_metric_numAccess: null,
      generated_aggregateMeasure_metric_used: null,
      generated_aggregateMeasure_metric_activityReportPeriod: null,
      year: '2022',
      month: '1',
    },
  ]);
  expect(await files(at.lake)).toEqual(['year=2022/month=1/ {"year":"2022","month":"1"}']);
});

test('the files hold no partition column: a reader takes it from the log', async () => {
  const at = await folders();
  await deliver(at, { '2022-01-31/a.csv': [signal(1)] });
  const store = new FolderStore(at.lake, { durable: false });
  const [file] = (await store.list(smallPaths.engagementEvents)).filter(({ path }) => path.endsWith('.parquet'));
  const reader = await connection().runAndReadAll(
    `SELECT name FROM parquet_schema('${await store.localPath(file!.path)}') WHERE num_children IS NULL`,
  );
  const names = engagementColumns(tableOf(loadCatalogue('strict'), 'activity')).map(({ name }) => name);
  expect(reader.getRows().flat()).toEqual(names.slice(0, -2));
});

test('a new day adds files of its month only; a corrected signal leaves the month that it was in', async () => {
  const at = await folders();
  const january = { StartTime: '2022-01-31T08:00:00Z' };
  await deliver(at, { '2022-01-31/a.csv': [signal(1, january), signal(2, january)] });
  await deliver(at, { '2022-02-01/a.csv': [signal(3, { StartTime: '2022-02-01T08:00:00Z' })] });
  const before = await files(at.lake);
  expect(before).toEqual([
    'year=2022/month=1/ {"year":"2022","month":"1"}',
    'year=2022/month=2/ {"year":"2022","month":"2"}',
  ]);
  await deliver(at, { '2022-02-02/b.csv': [signal(2, { StartTime: '2022-02-02T08:00:00Z' })] });
  expect(await stored(at.lake, compared)).toEqual(await expected(at.lake));
  const ledgers = await readCommitLedgers(at.lake, 'digital_engagement', 'activity');
  expect(
    ledgers.map(({ batch, kind, rows }) => [batch, kind, rows.in, rows.written, rows.superseded, rows.total]),
  ).toEqual([
    [1, 'additive', 2, 2, 0, 2],
    [2, 'additive', 1, 1, 0, 3],
    [3, 'additive', 1, 1, 1, 3],
  ]);
  expect(await files(at.lake)).toEqual([
    'year=2022/month=1/ {"year":"2022","month":"1"}',
    'year=2022/month=2/ {"year":"2022","month":"2"}',
    'year=2022/month=2/ {"year":"2022","month":"2"}',
  ]);
});

test('running again changes nothing, and a run with several days makes one commit', async () => {
  const at = await folders();
  await deliver(at, {
    '2022-01-28/a.csv': [signal(1)],
    '2022-01-29/a.csv': [signal(2)],
    '2022-01-30/a.csv': [signal(1)],
  });
  await deliver(at, {});
  const ledgers = await readCommitLedgers(at.lake, 'digital_engagement', 'activity');
  expect(ledgers.map(({ batch, rundate, rows }) => [batch, rundate, rows.total])).toEqual([
    [3, '2022-01-30 00:00:00', 2],
  ]);
  expect(await stored(at.lake, compared)).toEqual(await expected(at.lake));
});

test('left out on request; the next run makes up for it', async () => {
  const at = await folders();
  await deliver(at, { '2022-01-28/a.csv': [signal(1)] }, { digitalEngagement: false });
  expect(await stored(at.lake)).toBeUndefined();
  await deliver(at, {});
  await deliver(at, { '2022-01-29/a.csv': [signal(2)] }, { digitalEngagement: false });
  await deliver(at, { '2022-01-30/a.csv': [signal(1, { Grade: '50' })] });
  expect(await stored(at.lake, compared)).toEqual(await expected(at.lake));
});

test('events that somebody took out are noticed by the sum, and all are made anew', async () => {
  const at = await folders();
  await deliver(at, { '2022-01-28/a.csv': [signal(1), signal(2)] });
  const store = new FolderStore(at.lake, { durable: false });
  const table = await DeltaTable.open(store, smallPaths.engagementEvents, connection());
  await table!.commit({ actions: { removes: table!.files() }, operation: 'DELETE' });
  await deliver(at, { '2022-01-29/a.csv': [signal(3)] });
  expect(await stored(at.lake, compared)).toEqual(await expected(at.lake));
  expect((await expected(at.lake)).length).toBe(3);
});

test('--rebuild removes the events with the old pseudonyms and makes them anew', async () => {
  const at = await folders();
  await deliver(at, { '2022-01-28/a.csv': [signal(1), signal(2)] });
  const [old] = (await stored(at.lake, ['event_actor'])) ?? [];
  await runEngine({ ...at, catalogue, salt: 'another salt of 16 characters or more', rebuild: true });
  expect(await stored(at.lake, compared)).toEqual(await expected(at.lake));
  const bytes = await Promise.all(
    (await fs.readdir(at.lake, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.parentPath.includes('stage3'))
      .map((entry) => fs.readFile(`${entry.parentPath}/${entry.name}`)),
  );
  expect(bytes.some((content) => content.includes(old?.['event_actor'] ?? ''))).toBe(false);
});

test('killed anywhere, the next run leaves the events of general, and no other file', async () => {
  const base = await folders();
  await deliver(base, { '2022-01-28/a.csv': [signal(1), signal(2)] });
  await writeDrop(base.drop, { activity: { '2022-01-29/a.csv': [signal(2, { AppName: 'OneNote' }), signal(3)] } });
  let kills = 0;
  for (let n = 1, crashed = true; crashed; n += 5) {
    const lake = await temporaryFolder();
    await fs.cp(base.lake, lake, { recursive: true });
    crashed = await killAt(n, { drop: base.drop, lake });
    const later = new FolderStore(lake, { durable: false, identity: currentProcess('later') });
    await runEngine({ drop: base.drop, lake, catalogue, store: later });
    const listed = (await later.list(smallPaths.engagementEvents)).filter(({ path }) => path.endsWith('.parquet'));
    await later.close();
    expect(await stored(lake, compared)).toEqual(await expected(lake));
    // One file of the first day, the same without the corrected signal, and one of the second day.
    expect([n, listed.length]).toEqual([n, 3]);
    kills += Number(crashed);
  }
  expect(kills).toBeGreaterThan(4);
});

async function killAt(n: number, at: Folders): Promise<boolean> {
  const store = new FailingStore(
    new FolderStore(at.lake, { durable: false, identity: currentProcess(`killed${n}`) }),
    n,
  );
  try {
    await runEngine({ ...at, catalogue, store });
    await store.close();
    return false;
  } catch (error) {
    if (!(error instanceof CrashError)) throw error;
    return true;
  }
}

test.each([
  ['0:00:59', '59'],
  ['1:02:03', '3723'],
  ['00:31:07.9999999', '1867'],
  ['1.02:03:04', '93784'],
  ['30:00:00', '108000'],
  ['1:60:00', null],
  ['12:30', null],
  ['-0:01:00', null],
  [' 0:01:00', null],
  ['PT5M', null],
  ['*', null],
  ['', null],
])('the time span %j is %s seconds', async (text, seconds) => {
  const column = engagementColumns(tableOf(loadCatalogue('strict'), 'activity'))[7]!;
  const sql = `SELECT (${engagementExpression(column)})::VARCHAR FROM (SELECT '${text}' AS "MeetingDuration")`;
  expect((await connection().runAndReadAll(sql)).getRows()).toEqual([[seconds]]);
});
