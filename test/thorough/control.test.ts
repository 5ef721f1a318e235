import { useTemporaryFolders } from '../support/temporary-folder';
import { smallCatalogue, smallRow, smallRows, writeDrop } from '../support/small-drop';
import { readLandingLedger, readTable, runEngine, smallPaths } from '../support/small-lake';
import { thrownBy } from '../support/thrown';
import { CrashError, FailingStore } from '../support/failing-store';
import { lakeContent } from '../support/lake-content';
import { confirmRundate, quarantineRundate } from '../../src/engine/control';
import type { RunReport } from '../../src/contract/lake-format';
import { FolderStore } from '../../src/lake/folder-store';
import { currentProcess } from '../../src/lake/process-identity';

/** ROW6: what failed is skipped by hand, replaced by a newer good snapshot, or mended; activity is never replaced. */

const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['Organization', 'activity']);
const settings = { requiredTables: ['Organization'] };
const day = (number: number): string => `2022-02-0${number}T06-00-00`;

/** Twelve rows without their required key: over the threshold of ROW10. */
const bad = Array.from({ length: 12 }, (_, index) => smallRow('Organization', index + 1, { Id: '' }));
const badActivity = Array.from({ length: 12 }, (_, index) => smallRow('activity', index + 1, { SignalId: '' }));

interface Lake {
  readonly drop: string;
  readonly lake: string;
}

async function folders(): Promise<Lake> {
  return { drop: await temporaryFolder(), lake: await temporaryFolder() };
}

async function run(at: Lake): Promise<RunReport> {
  return runEngine({ ...at, catalogue, settings });
}

const control = (lake: string, rundate: string) => ({
  store: new FolderStore(lake, { durable: false }),
  paths: smallPaths,
  rundate,
});
const statuses = (report: RunReport): unknown => report.units.map(({ unit, status }) => [unit, status]);

test('ROW6: a newer good snapshot supersedes a failed one by itself, in the same run or a later one', async () => {
  const at = await folders();
  await writeDrop(at.drop, { roster: { [day(1)]: { Organization: bad } } }, catalogue);
  const failed = await run(at);
  expect([failed.outcome, statuses(failed)]).toEqual(['failed', [[`roster/${day(1)}`, 'failed']]]);
  expect(failed.messages.map(({ severity, code }) => [severity, code])).toEqual([['error', 'REJECT_THRESHOLD']]);
  await writeDrop(at.drop, { roster: { [day(2)]: {} } }, catalogue);
  const mended = await run(at);
  expect([mended.outcome, statuses(mended)]).toEqual([
    'succeeded',
    [
      [`roster/${day(1)}`, 'superseded'],
      [`roster/${day(2)}`, 'processed'],
    ],
  ]);
  expect(mended.messages.map(({ severity, code }) => [severity, code])).toEqual([['warning', 'REJECT_THRESHOLD']]);
  expect((await readLandingLedger(at.lake)).at(-1)?.events.at(-1)).toEqual({
    event: 'superseded',
    unit: `roster/${day(1)}`,
    rundate: '2022-02-01 06:00:00',
    by: '2022-02-02 06:00:00',
  });
  expect((await run(at)).outcome).toBe('nothing to do');
});

test('ROW6: deltas and deletes wait for a failed snapshot', async () => {
  const at = await folders();
  const rosterDelta = { [day(2)]: { Organization: [smallRow('Organization', 9)] } };
  await writeDrop(at.drop, { roster: { [day(1)]: { Organization: bad } }, rosterDelta }, catalogue);
  const report = await run(at);
  expect(statuses(report)).toEqual([
    [`roster/${day(1)}`, 'failed'],
    [`roster_delta/${day(2)}`, 'waiting'],
  ]);
  expect(report.messages).toContainEqual({
    severity: 'warning',
    code: 'ROW6',
    message: 'An earlier roster unit failed; this one waits for it.',
    file: `roster_delta/${day(2)}`,
  });
});

test('ROW6: a failed folder that is delivered again with one file mended lands whole and gets through', async () => {
  const tables = smallCatalogue(['Organization', 'SourceSystem']);
  const at = await folders();
  const required = { requiredTables: ['Organization', 'SourceSystem'] };
  await writeDrop(at.drop, { roster: { [day(1)]: { Organization: bad } } }, tables);
  await runEngine({ ...at, catalogue: tables, settings: required });
  expect(await readTable(at.lake, 'Ingested', 'SourceSystem')).toBe(undefined);
  await writeDrop(at.drop, { roster: { [day(1)]: {} } }, tables);
  const report = await runEngine({ ...at, catalogue: tables, settings: required });
  expect([report.outcome, report.units.map(({ rundate, status, batches }) => [rundate, status, batches])]).toEqual([
    'succeeded',
    [
      ['2022-02-01 06:00:00', 'superseded', 2],
      ['2022-02-01 06:00:01', 'processed', 2],
    ],
  ]);
  expect((await readTable(at.lake, 'general', 'SourceSystem'))?.length).toBe(6);
});

test('ROW6: activity is not superseded: a failed file stays failed while later ones go on, until it is quarantined', async () => {
  const at = await folders();
  await writeDrop(at.drop, { activity: { '2022-02-01/Usage.csv': badActivity } });
  expect((await run(at)).outcome).toBe('failed');
  await writeDrop(at.drop, { activity: { '2022-02-02/Usage.csv': smallRows('activity', 2) } });
  const report = await run(at);
  expect(statuses(report)).toEqual([
    ['activity/2022-02-01/Usage.csv', 'failed'],
    ['activity/2022-02-02/Usage.csv', 'processed'],
  ]);
  expect(await quarantineRundate({ ...control(at.lake, '2022-02-01'), reason: ' unreadable ' })).toEqual([
    'activity/2022-02-01/Usage.csv',
  ]);
  expect((await readLandingLedger(at.lake)).at(-1)?.events).toEqual([
    { event: 'quarantined', rundate: '2022-02-01 00:00:00', reason: 'unreadable' },
  ]);
  expect((await run(at)).outcome).toBe('nothing to do');
  expect((await readTable(at.lake, 'Rejected', 'activity'))?.length).toBe(12);
});

test('ROW6: a failed activity file gets through when the rules change, under a new number', async () => {
  const at = await folders();
  const rows = [...badActivity, ...smallRows('activity', 22, 13)];
  await writeDrop(at.drop, {
    activity: { '2022-02-01/Usage.csv': rows, '2022-02-02/Usage.csv': smallRows('activity', 2) },
  });
  expect(statuses(await run(at))).toEqual([
    ['activity/2022-02-01/Usage.csv', 'failed'],
    ['activity/2022-02-02/Usage.csv', 'processed'],
  ]);
  const report = await runEngine({ ...at, catalogue, settings: { ...settings, rejectRows: 50 } });
  expect([report.outcome, statuses(report)]).toEqual(['succeeded', [['activity/2022-02-01/Usage.csv', 'processed']]]);
  const events = (await readLandingLedger(at.lake)).flatMap((entry) => entry.events);
  expect(events.filter(({ event }) => event === 'renumbered')).toEqual([{ event: 'renumbered', from: 1, to: 3 }]);
  expect((await readTable(at.lake, 'general', 'activity'))?.length).toBe(12);
  const rejected = (await readTable(at.lake, 'Rejected', 'activity')) ?? [];
  expect(new Set(rejected.map((row) => row['_batch']))).toEqual(new Set(['3']));
});

test.each([
  ['yesterday', 'The rundate is not of the form yyyy-MM-dd HH:mm:ss.', {}],
  ['2022-02-09 06:00:00', 'No unit of rundate 2022-02-09 06:00:00 is held.', { path: smallPaths.landingLedger }],
])('a rundate that is not held cannot be confirmed: %s', async (rundate, message, place) => {
  const at = await folders();
  await writeDrop(at.drop, { roster: { [day(1)]: {} } }, catalogue);
  await run(at);
  const told = await thrownBy(() => confirmRundate(control(at.lake, rundate)));
  expect(told).toEqual({ code: 'RUNDATE_UNKNOWN', message, place });
  expect((await lakeContent(at.lake, catalogue)).orphans).toEqual([]);
});

test('what is processed cannot be quarantined; a quarantine needs a reason', async () => {
  const at = await folders();
  await writeDrop(at.drop, { roster: { [day(1)]: {} } }, catalogue);
  await run(at);
  const rundate = '2022-02-01 06:00:00';
  expect(await thrownBy(() => quarantineRundate({ ...control(at.lake, rundate), reason: 'x' }))).toEqual({
    code: 'RUNDATE_UNKNOWN',
    message: `No unit of rundate ${rundate} is pending, failed or held.`,
    place: { path: smallPaths.landingLedger },
  });
  expect(await thrownBy(() => quarantineRundate({ ...control(at.lake, rundate), reason: '  ' }))).toEqual({
    code: 'USAGE',
    message: 'A quarantine needs a reason.',
    place: {},
  });
});

test('a confirmation after a run that was killed removes what that run left', async () => {
  const at = await folders();
  await writeDrop(at.drop, { roster: { [day(1)]: {} } }, catalogue);
  await run(at);
  await writeDrop(at.drop, { roster: { [day(2)]: { Organization: smallRows('Organization', 1) } } }, catalogue);
  expect((await run(at)).outcome).toBe('failed');
  await writeDrop(at.drop, { activity: { '2022-02-03/Usage.csv': [{}] } });
  // Killed as soon as a data file lies in the lake that no commit knows.
  const store = new FolderStore(at.lake, { durable: false, identity: currentProcess('killed') });
  await expect(runEngine({ ...at, catalogue, settings, store: new DiesAfterPutting(store) })).rejects.toThrow(
    CrashError,
  );
  const left = (await lakeContent(at.lake, catalogue)).orphans;
  expect(left.map((path) => /[^/]+$/.exec(path)?.[0].slice(0, 15))).toEqual(['part-0000000003', 'lock.json']);
  await confirmRundate(control(at.lake, '2022-02-02 06:00:00'));
  expect((await lakeContent(at.lake, catalogue)).orphans).toEqual([]);
});

/** Dies right after the first finished data file was put into the lake. */
class DiesAfterPutting extends FailingStore {
  private hasPut = false;

  override async putFile(localFile: string, path: string): Promise<void> {
    await super.putFile(localFile, path);
    this.hasPut = true;
  }

  override async writeIfAbsent(path: string, bytes: Uint8Array | string): Promise<boolean> {
    if (this.hasPut) throw new CrashError(this.operations);
    return super.writeIfAbsent(path, bytes);
  }
}
