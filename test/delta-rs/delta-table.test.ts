import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { DeltaTable } from '../../src/lake/delta-table';
import { FolderStore } from '../../src/lake/folder-store';
import { useDuckDb } from '../support/duckdb-connection';
import { useTemporaryFolders } from '../support/temporary-folder';
import { pythonWithDeltaRs, readWithDeltaRs } from './delta-rs';

const temporaryFolder = useTemporaryFolders();
const duckDb = useDuckDb();
const tablePath = 'stage2/Ingested/M365/v1.14/AadUser';
const fields = [
  { name: 'Id', type: 'long', nullable: true, metadata: {} },
  { name: 'Name', type: 'string', nullable: true, metadata: {} },
  { name: 'At', type: 'timestamp', nullable: true, metadata: {} },
];
const schemaString = JSON.stringify({ type: 'struct', fields });
const appId = 'AadUser/Ingested';
const commits = 25;

let python: string;

beforeAll(() => {
  python = pythonWithDeltaRs();
}, 300_000);

/** Row `n`, as SQL writes it and as delta-rs gives it back; every third has no name, one has quotes and a newline. */
const row = (n: number) => ({
  Id: n,
  Name: n % 3 === 0 ? null : n === 7 ? 'a "quoted"\nname, ä' : `name ${n}`,
  At: `2022-01-28 06:16:${String(n).padStart(2, '0')}.000001+00:00`,
});

/** A table of 25 commits: each adds a file of one row, and every fifth takes the file before it away. */
async function tableOf25Commits(): Promise<string> {
  const root = await temporaryFolder();
  const store = new FolderStore(root, { durable: false });
  const folder = path.join(root, ...tablePath.split('/'));
  let table = DeltaTable.create(store, tablePath, duckDb());
  for (let n = 0; n < commits; n++) {
    const name = `part-${n}.parquet`;
    await store.write(`${tablePath}/${name}`, '');
    const { Id, Name, At } = row(n);
    const text = Name === null ? 'NULL' : `'${Name}'`;
    await duckDb().run(
      `COPY (SELECT ${Id}::BIGINT AS "Id", ${text}::VARCHAR AS "Name", TIMESTAMPTZ '${At}' AS "At")
       TO '${path.join(folder, name)}' (FORMAT parquet)`,
    );
    await table.commit({
      actions: {
        ...(n === 0 ? { metaData: { schemaString } } : {}),
        adds: [{ path: name, size: statSync(path.join(folder, name)).size, stats: JSON.stringify({ numRecords: 1 }) }],
        ...(n % 5 === 4 ? { removes: table.files().filter((file) => file.path === `part-${n - 1}.parquet`) } : {}),
        txn: { appId, version: n },
      },
      operation: 'WRITE',
    });
    // Another process would open it anew: from the checkpoint, where there is one.
    table = (await DeltaTable.open(store, tablePath, duckDb())) ?? table;
  }
  return folder;
}

const rowsAfter = (version: number) =>
  Array.from({ length: version + 1 }, (_, n) => n)
    .filter((n) => n % 5 !== 3 || n === version)
    .map(row);

const byText = (rows: readonly object[]): string[] => rows.map((each) => JSON.stringify(each)).sort();

describe('delta-rs reads a table of 25 commits', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await tableOf25Commits();
  });

  test('at its newest version', () => {
    const { rows, ...rest } = readWithDeltaRs(python, folder, appId);
    expect(rest).toEqual({
      version: 24,
      schema: { type: 'struct', fields },
      transaction: 24,
    });
    expect(byText(rows)).toEqual(byText(rowsAfter(24)));
  });

  test.each([0, 3, 9, 10, 11, 20])('at version %d', (version) => {
    const { rows, ...rest } = readWithDeltaRs(python, folder, appId, version);
    expect({ version: rest.version, transaction: rest.transaction }).toEqual({
      version,
      transaction: version,
    });
    expect(byText(rows)).toEqual(byText(rowsAfter(version)));
  });

  test('from the checkpoint alone, when the commits before it are gone', () => {
    const log = path.join(folder, '_delta_log');
    const checkpoints = readdirSync(log).filter((name) => name.endsWith('.checkpoint.parquet'));
    const newest = checkpoints.sort().at(-1) ?? 'none';
    expect(newest).toBe('00000000000000000020.checkpoint.parquet');
    for (const name of readdirSync(log)) if (/^\d{20}\.json$/.test(name) && name < newest) rmSync(path.join(log, name));
    const { version, transaction, rows } = readWithDeltaRs(python, folder, appId);
    expect({ version, transaction }).toEqual({ version: 24, transaction: 24 });
    expect(byText(rows)).toEqual(byText(rowsAfter(24)));
  });
});
