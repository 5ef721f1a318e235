import { createHash, createHmac } from 'node:crypto';
import type { Catalogue } from '../../src/catalogue/model';
import { erasureKeyName } from '../../src/contract/salt';
import { eraseConfirmed, filesWith, verificationErrors } from '../support/erasure';
import { erasureActivity, erasureCatalogue, erasureRoster } from '../support/erasure-drop';
import { keyedCatalogue } from '../support/keyed-catalogue';
import { MemorySecrets } from '../support/memory-secrets';
import { rekeyed } from '../support/rekey';
import { smallCatalogue, writeDrop } from '../support/small-drop';
import { readTable, runEngine } from '../support/small-lake';
import { smallSalt } from '../support/small-place';
import { useTemporaryFolders } from '../support/temporary-folder';

/** Erasure and rekey of lakes whose pseudonyms are made otherwise: by HMAC, and as upstream's v0.2 makes them. */

const temporaryFolder = useTemporaryFolders();
const keyed = keyedCatalogue(erasureCatalogue);
const upstream = smallCatalogue(
  erasureCatalogue.tables.map(({ name }) => name),
  'v0.2',
);
const digest = (value: string, salt: string): string => createHash('sha256').update(`${value}${salt}`).digest('hex');
const hmac = (value: string, salt: string): string => createHmac('sha256', salt).update(value).digest('hex');

async function lakeOf(catalogue: Catalogue): Promise<string> {
  const [lake, drop] = [await temporaryFolder(), await temporaryFolder()];
  const roster = { '2022-01-28T06-16-22': erasureRoster };
  await writeDrop(drop, { roster, activity: { '2022-01-28/a.csv': erasureActivity } }, catalogue);
  await runEngine({ drop, lake, catalogue });
  return lake;
}

async function pseudonyms(lake: string): Promise<(string | null | undefined)[]> {
  return ((await readTable(lake, 'general', 'Person', ['Id_pseudonym'])) ?? []).map((row) => row['Id_pseudonym']);
}

const others = ['Person-1', 'Person-3', 'Person-4', 'Person-5', 'Person-6'];

test.each([
  ['the treatment hmac', keyed, hmac],
  ['the profile v0.2', upstream, digest],
])('ERASE1 to ERASE3 with %s: nowhere afterwards, and stays away', async (_name, catalogue, pseudonym) => {
  const lake = await lakeOf(catalogue);
  const made = await pseudonyms(lake);
  expect(made).toContain(pseudonym('Person-2', smallSalt));
  expect(await verificationErrors(lake, catalogue)).toEqual([]);
  const keeper = new MemorySecrets({ 'oeaSalt-dev': smallSalt });
  const report = await eraseConfirmed({ lake, keeper, catalogue }, 'AadUser-6');
  expect(report.proof).toMatchObject({ found: [], remaining: [] });
  expect([report.accounts, report.persons]).toEqual([2, 1]);
  const gone = ['Person-2', 'AadUser-2', 'AadUser-6'];
  const texts = [...gone, ...gone.map((one) => pseudonym(one, smallSalt))];
  expect(await filesWith(lake, texts)).toEqual([]);

  const erasureKey = keeper.values.get(erasureKeyName('dev'));
  const next = await temporaryFolder();
  await writeDrop(next, { roster: { '2022-01-29T06-16-22': erasureRoster } }, catalogue);
  await runEngine({ drop: next, lake, catalogue, erasureKey });
  expect((await pseudonyms(lake)).sort()).toEqual(others.map((one) => pseudonym(one, smallSalt)).sort());
  expect(await filesWith(lake, texts)).toEqual([]);
  expect(await verificationErrors(lake, catalogue, smallSalt, async () => erasureKey)).toEqual([]);
});

test('ERASE4 with the treatment hmac: every pseudonym is another one, and still a keyed one', async () => {
  const lake = await lakeOf(keyed);
  const former = await pseudonyms(lake);
  const salt = 'the salt after the rekey, long enough';
  const keeper = new MemorySecrets({ 'oeaSalt-dev': smallSalt });
  await rekeyed(lake, keeper, { catalogue: keyed, salt });
  const all = ['Person-2', ...others];
  expect((await pseudonyms(lake)).sort()).toEqual(all.map((one) => hmac(one, salt)).sort());
  expect(await filesWith(lake, former.map(String))).toEqual([]);
  expect(await verificationErrors(lake, keyed, salt)).toEqual([]);
});
