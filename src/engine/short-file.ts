import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteText } from '../catalogue/render/sql-text';
import type { Column, Table } from '../catalogue/model';
import { castExpression } from '../catalogue/render/duckdb-cast';
import { isReadable } from '../catalogue/treatment';
import { runStatement, toNumber } from './database';
import { cell, normalised, type ColumnOrder } from './row-rules';
import type { RawRows } from './settle-columns';

/**
 * SQL relation with one column `id`: the normalised keys of a table as this unit delivers them, else as the lake has them;
 * undefined where there are none. Tables with a key of one column only.
 */
export type IdentifiersOf = (table: string, connection: DuckDBConnection) => Promise<string | undefined>;

/** What the tables of one question have in common. */
interface Evidence {
  readonly connection: DuckDBConnection;
  readonly table: Table;
  readonly raw: RawRows;
  readonly order: ColumnOrder;
  readonly identifiersOf: IdentifiersOf | undefined;
}

/**
 * Whether a file without its optional trailing columns lacks another column instead (ROW8): all later cells would then
 * stand one place too far left, and texts cast to everything. A shifted file is told by its identifiers: what should
 * refer to a table does not, what should not does, and a number that students have is there for others only.
 * @returns what is wrong, naming columns and tables only; undefined for a file that lacks what it may lack
 */
export async function shiftedCells(evidence: Evidence): Promise<string | undefined> {
  const { table, order } = evidence;
  const isAbsent = (column: Column): boolean => column.derived === undefined && !order.includes(column);
  if (!table.columns.some(isAbsent) || evidence.raw.rows === 0) return undefined;
  return (
    (await unresolvedReference(evidence)) ?? (await foreignIdentifiers(evidence)) ?? (await filledForOthers(evidence))
  );
}

/** A delivered reference of which less than half resolves. */
async function unresolvedReference({
  connection,
  table,
  raw,
  order,
  identifiersOf,
}: Evidence): Promise<string | undefined> {
  for (const reference of table.references) {
    // A Ref… id that resolves nowhere is a warning only (ROW7).
    if (reference.table === 'RefDefinition') continue;
    const index = order.findIndex(({ name }) => name === reference.column);
    const identifiers = index === -1 ? undefined : await identifiersOf?.(reference.table, connection);
    if (identifiers === undefined) continue;
    const { filled, resolved } = await resolvedCells(connection, table, raw, index, identifiers);
    if (resolved * 2 < filled)
      return `${reference.column} refers to no ${reference.table} in ${filled - resolved} of ${filled} rows`;
  }
  return undefined;
}

/** A column that everybody may read and that holds the keys of a table it does not refer to. */
async function foreignIdentifiers({
  connection,
  table,
  raw,
  order,
  identifiersOf,
}: Evidence): Promise<string | undefined> {
  for (const { column: referring, table: target } of table.references) {
    const domain = table.columns.find(({ name }) => name === referring)?.domain;
    for (const [index, column] of order.entries()) {
      const isOther = column.name !== referring && (domain === undefined || column.domain !== domain);
      if (!isOther || column.type !== 'string' || !isReadable(column.treatment)) continue;
      const identifiers = await identifiersOf?.(target, connection);
      if (identifiers === undefined) break;
      const { filled, resolved } = await resolvedCells(connection, table, raw, index, identifiers);
      if (filled > 0 && resolved * 2 > filled)
        return `${column.name} holds keys of ${target} in ${resolved} of ${filled} rows`;
    }
  }
  return undefined;
}

/** A column that belongs to one value of another one (StudentId to students), and is filled for the other values instead. */
async function filledForOthers({ connection, table, raw, order }: Evidence): Promise<string | undefined> {
  for (const [index, column] of order.entries()) {
    const { filledFor } = column;
    const other = filledFor === undefined ? -1 : order.findIndex(({ name }) => name === filledFor.column);
    if (filledFor === undefined || other === -1) continue;
    const isOwn = `coalesce(lower(trim(${cell(other)})) = ${quoteText(filledFor.value.toLowerCase())}, false)`;
    const isFilled = `(${castExpression('string', cell(index))}) IS NOT NULL`;
    const [row = {}] = await runStatement(
      connection,
      `SELECT count(*) FILTER (${isOwn}) AS own, count(*) FILTER (${isOwn} AND ${isFilled}) AS own_filled,
              count(*) FILTER (NOT ${isOwn}) AS others, count(*) FILTER (NOT ${isOwn} AND ${isFilled}) AS others_filled
       FROM ${raw.relation}`,
      { doing: 'looking for shifted cells', place: { table: table.name, file: raw.file } },
    );
    const [own, ownFilled, others, othersFilled] = ['own', 'own_filled', 'others', 'others_filled'].map((name) =>
      toNumber(row[name]),
    ) as [number, number, number, number];
    if (own > 0 && others > 0 && ownFilled * others < othersFilled * own)
      return `${column.name} is filled for ${ownFilled} of ${own} rows with ${filledFor.column} ${filledFor.value} and for ${othersFilled} of ${others} others`;
  }
  return undefined;
}

async function resolvedCells(
  connection: DuckDBConnection,
  table: Table,
  raw: RawRows,
  index: number,
  identifiers: string,
): Promise<{ readonly filled: number; readonly resolved: number }> {
  const value = castExpression('string', cell(index));
  const [row = {}] = await runStatement(
    connection,
    `SELECT count(*) AS filled, count(*) FILTER (value IN (SELECT id FROM ${identifiers})) AS resolved
     FROM (SELECT ${normalised(value)} AS value FROM ${raw.relation}) WHERE value IS NOT NULL`,
    { doing: 'looking for shifted cells', place: { table: table.name, file: raw.file } },
  );
  return { filled: toNumber(row['filled']), resolved: toNumber(row['resolved']) };
}
