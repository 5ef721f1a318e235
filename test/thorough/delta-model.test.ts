import * as fc from 'fast-check';
import { DeltaTable } from '../../src/lake/delta-table';
import { FolderStore } from '../../src/lake/folder-store';
import { useDuckDb } from '../support/duckdb-connection';
import { CrashError, FailingStore } from '../support/failing-store';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const duckDb = useDuckDb();
const path = 'stage2/Refined/M365/v1.14/general/Activity';

/** What one random commit does, given what the table holds. */
interface Step {
  readonly adds: readonly { readonly path: string; readonly size: number; readonly stats?: string }[];
  /** Each removes the file at this place among those there, counted round. */
  readonly removes: readonly number[];
  readonly txn?: { readonly appId: string; readonly version: number };
  readonly schemaString?: string;
}

/** The table as a plain list of facts. */
interface Model {
  readonly files: Readonly<Record<string, { size: number; stats: string | undefined }>>;
  readonly txns: Readonly<Record<string, number>>;
  readonly schemaString: string;
}

const fileName = fc.oneof(
  fc.stringMatching(/^[a-z]{1,3}\.parquet$/),
  fc.constantFrom(
    'day=2022-01-28 06:16:22/a.parquet',
    'ä %+#?&=.parquet',
    "it's.parquet",
    'a%20b.parquet',
    '日/本.parquet',
  ),
);
const step: fc.Arbitrary<Step> = fc.record(
  {
    adds: fc.uniqueArray(
      fc.record({ path: fileName, size: fc.nat(), stats: fc.json() }, { requiredKeys: ['path', 'size'] }),
      { maxLength: 4, selector: (file) => file.path },
    ),
    removes: fc.array(fc.nat(20), { maxLength: 3 }),
    txn: fc.record({ appId: fc.constantFrom('ingest', 'correct', "o'ne"), version: fc.nat(30) }),
    schemaString: fc.json(),
  },
  { requiredKeys: ['adds', 'removes'] },
);

function seen(table: DeltaTable): Model {
  const files: Record<string, { size: number; stats: string | undefined }> = {};
  for (const file of table.files()) {
    files[table.filePath(file).slice(path.length + 1)] = { size: file.size, stats: file.stats };
  }
  const txns: Record<string, number> = {};
  for (const appId of ['ingest', 'correct', "o'ne"]) {
    const version = table.txnVersion(appId);
    if (version !== undefined) txns[appId] = version;
  }
  return { files, txns, schemaString: table.schemaString ?? '' };
}

/** The model after a step, and the names of the files that it removes. A file added again is not removed beside. */
function advance(model: Model, { adds, removes, txn, schemaString }: Step): { next: Model; removed: string[] } {
  const names = Object.keys(model.files).sort();
  const added = new Set(adds.map((file) => file.path));
  const removed = [...new Set(removes.map((at) => names[at % Math.max(names.length, 1)] ?? ''))].filter(
    (name) => name !== '' && !added.has(name),
  );
  const files = { ...model.files };
  for (const name of removed) delete files[name];
  for (const file of adds) files[file.path] = { size: file.size, stats: file.stats };
  const txns = txn === undefined ? model.txns : { ...model.txns, [txn.appId]: txn.version };
  return { next: { files, txns, schemaString: schemaString ?? model.schemaString }, removed };
}

test('any sequence of commits reads back as a plain model of it, at every version, through commits and checkpoints', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 34 }), async (steps) => {
      const store = new FolderStore(await temporaryFolder(), { durable: false });
      const table = DeltaTable.create(store, path, duckDb());
      const models: Model[] = [];
      let model: Model = { files: {}, txns: {}, schemaString: '{}' };
      for (const one of steps) {
        const { next, removed } = advance(model, one);
        const result = await table.commit({
          actions: {
            adds: one.adds,
            removes: table.files().filter((file) => removed.includes(table.filePath(file).slice(path.length + 1))),
            ...(one.txn === undefined ? {} : { txn: one.txn }),
            ...(models.length === 0 || one.schemaString !== undefined
              ? { metaData: { schemaString: next.schemaString } }
              : {}),
          },
          operation: 'WRITE',
        });
        const held = one.txn !== undefined && (model.txns[one.txn.appId] ?? -1) >= one.txn.version;
        expect(result).toEqual({ version: models.length - (held ? 1 : 0), alreadyCommitted: held });
        if (held) continue;
        model = next;
        models.push(model);
        expect(seen(table)).toEqual(model);
      }
      const reopened = await DeltaTable.open(store, path, duckDb());
      for (const [version, expected] of models.entries()) expect(seen(await reopened!.at(version))).toEqual(expected);
      expect(seen(reopened!)).toEqual(model);

      // The newest checkpoint alone is enough: what is older than it may be cleaned away.
      const newest = Math.floor((models.length - 1) / 10) * 10;
      const old = (await store.list(`${path}/_delta_log`)).filter(
        ({ path: file }) => Number(file.slice(path.length + 12, path.length + 32)) < newest,
      );
      await store.remove(old.map((file) => file.path));
      expect(seen((await DeltaTable.open(store, path, duckDb()))!)).toEqual(model);
      await store.close();
    }),
    { numRuns: 25 },
  );
});

test('any number of writers at the same version: exactly one wins each round, and nothing of the others is seen', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 2, max: 5 }), { minLength: 1, maxLength: 12 }), async (rounds) => {
      const store = new FolderStore(await temporaryFolder(), { durable: false });
      const creation = { actions: { metaData: { schemaString: '{}' } }, operation: 'CREATE TABLE' };
      await DeltaTable.create(store, path, duckDb()).commit(creation);
      const expected: string[] = [];
      for (const [round, writers] of rounds.entries()) {
        const tables = await Promise.all(Array.from({ length: writers }, () => DeltaTable.open(store, path, duckDb())));
        const results = await Promise.allSettled(
          tables.map((table, index) =>
            table!.commit({ actions: { adds: [{ path: `${round}-${index}`, size: 1 }] }, operation: 'WRITE' }),
          ),
        );
        const winners = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
        expect(winners).toHaveLength(1);
        expected.push(`${round}-${winners[0]!}`);
      }
      const table = await DeltaTable.open(store, path, duckDb());
      expect(table!.version).toBe(rounds.length);
      expect(table!.files().map((file) => file.path)).toEqual([...expected].sort());
      await store.close();
    }),
    { numRuns: 15 },
  );
});

/** Twelve commits, each with its batch number: what a run does, and does again after a crash. */
async function runBatches(store: FailingStore): Promise<void> {
  const table = (await DeltaTable.open(store, path, duckDb())) ?? DeltaTable.create(store, path, duckDb());
  for (let version = 0; version < 12; version++) {
    await table.commit({
      actions: {
        adds: [{ path: `${version}.parquet`, size: version }],
        removes: table.files().slice(0, version % 2),
        txn: { appId: 'ingest', version },
        ...(table.version < 0 ? { metaData: { schemaString: '{}' } } : {}),
      },
      operation: 'WRITE',
    });
  }
}

test('a writer killed at any operation leaves a table that the next run completes to the same content', async () => {
  const whole = new FailingStore(new FolderStore(await temporaryFolder(), { durable: false }));
  await runBatches(whole);
  const last = whole.operations;
  const expected = seen((await DeltaTable.open(whole, path, duckDb()))!);
  for (let dieAt = 1; dieAt <= last; dieAt++) {
    const inner = new FolderStore(await temporaryFolder(), { durable: false });
    await expect(runBatches(new FailingStore(inner, dieAt))).rejects.toThrow(CrashError);
    await runBatches(new FailingStore(inner));
    expect(seen((await DeltaTable.open(inner, path, duckDb()))!)).toEqual(expected);
    const checkpoints = (await inner.list(path)).filter((file) => file.path.endsWith('.checkpoint.parquet'));
    expect(checkpoints).toHaveLength(1);
  }
});
