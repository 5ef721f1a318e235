import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { FolderStore } from '../../src/lake/folder-store';
import { smallCatalogue, smallRows, writeDrop } from '../support/small-drop';
import { readLandingLedger, readTable, runEngine, smallPaths } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

/** ROW10: a file that cannot be read is a refused file: it stops its own unit, is kept, and is tried again. */

const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['Organization', 'RefDefinition', 'activity']);
const settings = { requiredTables: ['Organization'] };
const day = '2022-01-28';

/** A lake of which one file cannot be read on this machine: in its place is a folder. */
class DamagedStore extends FolderStore {
  constructor(
    root: string,
    private readonly damaged: string,
  ) {
    super(root, { durable: false });
  }

  override async localPath(path: string): Promise<string> {
    const local = await super.localPath(path);
    return path.endsWith(this.damaged) ? nodePath.dirname(local) : local;
  }
}

async function deliver(): Promise<{ drop: string; lake: string }> {
  const at = { drop: await temporaryFolder(), lake: await temporaryFolder() };
  const activity = { [`${day}/a.csv`]: smallRows('activity', 3), [`${day}/b.csv`]: smallRows('activity', 6, 4) };
  await writeDrop(at.drop, { roster: { [`${day}T06-00-00`]: {} }, activity }, catalogue);
  return at;
}

const statuses = ({ units }: Awaited<ReturnType<typeof runEngine>>): unknown[] =>
  units.map(({ unit, status }) => [unit, status]);

test('ROW10: an activity file that cannot be read stops its own unit only, and the next run takes it in', async () => {
  const at = await deliver();
  const store = new DamagedStore(at.lake, '/a.csv');
  const report = await runEngine({ ...at, catalogue, settings, store });
  await store.close();
  const landed = `${smallPaths.landedBatch('activity', 'additive', `${day} 00:00:00`)}/a.csv`;
  const finding = {
    table: 'activity',
    code: 'INGEST_FILE_UNREADABLE',
    message: 'The delivered file could not be read.',
    file: landed,
  };
  expect([report.outcome, statuses(report), report.messages]).toEqual([
    'failed',
    [
      [`activity/${day}/a.csv`, 'failed'],
      [`activity/${day}/b.csv`, 'processed'],
      [`roster/${day}T06-00-00`, 'processed'],
    ],
    [{ severity: 'error', ...finding, message: `${finding.message} Rundate ${day} 00:00:00.` }],
  ]);
  const events = (await readLandingLedger(at.lake)).flatMap((entry) => entry.events);
  expect(events.filter(({ event }) => event === 'failed')).toEqual([
    { event: 'failed', unit: `activity/${day}/a.csv`, rundate: `${day} 00:00:00`, findings: [finding] },
  ]);
  expect(statuses(await runEngine({ lake: at.lake, catalogue, settings }))).toEqual([
    [`activity/${day}/a.csv`, 'processed'],
  ]);
  expect(await readTable(at.lake, 'general', 'activity', ['SignalId'])).toHaveLength(6);
});

test('ROW10: an unreadable table stops its whole roster folder, is named once, and hides no other finding', async () => {
  const at = await deliver();
  await writeDrop(at.drop, { roster: { [`${day}T06-00-00`]: { Organization: Buffer.from('a,b\n') } } }, catalogue);
  const store = new DamagedStore(at.lake, '/refdefinition.csv');
  const report = await runEngine({ ...at, catalogue, settings, store });
  await store.close();
  expect(report.messages.map(({ code, table }) => [code, table])).toEqual([
    ['COLUMNS_TOO_FEW', 'Organization'],
    ['INGEST_FILE_UNREADABLE', 'RefDefinition'],
  ]);
  expect(await readTable(at.lake, 'Ingested', 'RefDefinition')).toBeUndefined();
});

test('ROW10: a landed file that is gone before it was taken in is said to be gone', async () => {
  const at = await deliver();
  const store = new DamagedStore(at.lake, '/a.csv');
  await runEngine({ ...at, catalogue, settings, store });
  await store.close();
  await fs.rm(nodePath.join(at.lake, smallPaths.stage(1)), { recursive: true });
  const report = await runEngine({ lake: at.lake, catalogue, settings });
  expect([report.outcome, report.messages.map(({ code, message }) => [code, message])]).toEqual([
    'failed',
    [['INGEST_FILE_UNREADABLE', `The landed file is not in stage 1 any more. Rundate ${day} 00:00:00.`]],
  ]);
});
