import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { loadCatalogue } from '../../src/catalogue/load';
import { isReadable } from '../../src/catalogue/treatment';
import { formatError, InsightsError } from '../../src/contract/errors';
import type { LakeStageName } from '../../src/contract/lake-format';
import { saltFingerprint } from '../../src/contract/salt';
import { quoteList } from '../../src/engine/database';
import { tablePath } from '../../src/engine/engine-context';
import { DeltaTable } from '../../src/lake/delta-table';
import { FolderStore } from '../../src/lake/folder-store';
import { useDuckDb } from '../support/duckdb-connection';
import { smallCatalogue, smallRow, smallRows, writeDrop } from '../support/small-drop';
import { runEngine, smallPaths, smallSalt } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const connection = useDuckDb();
const tables = ['Person', 'PersonDemographic', 'AadUser', 'AadGroupMembership', 'Session', 'activity'];
const catalogue = smallCatalogue(tables);
const folder = '2022-01-28T06-16-22';

async function filesBelow(root: string): Promise<string[]> {
  const entries = await fs.readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** All text that a lake shows outside its data files: names of files, logs, ledgers. */
async function textOf(lake: string): Promise<string> {
  const files = (await filesBelow(lake)).filter((file) => !file.includes('/stage1/'));
  const texts = files.filter((file) => /\.(json|html|xml)$/.test(file)).map((file) => fs.readFile(file, 'utf8'));
  return [...(await filesBelow(lake)), ...(await Promise.all(texts))].join('\n');
}

/** A cell that occurs nowhere else: whatever text has it got it from the drop. */
const secret = (name: string): string => `QX${Buffer.from(name).toString('hex').toUpperCase()}XQ`;

test('ROW13, PRIV3: no cell of a hostile drop is in any message, report, ledger, log or file name', async () => {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  const names = [
    'cast',
    'date',
    'key',
    'name',
    'role',
    'group',
    'user',
    'signal',
    'grade',
    'open',
    'broken',
    'few',
    'member',
  ];
  const [cast, date, key, name, role, group, user, signal, grade, open, broken, few, member] = names.map(secret) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const text = (rows: readonly (readonly string[])[]): string => rows.map((row) => `${row.join(',')}\n`).join('');
  const person = Buffer.concat([
    Buffer.from(
      text([
        ...smallRows('Person', 60),
        smallRow('Person', 1, { Id: key, Surname: name }),
        smallRow('Person', 1, { Id: key, Surname: cast }),
        smallRow('Person', 61, { FirstSeenDateTime: date }),
      ]),
    ),
    Buffer.from(`${few},x\n${broken}\xff,\n"${open}\n`, 'latin1'),
  ]);
  const membership = smallRows('AadGroupMembership').map((row, n) => [...row, n === 0 ? member : '']);
  const roster = {
    Person: person,
    AadUser: smallRows('AadUser').map((row, n) => (n === 0 ? smallRow('AadUser', 1, { Role: role, Mail: name }) : row)),
    AadGroupMembership: [
      ...membership,
      [...smallRow('AadGroupMembership', 7, { GroupObjectId: group, UserObjectId: user }), ''],
    ],
    Session: Buffer.from(text(smallRows('Session').map((row) => row.with(1, date)))),
  };
  const activity = {
    '2022-01-28/ApplicationUsage.csv': [{ SignalId: signal, ActorRole: role }, { StartTime: date }, { Grade: grade }],
  };
  await writeDrop(drop, { roster: { [folder]: roster }, activity }, catalogue);

  const failed = await runEngine({ drop, lake, catalogue });
  expect(failed.outcome).toBe('failed');
  await writeDrop(drop, { roster: { [folder]: { Session: smallRows('Session') } } }, catalogue);
  const report = await runEngine({ drop, lake, catalogue });
  expect(report.outcome).toBe('succeeded');
  const all = `${JSON.stringify([failed, report])}\n${await textOf(lake)}`;
  expect(all).toContain('COLUMNS_NOT_BORNE_OUT');
  const shown = (one: string): boolean => all.toLowerCase().includes(secret(one).toLowerCase());
  expect(names.filter(shown)).toEqual(['role', 'signal']);
  // Roles and SignalId are readable in general as they are: they may be a minimum in a log, and are in no other place.
  const files = (await filesBelow(lake)).filter((file) => file.endsWith('.json'));
  const texts = await Promise.all(files.map(async (file) => [file, await fs.readFile(file, 'utf8')] as const));
  const places = texts.filter(([, one]) => one.includes(role) || one.includes(signal)).map(([file]) => file);
  expect(places.filter((file) => !/\/(activity|AadUser)\/_delta_log\//.test(file))).toEqual([]);
  const inReports = JSON.stringify([failed, report]);
  expect(inReports.includes(role) || inReports.includes(signal)).toBe(false);
});

test('ROW13: an error of the engine says what was being done, never what DuckDB said', async () => {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  await writeDrop(drop, { roster: { [folder]: {} } }, smallCatalogue(['Person']));
  const broken = smallCatalogue(['Person']);
  const person = broken.tables[0]!;
  const columns = [{ ...person.columns[0]!, type: `"VARCHAR' no type` as 'string' }, ...person.columns.slice(1)];
  const run = runEngine({ drop, lake, catalogue: { ...broken, tables: [{ ...person, columns }] } });
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InsightsError);
  expect(formatError(error as InsightsError)).toMatch(
    /^ENGINE_FAILED: The engine failed while [a-z ]+ \(Binder Error\)\.\n/,
  );
});

/** The files of a table in Refined. */
async function refined(lake: string, stage: LakeStageName, table: string): Promise<string[]> {
  const store = new FolderStore(lake, { durable: false });
  const opened = await DeltaTable.open(store, tablePath(smallPaths, table, stage), connection());
  const files = await Promise.all((opened?.files() ?? []).map((file) => store.localPath(opened!.filePath(file))));
  await store.close();
  return files;
}

test('PRIV2: general and lookups of tables about persons lie in digest order', async () => {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  const roster = Object.fromEntries(
    ['Person', 'AadUser', 'AadGroupMembership', 'PersonDemographic'].map((name) => [name, smallRows(name, 400)]),
  );
  await writeDrop(drop, { roster: { [folder]: roster } }, catalogue);
  await runEngine({ drop, lake, catalogue });
  const expected = [
    ['general', 'Person', 'Id_pseudonym'],
    ['sensitive', 'Person', 'Id_pseudonym'],
    ['general', 'AadUser', 'ObjectId_pseudonym'],
    ['sensitive', 'AadUser', 'ObjectId_pseudonym'],
    ['general', 'PersonDemographic', 'PersonId_pseudonym'],
    ['general', 'AadGroupMembership', 'GroupObjectId_pseudonym'],
  ] as const;
  for (const [stage, table, column] of expected) {
    const read = await connection().runAndReadAll(
      `SELECT ${column} FROM read_parquet(${quoteList(await refined(lake, stage, table))}, file_row_number = true) ORDER BY file_row_number`,
    );
    const values = read.getRows().map(([value]) => String(value));
    expect(values).toHaveLength(400);
    expect(values).toEqual([...values].sort());
  }
});

test('PRIV3: outside general, no log has a minimum or maximum of a column that is not readable in general', async () => {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  await writeDrop(drop, { roster: { [folder]: {} }, activity: { '2022-01-28/ApplicationUsage.csv': [{}, {}] } });
  await runEngine({ drop, lake });
  const logs = (await filesBelow(lake)).filter((file) => /_delta_log\/\d+\.json$/.test(file));
  expect(logs.length).toBeGreaterThan(28 * 3);
  let statistics = 0;
  for (const log of logs) {
    const isGeneral = log.includes('/Refined/M365/v1.14/general/');
    const name = path.basename(path.resolve(log, '../..')).replace(/_lookup$/, '');
    const table = loadCatalogue('strict').tables.find((one) => one.name === name);
    const allowed = new Set([
      ...(log.includes('/Ingested/') ? ['rundate', '_batch'] : []),
      ...(log.includes('/stage3/') ? ['event_eventTime'] : []),
      ...(table?.columns ?? [])
        .filter(({ treatment }) => isReadable(treatment) || (isGeneral && treatment.kind === 'generalise'))
        .map((column) => (log.includes('/Ingested/') ? '' : column.name)),
    ]);
    for (const line of (await fs.readFile(log, 'utf8')).trim().split('\n')) {
      const { add } = JSON.parse(line) as { add?: { stats: string } };
      if (add === undefined) continue;
      const stats = JSON.parse(add.stats) as Record<'minValues' | 'maxValues' | 'nullCount', object>;
      const named = [stats.minValues, stats.maxValues, stats.nullCount].flatMap((values) => Object.keys(values));
      expect(named.filter((column) => !allowed.has(column))).toEqual([]);
      statistics += named.length;
    }
  }
  expect(statistics).toBeGreaterThan(100);
});

test('PRIV4: the salt is in no file of the lake and in no report; both carry its fingerprint', async () => {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  await writeDrop(drop, { roster: { [folder]: {} } }, catalogue);
  const report = await runEngine({ drop, lake, catalogue });
  const files = await Promise.all((await filesBelow(lake)).map((file) => fs.readFile(file)));
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((bytes) => bytes.includes(smallSalt))).toEqual([]);
  expect(JSON.stringify(report)).not.toContain(smallSalt);
  expect(report.saltFingerprint).toBe(saltFingerprint(smallSalt));
  expect(report.saltFingerprint).toMatch(/^[0-9a-f]{16}$/);
});
