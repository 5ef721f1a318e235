import * as fs from 'node:fs/promises';
import { engagement } from '../../src/verify/checks/engagement';
import { runCheck } from '../../src/verify/check';
import { VerifyContext } from '../../src/verify/context';
import { DeltaTable } from '../../src/lake/delta-table';
import { FolderStore } from '../../src/lake/folder-store';
import { useDuckDb } from '../support/duckdb-connection';
import { smallCatalogue, smallRow, writeDrop } from '../support/small-drop';
import { runEngine, smallPaths } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const connection = useDuckDb();
const catalogue = smallCatalogue(['activity']);
const name = 'events of stage 3 are those of activity';

async function processed(digitalEngagement = true): Promise<{ drop: string; lake: string }> {
  const at = { drop: await temporaryFolder(), lake: await temporaryFolder() };
  await writeDrop(at.drop, { activity: { '2022-01-28/a.csv': [1, 2, 3].map((n) => smallRow('activity', n)) } });
  await runEngine({ ...at, catalogue, digitalEngagement });
  return at;
}

async function check(lake: string): Promise<object> {
  await connection().run("LOAD icu; SET TimeZone = 'UTC'");
  const store = new FolderStore(lake, { durable: false });
  const context = await VerifyContext.open({ store, paths: smallPaths, catalogue, connection: connection() });
  const { status, findings } = await runCheck(engagement, context);
  return { status, findings };
}

const failed = (message: string, details: object): object => ({
  status: 'failed',
  findings: [{ severity: 'error', code: 'ROW14', message, table: 'activity', ...details }],
});

async function eventFile(lake: string): Promise<{ local: string; path: string }> {
  const store = new FolderStore(lake, { durable: false });
  const [file] = (await store.list(smallPaths.engagementEvents)).filter(({ path }) => path.endsWith('.parquet'));
  return { local: `${lake}/${file!.path}`, path: file!.path };
}

async function rewrite(lake: string, select: string): Promise<void> {
  const { local } = await eventFile(lake);
  await connection().run(
    `CREATE OR REPLACE TEMP TABLE tampered AS ${select} FROM read_parquet('${local}', hive_partitioning = false)`,
  );
  await connection().run(`COPY tampered TO '${local}' (FORMAT parquet)`);
}

test(`${name}: a good lake, and one without stage 3`, async () => {
  expect(await check((await processed()).lake)).toEqual({ status: 'passed', findings: [] });
  expect(await check((await processed(false)).lake)).toEqual({ status: 'skipped', findings: [] });
});

test(`${name}: an event that was changed`, async () => {
  const { lake } = await processed();
  await rewrite(
    lake,
    `SELECT * REPLACE (CASE WHEN "event_id" = 'activity-2' THEN 'x' ELSE "event_actor" END AS "event_actor")`,
  );
  expect(await check(lake)).toEqual(
    failed('The events of stage 3 are not those of activity. Process the lake with --rebuild.', {
      counts: { strange: 1, missing: 1 },
    }),
  );
});

test(`${name}: a file in the folder of another month`, async () => {
  const { lake } = await processed();
  const { local, path } = await eventFile(lake);
  const moved = (text: string): string => text.replace('/month=1/', '/month=2/');
  await fs.mkdir(moved(local).replace(/\/[^/]+$/, ''), { recursive: true });
  await fs.rename(local, moved(local));
  const log = `${lake}/${smallPaths.engagementEvents}/_delta_log/00000000000000000000.json`;
  const text = await fs.readFile(log, 'utf8');
  await fs.writeFile(log, text.replace('/month=1/', '/month=2/').replace('"month":"1"', '"month":"2"'));
  expect(await check(lake)).toEqual(
    failed('A file of events holds rows of another month.', { file: moved(path), counts: { rows: 3 } }),
  );
});

test(`${name}: a file that no log mentions`, async () => {
  const { lake } = await processed();
  const { local } = await eventFile(lake);
  await fs.copyFile(local, local.replace(/[^/]+$/, 'stranger.parquet'));
  expect(await check(lake)).toEqual(
    failed('The folder of events holds files that no version of its log mentions.', { counts: { files: 1 } }),
  );
});

test(`${name}: a file that is gone`, async () => {
  const { lake } = await processed();
  await fs.rm((await eventFile(lake)).local);
  const { findings } = (await check(lake)) as { findings: readonly { message: string }[] };
  expect(findings.map(({ message }) => message)).toEqual([
    'The events of stage 3 are not those of activity. Process the lake with --rebuild.',
    'The log of events refers to files that are not there. Process the lake with --rebuild.',
  ]);
});

test(`${name}: other columns`, async () => {
  const { lake } = await processed();
  const store = new FolderStore(lake, { durable: false });
  const table = await DeltaTable.open(store, smallPaths.engagementEvents, connection());
  const schemaString = table!.schemaString!.replace('"event_object"', '"event_thing"');
  await table!.commit({ actions: { metaData: { schemaString } }, operation: 'WRITE' });
  expect(await check(lake)).toEqual(
    failed('The table of events has other columns, types or partitions than it should. Process with --rebuild.', {}),
  );
});

test(`${name}: a run that left stage 3 out`, async () => {
  const at = await processed();
  await writeDrop(at.drop, { activity: { '2022-01-29/b.csv': [smallRow('activity', 4)] } });
  await runEngine({ ...at, catalogue, digitalEngagement: false });
  expect(await check(at.lake)).toEqual({
    status: 'warned',
    findings: [
      {
        severity: 'warning',
        code: 'ROW14',
        message: 'Stage 3 is behind activity: run insights process without --no-digital-engagement.',
        table: 'activity',
        counts: { events: 3, activity: 4 },
      },
    ],
  });
});
