import type { Column, ColumnType } from '../model';
import { quoteText } from './sql-text';

/**
 * Characters that make a blank cell and are trimmed before a cast (ROW9): ASCII white space, the no-break spaces, the
 * spaces of typography, the line separators and the byte order mark.
 */
export const blankCharacters = String.fromCodePoint(
  ...[0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff],
  ...Array.from({ length: 12 }, (_, index) => 0x2000 + index),
);

const duckdbTypes: Readonly<Record<ColumnType, string>> = {
  string: 'VARCHAR',
  timestamp: 'TIMESTAMPTZ',
  date: 'DATE',
  boolean: 'BOOLEAN',
  integer: 'INTEGER',
  short: 'SMALLINT',
  long: 'BIGINT',
  double: 'DOUBLE',
};

/** DuckDB's name of a catalogue type. */
export function duckdbType(type: ColumnType): string {
  return duckdbTypes[type];
}

const clock = '([01][0-9]|2[0-3]):[0-5][0-9]';
const offset = '(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?';
const day = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const seconds = ':[0-5][0-9]([.][0-9]{1,9})?';
/** What nearly every cell looks like: no blanks around it and no offset but `Z`. */
const usualPattern = `${day}([T ]${clock}(${seconds}Z?)?)?`;
const isoPattern = `${day}([T ]${clock}(${seconds})?${offset})?`;
/** Without seconds DuckDB takes no offset: the seconds are put in. */
const isoMinutesPattern = `^(.{10}[T ].{5})(Z|[+-].*)$`;
const unitedStatesPattern =
  '(0?[1-9]|1[0-2])/(0?[1-9]|[12][0-9]|3[01])/[0-9]{4}' +
  '( ((0?[1-9]|1[0-2]):[0-5][0-9](:[0-5][0-9])? ([AaPp][Mm])|([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?))?';
const unitedStatesFormats = ['', ' %I:%M:%S %p', ' %I:%M %p', ' %H:%M:%S', ' %H:%M'].map((time) => `%m/%d/%Y${time}`);
const wholeNumberPattern = '[+-]?[0-9]+([.]0+)?';
const numberPattern = '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?';

/**
 * SQL of a delivered cell as its column's type; NULL when it is blank or does not cast (`castFails` tells the two apart).
 *
 * - string: exactly as delivered, never trimmed; a cell of blanks is NULL (ROW9)
 * - timestamp, date: `yyyy-MM-dd`, alone or with `T` or a space and `HH:mm[:ss[.fraction]]` and an optional `Z` or offset;
 *   `M/d/yyyy`, alone or with `h:mm[:ss] AM|PM` or `H:mm[:ss]`. Without an offset it is UTC; digits after the microsecond are
 *   cut. A date takes the date as written. Years 0001 to 9999.
 * - integer, short, long: an optional sign and digits, also with `.0`; in range
 * - double: a decimal number, also with an exponent; finite
 * - boolean: true, false, t, f, yes, no, y, n, 1, 0 in any case
 *
 * DuckDB's own casts let more through (`infinity`, `epoch`, `2021-1-3`, `24:00:00`, `3.7` as an integer): each form is
 * checked. What DuckDB writes back as it was read needs no further check, which is the cheap way for most cells.
 * The connection's TimeZone has to be UTC.
 * @param sqlInput SQL of the delivered text; it is repeated, so give a column rather than a computation
 */
export function castExpression(column: Pick<Column, 'type'> | ColumnType, sqlInput: string): string {
  const type = typeof column === 'string' ? column : column.type;
  const trimmed = trim(sqlInput);
  switch (type) {
    case 'string':
      // A first byte of printable ASCII, the usual case, settles that the cell is not blank.
      return `CASE WHEN ${sqlInput} >= '!' AND ${sqlInput} < chr(127) THEN ${sqlInput} WHEN ${trimmed} = '' THEN NULL ELSE ${sqlInput} END`;
    case 'boolean':
      return `CASE lower(${trimmed}) ${booleanWords(['true', 't', 'yes', 'y', '1'], 'true')} ${booleanWords(['false', 'f', 'no', 'n', '0'], 'false')} END`;
    case 'double':
      return (
        `CASE WHEN ${sqlInput} >= '0' AND ${sqlInput} < ':' AND CAST(TRY_CAST(${sqlInput} AS DOUBLE) AS VARCHAR) = ${sqlInput} ` +
        `THEN TRY_CAST(${sqlInput} AS DOUBLE) WHEN ${matches(trimmed, numberPattern)} ` +
        `AND isfinite(TRY_CAST(${trimmed} AS DOUBLE)) THEN TRY_CAST(${trimmed} AS DOUBLE) END`
      );
    case 'integer':
    case 'short':
    case 'long':
      return (
        `CASE WHEN CAST(TRY_CAST(${sqlInput} AS ${duckdbType(type)}) AS VARCHAR) = ${sqlInput} ` +
        `THEN TRY_CAST(${sqlInput} AS ${duckdbType(type)}) WHEN ${matches(trimmed, wholeNumberPattern)} ` +
        `THEN TRY_CAST(split_part(${trimmed}, '.', 1) AS ${duckdbType(type)}) END`
      );
    case 'date':
      return timeCases(
        sqlInput,
        `TRY_CAST(left(${sqlInput}, 10) AS DATE)`,
        `TRY_CAST(left(${trimmed}, 10) AS DATE)`,
        (local) => `CAST(${local} AS DATE)`,
      );
    case 'timestamp':
      return timeCases(
        sqlInput,
        asUtc(`TRY_CAST(${sqlInput} AS TIMESTAMP)`),
        `TRY_CAST(regexp_replace(${trimmed}, '${isoMinutesPattern}', '\\1:00\\2') AS TIMESTAMPTZ)`,
        asUtc,
      );
  }
}

/** SQL that is true when a cell is not blank and does not cast, and false in all other cases (never NULL). */
export function castFails(column: Pick<Column, 'type'> | ColumnType, sqlInput: string): string {
  const type = typeof column === 'string' ? column : column.type;
  if (type === 'string') return 'false';
  // CASE keeps the order: trimming, which is dear, is left to cells that did not cast.
  return (
    `CASE WHEN ${sqlInput} IS NULL THEN false WHEN (${castExpression(type, sqlInput)}) IS NOT NULL THEN false ` +
    `ELSE ${trim(sqlInput)} <> '' END`
  );
}

/** SQL that is true when a cell is null or blank (ROW9). */
export function isBlank(sqlInput: string): string {
  return `(${sqlInput} IS NULL OR ${trim(sqlInput)} = '')`;
}

/** The same instant as a plain cast gives in a UTC connection, at a third of its cost (ICU is left out). */
function asUtc(timestamp: string): string {
  return `make_timestamptz(epoch_us(${timestamp}))`;
}

/** @param usual SQL for a cell of `usualPattern`; `iso` for a trimmed one of `isoPattern`; `local` for a local TIMESTAMP */
function timeCases(sqlInput: string, usual: string, iso: string, local: (timestamp: string) => string): string {
  const trimmed = trim(sqlInput);
  const formats = unitedStatesFormats.map(quoteText).join(', ');
  return (
    `CASE WHEN ${matches(sqlInput, usualPattern)} AND ${sqlInput} >= '0001' THEN ${usual} ` +
    `WHEN ${matches(trimmed, isoPattern)} AND ${trimmed} >= '0001' THEN ${iso} ` +
    `WHEN ${matches(trimmed, unitedStatesPattern)} AND NOT contains(${trimmed}, '/0000') ` +
    `THEN ${local(`try_strptime(${trimmed}, [${formats}])`)} END`
  );
}

function booleanWords(words: readonly string[], value: string): string {
  return words.map((word) => `WHEN ${quoteText(word)} THEN ${value}`).join(' ');
}

function matches(sql: string, pattern: string): string {
  return `regexp_full_match(${sql}, ${quoteText(pattern)})`;
}

function trim(sql: string): string {
  return `trim(${sql}, ${quoteText(blankCharacters)})`;
}
