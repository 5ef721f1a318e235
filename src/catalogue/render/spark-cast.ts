import type { ColumnType } from '../model';
import { blankCharacters } from './duckdb-cast';

/** Stands in a template for the SQL of the delivered text. */
export const cellPlaceholder = '{cell}';

const sparkTypes: Readonly<Record<ColumnType, string>> = {
  string: 'STRING',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
  boolean: 'BOOLEAN',
  integer: 'INT',
  short: 'SMALLINT',
  long: 'BIGINT',
  double: 'DOUBLE',
};

/** Spark's name of a catalogue type. */
export function sparkType(type: ColumnType): string {
  return sparkTypes[type];
}

/** A text constant as Spark SQL: what is not plain ASCII is written as an escape. */
export function sparkText(text: string): string {
  const escaped = [...text].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\\' || character === "'") return `\\${character}`;
    return code >= 0x20 && code < 0x7f ? character : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `'${escaped.join('')}'`;
}

/** A column name as Spark SQL. */
export function sparkName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

const trimmed = `btrim(${cellPlaceholder}, ${sparkText(blankCharacters)})`;
const clock = '([01][0-9]|2[0-3]):[0-5][0-9]';
const offset = '(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?';
const day = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const seconds = ':[0-5][0-9]([.][0-9]{1,9})?';
const usual = `${day}([T ]${clock}(${seconds}Z?)?)?`;
const iso = `${day}([T ]${clock}(${seconds})?${offset})?`;
const unitedStates =
  '(0?[1-9]|1[0-2])/(0?[1-9]|[12][0-9]|3[01])/[0-9]{4}' +
  '( ((0?[1-9]|1[0-2]):[0-5][0-9](:[0-5][0-9])? ([AaPp][Mm])|([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?))?';
const unitedStatesFormats = ['', ' h:mm:ss a', ' h:mm a', ' H:mm:ss', ' H:mm'].map((time) => `M/d/yyyy${time}`);
const wholeNumber = '[+-]?[0-9]+([.]0+)?';
const decimalNumber = '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?';

/**
 * Spark SQL of a delivered cell as a column's type, with `{cell}` for the cell; NULL when it is blank or does not cast. The
 * same forms as DuckDB's `castExpression` takes (ROW9), and each is checked: Spark's own casts let more through.
 * The session's time zone has to be UTC and its time parser the corrected one, whose failures are NULL and no messages.
 */
export function sparkCastTemplate(type: ColumnType): string {
  const cell = cellPlaceholder;
  switch (type) {
    case 'string':
      // A first byte of printable ASCII, the usual case, settles that the cell is not blank.
      return `CASE WHEN ${cell} >= '!' AND ${cell} < '\\u007f' THEN ${cell} WHEN ${trimmed} = '' THEN NULL ELSE ${cell} END`;
    case 'boolean':
      return `CASE WHEN lower(${trimmed}) IN ('true', 't', 'yes', 'y', '1') THEN true WHEN lower(${trimmed}) IN ('false', 'f', 'no', 'n', '0') THEN false END`;
    case 'double':
      return `CASE WHEN ${matches(trimmed, decimalNumber)} AND abs(TRY_CAST(${trimmed} AS DOUBLE)) < DOUBLE('Infinity') THEN TRY_CAST(${trimmed} AS DOUBLE) END`;
    case 'integer':
    case 'short':
    case 'long':
      return `CASE WHEN ${matches(trimmed, wholeNumber)} THEN TRY_CAST(split_part(${trimmed}, '.', 1) AS ${sparkTypes[type]}) END`;
    case 'date':
      return timeCases(
        `TRY_CAST(left(${cell}, 10) AS DATE)`,
        `TRY_CAST(left(${trimmed}, 10) AS DATE)`,
        (time) => `CAST(${time} AS DATE)`,
      );
    case 'timestamp':
      return timeCases(
        `TRY_CAST(${cell} AS TIMESTAMP)`,
        `TRY_CAST(regexp_replace(${trimmed}, '^(.{10}[T ].{5})(Z|[+-].*)$', '$1:00$2') AS TIMESTAMP)`,
        (time) => time,
      );
  }
}

/**
 * The same for the forms that nearly every cell has, in a fraction of the time and of the generated code: what it reads, the
 * full template reads alike; NULL for anything else says nothing.
 */
export function sparkFastCastTemplate(type: ColumnType): string {
  const cell = cellPlaceholder;
  switch (type) {
    case 'string':
      return sparkCastTemplate(type);
    case 'boolean':
      return `CASE WHEN ${cell} IN ('true', 'True', 'TRUE') THEN true WHEN ${cell} IN ('false', 'False', 'FALSE') THEN false END`;
    case 'double':
      return `CASE WHEN ${matches(cell, '[0-9]{1,15}([.][0-9]{1,15})?')} THEN CAST(${cell} AS DOUBLE) END`;
    case 'integer':
    case 'short':
    case 'long':
      return `CASE WHEN ${matches(cell, '[0-9]{1,4}')} THEN CAST(${cell} AS ${sparkTypes[type]}) END`;
    case 'date':
      return `CASE WHEN ${matches(cell, day)} AND ${cell} >= '0001' THEN TRY_CAST(${cell} AS DATE) END`;
    case 'timestamp':
      return `CASE WHEN ${matches(cell, usual)} AND ${cell} >= '0001' THEN TRY_CAST(${cell} AS TIMESTAMP) END`;
  }
}

/** Spark SQL that is true when a cell is null or blank (ROW9). */
export const sparkBlankTemplate = `(${cellPlaceholder} IS NULL OR (NOT (${cellPlaceholder} >= '!' AND ${cellPlaceholder} < '\\u007f') AND ${trimmed} = ''))`;

function timeCases(usualTime: string, isoTime: string, local: (time: string) => string): string {
  const cell = cellPlaceholder;
  const read = unitedStatesFormats.map((format) => `to_timestamp(${trimmed}, ${sparkText(format)})`).join(', ');
  return (
    `CASE WHEN ${matches(cell, usual)} AND ${cell} >= '0001' THEN ${usualTime} ` +
    `WHEN ${matches(trimmed, iso)} AND ${trimmed} >= '0001' THEN ${isoTime} ` +
    `WHEN ${matches(trimmed, unitedStates)} AND NOT contains(${trimmed}, '/0000') THEN ${local(`coalesce(${read})`)} END`
  );
}

/** The whole text, not a line of it: Java's `$` would also match before a last line end. */
function matches(sql: string, pattern: string): string {
  return `${sql} RLIKE ${sparkText(`\\A(${pattern})\\z`)}`;
}
