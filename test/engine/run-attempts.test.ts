import type { RunReport, TableFlow } from '../../src/contract/lake-format';
import { lakeSchemaProblems } from '../../src/contract/lake-schemas';
import { leaveRunReport, withEarlierAttempt } from '../../src/engine/run-attempts';
import { FolderStore } from '../../src/lake/folder-store';
import { runReport } from '../contract/lake-schema-examples';
import { smallPaths } from '../support/small-place';
import { useTemporaryFolders } from '../support/temporary-folder';

const newFolder = useTemporaryFolders();

const { attempts: _, ...once } = runReport;
const roster = { unit: 'roster/2022-01-28T06-16-22', rundate: '2022-01-28 06:16:22', batches: 2 };
const activity = { unit: 'activity/2022-01-28/a.csv', rundate: '2022-01-28 00:00:00', batches: 1 };
const flow = (table: string, landed: number, more: Partial<TableFlow> = {}): TableFlow => ({
  table,
  landed,
  ingested: landed,
  corrected: landed,
  duplicates: 1,
  superseded: 2,
  rejected: { cast: 3 },
  general: landed,
  sensitive: null,
  kept: 4,
  ...more,
});
const stale = { severity: 'warning', code: 'ROW2', message: 'The manifest is stale.', file: 'roster/x' } as const;
const known = { severity: 'information', code: 'ACCESS7', message: 'metadata.csv has a hash.' } as const;
const failed = { severity: 'error', code: 'REJECTS_TOO_MANY', message: 'Too many.', table: 'Person' } as const;
const found = { severity: 'error', code: 'VALIDATION', message: 'A check failed.' } as const;

const first: RunReport = {
  ...once,
  startedAt: '2024-05-06T07:00:00Z',
  finishedAt: '2024-05-06T07:01:00Z',
  outcome: 'failed',
  units: [
    { ...roster, status: 'failed' },
    { ...activity, status: 'processed' },
  ],
  tables: [flow('activity', 100, { erased: 5 }), flow('Course', 10)],
  messages: [stale, known, found, failed],
};
const second: RunReport = {
  ...once,
  startedAt: '2024-05-06T07:02:00Z',
  finishedAt: '2024-05-06T07:03:00Z',
  outcome: 'failed',
  units: [{ ...roster, status: 'failed' }],
  tables: [flow('activity', 50, { rejected: { cast: 1, width: 2 }, general: 150, kept: 0 }), flow('Person', 7)],
  messages: [known, failed],
};

test('the report of a run that was tried again says what either attempt did and found', () => {
  const both = withEarlierAttempt(first, second);
  expect(both).toEqual({
    ...second,
    attempts: 2,
    startedAt: '2024-05-06T07:00:00Z',
    units: [
      { ...activity, status: 'processed' },
      { ...roster, status: 'failed' },
    ],
    tables: [
      flow('Course', 10),
      {
        ...flow('activity', 150),
        duplicates: 2,
        superseded: 4,
        rejected: { cast: 4, width: 2 },
        kept: 0,
        erased: 5,
      },
      flow('Person', 7),
    ],
    // What is still wrong is said by the last attempt; what it does not repeat is mended.
    messages: [stale, { ...found, severity: 'warning' }, known, failed],
  });
  expect(lakeSchemaProblems('run-report', both)).toEqual([]);
  expect(withEarlierAttempt(both, second).attempts).toBe(3);
});

test.each([
  ['failed', 'nothing to do', 'succeeded'],
  ['succeeded', 'nothing to do', 'succeeded'],
  ['nothing to do', 'nothing to do', 'nothing to do'],
  ['failed', 'succeeded', 'succeeded'],
  ['succeeded', 'failed', 'failed'],
] as const)('an attempt that %s and one that ends with %s: %s', (before, after, outcome) => {
  expect(withEarlierAttempt({ ...first, outcome: before }, { ...second, outcome: after }).outcome).toBe(outcome);
});

test('the lake keeps the attempts of a run in one file, and each run of a data version by itself', async () => {
  const store = new FolderStore(await newFolder(), { durable: false });
  const path = smallPaths.runReport(once.runId);
  const stored = async (): Promise<unknown> => JSON.parse((await store.read(path)).toString('utf8'));
  expect(await leaveRunReport(store, smallPaths, first)).toEqual(first);
  expect(await leaveRunReport(store, smallPaths, second)).toEqual(withEarlierAttempt(first, second));
  expect(await stored()).toEqual(withEarlierAttempt(first, second));
  const other = { ...second, version: '1.15' };
  expect(await leaveRunReport(store, smallPaths, other)).toEqual(other);
});

test.each(['{', '[]', 'null', '{"format":1,"report":"run"}'])(
  'that an earlier attempt left only %s is said',
  async (torn) => {
    const store = new FolderStore(await newFolder(), { durable: false });
    const file = smallPaths.runReport(once.runId);
    await store.write(file, torn);
    const message =
      'What an earlier attempt of this run reported could not be read, so what that attempt processed is not in this report. The landing ledger and `insights verify` tell of it.';
    const said = {
      ...second,
      messages: [{ severity: 'warning', code: 'REPORT_UNREADABLE', message, file }, ...second.messages],
    };
    expect(await leaveRunReport(store, smallPaths, second)).toEqual(said);
    expect(JSON.parse((await store.read(file)).toString('utf8'))).toEqual(said);
    expect(lakeSchemaProblems('run-report', said)).toEqual([]);
  },
);
