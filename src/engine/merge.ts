import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName } from '../catalogue/render/sql-text';
import type { AddAction } from '../lake/delta-actions';
import { stageParquet, type StagedFile, type StatisticsColumn } from './data-file';
import { quoteList, runStatement, toNumber } from './database';
import type { EngineContext } from './engine-context';
import { recordsOf, type LakeTable } from './lake-table';

/** What a batch does to a table that keeps its other rows: files to add and remove, and the counts for the ledger. */
export interface Merge {
  readonly adds: readonly StagedFile[];
  readonly removes: readonly AddAction[];
  /** Rows of the batch that are in the table afterwards. */
  readonly written: number;
  /** Rows of the batch that equal a row already there: they change nothing. */
  readonly duplicates: number;
  /** Rows of earlier batches that left. */
  readonly left: number;
  readonly total: number;
}

export interface RowMerge extends Merge {
  /** SQL relation of the rows that were written; it lives as long as the batch's working tables. */
  readonly relation: string;
}

/**
 * Adds the rows of `incoming` to a table; rows already there with the same key leave it, unless they are equal, in which
 * case the incoming one is a duplicate (ROW14: the last arrival wins). Only files that hold such a key are written
 * again; of the others only the key column is read.
 */
export async function mergeRows(
  context: EngineContext,
  connection: DuckDBConnection,
  table: LakeTable,
  options: {
    /** SQL relation with the table's columns, keys unique. */
    readonly incoming: string;
    readonly incomingRows: number;
    readonly staged: StagedFile | undefined;
    /** All columns of the table, and the names of the key among them. */
    readonly columns: readonly SqlColumn[];
    readonly key: readonly string[];
    readonly batch: number;
    readonly statistics: readonly StatisticsColumn[];
    /** False where equal rows count as new ones too: the incoming relation was merged once already. */
    readonly findDuplicates: boolean;
  },
): Promise<RowMerge> {
  const { columns, key, batch } = options;
  const names = columns.map(({ name }) => quoteName(name)).join(', ');
  const keys = key.map(quoteName).join(', ');
  const place = { table: table.name };
  const touched = await filesWithKeys(connection, table, options.incoming, keys);
  let duplicates = 0;
  let incoming = options.incoming;
  let staged = options.staged;
  if (touched.length > 0 && options.findDuplicates) {
    const older = await table.relation(columns, touched);
    const fresh = `fresh_${batch}`;
    await runStatement(
      connection,
      `CREATE OR REPLACE TABLE ${fresh} AS SELECT ${names} FROM ${options.incoming}
       EXCEPT ALL SELECT ${names} FROM (SELECT ${names} FROM ${older} SEMI JOIN ${options.incoming} USING (${keys}))`,
      { doing: 'comparing rows that arrived again', place },
    );
    const [count = {}] = await runStatement(connection, `SELECT count(*) AS n FROM ${fresh}`, {
      doing: 'counting rows',
      place,
    });
    duplicates = options.incomingRows - toNumber(count['n']);
    incoming = fresh;
    if (duplicates > 0) staged = undefined;
  }
  const rest = await withoutKeys(context, connection, table, touched, incoming, {
    columns,
    keys,
    batch,
    statistics: options.statistics,
  });
  const added =
    staged ??
    (await stageParquet(connection, `SELECT ${names} FROM ${incoming}`, {
      folder: context.staging,
      batch,
      statistics: options.statistics,
      table: table.name,
      doing: 'writing rows',
    }));
  const written = options.incomingRows - duplicates;
  return {
    relation: incoming,
    adds: [...rest.adds, ...(added === undefined ? [] : [added])],
    removes: rest.removes,
    written,
    duplicates,
    left: rest.left,
    total: table.rows - rest.left + written,
  };
}

/** Takes the rows with the keys of `incoming` out of a table. */
export async function removeRows(
  context: EngineContext,
  connection: DuckDBConnection,
  table: LakeTable,
  options: {
    readonly incoming: string;
    readonly columns: readonly SqlColumn[];
    readonly key: readonly string[];
    readonly batch: number;
    readonly statistics: readonly StatisticsColumn[];
  },
): Promise<Merge> {
  const keys = options.key.map(quoteName).join(', ');
  const touched = await filesWithKeys(connection, table, options.incoming, keys);
  const { columns, batch, statistics } = options;
  const rest = await withoutKeys(context, connection, table, touched, options.incoming, {
    columns,
    keys,
    batch,
    statistics,
  });
  return { ...rest, written: 0, duplicates: 0, total: table.rows - rest.left };
}

export interface SqlColumn {
  readonly name: string;
  readonly sqlType: string;
}

async function filesWithKeys(
  connection: DuckDBConnection,
  table: LakeTable,
  incoming: string,
  keys: string,
): Promise<AddAction[]> {
  const files = table.files;
  if (files.length === 0) return [];
  const localPaths = await table.localFiles(files);
  const found = await runStatement(
    connection,
    `SELECT DISTINCT filename FROM (SELECT ${keys}, filename FROM read_parquet(${quoteList(localPaths)}, filename = true, union_by_name = true))
     SEMI JOIN (SELECT ${keys} FROM ${incoming}) USING (${keys})`,
    { doing: 'looking for keys that are there already', place: { table: table.name } },
  );
  const touched = new Set(found.map((row) => String(row['filename'])));
  return files.filter((_, index) => touched.has(localPaths[index] ?? ''));
}

async function withoutKeys(
  context: EngineContext,
  connection: DuckDBConnection,
  table: LakeTable,
  touched: readonly AddAction[],
  incoming: string,
  options: {
    readonly columns: readonly SqlColumn[];
    readonly keys: string;
    readonly batch: number;
    readonly statistics: readonly StatisticsColumn[];
  },
): Promise<{ readonly adds: StagedFile[]; readonly removes: AddAction[]; readonly left: number }> {
  const adds: StagedFile[] = [];
  const removes: AddAction[] = [];
  let left = 0;
  for (const file of touched) {
    const rest = await stageParquet(
      connection,
      `SELECT * FROM ${await table.relation(options.columns, [file])} ANTI JOIN (SELECT ${options.keys} FROM ${incoming}) USING (${options.keys})`,
      {
        folder: context.staging,
        batch: options.batch,
        statistics: options.statistics,
        table: table.name,
        doing: 'writing a file without replaced rows',
        prefix: 'rest',
      },
    );
    const gone = recordsOf(file) - (rest?.rows ?? 0);
    if (gone === 0) continue;
    left += gone;
    removes.push(file);
    if (rest !== undefined) adds.push(rest);
  }
  return { adds, removes, left };
}
