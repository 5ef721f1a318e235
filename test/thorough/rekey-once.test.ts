import { saltFingerprint } from '../../src/contract/salt';
import { FolderStore } from '../../src/lake/folder-store';
import { filesWith, refusalOf, verificationErrors } from '../support/erasure';
import { MemorySecrets } from '../support/memory-secrets';
import { newSalt, rekeyCatalogue, rekeyed } from '../support/rekey';
import { makeAgedLake } from '../support/rekey-lake';
import { readTable } from '../support/small-lake';
import { smallPaths, smallSalt } from '../support/small-place';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const catalogue = rekeyCatalogue;

async function agedLake(): Promise<string> {
  const lake = await temporaryFolder();
  await makeAgedLake(lake, await temporaryFolder());
  return lake;
}

test('ERASE4: every pseudonym changes, the old ones are nowhere, and what is past its raw data is kept and counted', async () => {
  const lake = await agedLake();
  const before = (await readTable(lake, 'general', 'Person', ['Id_pseudonym'])) ?? [];
  const former = before.map((row) => row['Id_pseudonym'] ?? '');
  // Left of a former rekey that was killed before its last step: in force already, and no new salt.
  const keeper = new MemorySecrets({ 'oeaSalt-dev': smallSalt, 'oeaNextSalt-dev': smallSalt });
  expect(await rekeyed(lake, keeper)).toEqual({
    format: 1,
    report: 'rekey',
    workspace: 'dev',
    at: '2026-03-01T12:00:00.000Z',
    formerFingerprint: saltFingerprint(smallSalt),
    fingerprint: saltFingerprint(newSalt),
    versions: [
      {
        version: '1.14',
        kept: [
          { table: 'AadGroup', rows: 1, chained: 0 },
          { table: 'Section', rows: 1, chained: 1 },
        ],
      },
    ],
  });
  expect(Object.fromEntries(keeper.values)).toEqual({ 'oeaSalt-dev': newSalt });
  expect(await verificationErrors(lake, catalogue, newSalt)).toEqual([]);
  const gone = await readTable(lake, 'general', 'Section', ['Id', 'IsCurrent', 'GoneSince']);
  expect(gone?.at(-1)).toEqual({ Id: 'Section-6', IsCurrent: 'false', GoneSince: '2022-01-29 06:16:22+00' });
  expect(former.length).toBe(6);
  expect(await filesWith(lake, former)).toEqual([]);
});

test('ERASE4: a rekey is refused while a run is active, and with a salt that is not the lake’s', async () => {
  const lake = await agedLake();
  const keeper = new MemorySecrets({ 'oeaSalt-dev': smallSalt });
  const other = new FolderStore(lake, { durable: false });
  const lock = await other.lock(smallPaths.lock, 'run of the night');
  expect(await refusalOf(rekeyed(lake, keeper))).toContain('LAKE_LOCKED: ');
  await lock.release();
  // Its salt would be taken for one that is done with: the other one has not put it in its place yet.
  const rekeying = await other.lock(smallPaths.rekeyLock, 'rekey of the night');
  expect(await refusalOf(rekeyed(lake, keeper))).toContain('LAKE_LOCKED: The lake is locked by rekey of the night ');
  expect([...keeper.values.keys()]).toEqual(['oeaSalt-dev', 'oeaNextSalt-dev']);
  await rekeying.release();
  const stranger = new MemorySecrets({ 'oeaSalt-dev': 'another salt, long enough' });
  expect(await refusalOf(rekeyed(lake, stranger))).toMatch(
    /^SALT_DIFFERS: The salt has the fingerprint [0-9a-f]{16}; the lake was made with [0-9a-f]{16}\.\n/,
  );
  await other.close();
});
