import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName } from '../catalogue/render/sql-text';
import type { Table } from '../catalogue/model';
import type { UnitFinding } from '../contract/lake-format';
import type { CorrectedBatch } from './correct';
import { runStatement, toNumber } from './database';
import { withSqlTypes, type EngineContext } from './engine-context';
import type { LandedBatch } from './landing-state';
import type { LakeTable } from './lake-table';

/** ROW5: a snapshot may not silently empty a table or take away many of its keys. */
export async function heldFinding(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  corrected: CorrectedBatch,
  target: LakeTable,
  batch: LandedBatch,
): Promise<UnitFinding | undefined> {
  const before = target.rows;
  if (before === 0) return undefined;
  const keys = table.key.map(quoteName).join(', ');
  const former = await target.relation(withSqlTypes(table.columns.filter(({ name }) => table.key.includes(name))));
  const [row = {}] = await runStatement(
    connection,
    `SELECT count(*) AS n FROM ${former} ANTI JOIN ${corrected.relation} USING (${keys})`,
    { doing: 'comparing the snapshot with the former one', place: { table: table.name } },
  );
  const gone = toNumber(row['n']);
  if (corrected.rows > 0 && gone <= context.settings.heldShare * before) return undefined;
  const message =
    corrected.rows === 0
      ? `The snapshot is empty; the table has ${before} rows.`
      : `The snapshot takes away ${gone} of ${before} keys, more than ${Math.round(context.settings.heldShare * 100)} %.`;
  const file = batch.files[0]?.landed;
  return {
    table: table.name,
    code: 'SNAPSHOT_HELD',
    message,
    ...(file === undefined ? {} : { file }),
    counts: { before, after: corrected.rows, gone },
  };
}
