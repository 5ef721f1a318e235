import { useTemporaryFolders } from '../support/temporary-folder';
import { ledgerProblems } from '../support/ledger-equations';
import { smallCatalogue, smallRow, smallRows, writeDrop, type SmallTables } from '../support/small-drop';
import { readLandingLedger, readTable, runEngine, smallPaths } from '../support/small-lake';
import { lakeHashes } from '../support/lake-content';
import { confirmRundate, quarantineRundate } from '../../src/engine/control';
import type { RunReport } from '../../src/contract/lake-format';
import { FolderStore } from '../../src/lake/folder-store';

/** ROW5: a snapshot may not silently empty a table or take away many of its keys. */

const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['Organization', 'SourceSystem', 'activity']);
const settings = { requiredTables: ['Organization', 'SourceSystem'] };

interface Lake {
  readonly drop: string;
  readonly lake: string;
}

async function firstDay(): Promise<Lake> {
  const at = { drop: await temporaryFolder(), lake: await temporaryFolder() };
  await writeDrop(
    at.drop,
    { roster: { '2022-02-01T06-00-00': { SourceSystem: smallRows('SourceSystem', 10) } } },
    catalogue,
  );
  await runEngine({ ...at, catalogue, settings });
  return at;
}

async function deliver(at: Lake, number: number, changes: SmallTables): Promise<RunReport> {
  const tables = { SourceSystem: smallRows('SourceSystem', 10), ...changes };
  await writeDrop(at.drop, { roster: { [`2022-02-0${number}T06-00-00`]: tables } }, catalogue);
  return runEngine({ ...at, catalogue, settings });
}

const statuses = (report: RunReport): unknown => report.units.map(({ unit, status }) => [unit, status]);
const landed = (table: string, number: number): string =>
  `${smallPaths.landedBatch(table, 'snapshot', `2022-02-0${number} 06:00:00`)}/${table.toLowerCase()}.csv`;

async function ids(lake: string, table: string): Promise<number | undefined> {
  return (await readTable(lake, 'general', table))?.length;
}

async function confirm(lake: string, rundate: string): Promise<string[]> {
  return confirmRundate({ store: new FolderStore(lake, { durable: false }), paths: smallPaths, rundate });
}

test('ROW5: a 0-byte file that empties a table is held; nothing of its folder is ingested', async () => {
  const at = await firstDay();
  const tables = [smallPaths.ingested('Organization'), smallPaths.correctedFolder, smallPaths.refinedFolder('general')];
  const before = await Promise.all(tables.map((path) => lakeHashes(at.lake, path)));
  const report = await deliver(at, 2, { SourceSystem: Buffer.alloc(0), Organization: smallRows('Organization', 7) });
  expect([report.outcome, statuses(report)]).toEqual(['failed', [['roster/2022-02-02T06-00-00', 'held']]]);
  expect(report.messages).toEqual([
    {
      severity: 'error',
      code: 'SNAPSHOT_HELD',
      message: 'The snapshot is empty; the table has 10 rows. Rundate 2022-02-02 06:00:00.',
      table: 'SourceSystem',
      file: landed('SourceSystem', 2),
      counts: { before: 10, after: 0, gone: 10 },
    },
  ]);
  expect(await Promise.all(tables.map((path) => lakeHashes(at.lake, path)))).toEqual(before);
  const { events } = (await readLandingLedger(at.lake)).at(-1) ?? {};
  expect(events?.map(({ event }) => event)).toEqual(['held']);
});

test('ROW5: more than 20 % of the keys gone is held, with the numbers; exactly 20 % is not', async () => {
  const at = await firstDay();
  const allowed = await deliver(at, 2, { SourceSystem: smallRows('SourceSystem', 8) });
  expect(allowed.outcome).toBe('succeeded');
  const held = await deliver(at, 3, { SourceSystem: smallRows('SourceSystem', 6) });
  expect(held.messages.map(({ message }) => message)).toEqual([
    'The snapshot takes away 2 of 8 keys, more than 20 %. Rundate 2022-02-03 06:00:00.',
  ]);
  expect(await ids(at.lake, 'SourceSystem')).toBe(8);
});

test('ROW5: keys count, not rows: as many new keys as old ones that went do not hide it', async () => {
  const at = await firstDay();
  const report = await deliver(at, 2, { SourceSystem: smallRows('SourceSystem', 15, 6) });
  expect(report.messages.map(({ counts }) => counts)).toEqual([{ before: 10, after: 10, gone: 5 }]);
});

test('ROW5: an empty file is no reason to wait where the table never had rows', async () => {
  const at = { drop: await temporaryFolder(), lake: await temporaryFolder() };
  const report = await deliver(at, 1, { SourceSystem: Buffer.alloc(0) });
  expect(report.outcome).toBe('succeeded');
  expect(await readTable(at.lake, 'general', 'SourceSystem')).toEqual([]);
});

test('ROW5: later roster folders wait for a held one, deltas too; activity goes on', async () => {
  const at = await firstDay();
  await deliver(at, 2, { SourceSystem: Buffer.alloc(0) });
  const rosterDelta = { '2022-02-04T06-00-00': { Organization: [smallRow('Organization', 9)] } };
  const activity = { '2022-02-03/Usage.csv': [{}] };
  await writeDrop(at.drop, { activity, rosterDelta });
  const report = await deliver(at, 3, { Organization: smallRows('Organization', 7) });
  expect([report.outcome, statuses(report)]).toEqual([
    'failed',
    [
      ['roster/2022-02-02T06-00-00', 'held'],
      ['activity/2022-02-03/Usage.csv', 'processed'],
      ['roster/2022-02-03T06-00-00', 'waiting'],
      ['roster_delta/2022-02-04T06-00-00', 'waiting'],
    ],
  ]);
  expect(report.messages.filter(({ severity }) => severity === 'warning')).toEqual(
    ['roster/2022-02-03T06-00-00', 'roster_delta/2022-02-04T06-00-00'].map((file) => ({
      severity: 'warning',
      code: 'ROW5',
      message: 'An earlier roster unit is held; this one waits for it.',
      file,
    })),
  );
  expect([await ids(at.lake, 'Organization'), await ids(at.lake, 'activity')]).toEqual([6, 1]);
  expect(await confirm(at.lake, '2022-02-02 06:00:00')).toEqual(['roster/2022-02-02T06-00-00']);
  const released = await runEngine({ lake: at.lake, catalogue, settings });
  // The confirmed snapshot empties the table; the next one, which fills it again, is no loss of keys.
  expect([released.outcome, statuses(released)]).toEqual([
    'succeeded',
    [
      ['roster/2022-02-02T06-00-00', 'processed'],
      ['roster/2022-02-03T06-00-00', 'processed'],
      ['roster_delta/2022-02-04T06-00-00', 'processed'],
    ],
  ]);
  expect([await ids(at.lake, 'Organization'), await ids(at.lake, 'SourceSystem')]).toEqual([8, 10]);
  expect(await ledgerProblems(at.lake, catalogue)).toEqual([]);
});

test('ROW5: a confirmation holds for its rundate only, and is recorded', async () => {
  const at = await firstDay();
  await deliver(at, 2, { SourceSystem: smallRows('SourceSystem', 5) });
  await confirm(at.lake, '2022-02-02T06-00-00');
  expect((await readLandingLedger(at.lake)).at(-1)?.events).toEqual([
    { event: 'confirmed', rundate: '2022-02-02 06:00:00' },
  ]);
  const report = await deliver(at, 3, { SourceSystem: smallRows('SourceSystem', 1) });
  expect(statuses(report)).toEqual([
    ['roster/2022-02-02T06-00-00', 'processed'],
    ['roster/2022-02-03T06-00-00', 'held'],
  ]);
  expect(await ids(at.lake, 'SourceSystem')).toBe(5);
});

test('ROW5, ROW6: a held folder that is quarantined lets the later ones through', async () => {
  const at = await firstDay();
  await deliver(at, 2, { SourceSystem: Buffer.alloc(0) });
  const store = new FolderStore(at.lake, { durable: false });
  const control = { store, paths: smallPaths, rundate: '2022-02-02 06:00:00', reason: 'share changed while copying' };
  expect(await quarantineRundate(control)).toEqual(['roster/2022-02-02T06-00-00']);
  const report = await deliver(at, 3, {});
  expect([report.outcome, statuses(report)]).toEqual(['succeeded', [['roster/2022-02-03T06-00-00', 'processed']]]);
  expect(await ids(at.lake, 'SourceSystem')).toBe(10);
});

test('ROW5: a held folder that is looked at again says the same and writes nothing to the ledger', async () => {
  const at = await firstDay();
  const first = await deliver(at, 2, { SourceSystem: Buffer.alloc(0) });
  const before = await lakeHashes(at.lake);
  const again = await runEngine({ ...at, catalogue, settings });
  expect([again.outcome, again.units, again.messages]).toEqual(['failed', first.units, first.messages]);
  expect(await lakeHashes(at.lake)).toEqual(before);
});

test('ROW5: a held folder that is delivered again is replaced by its re-delivery', async () => {
  const at = await firstDay();
  expect((await deliver(at, 2, { SourceSystem: Buffer.alloc(0) })).outcome).toBe('failed');
  const report = await deliver(at, 2, {});
  expect([report.outcome, statuses(report)]).toEqual([
    'succeeded',
    [
      ['roster/2022-02-02T06-00-00', 'superseded'],
      ['roster/2022-02-02T06-00-00', 'processed'],
    ],
  ]);
  expect(await ids(at.lake, 'SourceSystem')).toBe(10);
});
