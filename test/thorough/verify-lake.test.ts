import { LakePaths } from '../../src/contract/lake-paths';
import { lakeSchemaProblems } from '../../src/contract/lake-schemas';
import { loadCatalogue } from '../../src/catalogue/load';
import { openDatabase } from '../../src/engine/database';
import { FolderStore } from '../../src/lake/folder-store';
import { checks } from '../../src/verify/checks';
import { formatVerificationHtml } from '../../src/verify/reports/html';
import { formatVerificationJson } from '../../src/verify/reports/json';
import { formatVerificationJunit } from '../../src/verify/reports/junit';
import { verifyLake } from '../../src/verify/verify-lake';
import { useDuckDb } from '../support/duckdb-connection';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';
import { fixtureCells } from '../verify/fixture-rows';
import { buildFixture, fixtureSalt } from '../verify/lake-fixture';

const connection = useDuckDb();
const folder = useTemporaryFolders();
const catalogue = loadCatalogue('strict');
const clock = () => new Date('2024-05-06T07:08:09Z');

async function goodLake() {
  await connection().run("SET TimeZone = 'UTC'");
  return buildFixture(await folder(), connection(), catalogue);
}

test('a good lake passes every check, and only reading it leaves it as it was', async () => {
  const { store, paths } = await goodLake();
  const files = async () =>
    Promise.all((await store.list('oea')).map(async ({ path }) => `${path} ${await store.sha256(path)}`));
  const before = await files();
  const seen: string[] = [];
  const report = await verifyLake({
    store,
    paths,
    catalogue,
    connection: connection(),
    salt: fixtureSalt,
    now: clock,
    progress: (check, index, count) => seen.push(`${index + 1}/${count} ${check}`),
  });
  expect(lakeSchemaProblems('verification-report', report)).toEqual([]);
  const { tables, freshness, checks: results, ...head } = report;
  expect(head).toEqual({
    format: 1,
    report: 'verification',
    runId: 'verify-2024-05-06T07-08-09-000Z',
    startedAt: '2024-05-06T07:08:09.000Z',
    finishedAt: '2024-05-06T07:08:09.000Z',
    workspace: 'dev',
    version: '1.14',
    profile: 'strict',
    catalogue: catalogue.fingerprint,
    saltFingerprint: '105e9d0b2336a2db',
    outcome: 'passed',
  });
  expect(tables.find(({ table }) => table === 'Section')).toEqual({
    table: 'Section',
    landed: 7,
    ingested: 7,
    corrected: 3,
    duplicates: 0,
    superseded: 4,
    rejected: {},
    general: 4,
    sensitive: null,
    kept: 1,
  });
  expect(tables.find(({ table }) => table === 'PersonOrganizationRole')).toEqual({
    table: 'PersonOrganizationRole',
    landed: 25,
    ingested: 25,
    corrected: 24,
    duplicates: 0,
    superseded: 0,
    rejected: { key_conflict: 1 },
    general: 24,
    sensitive: 24,
    kept: 0,
  });
  expect(freshness['Person']).toBe('2024-02-01 00:00:00');
  expect(freshness['Course']).toBeNull();
  const unhappy = results.filter(({ status }) => status !== 'passed').map(({ check, status }) => ({ check, status }));
  // The fixture has no GUIDs, few persons and no stage 3, and delivers ten of the tables only.
  expect(unhappy).toEqual([
    { check: 'identifiers are spelled in one way', status: 'skipped' },
    { check: 'groups of persons are not small', status: 'warned' },
    { check: 'events of stage 3 are those of activity', status: 'skipped' },
    { check: 'tables are fresh and complete', status: 'warned' },
  ]);
  expect(seen).toEqual(checks.map(({ name }, index) => `${index + 1}/${checks.length} ${name}`));
  expect(await files()).toEqual(before);
  const [row] = (await connection().runAndReadAll(`SELECT getvariable('verify_salt')`)).getRows();
  expect(row).toEqual([null]);
});

test('PRIV3: no cell of the lake, and no salt, stands in a report, even when everything is wrong', async () => {
  const lake = await goodLake();
  const leak = (table: string, column: string, source: string, raw: string) =>
    lake.rewrite(
      'general',
      table,
      `SELECT * REPLACE ((SELECT max(${raw}) FROM read_parquet('${lake.root}/${lake.path('Ingested_Corrected', source)}/part-0.parquet')) AS ${column}) FROM rows`,
    );
  await leak('Person', 'Surname', 'Person', 'Surname');
  await leak('Organization', 'Name', 'AadUser', 'UserPrincipalName');
  await leak('Enrollment', 'PersonId_pseudonym', 'Person', 'Id');
  await lake.rewrite('Ingested_Corrected', 'AadGroup', 'SELECT * FROM rows UNION ALL SELECT * FROM rows');
  const report = await verifyLake({ ...lake, connection: connection(), salt: fixtureSalt });
  expect(report.outcome).toBe('failed');
  const failed = report.checks.filter(({ status }) => status === 'failed').map(({ check }) => check);
  expect(failed).toEqual(
    expect.arrayContaining([
      'masked columns hold * only',
      'no raw identifier is in general',
      'pseudonyms round-trip',
      'ledger adds up',
    ]),
  );
  const texts = [formatVerificationJson(report), formatVerificationJunit(report), formatVerificationHtml(report)];
  // Role names, rundates and numbers are words of the page itself; everything that could name somebody is looked for.
  const telling = fixtureCells.filter((cell) => cell.length >= 6 && !/^\d{4}-\d\d-\d\d/.test(cell));
  expect(telling.length).toBeGreaterThan(150);
  const shown = [fixtureSalt, ...telling].filter((cell) => texts.some((text) => text.includes(cell)));
  expect(shown).toEqual([]);
});

test('on two connections the checks find what they find on one, and leave nothing on either', async () => {
  const lake = await goodLake();
  await lake.rewrite('general', 'Person', `SELECT * REPLACE ('raw' AS Surname) FROM rows`);
  const database = await openDatabase();
  const [alone, secondConnection] = database.connections;
  try {
    const options = { ...lake, connection: alone, salt: fixtureSalt, now: clock };
    const report = await verifyLake(options);
    expect(report.outcome).toBe('failed');
    expect(await verifyLake({ ...options, secondConnection })).toEqual(report);
    for (const connection of database.connections) {
      const left = await connection.runAndReadAll(
        `SELECT getvariable('verify_salt') AS salt, (SELECT count(*)::INTEGER FROM duckdb_tables()) AS tables`,
      );
      expect(left.getRowObjects()).toEqual([{ salt: null, tables: 0 }]);
    }
  } finally {
    database.close();
  }
});

test('LAKE_EMPTY: nothing to verify is an error of its own, not a pass', async () => {
  const store = new FolderStore(await folder(), { durable: false });
  const paths = new LakePaths('dev', '1.14');
  const told = await thrownBy(() => verifyLake({ store, paths, catalogue, connection: connection() }));
  expect(told).toEqual({
    code: 'LAKE_EMPTY',
    message: 'Workspace dev has no lake of version 1.14 here.',
    place: { file: store.description, path: 'oea/dev/stage2/Ingested/M365/v1.14' },
  });
});

test('without tables, checks are skipped rather than passed', async () => {
  const store = new FolderStore(await folder(), { durable: false });
  const paths = new LakePaths('dev', '1.14');
  const entry = {
    format: 1,
    sequence: 0,
    at: '2024-02-03T00:00:00Z',
    runId: 'r',
    engine: 'e',
    events: [{ event: 'confirmed', rundate: '2024-02-01 00:00:00' }],
  };
  await store.write(`${paths.landingLedger}/${'0'.repeat(20)}.json`, JSON.stringify(entry));
  const report = await verifyLake({ store, paths, catalogue, connection: connection(), salt: fixtureSalt, now: clock });
  const passed = report.checks.filter(({ status }) => status !== 'skipped').map(({ check }) => check);
  // The ledger's own folder was looked at, and whether anybody was erased.
  expect(passed).toEqual(['nothing else is in the folders', 'erased persons stay erased']);
});
