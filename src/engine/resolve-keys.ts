import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName, quoteText } from '../catalogue/render/sql-text';
import type { Table } from '../catalogue/model';
import type { LandedEvent } from '../contract/lake-format';
import { columnNames, type CheckedFile } from './check-rows';
import { stageParquet, type StagedFile } from './data-file';
import { runStatement, toNumber } from './database';
import { openColumns, withSqlTypes, type EngineContext } from './engine-context';
import type { RefusedContent } from './rejected-rows';

/** Keys must be unique: equal rows are duplicates; of different ones the smallest content hash stays (ROW11). */
export async function resolveKeys(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedEvent,
  checked: readonly CheckedFile[],
  isLarge: boolean,
  typedFile: StagedFile | undefined,
): Promise<{
  readonly relation: string;
  readonly rows: number;
  readonly duplicates: number;
  readonly staged: StagedFile | undefined;
  /** Rows that the row rules let pass, before keys were resolved. */
  readonly passing: number;
  /** By position in `checked`. */
  readonly conflicts: readonly (readonly RefusedContent[])[];
}> {
  const place = { table: table.name };
  const names = columnNames(table);
  const keys = table.key.map(quoteName).join(', ');
  const all = (columns: string): string =>
    checked.length === 0
      ? `SELECT ${withSqlTypes(table.columns)
          .map(({ name, sqlType }) => `NULL::${sqlType} AS ${quoteName(name)}`)
          .join(', ')}, NULL::VARCHAR AS _content, 0 AS _file WHERE false`
      : checked.map(({ passing }, index) => `SELECT ${columns}, ${index} AS _file FROM ${passing}`).join(' UNION ALL ');
  const typed = `typed_${batch.batch}`;
  const stage = (query: string): Promise<StagedFile | undefined> =>
    stageParquet(connection, query, {
      folder: context.staging,
      batch: batch.batch,
      statistics: openColumns(table),
      table: table.name,
      doing: 'writing corrected rows',
    });
  let staged = typedFile;
  let relation = typed;
  const write = async (query: string): Promise<void> => {
    if (isLarge) {
      staged = await stage(query);
      relation =
        staged === undefined ? `(SELECT ${names} FROM (${all('*')}))` : `read_parquet(${quoteText(staged.localPath)})`;
    } else {
      await runStatement(connection, `CREATE OR REPLACE TABLE ${typed} AS ${query}`, { doing: 'typing rows', place });
    }
  };
  if (typedFile === undefined) await write(`SELECT ${names} FROM (${all(names)})`);
  else relation = `read_parquet(${quoteText(typedFile.localPath)})`;
  const [count = {}] = await runStatement(
    connection,
    `SELECT count(*) AS n, count(DISTINCT hash(${keys})) AS distinct_keys FROM ${relation}`,
    { doing: 'checking keys', place },
  );
  const rows = toNumber(count['n']);
  if (rows === toNumber(count['distinct_keys'])) {
    return { relation, rows, passing: rows, duplicates: 0, staged, conflicts: [] };
  }

  const twins = `twins_${batch.batch}`;
  await runStatement(
    connection,
    `CREATE OR REPLACE TABLE ${twins} AS
       SELECT *, min(_content) OVER (PARTITION BY ${keys}) AS _winner,
              row_number() OVER (PARTITION BY ${keys} ORDER BY _content) AS _rank
       FROM (${all('*')}) SEMI JOIN (SELECT ${keys} FROM ${relation} GROUP BY ${keys} HAVING count(*) > 1) USING (${keys})`,
    { doing: 'resolving keys', place },
  );
  const losers = await runStatement(
    connection,
    `SELECT _file, _content, _content = _winner AS is_duplicate, count(*) AS n FROM ${twins} WHERE _rank > 1 GROUP BY ALL`,
    { doing: 'resolving keys', place },
  );
  await write(
    `SELECT ${names} FROM (${all('*')}) ANTI JOIN ${twins} USING (${keys})
     UNION ALL SELECT ${names} FROM ${twins} WHERE _rank = 1`,
  );
  let duplicates = 0;
  const conflicts = checked.map((): RefusedContent[] => []);
  for (const loser of losers) {
    const n = toNumber(loser['n']);
    if (loser['is_duplicate'] === true) duplicates += n;
    else {
      const one = { content: String(loser['_content']), reason: 'key_conflict' as const, columnName: table.key[0] };
      conflicts[toNumber(loser['_file'])]?.push(...Array.from({ length: n }, () => one));
    }
  }
  const lost = duplicates + conflicts.flat().length;
  return { relation, rows: rows - lost, passing: rows, duplicates, staged, conflicts };
}
