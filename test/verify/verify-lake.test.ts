import { loadCatalogue } from '../../src/catalogue/load';
import { useDuckDb } from '../support/duckdb-connection';
import { useTemporaryFolders } from '../support/temporary-folder';
import { verifyLake } from '../../src/verify/verify-lake';
import { buildFixture, fixtureSalt, type LakeFixture } from './lake-fixture';

const connection = useDuckDb();
const folder = useTemporaryFolders();
const catalogue = loadCatalogue('strict');
let good: LakeFixture;
beforeAll(async () => {
  await connection().run("SET TimeZone = 'UTC'");
  good = await buildFixture(await folder(), connection(), catalogue);
});

test('good', async () => {
  const { store, paths } = good;
  const report = await verifyLake({ store, paths, catalogue, connection: connection(), salt: fixtureSalt, progress: (c) => { require('node:fs').appendFileSync('/tmp/prof.txt', `${performance.now()} ${c}\n`) } });
 require('node:fs').appendFileSync('/tmp/prof.txt', `${performance.now()} end\n`);
  require('node:fs').writeFileSync('/tmp/v.json', JSON.stringify(report));
  expect(report.outcome).toBe('passed');
});
