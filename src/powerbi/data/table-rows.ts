import { reportViewNames } from '../../catalogue/render/report-columns';
import { quoteName, quoteText } from '../../catalogue/render/sql-text';
import type { RunReport } from '../../contract/lake-format';
import { factRelation, sourceTables, type SourceRelations } from '../measures/relations';
import type { DataType, ModelTable, SemanticModel } from '../model/model';
import { qualityRows, type QualityRow } from '../model/quality';

/** Tables of general that the model needs, beyond those of the measures. */
export const modelSources = [...sourceTables, 'Course', 'Person'] as const;

export type ModelRelations = SourceRelations & Readonly<Record<(typeof modelSources)[number], string>>;

/** DuckDB's types of what a data file holds; times are UTC without a zone, as the views have them. */
const fileTypes: Readonly<Record<DataType, string>> = {
  string: 'VARCHAR',
  int64: 'BIGINT',
  double: 'DOUBLE',
  dateTime: 'TIMESTAMP',
  boolean: 'BOOLEAN',
};

/**
 * A query of DuckDB for each data file of an imported model, by the file's name without its ending: the rows that the
 * views of the same name would give, in an order of their own, so that the same lake gives the same file.
 * @param timeZone IANA name (ROW16)
 * @param runs reports of the lake's runs
 */
export function tableRows(
  model: SemanticModel,
  relations: ModelRelations,
  timeZone: string,
  runs: readonly RunReport[],
): ReadonlyMap<string, string> {
  const signals = factRelation('activity', relations, timeZone);
  return new Map(
    model.tables.map((table) => [table.source.name, rowsOf(table, sourceOf(table, relations, signals, runs))]),
  );
}

function sourceOf(
  { name, source }: ModelTable,
  relations: ModelRelations,
  signals: string,
  runs: readonly RunReport[],
): string {
  if (source.kind === 'runs') return qualityQuery(runs.flatMap(qualityRows));
  if (source.name === reportViewNames.activity) return `(${signals})`;
  if (source.name === reportViewNames.calendar) return calendarQuery(signals);
  return relations[name as keyof ModelRelations];
}

function rowsOf({ columns }: ModelTable, from: string): string {
  const list = columns.map(
    ({ name, dataType }) => `CAST(${quoteName(name)} AS ${fileTypes[dataType]}) AS ${quoteName(name)}`,
  );
  return `SELECT ${list.join(', ')} FROM ${from} AS rows ORDER BY ALL`;
}

function calendarQuery(signals: string): string {
  const days = `SELECT unnest(generate_series(min("Day"), max("Day"), INTERVAL 1 DAY)) AS "Date" FROM (${signals})`;
  return `(SELECT "Date", date_trunc('week', "Date") AS "WeekStart", date_trunc('month', "Date") AS "MonthStart",
    year("Date") AS "Year" FROM (${days}))`;
}

function qualityQuery(rows: readonly QualityRow[]): string {
  const value = (cell: string | number | null): string =>
    typeof cell === 'string' ? quoteText(cell) : cell === null ? 'NULL' : String(cell);
  const names: readonly (keyof QualityRow)[] = [
    ...(['Run', 'Finished', 'Outcome', 'Table', 'Landed', 'Duplicates', 'Rejected', 'General'] as const),
  ];
  const tuple = (cells: readonly string[]): string => `(${cells.join(', ')})`;
  // A first row that is filtered out gives the columns their names where there was no run.
  const nobody = tuple(names.map(() => 'NULL'));
  const tuples = rows.map((row) => tuple(names.map((name) => value(row[name]))));
  return `(SELECT * FROM (VALUES ${[nobody, ...tuples].join(', ')}) AS v(${names.map(quoteName).join(', ')}) WHERE "Run" IS NOT NULL)`;
}
