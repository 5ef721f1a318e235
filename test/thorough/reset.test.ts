import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { FolderStore } from '../../src/lake/folder-store';
import type { LakeInventory } from '../../src/privacy/lake-inventory';
import { refuseLeft } from '../../src/privacy/reset';
import { erasureActivity, erasureCatalogue, erasureRoster } from '../support/erasure-drop';
import { writeDrop } from '../support/small-drop';
import { insights } from '../support/privacy-command';
import { readTable, runEngine, smallPaths } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';

const temporaryFolder = useTemporaryFolders();

async function filesOf(lake: string): Promise<string[]> {
  const files = await new FolderStore(lake, { durable: false }).list('oea');
  return files.map((file) => file.path);
}

test('a reset lists what goes, takes it only by its name, keeps the tombstones, and all can be made anew', async () => {
  const [lake, drop] = [await temporaryFolder(), await temporaryFolder()];
  const activity = { '2022-01-28/ApplicationUsage.csv': erasureActivity };
  await writeDrop(drop, { roster: { '2022-01-28T06-16-22': erasureRoster }, activity }, erasureCatalogue);
  await runEngine({ drop, lake, catalogue: erasureCatalogue });
  const store = new FolderStore(lake, { durable: false });
  const kept = [`${smallPaths.erasureFolder}/${'0'.repeat(20)}.json`, 'oea/dev/stage2/Ingested/M365/v1.1/_landing/x'];
  for (const file of kept) await store.write(file, '{}');
  const before = await filesOf(lake);
  const persons = await readTable(lake, 'general', 'Person');
  const list = path.join(await temporaryFolder(), 'list.json');
  const words = ['reset', '--lake', lake, '--workspace', 'dev', '--inventory', list];

  const asked = await insights(...words);
  expect([asked.exitCode, asked.stderr.split('\n')[1]]).toEqual([
    2,
    `RESET_NOT_CONFIRMED: All of this goes, version 1.14 of workspace dev in ${lake}. Nothing was changed; its name is dev.`,
  ]);
  expect(await filesOf(lake)).toEqual(before);
  const listed = JSON.parse(readFileSync(list, 'utf8')) as LakeInventory;
  expect(statSync(list).mode & 0o777).toBe(0o600);
  expect(listed.files).toBe(before.length - kept.length);
  expect(listed.holdings.find((one) => one.path === smallPaths.general('Person'))?.rows).toBe(persons?.length);
  const again = await insights(...words, '--confirm', 'dev');
  expect([again.exitCode, again.stderr.split('\n')[1]]).toEqual([2, 'OUTPUT_NOT_WRITTEN: The file is there already.']);

  const done = await insights(...words.slice(0, -1), `${list}.2`, '--confirm', 'dev');
  expect([done.exitCode, done.stdout.split('\n').at(-2)]).toEqual([
    0,
    `Reset: version 1.14 of workspace dev in ${lake}. What was delivered stays, and is processed anew by the next run.`,
  ]);
  expect(await filesOf(lake)).toEqual([...kept].sort());
  expect((await insights(...words, '--confirm', 'dev')).stdout).toBe(
    `Nothing is there: version 1.14 of workspace dev in ${lake}.\n`,
  );
  await store.remove(kept);
  await runEngine({ drop, lake, catalogue: erasureCatalogue });
  expect(await readTable(lake, 'general', 'Person')).toEqual(persons);
  expect(existsSync(path.join(lake, smallPaths.lock))).toBe(false);
});

test('nothing is reset while a run is active', async () => {
  const lake = await temporaryFolder();
  const store = new FolderStore(lake, { durable: false });
  await store.write(`${smallPaths.landingLedger}/x.json`, '{}');
  const lock = await store.lock(smallPaths.lock, 'run 7');
  const list = path.join(await temporaryFolder(), 'list.json');
  const refused = await insights(
    'reset',
    '--lake',
    lake,
    '--workspace',
    'dev',
    '--confirm',
    'dev',
    '--inventory',
    list,
  );
  expect([refused.exitCode, /^LAKE_LOCKED: .*run 7/m.test(refused.stderr)]).toEqual([1, true]);
  await lock.release();
  expect(await filesOf(lake)).toEqual([`${smallPaths.landingLedger}/x.json`]);
});

test('files that are left are no success', async () => {
  refuseLeft({ files: 0 }, 'dev/dev');
  expect(await thrownBy(() => refuseLeft({ files: 2 }, 'dev/dev'))).toEqual({
    code: 'RESET_INCOMPLETE',
    message: '2 files are still there.',
    place: { path: 'dev/dev' },
  });
});
