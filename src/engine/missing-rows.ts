import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName } from '../catalogue/render/sql-text';
import { castExpression } from '../catalogue/render/duckdb-cast';
import type { ReportMessage } from '../contract/lake-format';
import { runStatement, toNumber } from './database';
import type { EngineContext } from './engine-context';
import { readLandedIfPossible } from './landed-file';
import type { LandingState, LedgerUnit } from './landing-state';
import type { PreparedBatch } from './prepare-batch';
import { cell } from './row-rules';

/**
 * Counts the rows of the former delivery of an activity file that the new one lacks. They stay, because a share may
 * deliver a part of a day only, and the report says how many there are (ROW14).
 */
export async function missingRows(
  context: EngineContext,
  connection: DuckDBConnection,
  state: LandingState,
  unit: LedgerUnit,
  prepared: PreparedBatch,
): Promise<ReportMessage[]> {
  if (unit.kind !== 'additive') return [];
  const former = state.units.findLast(
    (other) => other.unit === unit.unit && other.status === 'processed' && other.rundate < unit.rundate,
  );
  const { table, corrected } = prepared;
  let missing = 0;
  for (const file of former?.batches.flatMap(({ files }) => files) ?? []) {
    // Past its retention it cannot be counted; its rows are in the lake all the same.
    const read = await readLandedIfPossible(context, file.landed);
    if (read === undefined || read.readable === 0) continue;
    const keys = table.key.map((name) => {
      const value = castExpression('string', cell(corrected.columns.indexOf(name)));
      return `${value} AS ${quoteName(name)}`;
    });
    const names = table.key.map(quoteName).join(', ');
    const [row = {}] = await runStatement(
      connection,
      `SELECT count(*) AS n FROM (SELECT DISTINCT ${keys.join(', ')} FROM ${read.relation})
       ANTI JOIN ${corrected.relation} USING (${names})`,
      { doing: 'comparing a file with its former delivery', place: { table: table.name, file: file.landed } },
    );
    missing += toNumber(row['n']);
  }
  if (missing === 0) return [];
  const message = `${missing} rows of the former delivery of this file are not in the new one; they stay.`;
  return [{ severity: 'information', code: 'ROW14', message, table: table.name, file: unit.unit, counts: { missing } }];
}
