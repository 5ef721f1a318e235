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
async function crashAt(n: number, lake: string, run: CrashRun): Promise<{ crashed: boolean; operations: number }> {
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
): Promise<{ content: LakeContent; operations: number }> {
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
 * of it. Returns how many were tried.  */
export async function everyCrash(base: string | undefined, run: CrashRun, stride: number): Promise<number> {
  const { content, operations } = await undisturbed(base, run);
  const step = stride;
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
