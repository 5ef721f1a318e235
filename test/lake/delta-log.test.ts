import * as nodePath from 'node:path';
import { DeltaTable } from '../../src/lake/delta-table';
import { FolderStore } from '../../src/lake/folder-store';
import { useDuckDb } from '../support/duckdb-connection';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';

const temporaryFolder = useTemporaryFolders();
const duckDb = useDuckDb();
const path = 'stage2/Ingested/M365/v1.14/Section';
const log = `${path}/_delta_log`;

function file(version: number, ending = 'json'): string {
  return `${log}/${String(version).padStart(20, '0')}.${ending}`;
}

async function newStore(): Promise<FolderStore> {
  return new FolderStore(await temporaryFolder(), { durable: false });
}

/** Writes commits 0 … of lines that hold one action each. */
async function withCommits(...commits: readonly (readonly object[])[]): Promise<FolderStore> {
  const store = await newStore();
  for (const [version, actions] of commits.entries()) {
    await store.write(file(version), actions.map((action) => JSON.stringify(action)).join('\n'));
  }
  return store;
}

function open(store: FolderStore): Promise<DeltaTable | undefined> {
  return DeltaTable.open(store, path, duckDb());
}

const protocol = { protocol: { minReaderVersion: 1, minWriterVersion: 2 } };
const metaData = {
  metaData: {
    id: 'i',
    format: { provider: 'parquet', options: {} },
    schemaString: '{}',
    partitionColumns: [],
    configuration: {},
  },
};
const start = [protocol, metaData];

function add(name: string, more: object = {}): object {
  return { add: { path: name, partitionValues: {}, size: 1, modificationTime: 2, dataChange: true, ...more } };
}

/** A table with versions 0 … `versions` - 1, one file added by each but the first. */
async function grown(versions: number): Promise<FolderStore> {
  const store = await newStore();
  const table = DeltaTable.create(store, path, duckDb());
  await table.commit({ actions: { metaData: { schemaString: '{}' } }, operation: 'CREATE TABLE' });
  for (let version = 1; version < versions; version++) {
    await table.commit({ actions: { adds: [{ path: `${version}`, size: 1 }] }, operation: 'WRITE' });
  }
  return store;
}

describe('what other writers leave', () => {
  test('unknown actions, unknown fields, nulls and blank lines do no harm', async () => {
    const store = await withCommits(
      [{ commitInfo: { timestamp: 5, isBlindAppend: true } }, ...start, { cdc: { path: 'c' } }],
      [add('a%20b', { stats: null, deletionVector: null, baseRowId: 4 }), { domainMetadata: { domain: 'd' } }],
    );
    await store.write(file(1, 'crc'), '{}');
    await store.write(`${log}/00000000000000000000.00000000000000000001.compacted.json`, '{}');
    await store.write(`${log}/.s3-optimization-0`, '');
    await store.write(file(2), `\n${JSON.stringify({ txn: { appId: 'a', version: 3, lastUpdated: null } })}\n\n`);
    const table = await open(store);
    expect([table?.version, table?.txnVersion('a')]).toEqual([2, 3]);
    expect(table?.files()).toEqual([
      { path: 'a%20b', partitionValues: {}, size: 1, modificationTime: 2, dataChange: false, baseRowId: 4 },
    ]);
  });

  test('the same file under another encoding is the same file', async () => {
    const remove = { remove: { path: 'day=1%2F2/a b.parquet', deletionTimestamp: 1, dataChange: true } };
    const store = await withCommits(start, [add('day%3D1%2F2/a%20b.parquet')], [remove]);
    expect((await open(store))?.files()).toEqual([]);
  });

  test('a table that needs more than reader version 1 is refused', async () => {
    const features = { protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['deletionVectors'] } };
    expect(await thrownBy(async () => open(await withCommits([features, metaData])))).toEqual({
      code: 'DELTA_PROTOCOL_UNSUPPORTED',
      message: 'The Delta table needs reader version 3 (deletionVectors); this program knows version 1.',
      place: { path },
    });
    const mapping = { protocol: { minReaderVersion: 2, minWriterVersion: 5 } };
    expect(await thrownBy(async () => open(await withCommits(start, [mapping])))).toEqual({
      code: 'DELTA_PROTOCOL_UNSUPPORTED',
      message: 'The Delta table needs reader version 2; this program knows version 1.',
      place: { path },
    });
  });

  test('a table that needs a newer writer is read but not written', async () => {
    const table = await open(await withCommits([{ protocol: { minReaderVersion: 1, minWriterVersion: 4 } }, metaData]));
    expect(await thrownBy(() => table?.commit({ actions: {}, operation: 'WRITE' }))).toEqual({
      code: 'DELTA_PROTOCOL_UNSUPPORTED',
      message: 'The Delta table needs writer version 4; this program knows version 2.',
      place: { path },
    });
  });

  test('files outside the table are refused', async () => {
    for (const outside of ['abfss://stage2@account/a.parquet', 'file:/a.parquet', '/a.parquet']) {
      expect(await thrownBy(async () => open(await withCommits(start, [add(outside)])))).toEqual({
        code: 'DELTA_PROTOCOL_UNSUPPORTED',
        message: 'The Delta table refers to files outside its own folder.',
        place: { path },
      });
    }
  });

  test('a checkpoint of a newer format without the log before it is refused as such', async () => {
    const store = await withCommits();
    await store.write(file(3, 'checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json'), '{}');
    await store.write(file(4), JSON.stringify(add('a')));
    expect(await thrownBy(() => open(store))).toEqual({
      code: 'DELTA_PROTOCOL_UNSUPPORTED',
      message: 'The Delta table has checkpoints of a newer format, which need reader version 3.',
      place: { path },
    });
  });
});

describe('a damaged log', () => {
  test('a missing version is named', async () => {
    const gap = (version: number) => ({
      code: 'DELTA_LOG_GAP',
      message: `The log of the Delta table has no version ${version}.`,
      place: { path },
    });
    const middle = await grown(5);
    await middle.remove([file(2)]);
    expect(await thrownBy(() => open(middle))).toEqual(gap(2));
    const beginning = await grown(5);
    await beginning.remove([file(0)]);
    expect(await thrownBy(() => open(beginning))).toEqual(gap(0));
    const afterCheckpoint = await grown(14);
    await afterCheckpoint.remove([file(11)]);
    expect(await thrownBy(() => open(afterCheckpoint))).toEqual(gap(11));
    await afterCheckpoint.remove([file(12), file(13), file(9)]);
    expect((await open(afterCheckpoint))?.version).toBe(10);
  });

  test('a version that is not there, or not any more, is named', async () => {
    const store = await grown(14);
    const table = await open(store);
    const missing = (message: string) => ({ code: 'DELTA_VERSION_MISSING', message, place: { path } });
    expect(await thrownBy(() => table?.at(14))).toEqual(
      missing('The Delta table has no version 14; its newest is 13.'),
    );
    expect(await thrownBy(() => table?.at(-1))).toEqual(
      missing('The Delta table has no version -1; its newest is 13.'),
    );
    expect(await thrownBy(() => table?.at(1.5))).toEqual(
      missing('The Delta table has no version 1.5; its newest is 13.'),
    );
    await store.remove([file(0)]);
    const gone = 'The log of version 9 is no longer kept; the oldest readable version is 10.';
    expect(await thrownBy(() => table?.at(9))).toEqual(missing(gone));
    const none = DeltaTable.create(await newStore(), path, duckDb());
    expect(await thrownBy(() => none.at(0))).toEqual(missing('The Delta table has no log.'));
  });

  test.each([
    ['{"add":', 'A line of a Delta commit is not JSON.', 3],
    ['7', 'A line of a Delta commit is not an action.', 3],
    ['null', 'A line of a Delta commit is not an action.', 3],
    ['{"add":7}', 'The Delta action add has no path.', 3],
    ['{"add":{"path":"a","partitionValues":{}}}', 'The Delta action add has no size.', 3],
    ['{"add":{"path":"a","partitionValues":null,"size":1}}', 'The Delta action add has no partitionValues.', 3],
    ['{"remove":{}}', 'The Delta action remove has no path.', 3],
    ['{"txn":{"appId":"a","version":"1"}}', 'The Delta action txn has no version.', 3],
    ['{"metaData":{"id":"i","schemaString":"{}"}}', 'The Delta action metaData has no partitionColumns.', 3],
    ['{"protocol":{"minReaderVersion":1}}', 'The Delta action protocol has no minWriterVersion.', 3],
  ])('the line %s is refused', async (line, message, number) => {
    const store = await withCommits(start);
    await store.write(file(1), `{"commitInfo":{}}\n\n${line}\n`);
    expect(await thrownBy(() => open(store))).toEqual({
      code: 'DELTA_LOG_CORRUPT',
      message,
      place: { file: file(1), line: number },
    });
  });

  test('an empty commit, a path that cannot be decoded and a log without beginning are refused', async () => {
    const corrupt = (message: string, at: string) => ({ code: 'DELTA_LOG_CORRUPT', message, place: { file: at } });
    const empty = await withCommits(start);
    await empty.write(file(1), '\n');
    expect(await thrownBy(() => open(empty))).toEqual(corrupt('A Delta commit is empty.', file(1)));
    const undecodable = await withCommits(start, [add('a%zz')]);
    const path1 = 'The path of a data file in a Delta log cannot be decoded.';
    expect(await thrownBy(() => open(undecodable))).toEqual(corrupt(path1, log));
    const headless = await withCommits([add('a')]);
    const message = 'The log of the Delta table has no protocol or no metadata.';
    expect(await thrownBy(() => open(headless))).toEqual(corrupt(message, log));
  });

  test('a checkpoint that is no parquet is refused, without the engine’s words', async () => {
    const store = await grown(12);
    await store.write(file(10, 'checkpoint.parquet'), 'PAR1 nothing');
    expect(await thrownBy(() => open(store))).toEqual({
      code: 'DELTA_LOG_CORRUPT',
      message: 'A checkpoint of a Delta log cannot be read.',
      place: { file: file(10, 'checkpoint.parquet') },
    });
  });
});

describe('checkpoints', () => {
  test('one is written every ten commits, and the pointer to it tells its size', async () => {
    const store = await grown(25);
    const names = (await store.list(log)).map((entry) => nodePath.posix.basename(entry.path));
    expect(names.filter((name) => !name.endsWith('.json'))).toEqual([
      '00000000000000000010.checkpoint.parquet',
      '00000000000000000020.checkpoint.parquet',
      '_last_checkpoint',
    ]);
    const sizeInBytes = (await store.stat(file(20, 'checkpoint.parquet')))?.bytes;
    const pointer: unknown = JSON.parse((await store.read(`${log}/_last_checkpoint`)).toString());
    expect(pointer).toEqual({ version: 20, size: 22, sizeInBytes, numOfAddFiles: 20 });
    expect(await store.list('.staging').catch(() => [])).toEqual([]);
  });

  test('it keeps removes for seven days', async () => {
    const store = await newStore();
    const day = 24 * 60 * 60 * 1000;
    let clock = 100 * day;
    const table = DeltaTable.create(store, path, duckDb(), { now: () => clock });
    const adds = ['old', 'recent', 'kept'].map((name) => ({ path: name, size: 1 }));
    await table.commit({ actions: { metaData: { schemaString: '{}' }, adds }, operation: 'WRITE' });
    await table.commit({
      actions: { removes: table.files().filter(({ path: name }) => name === 'old') },
      operation: 'DELETE',
    });
    clock += 1;
    await table.commit({
      actions: { removes: table.files().filter(({ path: name }) => name === 'recent') },
      operation: 'DELETE',
    });
    clock = 107 * day;
    for (let version = 3; version <= 10; version++) await table.commit({ actions: {}, operation: 'WRITE' });
    const reader = await duckDb().runAndReadAll(
      `SELECT remove.path, remove.deletionTimestamp::DOUBLE FROM read_parquet('${await store.localPath(file(10, 'checkpoint.parquet'))}')
       WHERE remove IS NOT NULL`,
    );
    expect(reader.getRows()).toEqual([['recent', 100 * day + 1]]);
  });

  test('a checkpoint of several parts counts only when all of them are there', async () => {
    const store = await grown(8);
    const part = (number: number) => file(5, `checkpoint.000000000${number}.0000000002.parquet`);
    const rows = [
      [`{'minReaderVersion': 1, 'minWriterVersion': 2}`, 'NULL', 'NULL'],
      ['NULL', `{'id': 'i', 'schemaString': '{"from":"parts"}', 'partitionColumns': ['day']}`, 'NULL'],
      [
        'NULL',
        'NULL',
        `{'path': 'part%201', 'size': 7, 'partitionValues': MAP {'day': NULL}, 'stats_parsed': {'numRecords': 3}}`,
      ],
    ];
    const select = (some: readonly (readonly string[])[]) =>
      some.map(([p, m, a]) => `SELECT ${p} AS protocol, ${m} AS "metaData", ${a} AS "add"`).join(' UNION ALL ');
    const writePart = async (number: number, some: readonly (readonly string[])[]) => {
      const local = nodePath.join(await store.stagingFolder(), 'part.parquet');
      await duckDb().run(`COPY (${select(some)}) TO '${local}' (FORMAT parquet)`);
      await store.putFile(local, part(number));
    };
    await writePart(1, rows.slice(0, 2));
    expect((await (await open(store))?.at(5))?.files().map((entry) => entry.path)).toEqual(['1', '2', '3', '4', '5']);
    await writePart(2, rows.slice(2));
    const table = await (await open(store))?.at(5);
    expect([table?.schemaString, table?.partitionColumns]).toEqual(['{"from":"parts"}', ['day']]);
    expect(table?.files()).toEqual([
      { path: 'part%201', size: 7, partitionValues: { day: null }, stats: '{"numRecords":3}', dataChange: false },
    ]);
    await store.remove([0, 1, 2, 3, 4].map((version) => file(version)));
    expect((await open(store))?.files().map((entry) => entry.path)).toEqual(['6', '7', 'part%201']);
  });

  test('opening reads a listing, the checkpoint and what came after it, and nothing else', async () => {
    const store = await grown(24);
    const calls: string[] = [];
    for (const name of ['list', 'read', 'localPath', 'stat', 'readRange'] as const) {
      const original = store[name].bind(store) as (...given: never[]) => Promise<never>;
      store[name] = (...given: never[]) => {
        calls.push(`${name} ${String(given[0]).slice(log.length)}`);
        return original(...given);
      };
    }
    await open(store);
    expect(calls).toEqual([
      'list ',
      'localPath /00000000000000000020.checkpoint.parquet',
      'read /00000000000000000021.json',
      'read /00000000000000000022.json',
      'read /00000000000000000023.json',
    ]);
  });
});
