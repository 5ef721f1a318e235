import { useTemporaryFolders } from '../support/temporary-folder';
import { ledgerProblems } from '../support/ledger-equations';
import { smallCatalogue, smallRow, writeDrop, type SmallRow } from '../support/small-drop';
import { readCommitLedgers, readTable, runEngine, smallPaths, type StoredRow } from '../support/small-lake';
import { FolderStore } from '../../src/lake/folder-store';

/** ROW14: across batches the last arrival of a SignalId wins; what is counted; what is written again. */

const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['activity']);
const file = '2022-01-28/ApplicationUsage.csv';

async function folders(): Promise<{ drop: string; lake: string }> {
  return { drop: await temporaryFolder(), lake: await temporaryFolder() };
}

async function deliver(at: { drop: string; lake: string }, activity: Record<string, readonly SmallRow[] | Buffer>) {
  await writeDrop(at.drop, { activity });
  return runEngine({ ...at, catalogue });
}

const signal = (n: number, cells: Record<string, string> = {}): string[] => smallRow('activity', n, cells);

async function grades(lake: string, stage: 'Ingested_Corrected' | 'general'): Promise<StoredRow[]> {
  return (await readTable(lake, stage, 'activity', ['SignalId', 'StartTime', 'Grade'])) ?? [];
}

async function parts(lake: string, table: string): Promise<string[]> {
  const store = new FolderStore(lake, { durable: false });
  return (await store.list(table)).map(({ path }) => path).filter((path) => path.endsWith('.parquet'));
}

test('ROW14: a file delivered again with more rows and corrected ones counts duplicates, superseded and written', async () => {
  const at = await folders();
  await deliver(at, { [file]: [signal(1), signal(2), signal(3)] });
  const report = await deliver(at, {
    [file]: [signal(1), signal(2, { Grade: '87' }), signal(3), signal(4), signal(5)],
  });
  expect(report.units).toEqual([
    { unit: `activity/${file}`, rundate: '2022-01-28 00:00:01', status: 'processed', batches: 1 },
  ]);
  expect(report.tables).toEqual([
    {
      table: 'activity',
      landed: 5,
      ingested: 5,
      corrected: 3,
      duplicates: 2,
      superseded: 1,
      rejected: {},
      general: 5,
      sensitive: null,
      kept: 0,
    },
  ]);
  const rows = (await readCommitLedgers(at.lake, 'Ingested_Corrected', 'activity')).map((ledger) => ledger.rows);
  const none = { duplicates: 0, rejected: {}, superseded: 0, applied: 0, removed: 0, kept: 0 };
  expect(rows).toEqual([
    { ...none, in: 3, written: 3, total: 3 },
    { ...none, in: 5, written: 3, duplicates: 2, superseded: 1, total: 5 },
  ]);
  expect(await ledgerProblems(at.lake, catalogue)).toEqual([]);
});

test('ROW14: the last arrival wins in Corrected and general; Ingested keeps every arrival', async () => {
  const at = await folders();
  await deliver(at, { [file]: [signal(1, { Grade: '50' }), signal(2)] });
  await deliver(at, { [file]: [signal(1, { Grade: '61' }), signal(2)] });
  await deliver(at, { '2022-01-29/Corrections.csv': [signal(1, { Grade: '72' })] });
  const untouched = { SignalId: 'activity-2', StartTime: '2022-01-28 08:02:00+00', Grade: '2.0' };
  const corrected = { SignalId: 'activity-1', StartTime: '2022-01-28 08:01:00+00' };
  expect(await grades(at.lake, 'Ingested_Corrected')).toEqual([{ ...corrected, Grade: '72.0' }, untouched]);
  expect(await grades(at.lake, 'general')).toEqual([
    { ...corrected, Grade: '70.0' },
    { ...untouched, Grade: '0.0' },
  ]);
  expect((await readTable(at.lake, 'Ingested', 'activity'))?.length).toBe(5);
  expect(await ledgerProblems(at.lake, catalogue)).toEqual([]);
});

test('ROW14: a signal that moved to another day leaves the old one', async () => {
  const at = await folders();
  await deliver(at, { [file]: [signal(1), signal(2)] });
  await deliver(at, { '2022-01-30/Moved.csv': [signal(1, { StartTime: '2022-01-30 09:00:00' })] });
  for (const stage of ['Ingested_Corrected', 'general'] as const) {
    expect((await grades(at.lake, stage)).map(({ SignalId, StartTime }) => [SignalId, StartTime])).toEqual([
      ['activity-1', '2022-01-30 09:00:00+00'],
      ['activity-2', '2022-01-28 08:02:00+00'],
    ]);
  }
});

test('ROW14: rows that a file delivered again does not have stay', async () => {
  const at = await folders();
  await deliver(at, { [file]: [signal(1), signal(2), signal(3)] });
  const report = await deliver(at, { [file]: [signal(3)] });
  expect(report.tables).toEqual([expect.objectContaining({ landed: 1, corrected: 0, duplicates: 1, general: 3 })]);
  expect((await grades(at.lake, 'general')).map(({ SignalId }) => SignalId)).toEqual([
    'activity-1',
    'activity-2',
    'activity-3',
  ]);
  expect(await ledgerProblems(at.lake, catalogue)).toEqual([]);
});

test('ROW14: an empty file delivered again takes nothing away and adds nothing', async () => {
  const at = await folders();
  await deliver(at, { [file]: [signal(1)] });
  const report = await deliver(at, { [file]: Buffer.alloc(0) });
  expect(report.outcome).toBe('succeeded');
  expect((await grades(at.lake, 'general')).length).toBe(1);
  expect(await ledgerProblems(at.lake, catalogue)).toEqual([]);
});

test('ROW14: a first file without rows makes empty tables, which later files fill', async () => {
  const at = await folders();
  await deliver(at, { '2022-01-27/Nothing.csv': Buffer.alloc(0) });
  for (const stage of ['Ingested', 'Ingested_Corrected', 'general'] as const)
    expect(await readTable(at.lake, stage, 'activity')).toEqual([]);
  await deliver(at, { [file]: [signal(1)] });
  expect((await grades(at.lake, 'general')).length).toBe(1);
  expect(await ledgerProblems(at.lake, catalogue)).toEqual([]);
});

test('ROW14: only data files that hold a replaced key are written again', async () => {
  const at = await folders();
  for (const day of [1, 2, 3, 4]) {
    const rows = [signal(day * 10), signal(day * 10 + 1)];
    await deliver(at, { [`2022-02-0${day}/Usage.csv`]: rows });
  }
  for (const stage of [smallPaths.corrected('activity'), smallPaths.general('activity')]) {
    expect((await parts(at.lake, stage)).length).toBe(4);
  }
  const before = await parts(at.lake, smallPaths.general('activity'));
  await deliver(at, { '2022-02-02/Usage.csv': [signal(20, { Grade: '99' }), signal(21)] });
  const after = await parts(at.lake, smallPaths.general('activity'));
  // The former files stay for readers of old versions; the day touched adds what is left of it and the new row.
  expect(after.filter((path) => before.includes(path))).toEqual(before);
  const added = after.filter((path) => !before.includes(path)).map((path) => path.split('/').at(-1)?.slice(0, 15));
  expect(added.sort()).toEqual(['part-0000000005', 'rest-0000000005']);
  const commit = (
    await new FolderStore(at.lake, { durable: false }).read(
      `${smallPaths.general('activity')}/_delta_log/${'4'.padStart(20, '0')}.json`,
    )
  ).toString();
  expect(commit.split('\n').filter((line) => line.includes('"remove"')).length).toBe(1);
});

test('ROW14: several undelivered days are caught up with in their order, whatever their names', async () => {
  const at = await folders();
  const report = await deliver(at, {
    'z/2022-01-26/Usage.csv': [signal(1, { Grade: '10' })],
    'a/2022-01-28/Usage.csv': [signal(1, { Grade: '30' })],
    'm/2022-01-27/Usage.csv': [signal(1, { Grade: '20' })],
  });
  expect(report.units.map(({ rundate }) => rundate)).toEqual([
    '2022-01-26 00:00:00',
    '2022-01-27 00:00:00',
    '2022-01-28 00:00:00',
  ]);
  expect(await grades(at.lake, 'Ingested_Corrected')).toEqual([expect.objectContaining({ Grade: '30.0' })]);
  expect(await ledgerProblems(at.lake, catalogue)).toEqual([]);
});
