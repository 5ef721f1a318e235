import { DeltaTable } from '../../src/lake/delta-table';
import { FolderStore } from '../../src/lake/folder-store';
import { useDuckDb } from '../support/duckdb-connection';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';

const temporaryFolder = useTemporaryFolders();
const duckDb = useDuckDb();
const path = 'stage2/Ingested/M365/v1.14/AadUser';
const schemaString = '{"type":"struct","fields":[]}';
const now = Date.UTC(2026, 1, 3, 4, 5, 6);

async function newStore(): Promise<FolderStore> {
  return new FolderStore(await temporaryFolder(), { durable: false });
}

/** A clock that stands still unless told otherwise. */
function create(store: FolderStore, clock: () => number = () => now): DeltaTable {
  return DeltaTable.create(store, path, duckDb(), { now: clock });
}

async function open(store: FolderStore): Promise<DeltaTable> {
  const table = await DeltaTable.open(store, path, duckDb(), { now: () => now });
  if (table === undefined) throw new Error('The table should be there.');
  return table;
}

async function logLines(store: FolderStore, version: number): Promise<Record<string, unknown>[]> {
  const text = (await store.read(`${path}/_delta_log/${String(version).padStart(20, '0')}.json`)).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const first = { actions: { metaData: { schemaString } }, operation: 'CREATE TABLE' };

test('there is no table without a log', async () => {
  const store = await newStore();
  expect(await DeltaTable.open(store, path, duckDb())).toBeUndefined();
  await store.write(`${path}/part-0.parquet`, '');
  expect(await DeltaTable.open(store, path, duckDb())).toBeUndefined();
  const table = create(store);
  expect([table.version, table.schemaString, table.files(), table.txnVersion('a'), table.configuration]).toEqual([
    -1,
    undefined,
    [],
    undefined,
    {},
  ]);
  expect((await store.list(path)).map((file) => file.path)).toEqual([`${path}/part-0.parquet`]);
});

test('the log holds what the protocol asks for, and nothing else', async () => {
  const store = await newStore();
  const table = create(store);
  const stats = '{"numRecords":2}';
  const result = await table.commit({
    actions: {
      metaData: { schemaString, configuration: { 'delta.logRetentionDuration': 'interval 30 days' } },
      adds: [
        {
          path: 'rundate=2022-01-28 06:16:22/part ä+%.parquet',
          size: 10,
          stats,
          modificationTime: 7,
          tags: { batch: '1' },
        },
      ],
      txn: { appId: 'ingest/AadUser', version: 1 },
    },
    operation: 'WRITE',
    operationParameters: { mode: 'Append' },
    userMetadata: '{"landed":2}',
  });
  expect(result).toEqual({ version: 0, alreadyCommitted: false });
  const add = {
    path: 'rundate=2022-01-28%2006%3A16%3A22/part%20%C3%A4%2B%25.parquet',
    partitionValues: {},
    size: 10,
    modificationTime: 7,
    stats,
    tags: { batch: '1' },
  };
  expect(await logLines(store, 0)).toEqual([
    {
      commitInfo: {
        timestamp: now,
        operation: 'WRITE',
        operationParameters: { mode: 'Append' },
        engineInfo: 'Education-Insights-CDK',
        txnId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        userMetadata: '{"landed":2}',
      },
    },
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        format: { provider: 'parquet', options: {} },
        schemaString,
        partitionColumns: [],
        configuration: { 'delta.logRetentionDuration': 'interval 30 days' },
        createdTime: now,
      },
    },
    { txn: { appId: 'ingest/AadUser', version: 1, lastUpdated: now } },
    { add: { ...add, dataChange: true } },
  ]);

  const files = (await open(store)).files();
  expect(files).toEqual([{ ...add, dataChange: false }]);
  expect(table.filePath(files[0]!)).toBe(`${path}/rundate=2022-01-28 06:16:22/part ä+%.parquet`);
  await table.commit({ actions: { removes: files }, operation: 'DELETE' });
  expect(await logLines(store, 1)).toEqual([
    { commitInfo: expect.objectContaining({ operation: 'DELETE', operationParameters: {}, readVersion: 0 }) as object },
    {
      remove: {
        path: add.path,
        deletionTimestamp: now,
        dataChange: true,
        extendedFileMetadata: true,
        partitionValues: {},
        size: 10,
      },
    },
  ]);
  expect((await open(store)).files()).toEqual([]);
});

test('a change of metadata keeps the identity of the table and what is not given', async () => {
  const store = await newStore();
  const table = create(store);
  await table.commit({
    actions: {
      metaData: {
        schemaString,
        name: 'AadUser',
        description: 'Users',
        partitionColumns: ['day'],
        configuration: { a: '1' },
      },
    },
    operation: 'CREATE TABLE',
  });
  await table.commit({ actions: { metaData: { schemaString: '{"type":"struct"}' } }, operation: 'ADD COLUMNS' });
  const [, , created] = await logLines(store, 0);
  const [, changed] = await logLines(store, 1);
  expect(changed).toEqual({ metaData: { ...(created?.['metaData'] as object), schemaString: '{"type":"struct"}' } });
  const reopened = await open(store);
  expect([reopened.schemaString, reopened.partitionColumns, reopened.configuration]).toEqual([
    '{"type":"struct"}',
    ['day'],
    { a: '1' },
  ]);
});

test('the first commit needs metadata', async () => {
  const table = create(await newStore());
  await expect(table.commit({ actions: {}, operation: 'WRITE' })).rejects.toThrow(
    'The first commit of a Delta table needs metaData.',
  );
});

test('of two writers at one version exactly one wins; the other is told and may read again', async () => {
  const store = await newStore();
  await create(store).commit(first);
  const [one, two] = [await open(store), await open(store)];
  await one.commit({ actions: { adds: [{ path: 'one', size: 1 }] }, operation: 'WRITE' });
  expect(
    await thrownBy(() => two.commit({ actions: { adds: [{ path: 'two', size: 1 }] }, operation: 'WRITE' })),
  ).toEqual({
    code: 'DELTA_CONFLICT',
    message: 'Another writer committed version 1 of the Delta table.',
    place: { path },
  });
  const again = await open(store);
  expect(again.files().map((file) => file.path)).toEqual(['one']);
  expect(await again.commit({ actions: { adds: [{ path: 'two', size: 1 }] }, operation: 'WRITE' })).toEqual({
    version: 2,
    alreadyCommitted: false,
  });
});

test('two creators of one table: one wins', async () => {
  const store = await newStore();
  const [one, two] = [create(store), create(store)];
  const results = await Promise.allSettled([one.commit(first), two.commit(first)]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('a batch that is committed already is not committed again, whoever did it', async () => {
  const store = await newStore();
  const batch = (version: number) => ({ actions: { txn: { appId: 'ingest', version } }, operation: 'WRITE' });
  const table = create(store);
  await table.commit({ ...first, actions: { ...first.actions, txn: { appId: 'ingest', version: 3 } } });
  const behind = await open(store);
  expect(await table.commit(batch(3))).toEqual({ version: 0, alreadyCommitted: true });
  expect(await table.commit(batch(2))).toEqual({ version: 0, alreadyCommitted: true });
  expect(await table.commit(batch(5))).toEqual({ version: 1, alreadyCommitted: false });
  expect(await behind.commit(batch(4))).toEqual({ version: 1, alreadyCommitted: true });
  expect([behind.version, behind.txnVersion('ingest'), behind.txnVersion('correct')]).toEqual([1, 5, undefined]);
  expect(await behind.commit(batch(6))).toEqual({ version: 2, alreadyCommitted: false });
});

test('a commit whose answer was lost is recognised as our own', async () => {
  const store = await newStore();
  await create(store).commit(first);
  const table = await open(store);
  const writeIfAbsent = store.writeIfAbsent.bind(store);
  // What the SDK of a storage account does: it sends again, and is told that the file is there.
  store.writeIfAbsent = async (file, bytes) => {
    await writeIfAbsent(file, bytes);
    return writeIfAbsent(file, bytes);
  };
  const result = await table.commit({ actions: { adds: [{ path: 'a', size: 1 }] }, operation: 'WRITE' });
  expect(result).toEqual({ version: 1, alreadyCommitted: false });
  expect(table.files().map((file) => file.path)).toEqual(['a']);
});

test('a commit made from an older version is refused', async () => {
  const store = await newStore();
  const table = create(store);
  for (const request of [first, { actions: {}, operation: 'A' }, { actions: {}, operation: 'B' }])
    await table.commit(request);
  const conflict = (version: number) => ({
    code: 'DELTA_CONFLICT',
    message: `Another writer committed version ${version} of the Delta table.`,
    place: { path },
  });
  expect(await thrownBy(() => table.commit({ readVersion: 0, actions: {}, operation: 'C' }))).toEqual(conflict(1));
  const old = await table.at(1);
  expect(await thrownBy(() => old.commit({ actions: {}, operation: 'C' }))).toEqual(conflict(2));
  expect(table.version).toBe(2);
});

test('commit times never go back, checkpoint or not', async () => {
  const store = await newStore();
  let clock = now;
  const table = create(store, () => clock);
  await table.commit(first);
  for (let index = 1; index <= 10; index++) {
    clock -= 1000;
    await table.commit({ actions: {}, operation: 'WRITE' });
  }
  const reopened = await DeltaTable.open(store, path, duckDb(), { now: () => clock });
  await reopened!.commit({ actions: {}, operation: 'WRITE' });
  const history = await reopened!.history();
  expect(history.map(({ version, timestamp, operation }) => ({ version, timestamp, operation }))).toEqual(
    Array.from({ length: 12 }, (_, version) => ({
      version,
      timestamp: now,
      operation: version === 0 ? 'CREATE TABLE' : 'WRITE',
    })),
  );
});

test('history tells each commit in full, up to the version opened', async () => {
  const store = await newStore();
  const table = create(store);
  await table.commit({ ...first, userMetadata: '{"batch":1}', operationParameters: { mode: 'Overwrite' } });
  await table.commit({ actions: {}, operation: 'DELETE', userMetadata: 'é\n"' });
  const expected = [
    { version: 0, operation: 'CREATE TABLE', operationParameters: { mode: 'Overwrite' }, userMetadata: '{"batch":1}' },
    { version: 1, operation: 'DELETE', operationParameters: {}, readVersion: 0, userMetadata: 'é\n"' },
  ].map((entry) => ({
    ...entry,
    timestamp: now,
    engineInfo: 'Education-Insights-CDK',
    txnId: expect.any(String) as string,
  }));
  expect(await table.history()).toEqual(expected);
  expect(await (await table.at(0)).history()).toEqual(expected.slice(0, 1));
});
