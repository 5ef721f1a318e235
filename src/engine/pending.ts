import type { LedgerEvent } from '../contract/lake-format';
import { openTable, type EngineContext } from './engine-context';
import type { LandingLedger } from './landing-ledger';
import { pendingUnits, type LedgerUnit } from './landing-state';

/** A held folder that was delivered again is replaced by its own re-delivery, which landed whole (ROW1, ROW5). */
export function redelivered(units: readonly LedgerUnit[]): Extract<LedgerEvent, { event: 'superseded' }>[] {
  return units.flatMap(({ unit, rundate, status }) => {
    const later = units.findLast((other) => other.unit === unit && other.rundate > rundate);
    return status === 'held' && later !== undefined ? [{ event: 'superseded', unit, rundate, by: later.rundate }] : [];
  });
}

/** Puts what an earlier run left half committed before everything else, also before what has landed since. */
export async function begunFirst(context: EngineContext, units: readonly LedgerUnit[]): Promise<LedgerUnit[]> {
  const ingested = new Map<string, number>();
  for (const { table } of units.flatMap(({ batches }) => batches)) {
    if (ingested.has(table)) continue;
    const { lastBatch } = await openTable(context, context.connections[0], table, 'Ingested');
    ingested.set(table, lastBatch);
  }
  const isBegun = (unit: LedgerUnit): boolean => unit.batches.some(({ table, batch }) => ingested.get(table) === batch);
  return [...units.filter(isBegun), ...units.filter((unit) => !isBegun(unit))];
}

/**
 * New numbers for the batches of a unit that is tried after later ones of its tables were committed: with the old ones
 * `txn` would not let them pass (lake-format.md §2).
 */
export async function renumber(context: EngineContext, unit: LedgerUnit, nextBatch: number): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  let next = nextBatch;
  for (const { table, batch } of unit.batches) {
    const corrected = await openTable(context, context.connections[0], table, 'Ingested_Corrected');
    if (batch < corrected.lastBatch) events.push({ event: 'renumbered', from: batch, to: next++ });
  }
  return events;
}

/** A unit as the ledger has it now. */
export function findUnit(ledger: LandingLedger, unit: string, rundate: string): LedgerUnit | undefined {
  return ledger.state.units.find((one) => one.unit === unit && one.rundate === rundate);
}

/** A good snapshot supersedes the roster units before it that did not get through (ROW6). */
export function supersededBy(ledger: LandingLedger, unit: LedgerUnit): LedgerEvent[] {
  return pendingUnits(ledger.state)
    .filter((other) => other.kind !== 'additive' && other.rundate < unit.rundate)
    .map((other) => ({ event: 'superseded', unit: other.unit, rundate: other.rundate, by: unit.rundate }));
}

/** Whether any activity went through the stages. */
export function hasActivity(ledger: LandingLedger): boolean {
  return ledger.state.units.some(({ kind, status }) => kind === 'additive' && status === 'processed');
}
