import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { printRetention } from '../../src/cli/commands/retention';
import { createOutput } from '../../src/cli/output';
import { writeCheckpoint } from '../../src/lake/delta-checkpoint';
import { checkpointPath } from '../../src/lake/delta-log-files';
import { readSnapshot } from '../../src/lake/delta-snapshot';
import { FolderStore } from '../../src/lake/folder-store';
import { retentionReport } from '../../src/privacy/retention-report';
import { captured } from '../cli/captured';
import { useDuckDb } from '../support/duckdb-connection';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const connection = useDuckDb();
const limits = { preLandingDays: 1, landedDays: 30, reportDays: 30, vacuumRetentionHours: 36 };
const start = Date.UTC(2026, 0, 1);
const day = (number: number): Date => new Date(start + number * 24 * 60 * 60 * 1000);

/** A lake with these files, each last changed on the first day. */
async function lakeOf(files: Readonly<Record<string, string>>): Promise<{
  readonly store: FolderStore;
  readonly setChanged: (path: string, on: number) => Promise<void>;
}> {
  const folder = await temporaryFolder();
  const store = new FolderStore(folder, { durable: false });
  const setChanged = (path: string, on: number): Promise<void> => utimes(join(folder, path), day(on), day(on));
  for (const [path, text] of Object.entries(files)) {
    await store.write(path, text);
    await setChanged(path, 0);
  }
  return { store, setChanged };
}

const nothing = { files: 0, overdue: 0, unknown: 0, oldestDays: null, tables: {} };

test('ERASE6: what is older than allowed is counted by folder, after the days that a lifecycle rule may take', async () => {
  const { store } = await lakeOf({
    'oea/dev/stage1/Transactional/a.csv': 'a',
    'oea/dev/stage1/Transactional/b.csv': 'b',
  });
  const landed = { folder: 'oea/dev/stage1/Transactional', holds: 'files', days: 30, files: 2, unknown: 0, tables: {} };
  const empty = { ...nothing, holds: 'old versions', days: 1.5 };
  const report = (at: number) => retentionReport(store, 'dev', limits, day(at), connection());
  expect(await report(32)).toEqual([
    { folder: 'oea/pre_landing', holds: 'files', days: 1, ...nothing },
    { ...landed, overdue: 0, oldestDays: 32 },
    { folder: 'oea/reports/dev', holds: 'files', days: 30, ...nothing },
    { folder: 'oea/dev/stage2', ...empty },
    { folder: 'oea/dev/stage3', ...empty },
  ]);
  expect((await report(33))[1]).toEqual({ ...landed, overdue: 2, oldestDays: 33 });
  await store.close();
});

describe('files that only old versions of a table use', () => {
  const folder = 'oea/dev/stage2/Refined/M365/v1.14/general';
  const add = (path: string) => ({
    add: { path, partitionValues: {}, size: 1, modificationTime: start, dataChange: true },
  });
  const remove = (path: string, on: number) => ({
    remove: { path, deletionTimestamp: day(on).getTime(), dataChange: true },
  });
  const head = [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    { metaData: { id: 'x', format: { provider: 'parquet', options: {} }, schemaString: '{}', partitionColumns: [] } },
  ];
  const commit = (...actions: readonly object[]) => actions.map((action) => JSON.stringify(action)).join('\n');
  const log = (table: string, version: number) => `${folder}/${table}/_delta_log/0000000000000000000${version}.json`;

  test('are overdue once maintenance had to delete them: counted since their table stopped using them, by table', async () => {
    const { store } = await lakeOf({
      [log('Person', 0)]: commit(...head, add('first.parquet'), add('part=1/second.parquet'), add('kept.parquet')),
      [log('Person', 1)]: commit(remove('first.parquet', 10)),
      [log('Person', 2)]: commit(remove('part=1/second.parquet', 20)),
      // Of a writer that was interrupted before it committed: no log names it.
      ...Object.fromEntries(
        ['first', 'part=1/second', 'kept', 'orphan'].map((name) => [`${folder}/Person/${name}.parquet`, name]),
      ),
      [log('Course', 0)]: commit(...head, add('a.parquet')),
      [log('Course', 1)]: commit(remove('a.parquet', 1)),
      [`${folder}/Course/a.parquet`]: 'a',
      [`${folder}/Course/.a.parquet.crc`]: 'a',
      [`${folder}/metadata.csv`]: 'in no table',
    });
    const stage2 = { folder: 'oea/dev/stage2', holds: 'old versions', days: 1.5, files: 4, unknown: 0 };
    const at = async (days: number) => (await retentionReport(store, 'dev', limits, day(days), connection()))[3];
    expect(await at(8)).toEqual({ ...stage2, overdue: 0, oldestDays: 8, tables: {} });
    expect(await at(19)).toEqual({
      ...stage2,
      overdue: 3,
      oldestDays: 19,
      tables: { [`${folder}/Person`]: 2, [`${folder}/Course`]: 1 },
    });
    expect(await at(30)).toMatchObject({ overdue: 4, tables: { [`${folder}/Person`]: 3, [`${folder}/Course`]: 1 } });
    await store.close();
  });

  test('count from their removal where a checkpoint has forgotten it, and from the beginning of a log that has too', async () => {
    const table = `${folder}/Person`;
    const { store, setChanged } = await lakeOf({
      [log('Person', 0)]: commit(...head, add('gone.parquet'), add('kept.parquet')),
      [log('Person', 1)]: commit(remove('gone.parquet', 10)),
      [log('Person', 2)]: commit({ txn: { appId: 'x', version: 1 } }),
      ...Object.fromEntries(['gone', 'kept', 'orphan'].map((name) => [`${table}/${name}.parquet`, name])),
    });
    const { version, state } = (await readSnapshot(store, table, connection()))!;
    await writeCheckpoint(store, table, version, state, connection(), day(30).getTime());
    for (const file of [log('Person', 2), checkpointPath(table, 2)]) await setChanged(file, 12);
    const at = async (days: number) => {
      const { overdue, unknown, oldestDays } = (
        await retentionReport(store, 'dev', limits, day(days), connection())
      )[3]!;
      return { overdue, unknown, oldestDays };
    };
    // The file that no version had counts from its last change, the other from day 10.
    expect([await at(18), await at(19)]).toEqual([
      { overdue: 1, unknown: 0, oldestDays: 18 },
      { overdue: 2, unknown: 0, oldestDays: 19 },
    ]);
    await store.remove([log('Person', 0), log('Person', 1)]);
    expect([await at(20), await at(21)]).toEqual([
      { overdue: 0, unknown: 2, oldestDays: 8 },
      { overdue: 2, unknown: 2, oldestDays: 9 },
    ]);
    await store.close();
  });
});

test('the report names each table whose old versions should be gone', () => {
  const surroundings = captured();
  const output = createOutput(surroundings.streams, false);
  const folder = 'oea/dev/stage2';
  const old = { folder, holds: 'old versions', days: 1.5, files: 4, unknown: 2, oldestDays: 1234 } as const;
  printRetention([{ ...old, overdue: 3, tables: { 'a\nb': 2, c: 1 } }], 3, output);
  printRetention([{ ...old, files: 0, unknown: 0, oldestDays: null, overdue: 0, tables: {} }], 0, output);
  expect(surroundings.printed().stdout.split('\n')).toEqual([
    'folder          what          kept days  files  oldest days  overdue',
    '--------------  ------------  ---------  -----  -----------  -------',
    'oea/dev/stage2  old versions        1.5      4        1,234        3',
    'a?b: 2 files that only old versions use; in Azure 5_maintain_insights deletes them',
    'c: 1 files that only old versions use; in Azure 5_maintain_insights deletes them',
    'oea/dev/stage2: 2 files left their tables before the logs begin, so they are older than is said, by days that nobody knows',
    'Files older than allowed: 3.',
    'folder          what          kept days  files  oldest days  overdue',
    '--------------  ------------  ---------  -----  -----------  -------',
    'oea/dev/stage2  old versions        1.5      0  -                  0',
    'Nothing is older than allowed.',
    '',
  ]);
});
