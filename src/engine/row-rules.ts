import { quoteName, quoteText } from '../catalogue/render/sql-text';
import { castExpression, isBlank } from '../catalogue/render/duckdb-cast';
import type { Column, Table } from '../catalogue/model';

/** One delivered cell and the catalogue's column it belongs to, in file order; undefined = a cell that is not used. */
export type ColumnOrder = readonly Column[];

/** SQL for one settled column order: typed values, and why a row is refused. */
export interface RowRules {
  /** Typed columns of the table, in catalogue order: `<expression> AS <name>`. */
  readonly typedColumns: readonly string[];
  /** SQL relation over a relation of cells: cells, typed columns, and how many cells are their column's name. `reason` and
   * `offendingColumn` are expressions over it. */
  readonly typedRows: (relation: string) => string;
  /** Whether any cell is its column's name: true for every header row, and for few others. */
  readonly repeatsNames: string;
  /** Name of the first reason that applies (ROW10: header_row, cast, key_empty, required_empty, row_check), or null. */
  readonly reason: string;
  /** Name of the first offending column for `reason`, or null. */
  readonly offendingColumn: string;
}

/** Cell `index` of a raw row. */
export function cell(index: number): string {
  return `_c${index}`;
}

/** SQL of an identifier without case and dashes: exports spell GUIDs in several ways (ROW9). */
export function normalised(value: string): string {
  return `lower(replace(${value}, '-', ''))`;
}

/** The typed value of `column` under `order`; a column that was not delivered is null, a derived one is computed. */
function typedExpression(
  table: Table,
  column: Column,
  order: ColumnOrder,
  plainCells: ReadonlySet<number> = new Set(),
): string {
  const value = deliveredExpression(column, order, plainCells);
  if (column.derived === undefined) return value;
  const parts = column.derived.map((part) =>
    'text' in part ? quoteText(part.text) : deliveredExpression(columnNamed(table, part.column), order, plainCells),
  );
  return `(${parts.join(' || ')})`;
}

/**
 * Renders ROW9 and ROW10 for one table and one column order.
 * @param plainCells positions of cells of which none is blank but not empty: their text is taken as it is
 */
export function rowRules(table: Table, order: ColumnOrder, plainCells: ReadonlySet<number> = new Set()): RowRules {
  const delivered = order.map((column, index) => ({ column, input: cell(index) }));
  const nameHits = delivered.map(({ column, input }) => {
    const name = column.name.toLowerCase();
    return `CASE WHEN strlen(${input}) = ${name.length} THEN CAST(lower(${input}) = ${quoteText(name)} AS TINYINT) ELSE 0 END`;
  });
  // Filled cells are counted for rows with a hit only; a text that is not blank has become a value.
  const filled = delivered.map(({ column, input }) => {
    const isFilled =
      column.type === 'string' && column.derived === undefined
        ? `${quoteName(column.name)} IS NOT NULL`
        : `NOT ${isBlank(input)}`;
    return `CAST(${isFilled} AS TINYINT)`;
  });
  const header = `CASE WHEN _hits > 0 THEN _hits * 2 > ${filled.join(' + ')} ELSE false END`;

  const casts = delivered
    .filter(({ column }) => column.type !== 'string' && column.derived === undefined)
    .map(({ column, input }) => ({
      name: column.name,
      test: `${quoteName(column.name)} IS NULL AND NOT ${isBlank(input)}`,
    }));
  const keys = table.key.map((name) => ({ name, test: `${quoteName(name)} IS NULL` }));
  const required = table.columns
    .filter((column) => column.required && !table.key.includes(column.name))
    .map((column) => ({ name: column.name, test: `${quoteName(column.name)} IS NULL` }));
  const checks = table.rowChecks.map((check) => ({
    name: check.left,
    test: `NOT coalesce(${quoteName(check.left)} ${check.operator} ${quoteName(check.right)}, true)`,
  }));

  const groups = [
    { reason: 'cast', tests: casts },
    { reason: 'key_empty', tests: keys },
    { reason: 'required_empty', tests: required },
    { reason: 'row_check', tests: checks },
  ].filter((group) => group.tests.length > 0);
  const cases = groups.map(({ reason, tests }) => `WHEN ${any(tests)} THEN '${reason}'`);
  const columns = groups.flatMap(({ tests }) => tests.map(({ name, test }) => `WHEN ${test} THEN ${quoteText(name)}`));
  const typedColumns = table.columns.map(
    (column) => `${typedExpression(table, column, order, plainCells)} AS ${quoteName(column.name)}`,
  );
  const cells = order.map((_, index) => cell(index));
  return {
    typedColumns,
    typedRows: (relation) =>
      `(SELECT ${[...cells, ...typedColumns].join(', ')}, ${nameHits.join(' + ')} AS _hits FROM ${relation})`,
    repeatsNames: `(${nameHits.join(' + ')}) > 0`,
    reason: `CASE WHEN ${header} THEN 'header_row' ${cases.join(' ')} END`,
    offendingColumn: columns.length === 0 ? 'NULL' : `CASE ${columns.join(' ')} END`,
  };
}

/** The content of a row as delivered, hashed (ROW11, lake-format.md §3). */
export function contentHashExpression(width: number): string {
  const cells = Array.from({ length: width }, (_, index) => `coalesce(${cell(index)}, '')`);
  return `sha256(${cells.join(` || chr(31) || `)})`;
}

function deliveredExpression(column: Column, order: ColumnOrder, plainCells: ReadonlySet<number>): string {
  const index = order.findIndex((candidate) => candidate.name === column.name);
  if (column.type === 'string' && column.derived === undefined && plainCells.has(index)) return cell(index);
  return castExpression(column, index === -1 || column.derived !== undefined ? 'NULL::VARCHAR' : cell(index));
}

function columnNamed(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`The catalogue was checked, yet ${table.name} has no column ${name}.`);
  return column;
}

function any(tests: readonly { readonly test: string }[]): string {
  return tests.map(({ test }) => `(${test})`).join(' OR ');
}
