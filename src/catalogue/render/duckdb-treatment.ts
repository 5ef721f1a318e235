import type { Catalogue, Column, ColumnType, GeneraliseRule, Table } from '../model';
import { generalShape, lookupShape, type RefinedColumn } from '../refined-shape';
import { castExpression, duckdbType } from './duckdb-cast';
import { quoteName, quoteText } from './sql-text';
import { families, smallestNumber } from './generalise-rules';

/** A column of Refined, and how DuckDB makes it from the columns of Corrected. */
export interface RenderedColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Expression over the column names of Corrected; its DuckDB type is `duckdbType(type)`. */
  readonly sql: string;
}

/** SQL of the salt: `Database.setSalt` sets it as a variable of each connection, so that it stands in no statement (PRIV3). */
export const saltExpression = "getvariable('salt')";

/**
 * The columns of Refined/general in catalogue order, without `historyColumns`.
 * @param saltSql SQL of the salt. @default getvariable('salt')
 */
export function generalColumns(table: Table, saltSql: string = saltExpression): readonly RenderedColumn[] {
  return generalShape(table).map((column) => rendered(column, saltSql));
}

/**
 * The columns of Refined/sensitive/<Table>_lookup as `lookupShape` describes them.
 * @param saltSql SQL of the salt. @default getvariable('salt')
 */
export function lookupColumns(
  table: Table,
  catalogue: Catalogue,
  saltSql: string = saltExpression,
): readonly RenderedColumn[] {
  return lookupShape(table, catalogue).map((column) => rendered(column, saltSql));
}

function rendered({ name, type, source, making }: RefinedColumn, saltSql: string): RenderedColumn {
  const value = quoteName(source.name);
  switch (making.kind) {
    case 'copy':
      return { name, type, sql: value };
    case 'mask':
      return { name, type, sql: "'*'" };
    case 'hash':
      return { name, type, sql: `sha256(${value} || ${saltSql})` };
    case 'hmac':
      return { name, type, sql: hmac(value, saltSql) };
    case 'generalise':
      return { name, type, sql: generalised(source, making) };
  }
}

/** HMAC-SHA256 (RFC 2104) of a text under the salt, as lower-case hex: DuckDB has the hash only. */
export function hmac(value: string, saltSql: string = saltExpression): string {
  const blockBytes = 64;
  const saltBytes = `encode(${saltSql})`;
  const key = `CASE WHEN octet_length(${saltBytes}) > ${blockBytes} THEN unhex(sha256(${saltBytes})) ELSE ${saltBytes} END`;
  const padded = `((${key}) || repeat('\\x00'::BLOB, ${blockBytes} - octet_length(${key})))`;
  const mixed = (byte: string): string =>
    `CAST(xor(CAST(${padded} AS BIT), CAST(repeat('\\x${byte}'::BLOB, ${blockBytes}) AS BIT)) AS BLOB)`;
  return `sha256(${mixed('5C')} || unhex(sha256(${mixed('36')} || encode(${value}))))`;
}

/** The column with less detail, in its own type; a text that the rule cannot read becomes NULL, never itself. */
function generalised(column: Column, rule: GeneraliseRule): string {
  const value = quoteName(column.name);
  switch (rule.rule) {
    case 'band':
      return band(column.type, value, rule.width);
    case 'month':
      if (column.type === 'date') return `CAST(date_trunc('month', ${value}) AS DATE)`;
      return `make_timestamptz(epoch_us(date_trunc('month', make_timestamp(epoch_us(${value})))))`;
    case 'family':
      return family(value);
  }
}

function band(type: ColumnType, value: string, width: number): string {
  if (type === 'double') return `floor(${value} / ${width}) * ${width}`;
  if (type === 'string') {
    const lower = `floor((${castExpression('double', value)}) / ${width}) * ${width}`;
    return `CAST(TRY_CAST(${lower} AS DECIMAL(38, 0)) AS VARCHAR)`;
  }
  const wide = `CAST(${value} AS HUGEINT)`;
  const lower = `${wide} - (${wide} % ${width} + ${width}) % ${width}`;
  // The lowest band of a type may begin below its smallest number, which then stands for it.
  // `greatest` passes over a null, which must stay one.
  return `CASE WHEN ${value} IS NOT NULL THEN CAST(greatest(${lower}, ${smallestNumber[type]}) AS ${duckdbType(type)}) END`;
}

function family(value: string): string {
  const cases = families.map(([name, marks]) => {
    const found = marks.map((mark) => `contains(lower(${value}), ${quoteText(mark)})`).join(' OR ');
    return `WHEN ${found} THEN ${quoteText(name)}`;
  });
  return `CASE WHEN ${value} IS NULL THEN NULL ${cases.join(' ')} ELSE 'Other' END`;
}
