import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { quoteName, quoteText } from '../../src/catalogue/render/sql-text';
import { loadCatalogue, tableOf } from '../../src/catalogue/load';
import { castExpression, duckdbType } from '../../src/catalogue/render/duckdb-cast';
import { generalColumns, saltExpression } from '../../src/catalogue/render/duckdb-treatment';
import { isPseudonymised } from '../../src/catalogue/treatment';
import type { Table } from '../../src/catalogue/model';
import { openDatabase, runStatement, toNumber } from '../../src/engine/database';
import type { Counts, Timed } from '../tasks';
import { benchSalt } from './salt';

export interface ReadOnceInput {
  /** A delivered activity file without a header line. */
  readonly file: string;
  /** Folder for the parquet file, which is removed again. */
  readonly folder: string;
  /**
   * `catalogue`: types and treatments exactly as the catalogue renders them, what the engine does once. `plain`: casts
   * and hashes as anyone would write them by hand, which accept less and check less.
   */
  readonly treatment: 'catalogue' | 'plain';
}

/**
 * The yardstick beside `process`: DuckDB reads the file, types it, hashes the columns that the strict catalogue hashes,
 * and writes one parquet file, in one statement with the engine's own settings. No proof, no keys, no other stage.
 */
export async function readOnce(input: ReadOnceInput, timed: Timed): Promise<Counts> {
  const table = tableOf(loadCatalogue('strict'), 'activity');
  const folder = await mkdtemp(path.join(input.folder, 'read-once-'));
  const database = await openDatabase({ temporaryFolder: folder });
  try {
    await database.setSalt(benchSalt);
    const [connection] = database.connections;
    const query = input.treatment === 'catalogue' ? catalogueQuery(table, input.file) : plainQuery(table, input.file);
    const target = quoteText(path.join(folder, 'once.parquet'));
    const [row] = await timed(() =>
      runStatement(connection, `COPY (${query}) TO ${target} (FORMAT parquet, COMPRESSION snappy)`, {
        doing: 'reading a file once',
      }),
    );
    return { rows: toNumber(row?.['Count']) };
  } finally {
    database.close();
    await rm(folder, { recursive: true });
  }
}

function catalogueQuery(table: Table, file: string): string {
  const typed = table.columns.map(({ name, type }) => `${castExpression(type, quoteName(name))} AS ${quoteName(name)}`);
  const general = generalColumns(table).map(({ name, sql }) => `${sql} AS ${quoteName(name)}`);
  return `SELECT ${general.join(', ')} FROM (SELECT ${typed.join(', ')} FROM ${delivered(table, file)})`;
}

function plainQuery(table: Table, file: string): string {
  const columns = table.columns.map(({ name, type, treatment }) => {
    const value = quoteName(name);
    if (treatment.kind === 'mask') return `'*' AS ${value}`;
    if (isPseudonymised(treatment)) return `sha256(${value} || ${saltExpression}) AS ${value}`;
    return type === 'string' ? value : `TRY_CAST(${value} AS ${duckdbType(type)}) AS ${value}`;
  });
  return `SELECT ${columns.join(', ')} FROM ${delivered(table, file)}`;
}

function delivered(table: Table, file: string): string {
  const columns = table.columns.map(({ name }) => `${quoteText(name)}: 'VARCHAR'`).join(', ');
  return `read_csv(${quoteText(file)}, header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${columns}})`;
}
