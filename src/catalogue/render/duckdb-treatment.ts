import type { Catalogue, Column, ColumnType, GeneraliseRule, Table } from '../model';
import { isPseudonymised } from '../treatment';
import { castExpression, duckdbType } from './duckdb-cast';
import { quoteName, quoteText } from './sql-text';

/** A column of Refined, and how DuckDB makes it from the columns of Corrected. */
export interface RenderedColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Expression over the column names of Corrected; its DuckDB type is `duckdbType(type)`. */
  readonly sql: string;
}

/** The engine sets the salt as a variable of the connection: it stands in no statement (PRIV3). */
const saltVariable = "getvariable('salt')";

/** What general gets in the strict profile after the columns of a table with `whenGone: keep` (ROW15). */
export const historyColumns: readonly { readonly name: string; readonly type: ColumnType }[] = [
  { name: 'IsCurrent', type: 'boolean' },
  { name: 'GoneSince', type: 'timestamp' },
];

/** Whether rows that left the snapshot stay in general, with `historyColumns` (ROW15): never in the v0.2 profile. */
export function keepsHistory(table: Table, catalogue: Catalogue): boolean {
  return catalogue.profile === 'strict' && table.whenGone === 'keep';
}

/**
 * The columns of Refined/general in catalogue order, without `historyColumns`.
 * @param saltSql SQL of the salt. @default getvariable('salt')
 */
export function generalColumns(table: Table, saltSql: string = saltVariable): readonly RenderedColumn[] {
  return table.columns.flatMap((column) => generalColumn(column, saltSql));
}

/**
 * The columns of Refined/sensitive/<Table>_lookup: raw columns in catalogue order, then pseudonyms in the same order.
 * Empty when the table hashes and masks nothing: such a table has no lookup.
 *
 * The key is always there: a readable key as it is, a hashed one raw and as pseudonym, a `hash-no-lookup` one as pseudonym
 * only. Beside it: raw and pseudonym of `hash` and `hmac`, the value of `mask` and `partition-by`. A masked column whose
 * domain is pseudonymised elsewhere (PersonId) has its pseudonym there too (lake-rules.md §4).
 * @param saltSql SQL of the salt. @default getvariable('salt')
 */
export function lookupColumns(
  table: Table,
  catalogue: Catalogue,
  saltSql: string = saltVariable,
): readonly RenderedColumn[] {
  const raw: RenderedColumn[] = [];
  const pseudonyms: RenderedColumn[] = [];
  for (const column of table.columns) {
    const isKey = table.key.includes(column.name);
    if (isRawInLookup(column, isKey)) raw.push({ name: column.name, type: column.type, sql: quoteName(column.name) });
    const maker = pseudonymInLookup(column, isKey, catalogue);
    if (maker !== undefined) pseudonyms.push(pseudonym(column, maker, saltSql));
  }
  const hasLookup = table.columns.some(({ treatment }) => ['hash', 'hmac', 'mask'].includes(treatment.kind));
  return hasLookup ? [...raw, ...pseudonyms] : [];
}

function generalColumn(column: Column, saltSql: string): readonly RenderedColumn[] {
  const { name, type, treatment } = column;
  switch (treatment.kind) {
    case 'no-op':
    case 'partition-by':
      return [{ name, type, sql: quoteName(name) }];
    case 'mask':
      // Upstream masks null too: that a value is absent may tell as much as the value.
      return [{ name, type: 'string', sql: "'*'" }];
    case 'hash':
    case 'hash-no-lookup':
    case 'hmac':
      return [pseudonym(column, treatment.kind === 'hmac' ? 'hmac' : 'hash', saltSql)];
    case 'generalise':
      return [{ name, type, sql: generalised(column, treatment) }];
    case 'drop':
      return [];
  }
}

function isRawInLookup(column: Column, isKey: boolean): boolean {
  const { kind } = column.treatment;
  if (kind === 'hash' || kind === 'hmac' || kind === 'mask' || kind === 'partition-by') return true;
  return kind === 'no-op' && isKey;
}

function pseudonymInLookup(column: Column, isKey: boolean, catalogue: Catalogue): 'hash' | 'hmac' | undefined {
  const { kind } = column.treatment;
  if (kind === 'hash' || kind === 'hmac') return kind;
  if (kind === 'hash-no-lookup') return isKey ? 'hash' : undefined;
  if (kind !== 'mask' || column.domain === undefined) return undefined;
  const elsewhere = catalogue.tables
    .flatMap((table) => table.columns)
    .find((other) => other.domain === column.domain && isPseudonymised(other.treatment));
  if (elsewhere === undefined) return undefined;
  return elsewhere.treatment.kind === 'hmac' ? 'hmac' : 'hash';
}

function pseudonym(column: Column, maker: 'hash' | 'hmac', saltSql: string): RenderedColumn {
  const value = quoteName(column.name);
  const sql = maker === 'hash' ? `sha256(${value} || ${saltSql})` : hmac(value, saltSql);
  return { name: `${column.name}_pseudonym`, type: 'string', sql };
}

/** HMAC-SHA256 (RFC 2104) of a text under the salt, as lower-case hex: DuckDB has the hash only. */
function hmac(value: string, saltSql: string): string {
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
  return `CAST(greatest(${lower}, ${smallestNumber[type]}) AS ${duckdbType(type)})`;
}

const smallestNumber: Readonly<Partial<Record<ColumnType, string>>> = {
  short: '-32768',
  integer: '-2147483648',
  long: '-9223372036854775808',
};

const officeProducts = ['office', 'word', 'excel', 'powerpoint', 'outlook', 'onenote'].map(
  (name) => `microsoft ${name}`,
);
const officeMarks = [...officeProducts, 'onenote/', 'onedrive', 'skydrivesync', 'sharepoint'];

/** First match wins: Teams, Office and Edge call themselves Chrome and Safari too, Chrome calls itself Safari. */
const families: readonly (readonly [family: string, marks: readonly string[]])[] = [
  ['Teams', ['teams']],
  ['Office', officeMarks],
  ['Edge', ['edg/', 'edge/', 'edga/', 'edgios/']],
  ['Firefox', ['firefox/', 'fxios/']],
  ['Chrome', ['chrome/', 'crios/', 'chromium/']],
  ['Safari', ['safari/']],
];

function family(value: string): string {
  const cases = families.map(([name, marks]) => {
    const found = marks.map((mark) => `contains(lower(${value}), ${quoteText(mark)})`).join(' OR ');
    return `WHEN ${found} THEN ${quoteText(name)}`;
  });
  return `CASE WHEN ${value} IS NULL THEN NULL ${cases.join(' ')} ELSE 'Other' END`;
}
