import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import path from 'node:path';
import { loadCatalogue } from '../../src/catalogue/load';
import { erasureKeyName } from '../../src/contract/salt';
import { eraseConfirmed, filesWith, verificationErrors } from '../support/erasure';
import { MemorySecrets } from '../support/memory-secrets';
import { readTable, runEngine } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const catalogue = loadCatalogue('strict');
const projectRoot = path.resolve(__dirname, '../..');

describe.each([
  ['test_data/k12', path.join(projectRoot, 'test_data', 'k12')],
  ['the set of the upstream module', path.join(projectRoot, '..', 'shared', 'upstream', 'k12')],
])('ERASE1 to ERASE3 on %s', (name, drop) => {
  const run = existsSync(path.join(drop, 'M365')) ? test : test.skip;

  run(
    `a person is found nowhere afterwards, by bytes or cells, and does not come back (skipped where ${name} is absent)`,
    async () => {
      const lake = await temporaryFolder();
      await runEngine({ drop, lake, catalogue });
      const before = await verificationErrors(lake, catalogue);
      const [mapping] =
        (await readTable(lake, 'Ingested_Corrected', 'AadUserPersonMapping', ['ObjectId', 'PersonId'])) ?? [];
      const identifiers = [mapping?.['ObjectId'] ?? '', mapping?.['PersonId'] ?? ''];
      const keeper = new MemorySecrets();
      const report = await eraseConfirmed({ lake, keeper }, identifiers[0] ?? '');
      expect(report.proof?.found).toEqual([]);
      expect(report.versions[0]?.landed.length).toBeGreaterThan(8);
      expect(await filesWith(lake, identifiers)).toEqual([]);
      expect(await verificationErrors(lake, catalogue)).toEqual(before);

      const again = await temporaryFolder();
      await fs.cp(drop, again, { recursive: true });
      const roster = path.join(again, 'M365', 'roster');
      const [folder = ''] = (await fs.readdir(roster)).filter((one) => /^\d{4}-/.test(one));
      await fs.rename(path.join(roster, folder), path.join(roster, '2031-01-01T00-00-00'));
      await runEngine({ drop: again, lake, catalogue, erasureKey: keeper.values.get(erasureKeyName('dev')) });
      expect(await filesWith(lake, identifiers)).toEqual([]);
      expect(await verificationErrors(lake, catalogue)).toEqual(before);
    },
  );
});
