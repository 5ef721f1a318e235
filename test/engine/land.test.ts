import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';
import { lakeHashes } from '../support/lake-content';
import { smallCatalogue, smallRow, smallRows, writeDrop, type SmallTables } from '../support/small-drop';
import { readLandingLedger, readTable, runEngine, smallPaths } from '../support/small-lake';
import type { LandedEvent, RunReport } from '../../src/contract/lake-format';

/** ROW1–ROW4 on a drop and a lake: what lands, under which rundate, and when a folder waits. */

const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['Organization', 'SourceSystem', 'RefTranslation', 'activity']);
const first = '2022-01-28T06-16-22';
const unit = `roster/${first}`;

interface Lake {
  readonly drop: string;
  readonly lake: string;
}

async function folders(): Promise<Lake> {
  return { drop: await temporaryFolder(), lake: await temporaryFolder() };
}

async function run(at: Lake, more: Partial<Parameters<typeof runEngine>[0]> = {}): Promise<RunReport> {
  return runEngine({ ...at, catalogue, ...more });
}

async function landedEvents(lake: string): Promise<LandedEvent[]> {
  const events = (await readLandingLedger(lake)).flatMap((entry) => entry.events);
  return events.filter((event): event is LandedEvent => event.event === 'landed');
}

async function landedAs(lake: string): Promise<unknown[]> {
  return (await landedEvents(lake)).map(({ unit: name, table, rundate }) => [name, table, rundate]);
}

test('ROW1: rundates come from the folder, the date folder, the file name, else from first sight', async () => {
  const at = await folders();
  const activity = { '2022-01-27/a.csv': [{}], 'usage_20220126.csv': [{}], 'usage.csv': [{}] };
  await writeDrop(at.drop, { roster: { [first]: {} }, activity }, catalogue);
  await run(at, { now: () => new Date('2022-03-04T05:06:07.890Z') });
  expect(await landedAs(at.lake)).toEqual([
    ['activity/usage_20220126.csv', 'activity', '2022-01-26 00:00:00'],
    ['activity/2022-01-27/a.csv', 'activity', '2022-01-27 00:00:00'],
    [unit, 'Organization', '2022-01-28 06:16:22'],
    [unit, 'RefTranslation', '2022-01-28 06:16:22'],
    [unit, 'SourceSystem', '2022-01-28 06:16:22'],
    ['activity/usage.csv', 'activity', '2022-03-04 05:06:07'],
  ]);
  // The time of first sight is kept: what changes later counts its seconds from there.
  await writeDrop(at.drop, { activity: { 'usage.csv': [{ Grade: '5' }] } });
  await run(at, { now: () => new Date('2022-04-04T00:00:00Z') });
  expect((await landedAs(at.lake)).at(-1)).toEqual(['activity/usage.csv', 'activity', '2022-03-04 05:06:08']);
});

test('ROW1: a changed file and a new one get the timestamp plus n seconds; what landed first stays', async () => {
  const at = await folders();
  await writeDrop(
    at.drop,
    { roster: { [first]: { RefTranslation: undefined } }, activity: { '2022-01-28/a.csv': [{}] } },
    catalogue,
  );
  await run(at);
  const before = await lakeHashes(at.lake, smallPaths.stage(1));
  await writeDrop(at.drop, {
    activity: { '2022-01-28/a.csv': [{ Grade: '5' }], '2022-01-28/b.csv': [smallRow('activity', 9)] },
    files: {
      [`${unit}/Organization/organization.csv`]: Buffer.from(
        smallRows('Organization', 7)
          .map((row) => `${row.join(',')}\n`)
          .join(''),
      ),
    },
  });
  await run(at);
  await writeDrop(at.drop, { roster: { [first]: { Organization: undefined, SourceSystem: undefined } } }, catalogue);
  await run(at);
  expect((await landedAs(at.lake)).slice(3)).toEqual([
    ['activity/2022-01-28/a.csv', 'activity', '2022-01-28 00:00:01'],
    ['activity/2022-01-28/b.csv', 'activity', '2022-01-28 00:00:02'],
    [unit, 'Organization', '2022-01-28 06:16:23'],
    [unit, 'RefTranslation', '2022-01-28 06:16:24'],
  ]);
  expect(await lakeHashes(at.lake, smallPaths.stage(1))).toMatchObject(before);
  expect((await readTable(at.lake, 'general', 'Organization'))?.length).toBe(7);
  expect((await readTable(at.lake, 'general', 'RefTranslation'))?.length).toBe(6);
});

test('ROW1: the ledger decides: files gone from stage 1 and files with another time are not landed again', async () => {
  const at = await folders();
  await writeDrop(at.drop, { roster: { [first]: {} }, activity: { '2022-01-28/a.csv': [{}] } }, catalogue);
  await run(at);
  await fs.rm(nodePath.join(at.lake, smallPaths.stage(1)), { recursive: true });
  await fs.utimes(nodePath.join(at.drop, 'M365/activity/2022-01-28/a.csv'), 1e9, 1e9);
  await fs.utimes(nodePath.join(at.drop, `M365/${unit}/Organization/organization.csv`), 1e9, 1e9);
  const before = await lakeHashes(at.lake);
  const report = await run(at);
  expect([report.outcome, report.units]).toEqual(['nothing to do', []]);
  expect(await lakeHashes(at.lake)).toEqual(before);
});

test('ROW1: two roster folders never share a place in stage 1', async () => {
  const at = await folders();
  const organization = (n: number): SmallTables => ({ Organization: smallRows('Organization', n) });
  await writeDrop(at.drop, { roster: { [first]: {} } }, catalogue);
  await run(at);
  await writeDrop(at.drop, { roster: { [first]: organization(7), '2022-01-28T06-16-23': organization(8) } }, catalogue);
  await run(at);
  const places = (await landedEvents(at.lake)).flatMap(({ files }) => files.map((file) => file.landed));
  expect(new Set(places).size).toBe(places.length);
  expect((await readTable(at.lake, 'general', 'Organization'))?.length).toBe(8);
});

test('ROW1: activity files of one date with one name land apart', async () => {
  const at = await folders();
  const activity = { '2022-01-28/a/x.csv': [smallRow('activity', 1)], '2022-01-28/b/x.csv': [smallRow('activity', 2)] };
  await writeDrop(at.drop, { activity });
  await run(at);
  expect(await landedAs(at.lake)).toEqual([
    ['activity/2022-01-28/a/x.csv', 'activity', '2022-01-28 00:00:00'],
    ['activity/2022-01-28/b/x.csv', 'activity', '2022-01-28 00:00:01'],
  ]);
  expect((await readTable(at.lake, 'general', 'activity'))?.length).toBe(2);
});

test('ROW2: a roster folder without a required table waits whole and says what is missing; completed it lands whole', async () => {
  const at = await folders();
  await writeDrop(at.drop, { roster: { [first]: { SourceSystem: undefined, Organization: undefined } } }, catalogue);
  const waiting = await run(at);
  expect([waiting.outcome, waiting.units, waiting.messages]).toEqual([
    'nothing to do',
    [{ unit, rundate: '2022-01-28 06:16:22', status: 'waiting', batches: 0 }],
    [
      {
        severity: 'warning',
        code: 'ROW2',
        message: 'The roster folder is not complete and was not landed. Missing: SourceSystem, Organization.',
        file: unit,
      },
    ],
  ]);
  expect(await landedEvents(at.lake)).toEqual([]);
  expect(await lakeHashes(at.lake, smallPaths.stage(1))).toEqual({});
  await writeDrop(at.drop, { roster: { [first]: { RefTranslation: undefined } } }, catalogue);
  const complete = await run(at);
  expect(complete.units).toEqual([{ unit, rundate: '2022-01-28 06:16:22', status: 'processed', batches: 3 }]);
  const [landing] = (await readLandingLedger(at.lake)).filter(({ events }) => events[0]?.event === 'landed');
  expect(landing?.events.length).toBe(3);
});

test('ROW2: a folder that never got through and is delivered again lands whole or not at all, too', async () => {
  const at = await folders();
  const Organization = Buffer.from('one,cell,too,few\n');
  await writeDrop(at.drop, { roster: { [first]: { Organization } } }, catalogue);
  expect((await run(at)).units).toEqual([{ unit, rundate: '2022-01-28 06:16:22', status: 'failed', batches: 3 }]);
  await writeDrop(at.drop, { roster: { [first]: {} } }, catalogue);
  const sourceSystem = nodePath.join(at.drop, `M365/${unit}/SourceSystem/sourcesystem.csv`);
  const bytes = await fs.readFile(sourceSystem);
  await fs.rm(sourceSystem);
  const incomplete = await run(at);
  expect([incomplete.outcome, incomplete.units, incomplete.messages.map(({ message }) => message)]).toEqual([
    'failed',
    [
      { unit, rundate: '2022-01-28 06:16:22', status: 'waiting', batches: 0 },
      { unit, rundate: '2022-01-28 06:16:22', status: 'failed', batches: 3 },
    ],
    [
      'The roster folder is not complete and was not landed. Missing: SourceSystem.',
      'The rows have 4 cells; the catalogue declares 9 columns, of which the last 1 may be absent. Rundate 2022-01-28 06:16:22.',
    ],
  ]);
  expect((await landedEvents(at.lake)).length).toBe(3);
  await fs.writeFile(sourceSystem, bytes);
  expect((await run(at)).units).toContainEqual({
    unit,
    rundate: '2022-01-28 06:16:23',
    status: 'processed',
    batches: 3,
  });
});

test('ROW2: an environment may ask for fewer tables; those that are not required may be absent', async () => {
  const at = await folders();
  await writeDrop(at.drop, { roster: { [first]: { SourceSystem: undefined, RefTranslation: undefined } } }, catalogue);
  const report = await run(at, { settings: { requiredTables: ['Organization'] } });
  expect(report.units).toEqual([{ unit, rundate: '2022-01-28 06:16:22', status: 'processed', batches: 1 }]);
});

test('ROW2: a manifest that describes another folder is stale, and said to be', async () => {
  const at = await folders();
  const dataPartitionPatterns = [{ rootLocation: 'local:/roster/2021-01-01T00-00-00/Organization' }];
  const manifest = {
    entities: [
      { entityName: 'Organization', entityPath: 'local:/schema/x.cdm.json/Organization', dataPartitionPatterns },
    ],
  };
  const name = `${unit}/roster.manifest.cdm.json`;
  await writeDrop(at.drop, { roster: { [first]: {} }, files: { [name]: JSON.stringify(manifest) } }, catalogue);
  const report = await run(at);
  expect([report.outcome, report.messages]).toEqual([
    'succeeded',
    [
      {
        severity: 'warning',
        code: 'MANIFEST_NOT_USED',
        message: 'The manifest describes another folder: it is stale and is not used (ROW2).',
        file: name,
      },
    ],
  ]);
  // Once is enough: the folder is processed when the next day's activity comes.
  await writeDrop(at.drop, { activity: { '2022-01-29/a.csv': [{}] } });
  expect((await run(at)).messages).toEqual([]);
});

test('ROW3: a folder with a file younger than settleMinutes waits for the next run', async () => {
  const at = await folders();
  await writeDrop(at.drop, { roster: { [first]: {} }, activity: { '2022-01-28/a.csv': [{}] } }, catalogue);
  const written = Date.parse('2022-01-28T07:00:00Z') / 1000;
  for (const { name, parentPath } of await fs.readdir(nodePath.join(at.drop, 'M365'), {
    recursive: true,
    withFileTypes: true,
  }))
    await fs.utimes(nodePath.join(parentPath, name), written, written);
  await fs.utimes(nodePath.join(at.drop, `M365/${unit}/Organization/organization.csv`), written, written + 600);
  const settings = { settleMinutes: 15 };
  const early = await run(at, { settings, now: () => new Date('2022-01-28T07:15:00Z') });
  expect([early.units.map((one) => [one.unit, one.status]), early.messages]).toEqual([
    [
      [unit, 'waiting'],
      ['activity/2022-01-28/a.csv', 'processed'],
    ],
    [
      {
        severity: 'warning',
        code: 'ROW3',
        message: '1 files are younger than 15 minutes: the next run looks again.',
        file: unit,
      },
    ],
  ]);
  const later = await run(at, { settings, now: () => new Date('2022-01-28T07:25:00Z') });
  expect(later.units.map((one) => [one.unit, one.status])).toEqual([[unit, 'processed']]);
});

test('ROW4: a roster folder older than the newest ingested one is landed, superseded and never ingested', async () => {
  const at = await folders();
  await writeDrop(at.drop, { roster: { [first]: {} } }, catalogue);
  await run(at);
  const before = await lakeHashes(at.lake, smallPaths.ingested('Organization'));
  const older = '2022-01-27T06-16-22';
  await writeDrop(at.drop, { roster: { [older]: { Organization: smallRows('Organization', 2) } } }, catalogue);
  const report = await run(at);
  expect([report.outcome, report.units]).toEqual([
    'succeeded',
    [{ unit: `roster/${older}`, rundate: '2022-01-27 06:16:22', status: 'superseded', batches: 3 }],
  ]);
  expect((await readLandingLedger(at.lake)).at(-1)?.events.at(-1)).toEqual({
    event: 'superseded',
    unit: `roster/${older}`,
    rundate: '2022-01-27 06:16:22',
    by: '2022-01-28 06:16:22',
  });
  const [copy] = (await landedEvents(at.lake)).filter((event) => event.unit === `roster/${older}`);
  expect(Object.keys(await lakeHashes(at.lake, copy?.files[0]?.landed.replace(/\/[^/]+$/, '')))).toEqual([
    copy?.files[0]?.landed,
  ]);
  expect(await lakeHashes(at.lake, smallPaths.ingested('Organization'))).toEqual(before);
  expect((await run(at)).outcome).toBe('nothing to do');
});

test('a drop without an M365 folder is refused', async () => {
  const at = await folders();
  expect(await thrownBy(() => run(at))).toEqual({
    code: 'DROP_NOT_FOUND',
    message: 'There is no M365 folder with files in the drop.',
    place: { file: at.drop },
  });
});
