import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import path from 'node:path';
import { loadCatalogue } from '../../src/catalogue/load';
import { erasureKeyName } from '../../src/contract/salt';
import { openDatabase } from '../../src/engine/database';
import { FolderStore } from '../../src/lake/folder-store';
import { collectAccess, type AccessDocument } from '../../src/privacy/access-request';
import { searchBytes } from '../../src/privacy/byte-search';
import { retentionReport } from '../../src/privacy/retention-report';
import { eraseConfirmed, erasureClock, filesWith, verificationErrors } from '../support/erasure';
import { MemorySecrets } from '../support/memory-secrets';
import { newSalt, rekeyed } from '../support/rekey';
import { readTable, runEngine } from '../support/small-lake';
import { smallSalt } from '../support/small-place';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const catalogue = loadCatalogue('strict');
const projectRoot = path.resolve(__dirname, '../..');

jest.setTimeout(1_800_000);

describe.each([
  ['test_data/k12', path.join(projectRoot, 'test_data', 'k12')],
  ['the set of the upstream module', path.join(projectRoot, '..', 'shared', 'upstream', 'k12')],
])('ERASE1 to ERASE6 on %s', (name, drop) => {
  const run = existsSync(path.join(drop, 'M365')) ? test : test.skip;

  run(
    `access request, retention, erasure and rekey; who returns stays erased, by bytes and cells (skipped where ${name} is absent)`,
    async () => {
      const lake = await temporaryFolder();
      await runEngine({ drop, lake, catalogue });
      const before = await verificationErrors(lake, catalogue);
      const mapping =
        (await readTable(lake, 'Ingested_Corrected', 'AadUserPersonMapping', ['ObjectId', 'PersonId'])) ?? [];
      const identifiers = [mapping[0]?.['ObjectId'] ?? '', mapping[0]?.['PersonId'] ?? ''];
      const keeper = new MemorySecrets({ 'oeaSalt-dev': smallSalt });

      const held = await accessTo(lake, identifiers[1] ?? '');
      expect([held.accounts, held.persons]).toEqual([[identifiers[0]], [identifiers[1]]]);
      const tables = held.versions[0]?.tables ?? [];
      expect(tables.map(({ table }) => table)).toEqual(
        expect.arrayContaining(['activity', 'AadUser', 'Person', 'PersonOrganizationRole', 'Enrollment']),
      );
      const text = JSON.stringify(held);
      const others = mapping.slice(1).flatMap((row) => [row['ObjectId'] ?? '', row['PersonId'] ?? '']);
      expect(others.filter((one) => one.length >= 8 && text.includes(one))).toEqual([]);

      expect(await overdue(lake, 30)).toEqual([0, 0]);
      expect((await overdue(lake, 366)).every((files) => files > 0)).toBe(true);

      const report = await eraseConfirmed({ lake, keeper }, identifiers[0] ?? '');
      expect(report.proof?.found).toEqual([]);
      expect(report.versions[0]?.landed.length).toBeGreaterThan(8);
      expect(await filesWith(lake, identifiers)).toEqual([]);
      const erasureKey = keeper.values.get(erasureKeyName('dev'));
      expect(await verificationErrors(lake, catalogue, smallSalt, async () => erasureKey)).toEqual(before);

      const former = ((await readTable(lake, 'general', 'Person', ['Id_pseudonym'])) ?? []).map((row) =>
        String(row['Id_pseudonym']),
      );
      const { versions } = await rekeyed(lake, keeper, { catalogue });
      expect(versions.map(({ version }) => version)).toEqual(['1.14']);
      expect(await foundIn(lake, [former[0] ?? '', former.at(-1) ?? ''])).toEqual([]);

      const again = await temporaryFolder();
      await fs.cp(drop, again, { recursive: true });
      const roster = path.join(again, 'M365', 'roster');
      const [folder = ''] = (await fs.readdir(roster)).filter((one) => /^\d{4}-/.test(one));
      await fs.rename(path.join(roster, folder), path.join(roster, '2031-01-01T00-00-00'));
      await runEngine({ drop: again, lake, catalogue, erasureKey, salt: newSalt });
      expect(await foundIn(lake, identifiers)).toEqual([]);
      expect(await filesWith(lake, identifiers)).toEqual([]);
      expect(await verificationErrors(lake, catalogue, newSalt, async () => erasureKey)).toEqual(before);
    },
  );
});

async function accessTo(lake: string, person: string): Promise<AccessDocument> {
  const store = new FolderStore(lake, { durable: false });
  try {
    const keeper = new MemorySecrets();
    const request = { store, workspace: 'dev', salt: smallSalt, catalogue, keeper, person, runId: 'access-1' };
    return await collectAccess({ ...request, now: erasureClock, progress: () => undefined });
  } finally {
    await store.close();
  }
}

/** Files of stage 1 and reports that are older than allowed, `days` after they came. */
async function overdue(lake: string, days: number): Promise<number[]> {
  const store = new FolderStore(lake, { durable: false });
  await store.write('oea/reports/dev/runs/x.json', '{}');
  const database = await openDatabase();
  const limits = { preLandingDays: 30, landedDays: 365, reportDays: 365, vacuumRetentionHours: 168 };
  const later = new Date(Date.now() + (days + 3) * 86_400_000);
  const findings = await retentionReport(store, 'dev', limits, later, database.connections[0]);
  database.close();
  await store.close();
  return findings.slice(1, 3).map((finding) => finding.overdue);
}

async function foundIn(lake: string, needles: readonly string[]): Promise<readonly string[]> {
  const store = new FolderStore(lake, { durable: false });
  const database = await openDatabase();
  try {
    return (await searchBytes(store, database.connections[0], 'dev', needles, () => undefined)).found;
  } finally {
    database.close();
    await store.close();
  }
}
