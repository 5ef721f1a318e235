import path from 'node:path';
import { loadCatalogue } from '../../src/catalogue/load';
import { FolderStore } from '../../src/lake/folder-store';
import { checkDrop } from '../../src/test-data/check';
import { verifyLake } from '../../src/verify/verify-lake';
import { useDuckDb } from '../support/duckdb-connection';
import { runEngine, smallPaths, smallSalt } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const connection = useDuckDb();
const temporaryFolder = useTemporaryFolders();

const folder = path.resolve(__dirname, '../../test_data');

test.each(['k12', 'hed'])('test_data/%s loses no row, and refers to nothing unknown but a few actors', async (set) => {
  const check = await checkDrop(path.join(folder, set));
  const findings = [
    ...check.findings,
    ...check.units.flatMap(({ findings, tables }) => [...findings, ...tables.flatMap((table) => table.findings)]),
  ];
  expect(new Set(findings.map(({ severity, code, column }) => `${severity} ${code} ${column}`))).toEqual(
    new Set(['warning reference ActorId']),
  );
});

test.each(['k12', 'hed'])(
  'test_data/%s in the profile v0.2 shows what upstream shows, and nothing else',
  async (set) => {
    const lake = await temporaryFolder();
    const catalogue = loadCatalogue('v0.2');
    const drop = path.join(folder, set);
    expect((await runEngine({ drop, lake, catalogue })).outcome).toBe('succeeded');
    const store = new FolderStore(lake, { durable: false });
    const report = await verifyLake({ store, paths: smallPaths, catalogue, connection: connection(), salt: smallSalt });
    expect(report.checks.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'))).toEqual(
      [],
    );
  },
);
