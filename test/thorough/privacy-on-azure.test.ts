import type { SecretClient } from '@azure/keyvault-secrets';
import { erasureKeyName, saltFingerprint } from '../../src/contract/salt';
import { BlobStore } from '../../src/lake/blob-store';
import { inProcessClients } from '../../src/local-azure/in-process/clients';
import { LocalAzure } from '../../src/local-azure/local-azure';
import type { AzureClients } from '../../src/operations/azure-clients';
import { systemClock } from '../../src/operations/clock';
import { runOperation } from '../../src/operations/run-operation';
import { VaultSecrets } from '../../src/operations/vault-secrets';
import { collectAccess } from '../../src/privacy/access-request';
import { collectBackup, restoreBackup } from '../../src/privacy/keep-salt';
import { openBackup, sealBackup } from '../../src/privacy/salt-backup';
import { openDatabase } from '../../src/engine/database';
import { verifyLake } from '../../src/verify/verify-lake';
import { provision } from '../local-azure/clients/provision';
import { vault } from '../local-azure/direct-azure';
import { erase, erasureClock, refusalOf } from '../support/erasure';
import { erasureRoster } from '../support/erasure-drop';
import { newSalt, rekeyed } from '../support/rekey';
import { smallCatalogue, writeDrop } from '../support/small-drop';
import { runEngine } from '../support/small-lake';
import { smallPaths, smallSalt } from '../support/small-place';
import { useTemporaryFolders } from '../support/temporary-folder';

/** The operations on persons with what they meet in Azure: an account with folders, and a vault that keeps what was deleted. */

jest.setTimeout(1_800_000);
const temporaryFolder = useTemporaryFolders();
const catalogue = smallCatalogue(['AadUser', 'AadUserPersonMapping', 'Person']);
const { AadUserPersonMapping = [], Person = [] } = erasureRoster;
const roster = { AadUserPersonMapping, Person };
let azure: LocalAzure;
let store: BlobStore;
let client: SecretClient;
let keeper: VaultSecrets;
let clients: AzureClients;

beforeAll(async () => {
  azure = await LocalAzure.start();
  clients = inProcessClients(azure);
  await provision(clients.resourceManager(), ['oea', 'stage1', 'stage2', 'stage3']);
  store = new BlobStore(clients.blobs('https://stoeatest.blob.core.windows.net'));
  client = clients.secrets(vault);
  keeper = new VaultSecrets(client);
});

afterAll(async () => {
  await store.close();
  await azure.stop();
});

/** Whether each version of a secret may be read, oldest first. */
async function readableVersions(name: string): Promise<boolean[]> {
  const found: boolean[] = [];
  for await (const { enabled } of client.listPropertiesOfSecretVersions(name)) found.push(enabled === true);
  return found;
}

test('a secret in a vault is made once, replaced with its former versions disabled, and made again after it was removed', async () => {
  expect(await keeper.read('oeaNextSalt-dev')).toBeUndefined();
  expect([await keeper.create('oeaNextSalt-dev', 'one'), await keeper.create('oeaNextSalt-dev', 'two')]).toEqual([
    true,
    false,
  ]);
  await keeper.replace('oeaNextSalt-dev', 'three');
  expect(await readableVersions('oeaNextSalt-dev')).toEqual([false, true]);
  await keeper.remove('oeaNextSalt-dev');
  await keeper.remove('oeaNextSalt-dev');
  expect(await keeper.read('oeaNextSalt-dev')).toBeUndefined();
  // The deleted secret holds its name: a second rekey needs it again.
  expect(await keeper.create('oeaNextSalt-dev', 'four')).toBe(true);
  expect(await keeper.read('oeaNextSalt-dev')).toBe('four');
  expect(await readableVersions('oeaNextSalt-dev')).toEqual([false, false, true]);
  await keeper.remove('oeaNextSalt-dev');
  azure.faults.add({
    host: /\.vault\./,
    method: 'POST',
    path: /recover/,
    fault: { kind: 'status', status: 403, code: 'Forbidden' },
  });
  expect(await refusalOf(keeper.replace('oeaNextSalt-dev', 'five'))).toBe(
    [
      'SALT_DELETED: The vault holds a deleted secret oeaNextSalt-dev that could not be recovered.',
      '  next:  Recover it with `az keyvault secret recover`, which needs the role Key Vault Secrets Officer.',
    ].join('\n'),
  );
});

/** What the step `verify-stages` of a deployment says, of erased persons too. */
async function deployedVerification() {
  const database = await openDatabase();
  const [connection] = database.connections;
  const lines: string[] = [];
  const blobEndpoint = 'https://stoeatest.blob.core.windows.net';
  const salt = { vaultId: vault, secretName: 'oeaSalt-dev' };
  const input = { blobEndpoint, workspace: 'dev', dataVersion: '1.14', profile: 'strict', salt } as const;
  try {
    const report = await runOperation(
      'verify-stages',
      'create',
      { ...input, contentHash: '0' },
      {
        azure: clients,
        clock: systemClock,
        print: (line) => void lines.push(line),
        projectRoot: '.',
        verify: (lake, _, secrets) => verifyLake({ store: lake, paths: smallPaths, catalogue, connection, ...secrets }),
      },
    );
    expect(lines.filter((line) => line.includes('erased persons'))).toEqual([]);
    const check = report?.verification.checks.find(({ rules }) => rules.includes('ERASE2'));
    return { failed: report?.failed, erased: [check?.status, check?.findings] };
  } finally {
    database.close();
  }
}

test('ERASE1 to ERASE5 in an account: an access request, an erasure with its proof, and the secrets of both backed up and restored', async () => {
  const drop = await temporaryFolder();
  await writeDrop(drop, { roster: { '2022-01-28T06-16-22': roster } }, catalogue);
  await runEngine({ drop, lake: '', store, catalogue });
  await keeper.create('oeaSalt-dev', smallSalt);
  const request = { store, workspace: 'dev', salt: smallSalt, catalogue, keeper, runId: 'access-1' };
  const document = await collectAccess({
    ...request,
    person: 'AadUser-6',
    now: erasureClock,
    progress: () => undefined,
  });
  expect(document.versions[0]?.tables.map(({ table, rows }) => [table, rows.length])).toEqual([
    ['AadUser', 2],
    ['AadUserPersonMapping', 2],
    ['Person', 1],
  ]);

  const place = { lake: '', store, keeper, catalogue };
  const { code } = await erase(place, 'Person-2');
  expect(await keeper.read(erasureKeyName('dev'))).toBeUndefined();
  const { proof, versions } = await erase(place, 'Person-2', code ?? undefined);
  expect([proof?.found, proof?.remaining, (proof?.needles ?? 0) > 10]).toEqual([[], [], true]);
  expect(versions[0]?.landed.map(({ rows }) => rows)).toEqual([2, 2, 2]);
  const key = (await keeper.read(erasureKeyName('dev'))) ?? '';
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  const returned = await temporaryFolder();
  await writeDrop(returned, { roster: { '2022-01-29T06-16-22': roster } }, catalogue);
  await runEngine({ drop: returned, lake: '', store, catalogue, erasureKey: key });
  expect((await erase(place, 'Person-2')).versions).toEqual([{ version: '1.14', landed: [], tables: [] }]);

  // The deployment's own verification has the key of the tombstones, and looks for erased persons.
  expect(await deployedVerification()).toEqual({ failed: 0, erased: ['passed', []] });

  const sealed = await sealBackup(
    await collectBackup(keeper, 'dev', 'oeaSalt-dev', erasureClock()),
    'five words by lot',
  );
  for (const name of ['oeaSalt-dev', erasureKeyName('dev')]) await keeper.remove(name);
  const other = await erase(place, 'Person-3');
  expect(await refusalOf(erase(place, 'Person-3', other.code ?? undefined))).toContain(
    'ERASURE_KEY_MISSING: The erasure key of this workspace is not there.',
  );
  const backup = await openBackup(sealed, 'five words by lot', 'salt.jwe');
  expect(await restoreBackup(backup, keeper, 'dev', false)).toEqual({
    'oeaSalt-dev': 'restored',
    'oeaErasureKey-dev': 'restored',
  });
  expect(saltFingerprint((await keeper.read('oeaSalt-dev')) ?? '')).toBe(saltFingerprint(smallSalt));
  expect(await keeper.read(erasureKeyName('dev'))).toBe(key);
});

test('ERASE4 in an account: refused while a run is active, and then two rekeys in a row; only the last salt can be read', async () => {
  const other = new BlobStore(clients.blobs('https://stoeatest.blob.core.windows.net'));
  const lock = await other.lock(smallPaths.lock, 'run of the night');
  expect(await refusalOf(rekeyed('', keeper, { store, catalogue }))).toContain('LAKE_LOCKED: ');
  await lock.release();
  await other.close();
  expect(await keeper.read('oeaSalt-dev')).toBe(smallSalt);

  const key = await keeper.read(erasureKeyName('dev'));
  const salts = ['the first salt after the old one', 'the second salt after the old one'];
  // The refused rekey left the salt that it would have used, and the next one goes on with that.
  await rekeyed('', keeper, { store, catalogue, salt: 'not used' });
  expect(await keeper.read('oeaSalt-dev')).toBe(newSalt);
  for (const salt of salts) await rekeyed('', keeper, { store, catalogue, salt });
  expect([await keeper.read('oeaSalt-dev'), await keeper.read('oeaNextSalt-dev')]).toEqual([salts[1], undefined]);
  expect((await readableVersions('oeaSalt-dev')).filter((isEnabled) => isEnabled)).toEqual([true]);
  expect(await keeper.read(erasureKeyName('dev'))).toBe(key);
  expect(await deployedVerification()).toEqual({ failed: 0, erased: ['passed', []] });
});
