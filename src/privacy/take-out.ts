import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnType } from '../catalogue/model';
import { quoteText } from '../catalogue/render/sql-text';
import type { CommitLedger } from '../contract/lake-format';
import { stageParquet, type StagedFile, type StatisticsColumn } from '../engine/data-file';
import { quoteList, runStatement, toNumber } from '../engine/database';
import { commitChange, commitLedger, type EngineContext } from '../engine/engine-context';
import type { LakeTable } from '../engine/lake-table';
import type { AddAction } from '../lake/delta-actions';

/** How many rows of a table meet a condition, by the index of their file in `target.files`. */
export async function countRows(
  connection: DuckDBConnection,
  target: LakeTable,
  condition: string,
): Promise<Map<AddAction, number>> {
  const counts = new Map<AddAction, number>();
  if (target.files.length === 0) return counts;
  const local = await target.localFiles();
  const rows = await runStatement(
    connection,
    `SELECT filename, count(*) AS n
     FROM read_parquet(${quoteList(local)}, filename = true, union_by_name = true, hive_partitioning = false) AS data
     WHERE ${condition} GROUP BY ALL`,
    { doing: 'counting rows to erase', place: { table: target.name } },
  );
  for (const { filename, n } of rows) {
    const file = target.files[local.indexOf(String(filename))];
    if (file !== undefined) counts.set(file, toNumber(n));
  }
  return counts;
}

/**
 * Takes the rows that meet a condition out of a table, in one commit: their files are written again without them, in the
 * same order and with statistics of the same columns. Where no row meets it nothing is committed, so it can be repeated.
 * @param condition SQL over the columns of the table's files, whose rows are called `data`
 * @returns rows taken out
 */
export async function takeOut(
  context: EngineContext,
  connection: DuckDBConnection,
  target: LakeTable,
  condition: string,
  erased?: CommitLedger['erased'],
): Promise<number> {
  const counts = await countRows(connection, target, condition);
  if (counts.size === 0) return 0;
  const adds: StagedFile[] = [];
  for (const file of counts.keys()) {
    const rest = await stageRest(context, connection, target, file, condition);
    if (rest !== undefined) adds.push(rest);
  }
  const removed = [...counts.values()].reduce((sum, n) => sum + n, 0);
  const last = (await target.ledgers()).at(-1);
  const batch = {
    batch: last?.batch ?? target.lastBatch,
    table: target.name,
    rundate: last?.rundate ?? context.startedAt,
    kind: 'snapshot' as const,
  };
  const rows = { removed, kept: last?.rows.kept ?? 0, total: target.rows - removed };
  const ledger = commitLedger(context, batch, target.stage, rows, { kind: 'erasure' });
  await commitChange(context, target, {
    adds,
    removes: [...counts.keys()],
    ledger: erased === undefined ? ledger : { ...ledger, erased },
    schemaString: target.schemaString ?? '',
    operation: 'DELETE',
    isTransaction: false,
  });
  return removed;
}

/** The rows of a file that stay; undefined when none does. */
async function stageRest(
  context: EngineContext,
  connection: DuckDBConnection,
  target: LakeTable,
  file: AddAction,
  condition: string,
): Promise<StagedFile | undefined> {
  const [local = ''] = await target.localFiles([file]);
  const [, prefix, batch] = /(?:^|\/)(part|rest)-(\d{10})-[^/]*$/.exec(file.path) ?? [];
  const rest = await stageParquet(
    connection,
    `SELECT * EXCLUDE (file_row_number)
     FROM read_parquet(${quoteText(local)}, file_row_number = true, hive_partitioning = false) AS data
     WHERE (${condition}) IS NOT TRUE ORDER BY file_row_number`,
    {
      folder: context.staging,
      // A batch's own rows are found by the names of its files, also after an erasure.
      batch: batch === undefined ? target.lastBatch : Number(batch),
      prefix: prefix === 'part' ? 'part' : 'rest',
      statistics: statisticsColumns(target, file),
      table: target.name,
      doing: 'writing a table without erased rows',
    },
  );
  const partition = file.partitionValues as Readonly<Record<string, string>>;
  return rest === undefined || Object.keys(partition).length === 0 ? rest : { ...rest, partition };
}

/** The columns of which the log says minimum and maximum now, and no other (PRIV3). */
function statisticsColumns(target: LakeTable, file: AddAction): StatisticsColumn[] {
  const { nullCount = {} } = JSON.parse(file.stats ?? '{}') as { nullCount?: object };
  const { fields } = JSON.parse(target.schemaString ?? '{"fields":[]}') as {
    fields: { name: string; type: unknown }[];
  };
  return fields.flatMap(({ name, type }) =>
    name in nullCount && typeof type === 'string' ? [{ name, type: type as ColumnType }] : [],
  );
}
