import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';
import { lakeContent, type LakeContent } from '../support/lake-content';
import { ledgerProblems } from '../support/ledger-equations';
import { CrashError, FailingStore } from '../support/failing-store';
import { useDuckDb } from '../support/duckdb-connection';
import { smallCatalogue, smallRow, smallRows, writeDrop } from '../support/small-drop';
import { readTable, runEngine, smallPaths } from '../support/small-lake';
import { InsightsError } from '../../src/contract/errors';
import { removeUncommitted } from '../../src/engine/recovery';
import { FolderStore } from '../../src/lake/folder-store';
import { currentProcess } from '../../src/lake/process-identity';

/** What a run that stopped in the middle leaves, and what the next one, whatever it was asked to do, makes of it. */

const temporaryFolder = useTemporaryFolders();
const connection = useDuckDb();
const catalogue = smallCatalogue(['Organization', 'activity']);
const settings = { requiredTables: ['Organization'] };

interface Lake {
  readonly drop: string;
  readonly lake: string;
}

/** Stops at the first commit to `table`: with a crash, or with the error given. */
class StopsAtCommit extends FailingStore {
  constructor(
    inner: FolderStore,
    private readonly table: string,
    private readonly error: Error = new CrashError(0),
  ) {
    super(inner);
  }

  override writeIfAbsent(path: string, bytes: Uint8Array | string): Promise<boolean> {
    if (path.startsWith(`${this.table}/_delta_log/`)) return Promise.reject(this.error);
    return super.writeIfAbsent(path, bytes);
  }
}

async function folders(): Promise<Lake> {
  return { drop: await temporaryFolder(), lake: await temporaryFolder() };
}

async function firstDay(): Promise<Lake> {
  const at = await folders();
  const activity = { '2022-02-01/Usage.csv': smallRows('activity', 3) };
  await writeDrop(at.drop, { roster: { '2022-02-01T06-00-00': {} }, activity }, catalogue);
  await runEngine({ ...at, catalogue, settings });
  return at;
}

async function stopAt(at: Lake, table: string, error?: Error): Promise<void> {
  const inner = new FolderStore(at.lake, { durable: false, identity: currentProcess('stopped') });
  const store = new StopsAtCommit(inner, table, error);
  await expect(runEngine({ ...at, catalogue, settings, store })).rejects.toThrow(error ?? CrashError);
}

async function run(at: Partial<Lake> & { lake: string }, rebuild = false) {
  return runEngine({ ...at, catalogue, settings, rebuild });
}

const withoutBatches = ({ rows, units, orphans }: LakeContent) => ({ rows, units: [...units].sort(), orphans });

test('files that no commit knows are removed, and the report says how many', async () => {
  const at = await firstDay();
  await writeDrop(at.drop, { activity: { '2022-02-02/Usage.csv': [smallRow('activity', 7)] } });
  await stopAt(at, smallPaths.corrected('activity'));
  expect((await lakeContent(at.lake, catalogue)).orphans.length).toBe(2);
  const report = await run(at);
  expect([report.outcome, report.messages]).toEqual([
    'succeeded',
    [
      {
        severity: 'information',
        code: 'RECOVERED',
        message: 'The last run stopped in the middle; 1 files that it had not committed were removed.',
        counts: { removed: 1 },
      },
    ],
  ]);
  expect((await lakeContent(at.lake, catalogue)).orphans).toEqual([]);
  expect(await ledgerProblems(at.lake, catalogue)).toEqual([]);
});

test('files of old versions, and files that are not data files, stay', async () => {
  const at = await firstDay();
  await writeDrop(at.drop, { activity: { '2022-02-01/Usage.csv': [smallRow('activity', 1, { Grade: '9' })] } });
  await run(at);
  const store = new FolderStore(at.lake, { durable: false });
  const folder = smallPaths.general('activity');
  await store.write(`${folder}/notes.txt`, 'kept');
  await store.write(`${folder}/part-stray.parquet`, 'removed');
  const before = (await store.list(folder)).map(({ path }) => path);
  expect(await removeUncommitted(store, smallPaths, ['activity', 'Organization'], connection())).toBe(1);
  const after = (await store.list(folder)).map(({ path }) => path);
  expect(after).toEqual(before.filter((path) => !path.endsWith('part-stray.parquet')));
  expect(await removeUncommitted(store, smallPaths, ['activity'], connection())).toBe(0);
});

test('a unit that was half committed is completed before what has landed since, older or not', async () => {
  const at = await firstDay();
  await writeDrop(at.drop, { activity: { '2022-02-05/Usage.csv': [smallRow('activity', 1, { Grade: '50' })] } });
  await stopAt(at, smallPaths.corrected('activity'));
  await writeDrop(at.drop, { activity: { '2022-02-04/Usage.csv': [smallRow('activity', 8)] } });
  const report = await run(at);
  expect(report.units.map(({ unit }) => unit)).toEqual([
    'activity/2022-02-05/Usage.csv',
    'activity/2022-02-04/Usage.csv',
  ]);
  expect((await readTable(at.lake, 'Ingested', 'activity'))?.length).toBe(5);
  expect((await readTable(at.lake, 'general', 'activity'))?.length).toBe(4);
  expect(await ledgerProblems(at.lake, catalogue)).toEqual([]);
});

test.each([
  ['activity', smallPaths.general('activity')],
  ['a structure table', smallPaths.general('Organization')],
])('a rebuild right after a run that stopped before Refined of %s loses no rows', async (_, table) => {
  const changed = {
    roster: { '2022-02-02T06-00-00': { Organization: smallRows('Organization', 7, 2) } },
    activity: { '2022-02-02/Usage.csv': [smallRow('activity', 1, { Grade: '50' }), smallRow('activity', 8)] },
  };
  const at = await firstDay();
  await writeDrop(at.drop, changed, catalogue);
  await stopAt(at, table);
  expect((await run({ lake: at.lake }, true)).outcome).toBe('succeeded');
  const other = await firstDay();
  await writeDrop(other.drop, changed, catalogue);
  await run(other);
  expect(withoutBatches(await lakeContent(at.lake, catalogue))).toEqual(
    withoutBatches(await lakeContent(other.lake, catalogue)),
  );
});

test.each(['LAKE_STORE_FAILED', 'ENGINE_FAILED'] as const)(
  '%s: the lock stays, for nobody knows what reached the lake; the next process takes it over',
  async (code) => {
    const at = await firstDay();
    await writeDrop(at.drop, { activity: { '2022-02-02/Usage.csv': [smallRow('activity', 7)] } });
    await stopAt(at, smallPaths.general('activity'), new InsightsError(code, 'The disk is full.'));
    expect((await lakeContent(at.lake, catalogue)).orphans.map((path) => path.split('/').at(-1)?.slice(0, 9))).toEqual([
      'part-0000',
      'lock.json',
    ]);
    const report = await run(at);
    expect([report.outcome, report.messages.map((one) => one.code)]).toEqual(['succeeded', ['RECOVERED']]);
    expect((await lakeContent(at.lake, catalogue)).orphans).toEqual([]);
  },
);

test('while the ledger is broken a lock that was taken over stays, so that the cleaning is not forgotten', async () => {
  const at = await firstDay();
  await writeDrop(at.drop, { activity: { '2022-02-02/Usage.csv': [smallRow('activity', 7)] } });
  await stopAt(at, smallPaths.corrected('activity'));
  const plain = new FolderStore(at.lake, { durable: false });
  const entry = `${smallPaths.landingLedger}/${'1'.padStart(20, '0')}.json`;
  const bytes = await plain.read(entry);
  await plain.remove([entry]);
  const store = new FolderStore(at.lake, { durable: false, identity: currentProcess('meanwhile') });
  expect(await thrownBy(() => runEngine({ ...at, catalogue, settings, store }))).toEqual({
    code: 'LEDGER_BROKEN',
    message: 'An entry of the landing ledger is entry 2 where entry 1 was expected.',
    place: { file: `${smallPaths.landingLedger}/${'2'.padStart(20, '0')}.json` },
  });
  await store.close();
  await plain.write(entry, bytes);
  expect((await run(at)).messages.map(({ code }) => code)).toEqual(['RECOVERED']);
  expect((await lakeContent(at.lake, catalogue)).orphans).toEqual([]);
});

test('an interrupted rebuild is gone on with by the next run, asked to or not', async () => {
  const at = await firstDay();
  const inner = new FolderStore(at.lake, { durable: false, identity: currentProcess('stopped') });
  const store = new StopsAtCommit(inner, smallPaths.general('activity'));
  const salt = 'another salt of the tests, long enough';
  const killed = runEngine({ lake: at.lake, catalogue, settings, store, salt, rebuild: true });
  await expect(killed).rejects.toThrow(CrashError);
  const report = await runEngine({ lake: at.lake, catalogue, settings, salt });
  expect([report.outcome, report.units.map(({ unit, status }) => [unit, status])]).toEqual([
    'succeeded',
    [['rebuild', 'processed']],
  ]);
  expect((await readTable(at.lake, 'general', 'activity'))?.length).toBe(3);
  expect((await runEngine({ lake: at.lake, catalogue, settings, salt })).outcome).toBe('nothing to do');
  expect((await thrownBy(() => run({ lake: at.lake }))).code).toBe('SALT_CHANGED');
});
