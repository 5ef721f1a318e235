import fc from 'fast-check';
import type { BatchOutcome, LandedEvent, LedgerEntry, LedgerEvent, UnitFinding } from '../../src/contract/lake-format';
import type { LandedKind } from '../../src/contract/lake-paths';
import { foldLedger, newestRosterRundate, pendingUnits, type LandingState } from '../../src/engine/landing-state';

/** lake-format.md §2: what the events of the landing ledger make of the units. */

function fold(...events: LedgerEvent[]): LandingState {
  const entry: LedgerEntry = {
    format: 1,
    sequence: 0,
    at: '2022-01-28T00:00:00.000Z',
    runId: 'r',
    engine: 'e',
    events,
  };
  return foldLedger([entry]);
}

const folders: Record<LandedKind, string> = {
  snapshot: 'roster',
  additive: 'activity',
  delta: 'roster_delta',
  delete: 'roster_delete',
};

function landed(batch: number, rundate: string, kind: LandedKind = 'snapshot', table = 'Person'): LandedEvent {
  const unit = `${folders[kind]}/${rundate}`;
  return { event: 'landed', batch, unit, table, kind, rundate, files: [], contentHash: '' };
}

const finding: UnitFinding = { table: 'Person', code: 'SNAPSHOT_HELD', message: 'The snapshot is empty.' };
const outcome: BatchOutcome = { table: 'Person', batch: 1, outcome: 'written', landed: 3, rejected: {}, duplicates: 0 };
const day = (n: number): string => `2022-01-0${n} 00:00:00`;
const of = (n: number) => ({ unit: `roster/${day(n)}`, rundate: day(n) });
const statuses = (state: LandingState): string[] => state.units.map(({ status }) => status);

test('tables of one unit and rundate are one unit; a re-delivery is another', () => {
  const again = { ...landed(3, day(1)), rundate: '2022-01-01 00:00:01' };
  const state = fold(landed(1, day(1)), landed(2, day(1), 'snapshot', 'Course'), again);
  expect(state.units.map(({ unit, rundate, status, batches }) => [unit, rundate, status, batches.length])).toEqual([
    [`roster/${day(1)}`, day(1), 'pending', 2],
    [`roster/${day(1)}`, '2022-01-01 00:00:01', 'pending', 1],
  ]);
  expect(state.nextBatch).toBe(4);
});

test('the state of a unit is that of its last event', () => {
  const first = landed(1, day(1));
  expect(fold(first, { event: 'failed', ...of(1), findings: [finding] }).units).toMatchObject([
    { status: 'failed', findings: [finding], outcomes: [] },
  ]);
  expect(fold(first, { event: 'held', ...of(1), findings: [finding] }).units).toMatchObject([{ status: 'held' }]);
  const processed: LedgerEvent = { event: 'processed', ...of(1), tables: [outcome] };
  expect(fold(first, { event: 'failed', ...of(1), findings: [finding] }, processed).units).toMatchObject([
    { status: 'processed', findings: [finding], outcomes: [outcome] },
  ]);
  expect(statuses(fold(first, { event: 'superseded', ...of(1), by: day(2) }))).toEqual(['superseded']);
  expect(statuses(fold(first, { event: 'failed', ...of(2), findings: [] }))).toEqual(['pending']);
});

test('ROW5: a confirmation releases held units of its rundate only', () => {
  const held = [1, 2].map((n): LedgerEvent => ({ event: 'held', ...of(n), findings: [finding] }));
  const state = fold(landed(1, day(1)), landed(2, day(2)), ...held, { event: 'confirmed', rundate: day(1) });
  expect([statuses(state), state.confirmed]).toEqual([['pending', 'held'], new Set([day(1)])]);
});

test('ROW6: a quarantine takes every unit of its rundate that is not processed', () => {
  const state = fold(
    landed(1, day(1)),
    landed(2, day(1), 'additive', 'activity'),
    landed(3, day(2)),
    { event: 'processed', ...of(1), tables: [outcome] },
    { event: 'quarantined', rundate: day(1), reason: 'unreadable' },
  );
  expect(statuses(state)).toEqual(['processed', 'quarantined', 'pending']);
  expect(state.quarantined).toEqual(new Map([[day(1), 'unreadable']]));
  expect(pendingUnits(state).map(({ rundate }) => rundate)).toEqual([day(2)]);
});

test('a renumbered batch keeps the numbers that it had', () => {
  const state = fold(
    landed(1, day(1)),
    landed(2, day(2)),
    { event: 'renumbered', from: 1, to: 3 },
    { event: 'renumbered', from: 3, to: 4 },
  );
  const batches = state.units.flatMap((unit) => unit.batches.map(({ batch, formerBatches }) => [batch, formerBatches]));
  expect([batches, state.nextBatch]).toEqual([
    [
      [2, []],
      [4, [1, 3]],
    ],
    5,
  ]);
});

test('a rebuild is under way between its two events', () => {
  const started: LedgerEvent = { event: 'rebuild', state: 'started', fingerprint: 'f' };
  expect(fold(started).rebuilding).toBe(true);
  expect(fold(started, { event: 'rebuild', state: 'finished', fingerprint: 'f' }).rebuilding).toBe(false);
});

test('ROW4: the newest processed roster unit is what older ones are measured by; activity does not count', () => {
  const units = [landed(1, day(1)), landed(2, day(2), 'delta'), landed(3, day(3), 'additive', 'activity')];
  expect(newestRosterRundate(fold(...units))).toBe(undefined);
  const processed = (unit: string, n: number): LedgerEvent => ({
    event: 'processed',
    unit,
    rundate: day(n),
    tables: [],
  });
  const all = [
    processed(`roster_delta/${day(2)}`, 2),
    processed(`roster/${day(1)}`, 1),
    processed(`activity/${day(3)}`, 3),
  ];
  expect(newestRosterRundate(fold(...units, ...all))).toBe(day(2));
});

test('ROW12: pending units come by rundate, then snapshot, activity, delta, delete, in whatever order they landed', () => {
  const kinds: readonly LandedKind[] = ['snapshot', 'additive', 'delta', 'delete'];
  const every = [1, 2].flatMap((n) => kinds.map((kind) => ({ n, kind })));
  fc.assert(
    fc.property(fc.shuffledSubarray(every, { minLength: 1 }), (some) => {
      const state = fold(...some.map(({ n, kind }, index) => landed(index + 1, day(n), kind)));
      const expected = every.filter((one) => some.includes(one)).map(({ n, kind }) => [day(n), kind]);
      expect(pendingUnits(state).map(({ rundate, kind }) => [rundate, kind])).toEqual(expected);
      expect(state.units.map(({ batches }) => batches[0]?.batch)).toEqual(some.map((_, index) => index + 1));
    }),
  );
});
