import type { RejectCounts } from '../../contract/lake-format';
import { transactionAppId } from '../../contract/lake-format';
import type { Check, CheckReport } from '../check';
import type { StageCommit, StageTable } from '../stage-table';

/** docs/lake-format.md §1: the two equations of each commit, and what the commit really did to the files. */
export const commitLedgers: Check = {
  name: 'ledger adds up',
  rules: ['ROW14'],
  run(context, report) {
    for (const { table, stages, unreadable } of context.tables) {
      for (const [stage, error] of unreadable) {
        report.add(
          'error',
          `${stage} cannot be read: ${error.message} ${error.nextStep}`,
          { table: table.name },
          error.code,
        );
      }
      for (const stage of stages.values()) checkTable(stage, report);
    }
    return Promise.resolve();
  },
};

function checkTable(stage: StageTable, report: CheckReport): void {
  let before: number | undefined = stage.isComplete ? 0 : undefined;
  let filesBefore: number | undefined = before;
  for (const commit of stage.commits) {
    report.examine();
    const place = { table: stage.table, file: `${stage.path}/_delta_log` };
    if (commit.ledgerProblem !== undefined) {
      report.error(`The ledger of version ${commit.version} of ${stage.stage} ${commit.ledgerProblem}.`, place);
    }
    if (commit.ledger === undefined) {
      if (commit.rows !== filesBefore) {
        report.error(
          `Version ${commit.version} of ${stage.stage} changed the number of rows and has no ledger: another tool wrote it.`,
          { ...place, counts: { before: filesBefore ?? 0, after: commit.rows ?? 0 } },
        );
      }
      before = commit.rows;
    } else {
      checkCommit(stage, commit, before, report);
      before = commit.ledger.rows.total;
    }
    filesBefore = commit.rows;
  }
  if (before !== undefined && before !== stage.rows) {
    report.error(`The newest ledger of ${stage.stage} and the statistics of its files differ in the number of rows.`, {
      table: stage.table,
      counts: { ledger: before, statistics: stage.rows },
    });
  }
}

function checkCommit(stage: StageTable, commit: StageCommit, before: number | undefined, report: CheckReport): void {
  const { ledger, version, txn } = commit;
  if (ledger === undefined) return;
  const { rows } = ledger;
  const place = { table: stage.table, file: `${stage.path}/_delta_log` };
  const rejected = sumRejected(rows.rejected);
  if (rows.in !== rows.written + rows.duplicates + rejected + rows.applied) {
    report.error(`Version ${version} of ${stage.stage}: rows in are not written + duplicates + rejected + applied.`, {
      ...place,
      counts: { in: rows.in, written: rows.written, duplicates: rows.duplicates, rejected, applied: rows.applied },
    });
  }
  if (before !== undefined && rows.total !== before + rows.written - rows.superseded - rows.removed) {
    report.error(`Version ${version} of ${stage.stage}: total is not total before + written - superseded - removed.`, {
      ...place,
      counts: { before, written: rows.written, superseded: rows.superseded, removed: rows.removed, total: rows.total },
    });
  }
  if (commit.rows !== undefined && commit.rows !== rows.total) {
    report.error(`Version ${version} of ${stage.stage}: the ledger's total is not the number of rows in the files.`, {
      ...place,
      counts: { total: rows.total, statistics: commit.rows },
    });
  }
  if (ledger.table !== stage.table || ledger.stage !== stage.stage) {
    report.error(`Version ${version} of ${stage.stage} has the ledger of another table or stage.`, place);
  }
  const isBatch = !['catalogue', 'rebuild', 'erasure'].includes(ledger.kind) && stage.stage !== 'Rejected';
  const isSame = txn?.appId === transactionAppId(stage.table, stage.stage) && txn.version === ledger.batch;
  if (isBatch && !isSame) {
    report.error(
      `Version ${version} of ${stage.stage} has no transaction of its batch, so a replay would write it twice.`,
      {
        ...place,
        counts: { batch: ledger.batch },
      },
    );
  }
}

/** Rows refused, all reasons together. */
export function sumRejected(counts: RejectCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
