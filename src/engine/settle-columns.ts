import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteText } from '../catalogue/render/sql-text';
import { castExpression } from '../catalogue/render/duckdb-cast';
import type { Column, Table } from '../catalogue/model';
import { isReadable, treatmentText } from '../catalogue/treatment';
import { InsightsError } from '../contract/errors';
import type { ReportMessage } from '../contract/lake-format';
import { runStatement, toNumber } from './database';
import { cell, normalised, rowRules, type ColumnOrder } from './row-rules';
import { shiftedCells, type IdentifiersOf } from './short-file';

export interface RawRows {
  /** SQL relation with columns `_c0` … `_c<width-1>`. */
  readonly relation: string;
  readonly rows: number;
  readonly width: number;
  /** Delivered file, for messages. */
  readonly file: string;
}

export interface SettleOptions {
  /** Attribute names of the drop's own schema, when it describes this folder. */
  readonly ownColumns: readonly string[] | undefined;
  /** What decides when the data bears out both (environment setting). */
  readonly columnOrder: 'catalogue' | 'schema';
  /** SQL relation with one column `id`: normalised ids of the drop's RefDefinition; undefined when it has none. */
  readonly referenceIds: string | undefined;
  /** Keys of other tables, to tell a file that lacks an optional column from a shifted one. Default: none are known. */
  readonly identifiersOf?: IdentifiersOf;
  /** The order that was settled for these files in an earlier run; a file of that width is not settled again. */
  readonly settledOrder?: ColumnOrder;
}

export interface SettledColumns {
  readonly order: ColumnOrder;
  readonly messages: readonly ReportMessage[];
}

/**
 * Refuses rows with more cells than the catalogue declares (ROW7). Known before any of them is loaded, and asked then: DuckDB takes
 * minutes for a table of so many columns as a file without line ends has cells.
 */
export function refuseTooWide(table: Table, width: number, file: string): void {
  const declared = table.columns.length;
  if (width <= declared) return;
  throw new InsightsError(
    'COLUMNS_TOO_MANY',
    `The rows have ${width} cells, the catalogue declares ${declared} columns: nothing of the file is taken in.`,
    { place: { table: table.name, file } },
  );
}

/** A candidate is out when more than this share of the rows does not cast or breaks a row check (ROW7). */
const failingShare = 0.05;

/**
 * Settles which column each delivered cell is (ROW7, ROW8). Throws COLUMNS_TOO_MANY, COLUMNS_TOO_FEW,
 * COLUMNS_NOT_BORNE_OUT or COLUMNS_AMBIGUOUS, naming the file and how each candidate failed, never a cell.
 */
export async function settleColumns(
  connection: DuckDBConnection,
  table: Table,
  raw: RawRows,
  options: SettleOptions,
): Promise<SettledColumns> {
  const place = { table: table.name, file: raw.file };
  if (options.settledOrder?.length === raw.width) return { order: options.settledOrder, messages: [] };
  const candidates = candidateOrders(table, raw, options.ownColumns);
  if (candidates.length === 0) {
    refuseTooWide(table, raw.width, raw.file);
    const declared = table.columns.length;
    const least = table.columns.filter((column) => !column.optional).length;
    throw new InsightsError(
      'COLUMNS_TOO_FEW',
      `The rows have ${raw.width} cells; the catalogue declares ${declared} columns, of which the last ${declared - least} may be absent.`,
      { place },
    );
  }
  const isSole = candidates.length === 1;
  const left: { readonly name: string; readonly order: ColumnOrder; readonly messages: readonly ReportMessage[] }[] =
    [];
  const out: string[] = [];
  for (const candidate of candidates) {
    const enumerations = await checkEnumerations(connection, table, raw, candidate.order, options.referenceIds);
    const problem =
      enumerations.problem ??
      (isSole ? undefined : await failingRows(connection, table, raw, candidate.order)) ??
      (await shiftedCells({ connection, table, raw, order: candidate.order, identifiersOf: options.identifiersOf }));
    if (problem === undefined) left.push({ ...candidate, messages: enumerations.messages });
    else out.push(`${candidate.name}: ${problem}`);
  }
  const [first, second] = left;
  if (first === undefined) {
    throw new InsightsError(
      'COLUMNS_NOT_BORNE_OUT',
      `The data does not bear out the column order (${out.join('; ')}).`,
      { place },
    );
  }
  if (second === undefined) return first;
  const differing = first.order.findIndex((column, index) => shownAs(column) !== shownAs(second.order[index]));
  if (differing !== -1) {
    throw new InsightsError(
      'COLUMNS_AMBIGUOUS',
      `Catalogue and the drop's own schema both fit the data, and they differ in how much of cell ${differing + 1} may be read in general.`,
      { place },
    );
  }
  const chosen = left.find((candidate) => candidate.name === options.columnOrder) ?? first;
  const message = `Catalogue and the drop's own schema both fit the data; the ${chosen.name} was used.`;
  return {
    order: chosen.order,
    messages: [...chosen.messages, { severity: 'warning', code: 'ROW7', message, table: table.name, file: raw.file }],
  };
}

/** True when rows that do not cast or break a row check are so many that the order of a sole candidate is not believed. */
export function isOrderDisproved(failing: number, rows: number): boolean {
  return failing > failingShare * rows && (failing > 10 || failing === rows) && rows > 0;
}

/** Candidates whose width fits: the catalogue's order, less absent optional trailing columns, and the drop's own. */
function candidateOrders(
  table: Table,
  raw: RawRows,
  ownColumns: readonly string[] | undefined,
): { readonly name: 'catalogue' | 'schema'; readonly order: ColumnOrder }[] {
  const candidates: { readonly name: 'catalogue' | 'schema'; readonly order: ColumnOrder }[] = [];
  const absent = table.columns.slice(raw.width);
  if (raw.width <= table.columns.length && absent.every((column) => column.optional)) {
    candidates.push({ name: 'catalogue', order: table.columns.slice(0, raw.width) });
  }
  const own = ownColumns?.map((name) => table.columns.find((column) => spelled(column.name) === spelled(name)));
  if (own !== undefined && own.length === raw.width && own.every((column) => column !== undefined)) {
    const order = own;
    const hasAll = table.columns.every((column) => !column.required || order.includes(column));
    const isSame = candidates.some((candidate) => candidate.order.every((column, index) => column === order[index]));
    if (hasAll && !isSame && new Set(order).size === order.length) candidates.push({ name: 'schema', order });
  }
  return candidates;
}

/** CDM spells `Meeting Duration` for MeetingDuration. */
function spelled(name: string): string {
  return name.replaceAll(/[\s_]/g, '').toLowerCase();
}

/** Names are not roles: too many unknown distinct values in a column of known values disprove the order (ROW7). */
async function checkEnumerations(
  connection: DuckDBConnection,
  table: Table,
  raw: RawRows,
  order: ColumnOrder,
  referenceIds: string | undefined,
): Promise<{ readonly problem?: string; readonly messages: readonly ReportMessage[] }> {
  const counts: { readonly column: Column; readonly sql: string }[] = [];
  order.forEach((column, index) => {
    if (column.enumeration === undefined) return;
    const value = castExpression({ type: 'string' }, cell(index));
    const isKnown =
      'values' in column.enumeration
        ? `lower(${value}) IN (${[...column.enumeration.values, column.name].map((one) => quoteText(one.toLowerCase())).join(', ')})`
        : referenceIds === undefined
          ? undefined
          : `(${normalised(value)} IN (SELECT id FROM ${referenceIds}) OR lower(${value}) = ${quoteText(column.name.toLowerCase())})`;
    if (isKnown === undefined) return;
    counts.push({ column, sql: `count(DISTINCT ${value}) FILTER (WHERE NOT ${isKnown})` });
  });
  if (counts.length === 0 || raw.rows === 0) return { messages: [] };
  const select = counts.map(({ sql }, index) => `${sql} AS n${index}`).join(', ');
  const [row = {}] = await runStatement(connection, `SELECT ${select} FROM ${raw.relation}`, {
    doing: 'comparing columns with their known values',
    place: { table: table.name, file: raw.file },
  });
  const limit = Math.max(10, raw.rows / 10);
  const messages: ReportMessage[] = [];
  for (const [index, { column }] of counts.entries()) {
    const unknown = toNumber(row[`n${index}`]);
    if (unknown > limit) return { problem: `${column.name} has ${unknown} unknown values`, messages: [] };
    if (unknown === 0) continue;
    const message = `${unknown} values of ${column.name} are not among the known ones.`;
    messages.push({
      severity: 'warning',
      code: 'ROW7',
      message,
      table: table.name,
      file: raw.file,
      column: column.name,
    });
  }
  return { messages };
}

async function failingRows(
  connection: DuckDBConnection,
  table: Table,
  raw: RawRows,
  order: ColumnOrder,
): Promise<string | undefined> {
  const { reason, typedRows } = rowRules(table, order);
  const [row = {}] = await runStatement(
    connection,
    `SELECT count(*) FILTER (WHERE reason IN ('cast', 'row_check')) AS failing,
            count(*) FILTER (WHERE reason IS DISTINCT FROM 'header_row') AS rows
     FROM (SELECT ${reason} AS reason FROM ${typedRows(raw.relation)})`,
    { doing: 'trying a column order', place: { table: table.name, file: raw.file } },
  );
  const failing = toNumber(row['failing']);
  const rows = toNumber(row['rows']);
  return failing > failingShare * rows ? `${failing} of ${rows} rows do not cast or break a row check` : undefined;
}

/** How much of the column's value general shows: all of it, less detail by a rule, or nothing. */
function shownAs(column: Column | undefined): string {
  if (column?.treatment.kind === 'generalise') return treatmentText(column.treatment);
  return column !== undefined && isReadable(column.treatment) ? 'as it is' : 'not at all';
}
