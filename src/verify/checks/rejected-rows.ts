import type { RejectCounts, RejectReason } from '../../contract/lake-format';
import { toNumber } from '../../engine/database';
import type { Check } from '../check';
import { addRejected } from '../flow';
import type { StageTable } from '../stage-table';

/** What the ledgers call rejected lies in Rejected, by batch and reason (docs/lake-format.md §4, ROW10). */
export const rejectedRows: Check = {
  name: 'rejected rows are kept',
  rules: ['ROW10', 'ROW14'],
  async run(context, report) {
    for (const { table, stages, unreadable } of context.tables) {
      if (unreadable.has('Rejected')) continue;
      const place = { table: table.name };
      const expected = new Map<number, RejectCounts>();
      const stopped = new Set<number>();
      for (const unit of context.ledger.units) {
        for (const { table: name, batch } of unit.batches)
          if (name === table.name && unit.status !== 'processed') stopped.add(batch);
        for (const outcome of unit.outcomes) {
          // An unchanged snapshot is not read again: its rows are those of the batch before.
          if (outcome.table === table.name && outcome.outcome === 'written')
            expected.set(outcome.batch, outcome.rejected);
        }
      }
      const rejected = stages.get('Rejected');
      for (const [batch, counts] of erasedRows(rejected)) {
        const counted = expected.get(batch);
        if (counted !== undefined) expected.set(batch, without(counted, counts));
      }
      const found = new Map<number, RejectCounts>();
      if (rejected !== undefined) {
        // A quote that is never closed swallows lines, not records, so those are what the ledger counts (ROW10).
        const rows = await context.query(
          `SELECT _batch, reason, sum(CASE reason WHEN 'unclosed_quote' THEN line_count ELSE 1 END) AS count
           FROM ${rejected.relation} GROUP BY ALL`,
          'counting rejected rows',
          place,
        );
        for (const { _batch, reason, count } of rows) {
          const batch = toNumber(_batch);
          found.set(batch, addRejected([found.get(batch) ?? {}, { [reason as RejectReason]: toNumber(count) }]));
        }
      }
      for (const [batch, counts] of expected) {
        report.examine();
        const inTable = found.get(batch) ?? {};
        if (JSON.stringify(addRejected([counts])) !== JSON.stringify(inTable)) {
          report.error(`Batch ${batch}: Rejected does not hold the rows that the landing ledger counts.`, {
            ...place,
            counts: { ...prefixed('ledger', counts), ...prefixed('rejected', inTable) },
          });
        }
      }
      const strangers = [...found.keys()].filter((batch) => !expected.has(batch) && !stopped.has(batch));
      if (strangers.length > 0) {
        report.error('Rejected holds rows of batches that the landing ledger does not know.', {
          ...place,
          counts: { batches: strangers.length },
        });
      }
    }
  },
};

/** What erasures took out of each batch since it was last written. */
function erasedRows(rejected: StageTable | undefined): Map<number, RejectCounts> {
  const erased = new Map<number, RejectCounts>();
  for (const { ledger } of rejected?.commits ?? []) {
    if (ledger === undefined) continue;
    if (ledger.kind !== 'erasure') erased.delete(ledger.batch);
    for (const { batch, rejected: counts } of ledger.erased ?? []) {
      erased.set(batch, addRejected([erased.get(batch) ?? {}, counts]));
    }
  }
  return erased;
}

/** What an erasure took out is rightly gone (ERASE1). */
function without(counts: RejectCounts, erased: RejectCounts): RejectCounts {
  const negative = Object.fromEntries(Object.entries(erased).map(([reason, count]) => [reason, -count]));
  return addRejected([counts, negative]);
}

function prefixed(prefix: string, counts: RejectCounts): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([reason, count]) => [`${prefix} ${reason}`, count]));
}
