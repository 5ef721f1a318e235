import * as fs from 'node:fs/promises';
import { erasureKeyName, saltFingerprint } from '../../src/contract/salt';
import { FolderStore } from '../../src/lake/folder-store';
import { currentProcess } from '../../src/lake/process-identity';
import { eraseConfirmed, filesWith, verificationErrors } from '../support/erasure';
import { erasureCatalogue, erasureRoster, useErasureLake } from '../support/erasure-drop';
import { CrashError, FailingStore } from '../support/failing-store';
import { lakeContent } from '../support/lake-content';
import { MemorySecrets } from '../support/memory-secrets';
import { newSalt, rekeyCatalogue, rekeyed } from '../support/rekey';
import { makeAgedLake } from '../support/rekey-lake';
import { writeDrop } from '../support/small-drop';
import { readTable, runEngine } from '../support/small-lake';
import { smallSalt } from '../support/small-place';
import { useTemporaryFolders } from '../support/temporary-folder';

jest.setTimeout(1_800_000);
const temporaryFolder = useTemporaryFolders();
const erasureBench = useErasureLake();

/** Every n-th operation on the lake is tried, the first and the last among them. */
const stride = 23;

/** Secrets of a process that is killed before its n-th change of one. */
class FailingSecrets extends MemorySecrets {
  private changes = 0;

  constructor(
    values: Readonly<Record<string, string>>,
    private readonly crashAt: number,
  ) {
    super(values);
  }

  override async create(name: string, value: string): Promise<boolean> {
    this.count();
    return super.create(name, value);
  }

  override async replace(name: string, value: string): Promise<void> {
    this.count();
    return super.replace(name, value);
  }

  override async remove(name: string): Promise<void> {
    this.count();
    return super.remove(name);
  }

  private count(): void {
    this.changes += 1;
    if (this.changes === this.crashAt) throw new CrashError(this.crashAt);
  }
}

/** Kills a rekey at its n-th operation on the lake. Infinity: only counts them. */
async function crashAt(lake: string, keeper: MemorySecrets, n: number): Promise<number> {
  const identity = currentProcess(`killedat${n}`);
  const store = new FailingStore(new FolderStore(lake, { durable: false, identity }), n);
  try {
    await rekeyed(lake, keeper, { store });
    await store.close();
  } catch (error) {
    if (!(error instanceof CrashError)) throw error;
  }
  return store.operations;
}

async function completed(lake: string, keeper: MemorySecrets, former: readonly string[]) {
  const store = new FolderStore(lake, { durable: false, identity: currentProcess('later') });
  const { fingerprint } = await rekeyed(lake, keeper, { store });
  await store.close();
  const { rows, orphans } = await lakeContent(lake, rekeyCatalogue);
  return {
    fingerprint,
    secrets: Object.fromEntries(keeper.values),
    left: await filesWith(lake, former),
    errors: await verificationErrors(lake, rekeyCatalogue, newSalt),
    rows,
    orphans,
  };
}

test('ERASE4: a rekey that was killed anywhere is completed by the next one', async () => {
  const built = await temporaryFolder();
  await makeAgedLake(built, await temporaryFolder());
  const persons = (await readTable(built, 'general', 'Person', ['Id_pseudonym'])) ?? [];
  const former = persons.map((row) => row['Id_pseudonym'] ?? '');
  const fresh = async (): Promise<string> => {
    const lake = await temporaryFolder();
    await fs.cp(built, lake, { recursive: true });
    return lake;
  };
  const secrets = { 'oeaSalt-dev': smallSalt };
  const whole = await fresh();
  const operations = await crashAt(whole, new MemorySecrets(secrets), Infinity);
  const { rows } = await lakeContent(whole, rekeyCatalogue);
  const expected = {
    fingerprint: saltFingerprint(newSalt),
    secrets: { 'oeaSalt-dev': newSalt },
    left: [],
    errors: [],
    rows,
    orphans: [],
  };
  // The last operation lets go of the lock, when all is done.
  const steps = Array.from({ length: operations - 1 }, (_, index) => index + 1).filter(
    (n) => n % stride === 1 || n === operations - 1,
  );
  expect(steps.length).toBeGreaterThan(5);
  for (const n of steps) {
    const lake = await fresh();
    const keeper = new MemorySecrets(secrets);
    await crashAt(lake, keeper, n);
    // Until the last step the former salt is in force, so that it still opens the lake.
    expect([n, keeper.values.get('oeaSalt-dev')]).toEqual([n, smallSalt]);
    expect({ n, ...(await completed(lake, keeper, former)) }).toEqual({ n, ...expected });
    await fs.rm(lake, { recursive: true });
  }
  for (const change of [1, 2, 3]) {
    const lake = await fresh();
    const keeper = new FailingSecrets(secrets, change);
    await expect(rekeyed(lake, keeper)).rejects.toThrow(CrashError);
    const later = new MemorySecrets(Object.fromEntries(keeper.values));
    const isInForce = later.values.get('oeaSalt-dev') === newSalt;
    // Only the new salt's second copy was left: another rekey is another one, and is asked for by somebody.
    if (isInForce) expect(await verificationErrors(lake, rekeyCatalogue, newSalt)).toEqual([]);
    else expect({ change, ...(await completed(lake, later, former)) }).toEqual({ change, ...expected });
    expect([change, isInForce]).toEqual([change, change === 3]);
  }
});

test('ERASE1, ERASE4: two rekeys in a row, and who was erased stays erased', async () => {
  const { lake } = await erasureBench();
  const keeper = new MemorySecrets({ 'oeaSalt-dev': smallSalt });
  await eraseConfirmed({ lake, keeper, catalogue: erasureCatalogue }, 'Person-2');
  const tombstones = keeper.values.get(erasureKeyName('dev'));
  const salts = ['the first salt after the old one', 'the second salt after the old one'];
  for (const salt of salts) await rekeyed(lake, keeper, { salt, catalogue: erasureCatalogue });
  expect(Object.fromEntries(keeper.values)).toEqual({ 'oeaSalt-dev': salts[1], [erasureKeyName('dev')]: tombstones });
  const next = await temporaryFolder();
  await writeDrop(next, { roster: { '2022-01-29T06-16-22': erasureRoster } }, erasureCatalogue);
  const salt = salts[1] ?? '';
  await runEngine({ drop: next, lake, catalogue: erasureCatalogue, erasureKey: tombstones, salt });
  expect(await filesWith(lake, ['Person-2', 'AadUser-2', 'AadUser-6'])).toEqual([]);
  expect(await verificationErrors(lake, erasureCatalogue, salt, async () => tombstones)).toEqual([]);
});
