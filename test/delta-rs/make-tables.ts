/**
 * Writes the tables that the Python tests of this folder read, and reads back what delta-rs wrote.
 *   make-tables.ts write FOLDER   one folder lake with all tables
 *   make-tables.ts read FOLDER    prints, as JSON, what our reader sees of stage2/grown
 */
import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { DeltaTable } from '../../src/lake/delta-table';
import { FolderStore } from '../../src/lake/folder-store';

const fields = [
  ['id', 'long'],
  ['name', 'string'],
  ['seen', 'timestamp'],
  ['day', 'date'],
].map(([name, type]) => ({ name, type, nullable: true, metadata: {} }));
const schemaString = JSON.stringify({ type: 'struct', fields });

class Tables {
  constructor(
    private readonly store: FolderStore,
    private readonly connection: DuckDBConnection,
  ) {}

  create(path: string): DeltaTable {
    return DeltaTable.create(this.store, path, this.connection);
  }

  /** A data file of `rows` rows from `first` on, put into the table's folder. */
  async file(
    table: DeltaTable,
    name: string,
    first: number,
    rows: number,
  ): Promise<{ path: string; size: number; stats: string }> {
    const local = nodePath.join(await this.store.stagingFolder(), 'rows.parquet');
    await this.connection.run(
      `COPY (SELECT i AS id, 'näme ' || i AS name, TIMESTAMPTZ '2022-01-28 06:16:22+00' + INTERVAL (i) HOUR AS seen,
        DATE '2022-01-28' AS day FROM range(${first}, ${first + rows}) AS r(i)) TO '${local}' (FORMAT parquet)`,
    );
    const size = (await fs.stat(local)).size;
    await this.store.putFile(local, `${table.path}/${name}`);
    const last = first + rows - 1;
    return {
      path: name,
      size,
      stats: JSON.stringify({
        numRecords: rows,
        minValues: { id: first },
        maxValues: { id: last },
        nullCount: { id: 0 },
      }),
    };
  }

  /** Version n adds ids 10 n … 10 n + 9; every third version takes away the oldest file. */
  async grow(path: string, versions: number): Promise<DeltaTable> {
    const table = this.create(path);
    for (let version = 0; version < versions; version++) {
      const added = await this.file(table, `part-${String(version).padStart(5, '0')}.parquet`, version * 10, 10);
      await table.commit({
        actions: {
          adds: [added],
          removes: version % 3 === 2 ? table.files().slice(0, 1) : [],
          txn: { appId: 'ingest/grown', version },
          ...(version === 0
            ? {
                metaData: {
                  schemaString,
                  name: 'grown',
                  description: 'Grows',
                  configuration: { 'delta.appendOnly': 'false' },
                },
              }
            : {}),
        },
        operation: 'WRITE',
        operationParameters: { mode: 'Append' },
        userMetadata: JSON.stringify({ batch: version }),
      });
    }
    return table;
  }

  /** Leaves only what the newest checkpoint and the commits after it need. */
  async cleanLog(table: DeltaTable): Promise<void> {
    const newest = Math.floor(table.version / 10) * 10;
    const names = (await this.store.list(`${table.path}/_delta_log`)).map((file) => file.path);
    await this.store.remove(names.filter((name) => Number(nodePath.posix.basename(name).slice(0, 20)) < newest));
  }
}

async function write(tables: Tables): Promise<void> {
  await tables.grow('stage2/grown', 26);
  await tables.cleanLog(await tables.grow('stage2/cleaned', 26));
  await tables.cleanLog(await tables.grow('stage2/checkpointed', 21));

  const names = tables.create('stage2/names');
  const odd = ['rundate=2022-01-28 06:16:22/ä %+#.parquet', "it's, 100%25.parquet"];
  const adds = [];
  for (const [index, name] of odd.entries()) adds.push(await tables.file(names, name, index * 10, 10));
  await names.commit({ actions: { metaData: { schemaString }, adds }, operation: 'WRITE' });

  const empty = tables.create('stage2/empty');
  await empty.commit({ actions: { metaData: { schemaString } }, operation: 'CREATE TABLE' });
}

async function read(store: FolderStore, connection: DuckDBConnection): Promise<void> {
  const table = await DeltaTable.open(store, 'stage2/grown', connection);
  if (table === undefined) throw new Error('There is no table stage2/grown.');
  const history = await table.history();
  const seen = {
    version: table.version,
    files: table
      .files()
      .map((file) => ({ path: table.filePath(file), stats: JSON.parse(file.stats ?? '{}') as object })),
    txn: table.txnVersion('ingest/grown'),
    schema: JSON.parse(table.schemaString ?? '{}') as object,
    lastOperation: history.at(-1)?.operation,
  };
  process.stdout.write(JSON.stringify(seen));
}

async function main(): Promise<void> {
  const [, , command, folder = ''] = process.argv;
  const store = new FolderStore(folder, { durable: false });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  if (command === 'write') await write(new Tables(store, connection));
  else await read(store, connection);
  connection.closeSync();
  instance.closeSync();
  await store.close();
}

void main();
