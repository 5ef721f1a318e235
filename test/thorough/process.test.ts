import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { useTemporaryFolders } from '../support/temporary-folder';
import { lakeContent, lakeHashes } from '../support/lake-content';
import { ledgerProblems } from '../support/ledger-equations';
import { smallCatalogue, smallRow, smallRows, writeDrop } from '../support/small-drop';
import {
  readCommitLedgers,
  readLandingLedger,
  readTable,
  runEngine,
  smallPaths,
  smallSalt,
} from '../support/small-lake';
import { FolderStore } from '../../src/lake/folder-store';
import { verifyLake } from '../../src/verify/verify-lake';
import { useDuckDb } from '../support/duckdb-connection';
import { lakeSchemaProblems } from '../../src/contract/lake-schemas';
import { newRunId } from '../../src/engine/run-report';

/** A run as a whole: nothing to do, unchanged snapshots, several days at once, the report. */

const temporaryFolder = useTemporaryFolders();
const connection = useDuckDb();
const catalogue = smallCatalogue(['Organization', 'AadUser', 'activity']);
const settings = { requiredTables: ['Organization', 'AadUser'] };

async function folders(): Promise<{ drop: string; lake: string }> {
  return { drop: await temporaryFolder(), lake: await temporaryFolder() };
}

test('every table of the catalogue goes through every stage, and the report fits its schema', async () => {
  const at = await folders();
  const whole = smallCatalogue();
  await writeDrop(at.drop, {
    roster: { '2022-02-01T06-00-00': {} },
    activity: { '2022-02-01/Usage.csv': smallRows('activity', 6) },
  });
  const report = await runEngine(at);
  expect([report.outcome, report.messages]).toEqual(['succeeded', []]);
  expect(lakeSchemaProblems('run-report', report)).toEqual([]);
  const flows = report.tables.map(({ table, landed, ingested, corrected, general }) => [
    table,
    landed,
    ingested,
    corrected,
    general,
  ]);
  expect(flows).toEqual(whole.tables.map(({ name }) => [name, 6, 6, 6, 6]));
  expect(await ledgerProblems(at.lake, whole)).toEqual([]);
  const store = new FolderStore(at.lake, { durable: false });
  const lake = { store, paths: smallPaths, catalogue: whole, connection: connection(), salt: smallSalt };
  const verified = await verifyLake({ ...lake, now: () => new Date('2022-02-02T00:00:00Z') });
  // Six persons are few: that each stands out is all there is to warn of.
  const findings = verified.checks
    .filter(({ check }) => check !== 'groups of persons are not small')
    .flatMap((check) => check.findings);
  expect([verified.outcome, findings.filter(({ severity }) => severity !== 'information')]).toEqual(['passed', []]);
});

test('a second run has nothing to do and changes no byte of the lake', async () => {
  const at = await folders();
  await writeDrop(
    at.drop,
    { roster: { '2022-02-01T06-00-00': {} }, activity: { '2022-02-01/Usage.csv': [{}] } },
    catalogue,
  );
  await runEngine({ ...at, catalogue, settings });
  const before = await lakeHashes(at.lake);
  const report = await runEngine({ ...at, catalogue, settings });
  expect([report.outcome, report.units, report.tables, report.messages]).toEqual(['nothing to do', [], [], []]);
  expect(await lakeHashes(at.lake)).toEqual(before);
  expect((await runEngine({ lake: at.lake, catalogue, settings })).outcome).toBe('nothing to do');
  expect(await lakeHashes(at.lake)).toEqual(before);
});

test('tables that a new snapshot does not change are not written: no byte of any Delta table changes', async () => {
  const at = await folders();
  await writeDrop(at.drop, { roster: { '2022-02-01T06-00-00': {} } }, catalogue);
  await runEngine({ ...at, catalogue, settings });
  const tables = async (): Promise<unknown> => {
    const hashes = await lakeHashes(at.lake, smallPaths.stage(2));
    return Object.entries(hashes).filter(([path]) => !path.startsWith(smallPaths.landingLedger));
  };
  const before = await tables();
  await writeDrop(at.drop, { roster: { '2022-02-02T06-00-00': {} } }, catalogue);
  const report = await runEngine({ ...at, catalogue, settings });
  expect([report.outcome, await tables()]).toEqual(['succeeded', before]);
  const event = (await readLandingLedger(at.lake)).at(-1)?.events[0];
  const unchanged = { outcome: 'unchanged', landed: 6, rejected: {}, duplicates: 0 };
  expect(event).toEqual({
    event: 'processed',
    unit: 'roster/2022-02-02T06-00-00',
    rundate: '2022-02-02 06:00:00',
    tables: [
      { table: 'AadUser', batch: 3, ...unchanged },
      { table: 'Organization', batch: 4, ...unchanged },
    ],
  });
});

test('a snapshot like the former one is written again when a delta came between', async () => {
  const at = await folders();
  await writeDrop(
    at.drop,
    {
      roster: { '2022-02-01T06-00-00': {}, '2022-02-03T06-00-00': {} },
      rosterDelta: { '2022-02-02T06-00-00': { AadUser: [smallRow('AadUser', 2, { Surname: 'Delta' })] } },
    },
    catalogue,
  );
  await runEngine({ ...at, catalogue, settings });
  const surnames = (await readTable(at.lake, 'Ingested_Corrected', 'AadUser', ['Surname'])) ?? [];
  expect(surnames.map((row) => row['Surname'])).toEqual([1, 2, 3, 4, 5, 6].map((n) => `Surname of AadUser ${n}`));
  expect((await readCommitLedgers(at.lake, 'Ingested', 'AadUser')).map(({ kind }) => kind)).toEqual([
    'snapshot',
    'delta',
    'snapshot',
  ]);
  expect((await readCommitLedgers(at.lake, 'Ingested', 'Organization')).length).toBe(1);
});

test('days that were not delivered are caught up with in one run as if each had its own', async () => {
  const days = [1, 2, 3, 4].map((n) => ({
    roster: { [`2022-02-0${n}T06-00-00`]: { Organization: smallRows('Organization', 6 + (n % 2)) } },
    activity: {
      [`2022-02-0${n}/Usage.csv`]: [smallRow('activity', 1, { Grade: String(n) }), smallRow('activity', n + 1)],
    },
  }));
  const daily = await folders();
  for (const day of days) {
    await writeDrop(daily.drop, day, catalogue);
    await runEngine({ ...daily, catalogue, settings });
  }
  const once = await folders();
  for (const day of [...days].reverse()) await writeDrop(once.drop, day, catalogue);
  const report = await runEngine({ ...once, catalogue, settings });
  expect(report.units.map(({ rundate }) => rundate)).toEqual(
    [1, 2, 3, 4].flatMap((n) => [`2022-02-0${n} 00:00:00`, `2022-02-0${n} 06:00:00`]),
  );
  const [one, other] = [await lakeContent(once.lake, catalogue), await lakeContent(daily.lake, catalogue)];
  expect([one.ledgers, one.units, one.orphans]).toEqual([other.ledgers, other.units, other.orphans]);
  expect(one.rows).toEqual(other.rows);
});

test('txn: a batch whose last ledger entry was lost is not committed twice', async () => {
  const at = await folders();
  await writeDrop(
    at.drop,
    { roster: { '2022-02-01T06-00-00': {} }, activity: { '2022-02-01/Usage.csv': [{}] } },
    catalogue,
  );
  await runEngine({ ...at, catalogue, settings });
  const before = await lakeContent(at.lake, catalogue);
  const entries = await readLandingLedger(at.lake);
  for (const { sequence, events } of entries) {
    const path = nodePath.join(at.lake, smallPaths.landingLedger, `${String(sequence).padStart(20, '0')}.json`);
    if (events[0]?.event === 'processed') await fs.rm(path);
  }
  const report = await runEngine({ ...at, catalogue, settings });
  expect([report.outcome, report.units.map(({ status }) => status)]).toEqual(['succeeded', ['processed', 'processed']]);
  expect(await lakeContent(at.lake, catalogue)).toEqual(before);
  expect(await ledgerProblems(at.lake, catalogue)).toEqual([]);
});

test('a run id says when, and no two are alike', () => {
  const ids = [1, 2].map(() => newRunId(new Date('2026-11-23T15:45:00.123Z')));
  expect(ids.map((id) => /^20261123T154500Z-[0-9a-f]{6}$/.test(id))).toEqual([true, true]);
  expect(ids[0]).not.toBe(ids[1]);
});
