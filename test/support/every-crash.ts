import * as fs from 'node:fs/promises';
import type { RunReport } from '../../src/contract/lake-format';
import type { Catalogue } from '../../src/catalogue/model';
import { FolderStore } from '../../src/lake/folder-store';
import { currentProcess } from '../../src/lake/process-identity';
import { CrashError, FailingStore } from './failing-store';
import { lakeContent, type LakeContent } from './lake-content';
import { ledgerProblems } from './ledger-equations';
import { runEngine, type RunOptions } from './small-lake';
import { useTemporaryFolders } from './temporary-folder';

/** A process that is killed at any operation on the lake: the next run leaves the lake that an undisturbed one leaves. */

const temporaryFolder = useTemporaryFolders();
export type CrashRun = Omit<RunOptions, 'lake' | 'store'> & { readonly catalogue: Catalogue };

/** Runs until the store's n-th operation. True when the run was killed, false when it was over before. */
async function crashAt(
  n: number,
  lake: string,
  run: CrashRun,
): Promise<{ crashed: boolean; changes: readonly number[] }> {
  const inner = new FolderStore(lake, {
    durable: false,
    identity: currentProcess(`killed at ${n}`.replaceAll(' ', '')),
  });
  const store = new FailingStore(inner, n);
  try {
    await runEngine({ ...run, lake, store });
    await store.close();
    return { crashed: false, changes: store.changes };
  } catch (error) {
    if (!(error instanceof CrashError)) throw error;
    return { crashed: true, changes: store.changes };
  }
}

async function runAfterwards(lake: string, run: CrashRun): Promise<RunReport> {
  const store = new FolderStore(lake, { durable: false, identity: currentProcess('later') });
  try {
    return await runEngine({ ...run, lake, store });
  } finally {
    await store.close();
  }
}

async function undisturbed(
  base: string | undefined,
  run: CrashRun,
): Promise<{ content: LakeContent; changes: readonly number[] }> {
  const lake = await temporaryFolder();
  if (base !== undefined) await fs.cp(base, lake, { recursive: true });
  const { changes } = await crashAt(Infinity, lake, run);
  const content = await lakeContent(lake, run.catalogue);
  expect(content.orphans).toEqual([]);
  expect(await ledgerProblems(lake, run.catalogue)).toEqual([]);
  return { content, changes };
}

/**
 * Kills the run at each operation that changes the lake, and compares what the next run makes of it: killed while it reads, a run
 * leaves what it would leave at its next change. Returns how many were tried.
 */
export async function everyCrash(base: string | undefined, run: CrashRun): Promise<number> {
  const { content, changes } = await undisturbed(base, run);
  for (const n of changes) {
    const lake = await temporaryFolder();
    if (base !== undefined) await fs.cp(base, lake, { recursive: true });
    expect([n, (await crashAt(n, lake, run)).crashed]).toEqual([n, true]);
    const report = await runAfterwards(lake, run);
    const after = await lakeContent(lake, run.catalogue);
    expect({ n, outcome: report.outcome === 'failed', ...after }).toEqual({ n, outcome: false, ...content });
    await fs.rm(lake, { recursive: true });
  }
  return changes.length;
}
