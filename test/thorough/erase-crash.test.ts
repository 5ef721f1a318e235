import * as fs from 'node:fs/promises';
import { FolderStore } from '../../src/lake/folder-store';
import { currentProcess } from '../../src/lake/process-identity';
import { erase, eraseConfirmed, filesWith, verificationErrors, type ErasureBench } from '../support/erasure';
import { erasureActivity, erasureCatalogue, erasureRoster } from '../support/erasure-drop';
import { CrashError, FailingStore } from '../support/failing-store';
import { MemorySecrets } from '../support/memory-secrets';
import { writeDrop } from '../support/small-drop';
import { runEngine } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const catalogue = erasureCatalogue;

/** Every n-th operation on the lake is tried, the first and the last among them. */
const stride = 89;

/** Kills an erasure at its n-th operation on the lake. Infinity: only counts them. */
async function crashAt(bench: ErasureBench, code: string, n: number): Promise<number> {
  const identity = currentProcess(`killedat${n}`);
  const store = new FailingStore(new FolderStore(bench.lake, { durable: false, identity }), n);
  try {
    await erase({ ...bench, store }, 'Person-2', code);
    await store.close();
  } catch (error) {
    if (!(error instanceof CrashError)) throw error;
  }
  return store.operations;
}

test('ERASE1, ERASE3: an erasure that was killed anywhere is completed by the next one', async () => {
  const [drop, built] = [await temporaryFolder(), await temporaryFolder()];
  const roster = { '2022-01-28T06-16-22': erasureRoster };
  await writeDrop(drop, { roster, activity: { '2022-01-28/a.csv': erasureActivity } }, catalogue);
  await runEngine({ drop, lake: built, catalogue });
  const fresh = async (): Promise<ErasureBench> => {
    const lake = await temporaryFolder();
    await fs.cp(built, lake, { recursive: true });
    return { lake, keeper: new MemorySecrets(), catalogue };
  };
  const whole = await fresh();
  const code = (await erase(whole, 'Person-2')).code ?? '';
  const operations = await crashAt(whole, code, Infinity);
  const steps = Array.from({ length: operations }, (_, index) => index + 1).filter(
    (n) => n % stride === 1 || n === operations,
  );
  expect(steps.length).toBeGreaterThan(3);
  for (const n of steps) {
    const bench = await fresh();
    await crashAt(bench, code, n);
    const store = new FolderStore(bench.lake, { durable: false, identity: currentProcess('later') });
    const report = await eraseConfirmed({ ...bench, store }, 'Person-2');
    await store.close();
    expect({
      n,
      found: report.proof?.found,
      named: await filesWith(bench.lake, ['Person-2', 'AadUser-2', 'AadUser-6']),
      errors: await verificationErrors(bench.lake, catalogue),
    }).toEqual({ n, found: [], named: [], errors: [] });
    await fs.rm(bench.lake, { recursive: true });
  }
}, 900_000);
