import { InsightsError } from '../contract/errors';
import type { LedgerEvent } from '../contract/lake-format';
import type { LakePaths } from '../contract/lake-paths';
import type { LakeStore } from '../lake/store';
import { openDatabase } from './database';
import { parseRundate } from './drop';
import { LandingLedger } from './landing-ledger';
import { pendingUnits, type LedgerUnit } from './landing-state';
import { engineName } from './process';
import { newRunId } from './run-report';
import { removeUncommitted } from './recovery';

export interface ControlOptions {
  readonly store: LakeStore;
  readonly paths: LakePaths;
  /** `yyyy-MM-dd HH:mm:ss`, or as the folder is called: `yyyy-MM-ddTHH-mm-ss`. */
  readonly rundate: string;
  readonly now?: () => Date;
}

/** Releases the held units of a rundate (ROW5): the next run processes them. Returns their names. */
export async function confirmRundate(options: ControlOptions): Promise<string[]> {
  return decide(options, 'held', (rundate) => ({ event: 'confirmed', rundate }));
}

/** Skips the units of a rundate that cannot be mended (ROW6). Their landed bytes stay. Returns their names. */
export async function quarantineRundate(options: ControlOptions & { readonly reason: string }): Promise<string[]> {
  const reason = options.reason.trim();
  if (reason === '') throw new InsightsError('USAGE', 'A quarantine needs a reason.');
  return decide(options, 'pending, failed or held', (rundate) => ({ event: 'quarantined', rundate, reason }));
}

async function decide(
  options: ControlOptions,
  wanted: 'held' | 'pending, failed or held',
  eventFor: (rundate: string) => LedgerEvent,
): Promise<string[]> {
  const rundate = parseRundate(options.rundate);
  if (rundate === undefined) {
    throw new InsightsError('RUNDATE_UNKNOWN', 'The rundate is not of the form yyyy-MM-dd HH:mm:ss.');
  }
  const now = options.now ?? (() => new Date());
  const runId = newRunId(now());
  const lock = await options.store.lock(options.paths.lock, `run ${runId}`);
  let isClean = !lock.takenOver;
  try {
    const ledger = await LandingLedger.open(options.store, options.paths, { runId, engine: engineName });
    if (lock.takenOver) await cleanUp(options, ledger);
    isClean = true;
    const isWanted = (unit: LedgerUnit): boolean => wanted !== 'held' || unit.status === 'held';
    const units = pendingUnits(ledger.state).filter((unit) => unit.rundate === rundate && isWanted(unit));
    if (units.length === 0) {
      throw new InsightsError('RUNDATE_UNKNOWN', `No unit of rundate ${rundate} is ${wanted}.`, {
        place: { path: options.paths.landingLedger },
      });
    }
    await ledger.append([eventFor(rundate)], now());
    return units.map((unit) => unit.unit);
  } finally {
    if (isClean) await lock.release();
  }
}

/** The lock of a run that died was taken over: the next run would not learn of it, so its files are removed here. */
async function cleanUp({ store, paths }: ControlOptions, ledger: LandingLedger): Promise<void> {
  const tables = Object.keys(ledger.state.catalogue?.tables ?? {});
  const database = await openDatabase();
  try {
    await removeUncommitted(store, paths, tables, database.connections[0]);
  } finally {
    database.close();
  }
}
