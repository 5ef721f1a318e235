import type { Catalogue } from '../../src/catalogue/model';
import type { VerificationReport } from '../../src/contract/lake-format';
import { openDatabase } from '../../src/engine/database';
import { FolderStore } from '../../src/lake/folder-store';
import { verifyLake } from '../../src/verify/verify-lake';
import { changedCatalogue } from '../engine/changed-catalogue';
import { smallCatalogue, writeDrop } from '../support/small-drop';
import { readCommitLedgers, runEngine, smallPaths, smallSalt } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';
const settings = { requiredTables: ['Course', 'Person'] };
const temporaryFolder = useTemporaryFolders();

async function verify(lake: string, catalogue: Catalogue): Promise<VerificationReport> {
  const store = new FolderStore(lake, { durable: false });
  const database = await openDatabase();
  try {
    return await verifyLake({
      store,
      paths: smallPaths,
      catalogue,
      connection: database.connections[0],
      salt: smallSalt,
    });
  } finally {
    database.close();
  }
}

const errorsOf = (report: VerificationReport): unknown[] =>
  report.checks.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'));

test('PRIV3: a lake of profile v0.2 that is rebuilt as strict verifies; readable columns that are protected now lose their statistics', async () => {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  const tables = ['Course', 'Person', 'activity'];
  const loose = smallCatalogue(tables, 'v0.2');
  const strict = smallCatalogue(tables);
  await writeDrop(
    drop,
    { roster: { '2022-01-28T06-16-22': {} }, activity: { '2022-01-28/a.csv': [{}, {}, {}] } },
    strict,
  );

  expect((await runEngine({ drop, lake, catalogue: loose, settings })).outcome).toBe('succeeded');
  expect(errorsOf(await verify(lake, loose))).toEqual([]);

  const rebuilt = await runEngine({ drop, lake, catalogue: strict, settings, rebuild: true });
  expect(rebuilt.outcome).toBe('succeeded');
  expect(errorsOf(await verify(lake, strict))).toEqual([]);
  const corrected = await readCommitLedgers(lake, 'Ingested_Corrected', 'Course');
  expect(corrected.map(({ kind }) => kind)).toEqual(['snapshot', 'catalogue']);
  const general = await readCommitLedgers(lake, 'general', 'Course');
  expect(general.map(({ kind }) => kind)).toEqual(['rebuild']);
});

test('a catalogue with other rules for rows to come is recorded by the next run, and needs no rebuild', async () => {
  const [drop, lake] = [await temporaryFolder(), await temporaryFolder()];
  const before = changedCatalogue(['activity']);
  const after = changedCatalogue(['activity'], {
    tables: ({ tables }) => {
      const { enumeration } = tables['activity']!.columns['AppName'] as { enumeration: { values: string[] } };
      enumeration.values.push('Whiteboard of tomorrow');
    },
  });
  await writeDrop(drop, { activity: { '2022-01-28/a.csv': [{}, {}, {}] } });
  await runEngine({ drop, lake, catalogue: before });
  expect(errorsOf(await verify(lake, after))).toEqual([
    {
      severity: 'error',
      code: 'PRIV4',
      message:
        'The lake was built with another catalogue than this one. Run insights process: it says whether --rebuild is needed.',
    },
  ]);
  expect((await runEngine({ drop, lake, catalogue: after })).outcome).toBe('nothing to do');
  expect(errorsOf(await verify(lake, after))).toEqual([]);
});
