import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { quoteText } from '../catalogue/render/sql-text';
import { InsightsError } from '../contract/errors';
import type { ColumnType } from '../catalogue/model';
import { runStatement, toNumber } from './database';

/** A finished parquet file in the staging folder, not yet part of any table. */
export interface StagedFile {
  readonly localPath: string;
  /** File name in the table's folder. Unique, so that two writers never touch one file. */
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  /** JSON text for the Delta log: numRecords always, minima and maxima of the columns asked for. */
  readonly stats: string;
  /** What parquet knows of each column. Only for decisions of the engine: it holds values of protected columns too. */
  readonly facts: ReadonlyMap<string, ColumnFacts>;
  /** Of a partitioned table: the values, as text, by column; they are not in the file. */
  readonly partition?: Readonly<Record<string, string>>;
}

export interface ColumnFacts {
  readonly nulls: number;
  /** As text; truncated when long; undefined for a column of nulls. */
  readonly min: string | undefined;
  readonly max: string | undefined;
}

/** A column whose minimum and maximum may stand in the log (PRIV3). */
export interface StatisticsColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** Longer texts are left out of the statistics: DuckDB truncates near 256 characters, and nobody prunes by them. */
const longestStatistic = 64;

/**
 * Writes the rows of a query to a parquet file in the staging folder. Undefined when the query has no rows: a table
 * without rows has no data file.
 */
export async function stageParquet(
  connection: DuckDBConnection,
  query: string,
  options: {
    readonly folder: string;
    readonly batch: number;
    readonly statistics: readonly StatisticsColumn[];
    readonly table: string;
    readonly doing: string;
    /** `rest` for what remains of an older file when rows were taken out of it. Default `part`. */
    readonly prefix?: 'part' | 'rest';
  },
): Promise<StagedFile | undefined> {
  const name = `${dataFilePrefix(options.batch, options.prefix)}${randomUUID()}.parquet`;
  const localPath = path.join(options.folder, name);
  const [row] = await runStatement(
    connection,
    `COPY (${query}) TO ${quoteText(localPath)} (FORMAT parquet, COMPRESSION snappy, RETURN_STATS)`,
    { doing: options.doing, place: { table: options.table } },
  );
  const rows = toNumber(row?.['count']);
  if (row === undefined || rows === 0) return undefined;
  const facts = columnFacts(row['column_statistics']);
  const stats = JSON.stringify(statistics(rows, facts, options.statistics));
  return { localPath, name, rows, bytes: toNumber(row['file_size_bytes']), stats, facts };
}

/** How the files that a batch adds to a table start. */
export function dataFilePrefix(batch: number, prefix: 'part' | 'rest' = 'part'): string {
  return `${prefix}-${String(batch).padStart(10, '0')}-`;
}

/** Delta's statistics from DuckDB's, which are texts. */
export function statistics(
  rows: number,
  found: ReadonlyMap<string, ColumnFacts>,
  columns: readonly StatisticsColumn[],
): { numRecords: number; minValues: object; maxValues: object; nullCount: object } {
  const minValues: Record<string, string | number> = {};
  const maxValues: Record<string, string | number> = {};
  const nullCount: Record<string, number> = {};
  for (const { name, type } of columns) {
    const entry = found.get(name);
    if (entry === undefined) continue;
    nullCount[name] = entry.nulls;
    const min = statistic(entry.min, type, 'min');
    const max = statistic(entry.max, type, 'max');
    if (min !== undefined && max !== undefined) {
      minValues[name] = min;
      maxValues[name] = max;
    }
  }
  return { numRecords: rows, minValues, maxValues, nullCount };
}

function statistic(text: string | undefined, type: ColumnType, bound: 'min' | 'max'): string | number | undefined {
  if (text === undefined || text.length > longestStatistic || type === 'boolean') return undefined;
  if (type === 'string' || type === 'date') return text;
  if (type === 'timestamp') return timestampStatistic(text, bound);
  const number = Number(text);
  // A whole number that JSON rounds would be a wrong bound.
  if (type !== 'double' && !Number.isSafeInteger(number)) return undefined;
  return Number.isFinite(number) ? number : undefined;
}

/** The log has milliseconds: a minimum is rounded down, a maximum up, so that no row falls outside its file's range. */
function timestampStatistic(text: string, bound: 'min' | 'max'): string | undefined {
  const match = /^(\d{4,}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?\+00$/.exec(text);
  if (match === null) return undefined;
  const fraction = (match[3] ?? '').padEnd(6, '0');
  const time = Date.parse(`${match[1]}T${match[2]}.${fraction.slice(0, 3)}Z`);
  const isBetween = bound === 'max' && fraction.slice(3) !== '000';
  const stated = Number.isNaN(time) ? '' : new Date(time + (isBetween ? 1 : 0)).toISOString();
  // From the year 10000 on the text has another form.
  return /^\d/.test(stated) ? stated : undefined;
}

/** DuckDB's MAP(VARCHAR, MAP(VARCHAR, VARCHAR)), keyed by quoted column names. */
function columnFacts(value: DuckDBValue | undefined): Map<string, ColumnFacts> {
  const columns = new Map<string, ColumnFacts>();
  for (const { key, value: entry } of mapEntries(value)) {
    const texts = new Map(mapEntries(entry).map((one) => [String(one.key), String(one.value)]));
    const name = String(key).replace(/^"|"$/g, '').replaceAll('""', '"');
    columns.set(name, { nulls: Number(texts.get('null_count') ?? 0), min: texts.get('min'), max: texts.get('max') });
  }
  return columns;
}

function mapEntries(
  value: DuckDBValue | undefined,
): readonly { readonly key: DuckDBValue; readonly value: DuckDBValue }[] {
  if (typeof value === 'object' && value !== null && 'entries' in value && Array.isArray(value.entries)) {
    return value.entries;
  }
  throw new InsightsError('ENGINE_FAILED', 'The engine did not return the statistics of a file it wrote.');
}
