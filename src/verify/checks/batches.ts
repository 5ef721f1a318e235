import type { BatchOutcome, CommitLedger, LakeStageName, LandedEvent } from '../../contract/lake-format';
import type { LedgerUnit } from '../../engine/landing-state';
import type { Check, CheckReport } from '../check';
import type { LakeTable, VerifyContext } from '../context';
import { addRejected } from '../flow';
import { sumRejected } from './commit-ledgers';

/** Every landed batch is accounted for, and no row gets lost between two stages (docs/lake-format.md §1). */
export const batches: Check = {
  name: 'every landed batch is accounted for',
  rules: ['ROW14', 'ROW1'],
  run(context, report) {
    const tables = new Map(context.tables.map((table) => [table.table.name, table]));
    for (const unit of context.ledger.units) {
      if (unit.status === 'processed') checkProcessed(unit, tables, report);
      else sayStopped(unit, report);
    }
    for (const table of context.tables) checkStages(table, context, report);
    return Promise.resolve();
  },
};

/** A unit that did not go through: what waits is an error, what was decided on is information. */
function sayStopped(unit: LedgerUnit, report: CheckReport): void {
  report.examine(unit.batches.length);
  const [first] = unit.findings;
  const tables = [...new Set(unit.batches.map(({ table }) => table))];
  const place = tables.length === 1 && tables[0] !== undefined ? { table: tables[0] } : {};
  const counts = { batches: unit.batches.length };
  const of = `${unit.unit} of rundate ${unit.rundate}`;
  const cause = first === undefined ? '' : ` because of ${first.code} in table ${first.table}`;
  const findingPlace = first === undefined || first.table === '' ? place : { table: first.table };
  switch (unit.status) {
    case 'superseded':
      return report.information(`${of} was superseded by a newer snapshot and not ingested.`, { ...place, counts });
    case 'quarantined':
      return report.information(`${of} was quarantined by an operator and not ingested.`, { ...place, counts });
    case 'failed':
      return report.error(
        `${of} failed${cause}. Mend the delivery, or skip it: insights quarantine '${unit.rundate}' --reason <text>.`,
        { ...findingPlace, counts },
      );
    case 'held':
      return report.error(
        `${of} is held${cause}. Release it when it is right: insights confirm '${unit.rundate}'; else quarantine it.`,
        { ...findingPlace, counts },
      );
    default:
      return report.error(`${of} has landed and waits. Run insights process again.`, { ...place, counts });
  }
}

function checkProcessed(unit: LedgerUnit, tables: ReadonlyMap<string, LakeTable>, report: CheckReport): void {
  for (const landed of unit.batches) {
    report.examine();
    const outcome = unit.outcomes.find(({ table, batch }) => table === landed.table && batch === landed.batch);
    const table = tables.get(landed.table);
    const place = { table: landed.table };
    const name = `Batch ${landed.batch} (${unit.rundate})`;
    if (outcome === undefined) {
      report.error(`${name} landed with a unit that is processed, but nothing says what became of it.`, place);
    } else if (table === undefined) {
      report.error(`${name} belongs to a table that the catalogue does not have.`, place);
    } else {
      checkOutcome(name, landed, outcome, table, report);
    }
  }
}

function checkOutcome(
  name: string,
  landed: LandedEvent,
  outcome: BatchOutcome,
  table: LakeTable,
  report: CheckReport,
): void {
  const place = { table: landed.table };
  const ledgers = new Map<LakeStageName, CommitLedger | undefined>();
  for (const stage of ['Ingested', 'Ingested_Corrected', 'general'] as const) {
    const ledger = ledgerOfBatch(table, stage, landed.batch);
    ledgers.set(stage, ledger);
    if (outcome.outcome === 'unchanged' && ledger !== undefined) {
      report.error(`${name} was unchanged by the landing ledger, but ${stage} has a commit of it.`, place);
    }
    const isKept = table.stages.get(stage)?.isComplete ?? true;
    const isThere = ledger !== undefined || isRebuilt(table, stage, landed.batch);
    if (outcome.outcome === 'written' && !isThere && isKept) {
      report.error(`${name} was written by the landing ledger, but ${stage} has no commit of it.`, place);
    }
  }
  const [ingested, corrected] = [ledgers.get('Ingested')?.rows, ledgers.get('Ingested_Corrected')?.rows];
  if (outcome.outcome === 'unchanged' || ingested === undefined || corrected === undefined) return;
  if (ingested.in !== outcome.landed) {
    report.error(`${name}: Ingested was offered another number of rows than the landed files have.`, {
      ...place,
      counts: { landed: outcome.landed, in: ingested.in },
    });
  }
  const passedOn = landed.kind === 'delete' ? ingested.applied + ingested.written : ingested.written;
  if (corrected.in !== passedOn) {
    report.error(`${name}: Corrected was offered another number of rows than Ingested wrote.`, {
      ...place,
      counts: { written: passedOn, in: corrected.in },
    });
  }
  const rejected = addRejected([ingested.rejected, corrected.rejected]);
  if (JSON.stringify(rejected) !== JSON.stringify(addRejected([outcome.rejected]))) {
    report.error(`${name}: the landing ledger and the commits count other rejected rows.`, {
      ...place,
      counts: { landingLedger: sumRejected(outcome.rejected), commits: sumRejected(rejected) },
    });
  }
  if (ingested.duplicates + corrected.duplicates !== outcome.duplicates) {
    report.error(`${name}: the landing ledger and the commits count other duplicates.`, {
      ...place,
      counts: { landingLedger: outcome.duplicates, commits: ingested.duplicates + corrected.duplicates },
    });
  }
}

/** The ledger that a batch left in a stage; of a replayed or rebuilt one the batch's own, not the rebuild's. */
function ledgerOfBatch(table: LakeTable, stage: LakeStageName, batch: number): CommitLedger | undefined {
  return ledgersOf(table, stage).find(
    ({ batch: own, kind }) => own === batch && !['catalogue', 'rebuild', 'erasure'].includes(kind),
  );
}

/** A rebuild makes Refined anew with a new log: it stands for all batches up to its own. */
function isRebuilt(table: LakeTable, stage: LakeStageName, batch: number): boolean {
  return ledgersOf(table, stage).some((ledger) => ledger.kind === 'rebuild' && ledger.batch >= batch);
}

function ledgersOf(table: LakeTable, stage: LakeStageName): CommitLedger[] {
  const commits = table.stages.get(stage)?.commits ?? [];
  return commits.flatMap(({ ledger }) => (ledger === undefined ? [] : [ledger]));
}

/** Commits of batches that never landed, and the rows of general against those of Corrected. */
function checkStages({ table, stages }: LakeTable, context: VerifyContext, report: CheckReport): void {
  const landed = new Set(context.ledger.units.flatMap((unit) => unit.batches.map(({ batch }) => batch)));
  for (const stage of stages.values()) {
    const strangers = stage.commits.filter(
      ({ ledger }) =>
        ledger !== undefined && !['catalogue', 'rebuild', 'erasure'].includes(ledger.kind) && !landed.has(ledger.batch),
    );
    if (strangers.length > 0) {
      report.error(`${stage.stage} has commits of batches that the landing ledger does not know.`, {
        table: table.name,
        counts: { commits: strangers.length },
      });
    }
  }
  const [corrected, general] = [stages.get('Ingested_Corrected'), stages.get('general')];
  const kept = general?.commits.findLast(({ ledger }) => ledger !== undefined)?.ledger?.rows.kept ?? 0;
  if (corrected !== undefined && general !== undefined && general.rows !== corrected.rows + kept) {
    report.error('General has another number of rows than Corrected and the kept rows together.', {
      table: table.name,
      counts: { general: general.rows, corrected: corrected.rows, kept },
    });
  }
}
