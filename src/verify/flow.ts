import { rejectReasons, type CommitRows, type RejectCounts, type TableFlow } from '../contract/lake-format';
import { erasedRows } from '../engine/landing-state';
import type { VerifyContext } from './context';
import type { StageTable } from './stage-table';

/**
 * Rows of each table through the stages over the lake's whole life, by the ledgers in the commits:
 * landed = corrected + duplicates + superseded + rejected (+ rows that a delete batch or an erasure took out).
 */
export function tableFlows(context: VerifyContext): TableFlow[] {
  return context.tables
    .filter(({ stages }) => stages.has('Ingested'))
    .map(({ table, stages }) => {
      const [ingested, corrected, general] = [
        stages.get('Ingested'),
        stages.get('Ingested_Corrected'),
        stages.get('general'),
      ];
      const batches = context.ledger.units
        .flatMap((unit) => unit.batches)
        .filter((batch) => batch.table === table.name);
      const erased = batches.reduce((sum, batch) => sum + erasedRows(batch), 0);
      return {
        table: table.name,
        landed: total(ingested, 'in'),
        ingested: total(ingested, 'written'),
        corrected: corrected?.rows ?? 0,
        duplicates: total(ingested, 'duplicates') + total(corrected, 'duplicates'),
        superseded: total(corrected, 'superseded'),
        rejected: addRejected([...rejectedOf(ingested), ...rejectedOf(corrected)]),
        general: general?.rows ?? null,
        sensitive: stages.get('sensitive')?.rows ?? null,
        kept: general?.commits.findLast(({ ledger }) => ledger !== undefined)?.ledger?.rows.kept ?? 0,
        ...(erased === 0 ? {} : { erased }),
      };
    });
}

type CountName = Exclude<keyof CommitRows, 'rejected'>;

/** Sum of one number over the batches of a table; a rebuild writes the same rows again and does not count. */
function total(stage: StageTable | undefined, name: CountName): number {
  return batchLedgers(stage).reduce((sum, ledger) => sum + ledger.rows[name], 0);
}

function rejectedOf(stage: StageTable | undefined): RejectCounts[] {
  return batchLedgers(stage).map(({ rows }) => rows.rejected);
}

function batchLedgers(stage: StageTable | undefined) {
  const ledgers = (stage?.commits ?? []).flatMap(({ ledger }) => (ledger === undefined ? [] : [ledger]));
  return ledgers.filter(({ kind }) => !['rebuild', 'catalogue', 'erasure'].includes(kind));
}

/** Counts by reason, added up, in the order of ROW10; reasons without rows are left out. */
export function addRejected(counts: readonly RejectCounts[]): RejectCounts {
  const sums = rejectReasons.map(
    (reason) => [reason, counts.reduce((sum, one) => sum + (one[reason] ?? 0), 0)] as const,
  );
  return Object.fromEntries(sums.filter(([, count]) => count > 0));
}

/** Newest processed rundate per table of the catalogue; null where none was processed. */
export function newestRundates(context: VerifyContext): Record<string, string | null> {
  const newest: Record<string, string | null> = {};
  for (const { table } of context.tables) newest[table.name] = null;
  for (const unit of context.ledger.units) {
    if (unit.status !== 'processed') continue;
    for (const { table } of unit.batches) {
      const known = newest[table];
      if (known === undefined) continue;
      if (known === null || known < unit.rundate) newest[table] = unit.rundate;
    }
  }
  return newest;
}
