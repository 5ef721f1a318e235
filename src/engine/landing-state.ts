import { createHash } from 'node:crypto';
import type { ErasedFile } from '../contract/erasure';
import type {
  CatalogueEvent,
  LandedEvent,
  LedgerEntry,
  LedgerEvent,
  BatchOutcome,
  OwnColumns,
  UnitFinding,
} from '../contract/lake-format';
import type { LandedKind } from '../contract/lake-paths';

export type LedgerUnitStatus = 'pending' | 'processed' | 'failed' | 'held' | 'superseded' | 'quarantined';

/** A landed batch, and the numbers it had before (lake-format.md §2, `renumbered`): its rejected rows may carry them. */
export interface LandedBatch extends LandedEvent {
  readonly formerBatches: readonly number[];
  /** By lake path: landed files of which rows of erased persons were left out, as they are now (ERASE2). */
  readonly erased?: ReadonlyMap<string, ErasedFile>;
  /** Rows that were left out after the batch was processed: its outcome counts them still. @default 0 */
  readonly erasedSince?: number;
}

/** A unit as the ledger knows it: everything that landed together with one rundate. */
export interface LedgerUnit {
  readonly unit: string;
  readonly rundate: string;
  readonly kind: LandedKind;
  readonly batches: readonly LandedBatch[];
  readonly status: LedgerUnitStatus;
  /** What the drop itself says of the columns of the unit's tables; empty where it says nothing (ROW7). */
  readonly ownColumns: OwnColumns;
  /** Of the last `failed` or `held` event. */
  readonly findings: readonly UnitFinding[];
  readonly outcomes: readonly BatchOutcome[];
}

/** The ledger, folded: what has landed and what became of it. Pure; built from the entries alone. */
export interface LandingState {
  readonly nextSequence: number;
  readonly nextBatch: number;
  /** In order of the first batch number: the order of landing. */
  readonly units: readonly LedgerUnit[];
  readonly confirmed: ReadonlySet<string>;
  readonly quarantined: ReadonlyMap<string, string>;
  readonly catalogue: CatalogueEvent | undefined;
  readonly rebuilding: boolean;
}

/** The order of units inside one rundate (ROW12). */
const kindOrder: readonly LandedKind[] = ['snapshot', 'additive', 'delta', 'delete'];

/** Compares by rundate, then kind (ROW12), then name. */
export function compareUnits(
  a: Pick<LedgerUnit, 'unit' | 'rundate' | 'kind'>,
  b: Pick<LedgerUnit, 'unit' | 'rundate' | 'kind'>,
): number {
  const byKind = kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind);
  return compare(a.rundate, b.rundate) || byKind || compare(a.unit, b.unit);
}

/** Units that a run must still try, in order of rundate and kind, whenever they landed (lake-format.md §2). */
export function pendingUnits(state: LandingState): LedgerUnit[] {
  return state.units.filter((unit) => ['pending', 'failed', 'held'].includes(unit.status)).sort(compareUnits);
}

/** Rundate of the newest processed roster unit, or undefined: older ones are superseded (ROW4). */
export function newestRosterRundate(state: LandingState): string | undefined {
  const processed = state.units.filter((unit) => unit.kind !== 'additive' && unit.status === 'processed');
  const rundates = processed.map((unit) => unit.rundate);
  // Deltas alone are no roster: the first snapshot is always taken in.
  return !processed.some((unit) => unit.kind === 'snapshot') ? undefined : rundates.reduce((a, b) => (a > b ? a : b));
}

export function foldLedger(entries: readonly LedgerEntry[]): LandingState {
  const units = new Map<string, GrowingUnit>();
  const confirmed = new Set<string>();
  const quarantined = new Map<string, string>();
  let nextBatch = 1;
  let catalogue: CatalogueEvent | undefined;
  let rebuilding = false;

  const apply = (event: LedgerEvent): void => {
    if (event.event === 'landed') {
      const id = unitId(event);
      let unit = units.get(id);
      if (unit === undefined) {
        units.set(id, (unit = newUnit(event)));
      }
      unit.batches.push({ ...event, formerBatches: [] });
      nextBatch = Math.max(nextBatch, event.batch + 1);
    } else if (event.event === 'renumbered') {
      for (const unit of units.values()) {
        unit.batches = unit.batches.map((batch) =>
          batch.batch === event.from
            ? { ...batch, batch: event.to, formerBatches: [...batch.formerBatches, event.from] }
            : batch,
        );
      }
      nextBatch = Math.max(nextBatch, event.to + 1);
    } else if (event.event === 'confirmed') {
      confirmed.add(event.rundate);
      for (const unit of units.values())
        if (unit.rundate === event.rundate && unit.status === 'held') unit.status = 'pending';
    } else if (event.event === 'quarantined') {
      quarantined.set(event.rundate, event.reason);
      for (const unit of units.values()) {
        if (unit.rundate === event.rundate && unit.status !== 'processed') unit.status = 'quarantined';
      }
    } else if (event.event === 'erased') {
      for (const unit of units.values()) {
        const isProcessed = unit.status === 'processed';
        unit.batches = unit.batches.map((batch) => afterErasure(batch, event.files, isProcessed));
      }
    } else if (event.event === 'catalogue') {
      catalogue = event;
    } else if (event.event === 'rebuild') {
      rebuilding = event.state === 'started';
    } else {
      const unit = units.get(unitId(event));
      if (unit === undefined) return;
      if (event.event === 'described') {
        unit.ownColumns = event.columns;
        return;
      }
      unit.status = event.event;
      if (event.event === 'processed') unit.outcomes = event.tables;
      else if (event.event !== 'superseded') unit.findings = event.findings;
    }
  };

  for (const entry of entries) for (const event of entry.events) apply(event);
  return {
    nextSequence: (entries.at(-1)?.sequence ?? -1) + 1,
    nextBatch,
    units: [...units.values()].sort((a, b) => (a.batches[0]?.batch ?? 0) - (b.batches[0]?.batch ?? 0)),
    confirmed,
    quarantined,
    catalogue,
    rebuilding,
  };
}

type GrowingUnit = Mutable<LedgerUnit> & { batches: LandedBatch[] };

function newUnit({ unit, rundate, kind }: LandedEvent): GrowingUnit {
  return { unit, rundate, kind, batches: [], status: 'pending', ownColumns: {}, findings: [], outcomes: [] };
}

/** Equal content is told by what remains: after an erasure, and after one was lifted, a delivery differs from the last. */
function afterErasure(batch: LandedBatch, files: readonly ErasedFile[], isProcessed: boolean): LandedBatch {
  const own = files.filter(({ landed }) => batch.files.some((file) => file.landed === landed));
  if (own.length === 0) return batch;
  const erased = new Map(batch.erased);
  for (const file of own) erased.set(file.landed, { ...file, rows: file.rows + (erased.get(file.landed)?.rows ?? 0) });
  const hashes = batch.files.map(({ landed, sha256 }) => erased.get(landed)?.sha256 ?? sha256);
  const since = (batch.erasedSince ?? 0) + own.reduce((sum, { rows }) => sum + rows, 0);
  return { ...batch, erased, contentHash: contentHash(hashes), ...(isProcessed ? { erasedSince: since } : {}) };
}

/** Rows of erased persons that were left out of a batch's files, at landing or later (ERASE2). */
export function erasedRows({ erased }: LandedBatch): number {
  return [...(erased?.values() ?? [])].reduce((sum, { rows }) => sum + rows, 0);
}

/** Of a batch, from the SHA-256 values of its files (lake-format.md §2). */
export function contentHash(hashes: readonly string[]): string {
  return createHash('sha256')
    .update([...hashes].sort().join('\n'))
    .digest('hex');
}

function unitId(event: { readonly unit: string; readonly rundate: string }): string {
  return `${event.unit}@${event.rundate}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
