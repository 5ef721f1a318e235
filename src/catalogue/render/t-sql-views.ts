import { createHash } from 'node:crypto';
import type { Catalogue, Column, ColumnType, Table } from '../model';
import { historyColumns, keepsHistory } from '../refined-shape';
import { generalColumns, lookupColumns } from './duckdb-treatment';
import { quoteBracketName, quoteNationalText } from './sql-text';
import { offsetPeriods, type OffsetPeriod } from './time-offsets';

/** The collation that Delta and Parquet text needs: binary order in UTF-8, so that filters reach the files' statistics. */
export const lakeCollation = 'Latin1_General_100_BIN2_UTF8';

/** Stands in the text of every view of ours, before its hash: a view with it that the catalogue no longer has is dropped. */
export const viewMark = 'Rendered from the catalogue of Education Insights';

export interface SqlView {
  readonly name: string;
  /** Stands in its text, and in that of no other definition: with it, the view is as it should be. */
  readonly mark: string;
  /** T-SQL that makes or changes the view; its only statement, as T-SQL wants it. */
  readonly text: string;
}

interface SqlColumn {
  readonly name: string;
  readonly sqlType: string;
}

const plainTypes: Readonly<Record<Exclude<ColumnType, 'string'>, string>> = {
  timestamp: 'DATETIME2(6)',
  date: 'DATE',
  boolean: 'BIT',
  integer: 'INT',
  short: 'SMALLINT',
  long: 'BIGINT',
  double: 'FLOAT',
};

/** Bytes, as a UTF-8 collation counts them. Power BI over serverless is slow with more than a column can hold. */
const textLengths = { pseudonym: 64, mask: 1, family: 16, identifier: 256, other: 4000 } as const;

/**
 * A view per general table over the data source of the general zone, with every column's type written out. `activity`
 * has `Day`, `Week` (its Monday) and `Hour` of the institution's own time beside (ROW16).
 * @param timeZone IANA name
 */
export function generalViews(catalogue: Catalogue, dataSource: string, timeZone: string): readonly SqlView[] {
  return catalogue.tables.map((table) => {
    const columns: SqlColumn[] = generalColumns(table).map(({ name, type }) => ({
      name,
      sqlType: sqlType(type, textLength(table, name)),
    }));
    if (keepsHistory(table, catalogue)) {
      columns.push(...historyColumns.map(({ name, type }) => ({ name, sqlType: sqlType(type, textLengths.other) })));
    }
    const time = table.source === 'activity' ? localTimeOf('StartTime', offsetPeriods(timeZone)) : undefined;
    return viewOf(table.name, dataSource, columns, time);
  });
}

/** A view per lookup over the data source of the sensitive zone. */
export function lookupViews(catalogue: Catalogue, dataSource: string): readonly SqlView[] {
  return catalogue.tables.flatMap((table) => {
    const rendered = lookupColumns(table, catalogue);
    if (rendered.length === 0) return [];
    const columns = rendered.map(({ name, type }) => ({ name, sqlType: sqlType(type, lookupLength(table, name)) }));
    const name = `${table.name}_lookup`;
    return [viewOf(name, dataSource, columns, undefined)];
  });
}

function viewOf(
  name: string,
  dataSource: string,
  columns: readonly SqlColumn[],
  time: LocalTimeSql | undefined,
): SqlView {
  const typed = columns.map((column) => `    ${quoteBracketName(column.name)} ${column.sqlType}`).join(',\n');
  const listed = columns.map((column) => `r.${quoteBracketName(column.name)}`);
  const computed = time === undefined ? [] : [time.day, time.week, time.hour];
  const query = [
    `SELECT ${[...listed, ...computed].join(', ')}`,
    `FROM OPENROWSET(BULK ${quoteNationalText(name)}, DATA_SOURCE = ${quoteNationalText(dataSource)}, FORMAT = 'DELTA') WITH (`,
    typed,
    ') AS r',
    ...(time === undefined ? [] : time.from),
  ].join('\n');
  return markedView(name, query);
}

/** A view of `dbo` by its query, with a mark that tells this definition from every other. */
export function markedView(name: string, query: string): SqlView {
  const mark = `${viewMark} ${createHash('sha256').update(query).digest('hex').slice(0, 16)}`;
  const text = `CREATE OR ALTER VIEW [dbo].${quoteBracketName(name)} AS\n/* ${mark} */\n${query}`;
  return { name, mark, text };
}

function sqlType(type: ColumnType, length: number): string {
  return type === 'string' ? `VARCHAR(${length}) COLLATE ${lakeCollation}` : plainTypes[type];
}

function textLength(table: Table, name: string): number {
  if (name.endsWith('_pseudonym')) return textLengths.pseudonym;
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined) return textLengths.other;
  if (column.treatment.kind === 'mask') return textLengths.mask;
  if (column.treatment.kind === 'generalise' && column.treatment.rule === 'family') return textLengths.family;
  return rawLength(table, column);
}

function lookupLength(table: Table, name: string): number {
  const column = table.columns.find((candidate) => candidate.name === name);
  return column === undefined ? textLengths.pseudonym : rawLength(table, column);
}

function rawLength(table: Table, column: Column): number {
  const isIdentifier =
    column.domain !== undefined ||
    column.enumeration !== undefined ||
    table.key.includes(column.name) ||
    table.references.some((reference) => reference.column === column.name);
  return isIdentifier ? textLengths.identifier : textLengths.other;
}

interface LocalTimeSql {
  readonly day: string;
  readonly week: string;
  readonly hour: string;
  /** What follows the rows in FROM. */
  readonly from: readonly string[];
}

/** 1900-01-01 was a Monday: counted from it, the week begins on Monday whatever DATEFIRST says. */
export const someMonday = "CAST('19000101' AS DATE)";

function localTimeOf(column: string, periods: readonly OffsetPeriod[]): LocalTimeSql {
  const utc = `r.${quoteBracketName(column)}`;
  const [only] = periods;
  const isConstant = periods.length === 1 && only !== undefined;
  const minutes = isConstant ? String(only.minutes) : 'z.[Minutes]';
  const local = isConstant && only.minutes === 0 ? utc : `DATEADD(minute, ${minutes}, ${utc})`;
  const date = `CAST(${local} AS DATE)`;
  return {
    day: `${date} AS [Day]`,
    week: `DATEADD(day, -(DATEDIFF(day, ${someMonday}, ${date}) % 7), ${date}) AS [Week]`,
    hour: `DATEPART(hour, ${local}) AS [Hour]`,
    from: isConstant
      ? []
      : [
          'LEFT JOIN (',
          periods.map(periodRow).join(' UNION ALL\n'),
          `) AS z ON ${utc} >= z.[From] AND ${utc} < z.[Until]`,
        ],
  };
}

function periodRow({ from, until, minutes }: OffsetPeriod): string {
  const instant = (text: string): string => `CAST('${text}' AS DATETIME2(6))`;
  const [first, last] = [instant(from ?? '0001-01-01T00:00:00'), instant(until ?? '9999-12-31T23:59:59.999999')];
  return `    SELECT ${first} AS [From], ${last} AS [Until], ${minutes} AS [Minutes]`;
}
