import { InsightsError } from '../../contract/errors';
import type { RunReport } from '../../contract/lake-format';
import { saltFingerprint } from '../../contract/salt';
import { openDatabase } from '../../engine/database';
import { landDrop } from '../../engine/land-drop';
import { LandingLedger } from '../../engine/landing-ledger';
import { engineName, type ProcessOptions } from '../../engine/process';
import { removeUncommitted } from '../../engine/recovery';
import { newRunId, runReport, type UnitReport } from '../../engine/run-report';

/**
 * The first step of a run alone: lands what a drop holds and the lake does not have, and processes nothing. What it landed
 * is pending, and the next run takes it up.
 * @throws InsightsError LAKE_LOCKED, DROP_NOT_FOUND.
 */
export async function landOnly(
  options: ProcessOptions & { readonly drop: NonNullable<ProcessOptions['drop']> },
): Promise<RunReport> {
  const { store, paths, catalogue } = options;
  const now = options.now ?? (() => new Date());
  const startedAt = now();
  const runId = options.runId ?? newRunId(startedAt);
  const tables = catalogue.tables.map(({ name }) => name);
  const lock = await store.lock(paths.lock, `run ${runId}`);
  let isClean = !lock.takenOver;
  try {
    if (lock.takenOver) await cleanUp(options, tables);
    isClean = true;
    const ledger = await LandingLedger.open(store, paths, { runId, engine: engineName });
    const plan = await landDrop({ ...options, now, progress: (text) => options.progress?.(text) }, ledger);
    const waiting: UnitReport[] = plan.waiting.map(({ unit, rundate }) => ({
      unit,
      rundate,
      status: 'waiting',
      batches: 0,
      outcomes: [],
    }));
    const head = {
      runId,
      startedAt: startedAt.toISOString(),
      finishedAt: now().toISOString(),
      engine: engineName,
      workspace: paths.workspace,
      version: paths.version,
      profile: catalogue.profile,
      catalogue: catalogue.fingerprint,
      timeZone: options.timeZone ?? 'UTC',
      saltFingerprint: saltFingerprint(options.salt),
    };
    const report = runReport(head, waiting, [], plan.messages);
    return plan.units.length === 0 ? report : { ...report, outcome: 'succeeded' };
  } catch (error) {
    isClean &&= error instanceof InsightsError && error.code !== 'LAKE_STORE_FAILED';
    throw error;
  } finally {
    // Where it is not known what reached the lake, the next run takes the lock over and cleans up.
    if (isClean) await lock.release();
  }
}

async function cleanUp({ store, paths }: ProcessOptions, tables: readonly string[]): Promise<void> {
  const database = await openDatabase();
  try {
    await removeUncommitted(store, paths, tables, database.connections[0]);
  } finally {
    database.close();
  }
}
