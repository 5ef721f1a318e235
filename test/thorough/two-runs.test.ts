import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';
import { lakeContent } from '../support/lake-content';
import { ledgerProblems } from '../support/ledger-equations';
import { smallCatalogue, smallRows, writeDrop } from '../support/small-drop';
import { readTable, runEngine, smallPaths } from '../support/small-lake';
import { useDuckDb } from '../support/duckdb-connection';
import { FailingStore } from '../support/failing-store';
import { confirmRundate } from '../../src/engine/control';
import { DeltaTable } from '../../src/lake/delta-table';
import { FolderStore } from '../../src/lake/folder-store';
import type { LakeLock } from '../../src/lake/store';

/** Two runs at once on one lake: one is refused, or loses; the lake is not damaged. */

const temporaryFolder = useTemporaryFolders();
const connection = useDuckDb();
const catalogue = smallCatalogue(['Organization', 'activity']);
const settings = { requiredTables: ['Organization'] };

interface Lake {
  readonly drop: string;
  readonly lake: string;
}

async function twoDays(): Promise<Lake> {
  const at = { drop: await temporaryFolder(), lake: await temporaryFolder() };
  const roster = { '2022-02-01T06-00-00': {}, '2022-02-02T06-00-00': { Organization: smallRows('Organization', 7) } };
  await writeDrop(at.drop, { roster, activity: { '2022-02-01/Usage.csv': smallRows('activity', 3) } }, catalogue);
  return at;
}

/** A writer that ignores the lock. */
class Unlocked extends FailingStore {
  override lock(): Promise<LakeLock> {
    return Promise.resolve({ takenOver: false, release: () => Promise.resolve() });
  }
}

/** Does `meanwhile` once, right before the first file is created whose path `isAwaited`. */
class Interrupted extends Unlocked {
  private isDone = false;

  constructor(
    inner: FolderStore,
    private readonly isAwaited: (path: string) => boolean,
    private readonly meanwhile: () => Promise<unknown>,
  ) {
    super(inner);
  }

  override async writeIfAbsent(path: string, bytes: Uint8Array | string): Promise<boolean> {
    if (!this.isDone && this.isAwaited(path)) {
      this.isDone = true;
      await this.meanwhile();
    }
    return super.writeIfAbsent(path, bytes);
  }
}

async function undisturbed(): Promise<Awaited<ReturnType<typeof lakeContent>>> {
  const at = await twoDays();
  await runEngine({ ...at, catalogue, settings });
  return lakeContent(at.lake, catalogue);
}

test('LAKE_LOCKED: while a run is at work another one is refused and changes nothing', async () => {
  const at = await twoDays();
  const holder = new FolderStore(at.lake, { durable: false });
  const lock = await holder.lock(smallPaths.lock, 'run 20220201T060000Z-abcdef');
  const place = { path: smallPaths.lock };
  const message = expect.stringMatching(
    /^The lake is locked by run 20220201T060000Z-abcdef \(process \d+\) since \d{4}-\d{2}-\d{2}T[\d:.]+Z\.$/,
  ) as string;
  expect(await thrownBy(() => runEngine({ ...at, catalogue, settings }))).toEqual({
    code: 'LAKE_LOCKED',
    message,
    place,
  });
  const control = { store: new FolderStore(at.lake, { durable: false }), paths: smallPaths, rundate: '2022-02-01' };
  expect(await thrownBy(() => confirmRundate(control))).toEqual({ code: 'LAKE_LOCKED', message, place });
  expect((await holder.list('')).map(({ path }) => path)).toEqual([smallPaths.lock]);
  await lock.release();
  expect((await runEngine({ ...at, catalogue, settings })).outcome).toBe('succeeded');
});

test('two runs started at once: one wins, the other is refused, the lake is that of one run', async () => {
  const at = await twoDays();
  const both = await Promise.allSettled([1, 2].map(() => runEngine({ ...at, catalogue, settings })));
  const refused = both.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(refused).toEqual([expect.objectContaining({ code: 'LAKE_LOCKED' })]);
  expect(await lakeContent(at.lake, catalogue)).toEqual(await undisturbed());
});

test('LEDGER_CONFLICT: a second writer that ignores the lock loses at the landing ledger', async () => {
  const at = await twoDays();
  const isLanding = (path: string): boolean => path.startsWith(smallPaths.landingLedger);
  const inner = new FolderStore(at.lake, { durable: false });
  const store = new Interrupted(inner, isLanding, () => runEngine({ ...at, catalogue, settings }));
  expect(await thrownBy(() => runEngine({ ...at, catalogue, settings, store }))).toEqual({
    code: 'LEDGER_CONFLICT',
    message: 'Another run has written to the landing ledger meanwhile.',
    place: { file: `${smallPaths.landingLedger}/${'0'.repeat(20)}.json` },
  });
  await inner.close();
  expect(await lakeContent(at.lake, catalogue)).toEqual(await undisturbed());
  expect(await ledgerProblems(at.lake, catalogue)).toEqual([]);
});

test.each([
  ['Ingested', smallPaths.ingested('Organization')],
  ['Corrected', smallPaths.corrected('Organization')],
  ['general', smallPaths.general('activity')],
])('a second writer that ignores the lock and is slower at %s leaves no damage', async (_, table) => {
  const at = await twoDays();
  const inner = new FolderStore(at.lake, { durable: false });
  const isCommit = (path: string): boolean => path.startsWith(`${table}/_delta_log/`);
  const other = (): Promise<unknown> => runEngine({ ...at, catalogue, settings, store: new Unlocked(inner) });
  const store = new Interrupted(inner, isCommit, other);
  const told = await thrownBy(() => runEngine({ ...at, catalogue, settings, store }));
  // Its commit is the same batch and therefore no commit (txn); the ledger then shows that another run was there.
  expect([told.code, told.message]).toEqual([
    'LEDGER_CONFLICT',
    'Another run has written to the landing ledger meanwhile.',
  ]);
  await inner.close();
  expect(await lakeContent(at.lake, catalogue)).toEqual(await undisturbed());
  expect((await runEngine({ ...at, catalogue, settings })).outcome).toBe('nothing to do');
  expect(await ledgerProblems(at.lake, catalogue)).toEqual([]);
});

test('DELTA_CONFLICT: maintenance that commits in between stops the run; the next run completes it', async () => {
  const at = await twoDays();
  await runEngine({ ...at, catalogue, settings });
  await writeDrop(
    at.drop,
    { roster: { '2022-02-03T06-00-00': { Organization: smallRows('Organization', 8) } } },
    catalogue,
  );
  const inner = new FolderStore(at.lake, { durable: false });
  const table = smallPaths.corrected('Organization');
  const maintain = async (): Promise<void> => {
    await (await DeltaTable.open(inner, table, connection()))?.commit({ actions: {}, operation: 'OPTIMIZE' });
  };
  const store = new Interrupted(inner, (path) => path.startsWith(`${table}/_delta_log/`), maintain);
  expect(await thrownBy(() => runEngine({ ...at, catalogue, settings, store }))).toEqual({
    code: 'DELTA_CONFLICT',
    message: 'Another writer committed version 2 of the Delta table.',
    place: { path: table },
  });
  await inner.close();
  // What was put into the folder for the commit that lost is taken away again; the lock is free.
  expect((await lakeContent(at.lake, catalogue)).orphans).toEqual([]);
  const report = await runEngine({ ...at, catalogue, settings });
  expect(report.units).toEqual([
    { unit: 'roster/2022-02-03T06-00-00', rundate: '2022-02-03 06:00:00', status: 'processed', batches: 1 },
  ]);
  expect((await readTable(at.lake, 'general', 'Organization'))?.length).toBe(8);
  expect(await ledgerProblems(at.lake, catalogue)).toEqual([]);
});
