import * as fs from 'node:fs/promises';
import type { RunReport } from '../../src/contract/lake-format';
import type { Catalogue } from '../../src/catalogue/model';
import { FolderStore } from '../../src/lake/folder-store';
import { currentProcess } from '../../src/lake/process-identity';
import { CrashError, FailingStore } from '../support/failing-store';
import { lakeContent, type LakeContent } from '../support/lake-content';
import { ledgerProblems } from '../support/ledger-equations';
import { smallCatalogue, smallRow, smallRows, writeDrop } from '../support/small-drop';
import { runEngine, type RunOptions } from '../support/small-lake';
import { useTemporaryFolders } from '../support/temporary-folder';

/** A process that is killed at any operation on the lake: the next run leaves the lake that an undisturbed one leaves. */

const temporaryFolder = useTemporaryFolders();
type Run = Omit<RunOptions, 'lake' | 'store'> & { readonly catalogue: Catalogue };

/** Runs until the store's n-th operation. True when the run was killed, false when it was over before. */
async function crashAt(n: number, lake: string, run: Run): Promise<{ crashed: boolean; operations: number }> {
  const inner = new FolderStore(lake, {
    durable: false,
    identity: currentProcess(`killed at ${n}`.replaceAll(' ', '')),
  });
  const store = new FailingStore(inner, n);
  try {
    await runEngine({ ...run, lake, store });
    await store.close();
    return { crashed: false, operations: store.operations };
  } catch (error) {
    if (!(error instanceof CrashError)) throw error;
    return { crashed: true, operations: store.operations };
  }
}

async function runAfterwards(lake: string, run: Run): Promise<RunReport> {
  const store = new FolderStore(lake, { durable: false, identity: currentProcess('later') });
  try {
    return await runEngine({ ...run, lake, store });
  } finally {
    await store.close();
  }
}

async function undisturbed(base: string | undefined, run: Run): Promise<{ content: LakeContent; operations: number }> {
  const lake = await temporaryFolder();
  if (base !== undefined) await fs.cp(base, lake, { recursive: true });
  const { operations } = await crashAt(Infinity, lake, run);
  const content = await lakeContent(lake, run.catalogue);
  expect(content.orphans).toEqual([]);
  expect(await ledgerProblems(lake, run.catalogue)).toEqual([]);
  return { content, operations };
}

/**
 * Kills the run at every `stride`-th operation, the first and the last among them, and compares what the next run makes
 * of it. Returns how many were tried. With INSIGHTS_EVERY_CRASH=1, as in test/thorough, each operation is tried.
 */
async function everyCrash(base: string | undefined, run: Run, stride: number): Promise<number> {
  const { content, operations } = await undisturbed(base, run);
  const step = process.env['INSIGHTS_EVERY_CRASH'] === '1' ? 1 : stride;
  const steps = Array.from({ length: operations }, (_, index) => index + 1).filter(
    (n) => n % step === 1 % step || n === operations,
  );
  for (const n of steps) {
    const lake = await temporaryFolder();
    if (base !== undefined) await fs.cp(base, lake, { recursive: true });
    expect([n, (await crashAt(n, lake, run)).crashed]).toEqual([n, true]);
    const report = await runAfterwards(lake, run);
    const after = await lakeContent(lake, run.catalogue);
    expect({ n, outcome: report.outcome === 'failed', ...after }).toEqual({ n, outcome: false, ...content });
    await fs.rm(lake, { recursive: true });
  }
  return steps.length;
}

const groups = smallCatalogue(['AadGroup']);
const both = smallCatalogue(['AadGroup', 'activity']);
const settings = { requiredTables: ['AadGroup'] };
const firstDay = { '2022-01-28T06-16-22': {} };
const usage = { '2022-01-28/Usage.csv': smallRows('activity', 3) };

test('the first load may be killed at each of its operations, landing included', async () => {
  const drop = await temporaryFolder();
  await writeDrop(drop, { roster: firstDay }, groups);
  expect(await everyCrash(undefined, { drop, catalogue: groups, settings }, 4)).toBeGreaterThan(6);
}, 600_000);

test('a day with changes, a delta, a delete and activity delivered again may be killed at any operation', async () => {
  const drop = await temporaryFolder();
  const base = await temporaryFolder();
  await writeDrop(drop, { roster: firstDay, activity: usage }, both);
  await runEngine({ drop, lake: base, catalogue: both, settings });
  await writeDrop(
    drop,
    {
      roster: { '2022-01-29T06-16-22': { AadGroup: smallRows('AadGroup', 7, 2) } },
      rosterDelta: {
        '2022-01-29T07-00-00': { AadGroup: [smallRow('AadGroup', 2, { DisplayName: 'New' }), smallRow('AadGroup', 8)] },
      },
      rosterDelete: { '2022-01-29T08-00-00': { AadGroup: [['AadGroup-3']] } },
      activity: {
        '2022-01-28/Usage.csv': [2, 3, 4].map((n) => smallRow('activity', n, n === 2 ? { Grade: '77' } : {})),
        '2022-01-29/Usage.csv': [smallRow('activity', 1, { Grade: '66' }), smallRow('activity', 5)],
      },
    },
    both,
  );
  expect(await everyCrash(base, { drop, catalogue: both, settings }, 67)).toBeGreaterThan(2);
}, 600_000);

test('a rebuild with another salt may be killed at any operation', async () => {
  const drop = await temporaryFolder();
  const base = await temporaryFolder();
  await writeDrop(drop, { roster: firstDay, activity: usage }, both);
  await runEngine({ drop, lake: base, catalogue: both, settings });
  await writeDrop(drop, { roster: { '2022-01-29T06-16-22': { AadGroup: smallRows('AadGroup', 7, 2) } } }, both);
  await runEngine({ drop, lake: base, catalogue: both, settings });
  const run = { catalogue: both, settings, salt: 'another salt of the tests, long enough', rebuild: true };
  expect(await everyCrash(base, run, 43)).toBeGreaterThan(2);
}, 600_000);
