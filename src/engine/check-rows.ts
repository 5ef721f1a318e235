import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName } from '../catalogue/render/sql-text';
import type { Table } from '../catalogue/model';
import { InsightsError } from '../contract/errors';
import type { LandedEvent, RejectReason } from '../contract/lake-format';
import { runStatement, toNumber } from './database';
import { withSqlTypes } from './engine-context';
import type { RawFile } from './read-batch';
import type { RefusedContent } from './rejected-rows';
import { contentHashExpression, rowRules, type ColumnOrder } from './row-rules';
import { isOrderDisproved } from './settle-columns';

/** One file with its settled columns, split into the rows that pass the row rules and the others. */
export interface CheckedFile {
  readonly file: RawFile;
  readonly order: ColumnOrder;
  /** SQL relation of the rows that pass: typed columns and `_content`. */
  readonly passing: string;
  /** SQL relation of the others: cells, typed columns and `_reason`. */
  readonly refused: string;
  /** SQL expression over `refused`: the first offending column. */
  readonly offender: string;
}

/** Applies the row rules to one file. In memory the checked rows are kept as a table; a large file is read again instead. */
export async function checkFile(
  connection: DuckDBConnection,
  table: Table,
  batch: LandedEvent,
  file: RawFile,
  order: ColumnOrder,
  index: number,
  isLarge: boolean,
): Promise<CheckedFile> {
  const isKeyOnly = batch.kind === 'delete' && order.length === table.key.length;
  const ruled = isKeyOnly ? keyOnly(table) : batch.kind === 'delete' ? keyRequiredOnly(table) : table;
  const rules = rowRules(ruled, order);
  const rest = isKeyOnly ? nullsBesideKey(table) : [];
  const checked = `SELECT ${['*', ...rest].join(', ')}, ${rules.reason} AS _reason FROM ${rules.typedRows(file.relation)}`;
  let relation = `(${checked})`;
  if (!isLarge) {
    relation = `checked_${batch.batch}_${index}`;
    await runStatement(connection, `CREATE OR REPLACE TABLE ${relation} AS ${checked}`, {
      doing: 'typing rows',
      place: { table: table.name, file: file.landed },
    });
  }
  const content = `${contentHashExpression(order.length)} AS _content`;
  return {
    file,
    order,
    offender: rules.offendingColumn,
    passing: `(SELECT ${columnNames(table)}, ${content} FROM ${relation} WHERE _reason IS NULL)`,
    refused: `(SELECT * FROM ${relation} WHERE _reason IS NOT NULL)`,
  };
}

/** The rows of a file that the row rules refuse. Throws COLUMNS_NOT_BORNE_OUT when they are so many that the order is wrong. */
export async function refusedRows(
  connection: DuckDBConnection,
  table: Table,
  checked: CheckedFile,
): Promise<RefusedContent[]> {
  const { file, order } = checked;
  const place = { table: table.name, file: file.landed };
  const found = await runStatement(
    connection,
    `SELECT _reason, CASE WHEN _reason <> 'header_row' THEN ${checked.offender} END AS offender, count(*) AS n
     FROM ${checked.refused} GROUP BY ALL ORDER BY n DESC, offender`,
    { doing: 'counting refused rows', place },
  );
  const sum = (...reasons: string[]): number =>
    found.reduce((total, row) => total + (reasons.includes(String(row['_reason'])) ? toNumber(row['n']) : 0), 0);
  const failing = sum('cast', 'row_check');
  const rows = file.readable - sum('header_row');
  if (isOrderDisproved(failing, rows)) {
    const column = found.find((row) => row['_reason'] === 'cast' || row['_reason'] === 'row_check')?.['offender'];
    throw new InsightsError(
      'COLUMNS_NOT_BORNE_OUT',
      `The data does not bear out the column order: ${failing} of ${rows} rows do not cast or break a row check.`,
      { place: { ...place, ...(typeof column === 'string' ? { column } : {}) } },
    );
  }
  if (found.length === 0) return [];
  const contents = await runStatement(
    connection,
    `SELECT ${contentHashExpression(order.length)} AS content, _reason,
            CASE WHEN _reason <> 'header_row' THEN ${checked.offender} END AS offender FROM ${checked.refused}`,
    { doing: 'collecting refused rows', place },
  );
  return contents.map((row) => ({
    content: String(row['content']),
    reason: String(row['_reason']) as RejectReason,
    columnName: typeof row['offender'] === 'string' ? row['offender'] : undefined,
  }));
}

/** All columns of a table, for SELECT. */
export function columnNames(table: Table): string {
  return table.columns.map((column) => quoteName(column.name)).join(', ');
}

/** The table reduced to its key, for delete files that deliver nothing else. */
function keyOnly(table: Table): Table {
  const columns = table.columns.filter((column) => table.key.includes(column.name));
  return { ...table, columns, rowChecks: [] };
}

/** ROW12: of a row that is to be deleted only the key's cells matter, also when the others are delivered. */
function keyRequiredOnly(table: Table): Table {
  const columns = table.columns.map((column) => ({ ...column, required: table.key.includes(column.name) }));
  return { ...table, columns, rowChecks: [] };
}

function nullsBesideKey(table: Table): string[] {
  const others = withSqlTypes(table.columns.filter(({ name }) => !table.key.includes(name)));
  return others.map(({ name, sqlType }) => `NULL::${sqlType} AS ${quoteName(name)}`);
}
