import { rm } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../catalogue/model';
import type { LandedEvent } from '../contract/lake-format';
import { stageParquet, type ColumnFacts, type StagedFile } from './data-file';
import { runStatement, toNumber } from './database';
import { openColumns, type EngineContext } from './engine-context';
import type { RawFile } from './read-batch';
import { cell, rowRules, type ColumnOrder } from './row-rules';

/**
 * Types a large file in one pass, without asking of each row whether it is to be refused, and proves afterwards that no
 * row was: every cell that is not empty has become a value, no key or required column is null, and no row repeats the
 * column names. Undefined when that cannot be proved; the caller then asks row by row (ROW10). The proof costs the
 * counts that parquet keeps anyway, where the rules would read the file once more.
 */
export async function typeWithoutRefusals(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  batch: LandedEvent,
  file: RawFile,
  order: ColumnOrder,
): Promise<StagedFile | undefined> {
  const raw = file.staged;
  const isProvable = table.rowChecks.length === 0 && order.every((column) => column.derived === undefined);
  if (raw === undefined || !isProvable) return undefined;
  const rules = rowRules(table, order, plainCells(raw, order.length));
  const place = { table: table.name, file: file.landed };
  const [named = {}] = await runStatement(
    connection,
    `SELECT count(*) AS n FROM ${file.relation} WHERE ${rules.repeatsNames}`,
    { doing: 'looking for header rows', place },
  );
  if (toNumber(named['n']) > 0) return undefined;
  const typed = await stageParquet(connection, `SELECT ${rules.typedColumns.join(', ')} FROM ${file.relation}`, {
    folder: context.staging,
    batch: batch.batch,
    statistics: openColumns(table),
    table: table.name,
    doing: 'writing corrected rows',
  });
  if (typed === undefined) return undefined;
  const nulls = (facts: StagedFile, name: string): number => facts.facts.get(name)?.nulls ?? facts.rows;
  const isUnrefused =
    typed.rows === raw.rows &&
    order.every((column, index) => column.type === 'string' || nulls(typed, column.name) === nulls(raw, cell(index))) &&
    table.columns
      .filter((column) => column.required || table.key.includes(column.name))
      .every((column) => nulls(typed, column.name) === 0);
  if (isUnrefused) return typed;
  await rm(typed.localPath, { force: true });
  return undefined;
}

/** Cells whose column has no cell of blanks, by its first and last text in byte order: they need no look at their own. */
function plainCells(raw: StagedFile, width: number): ReadonlySet<number> {
  const isPlain = (facts: ColumnFacts | undefined): boolean =>
    facts === undefined ||
    facts.min === undefined ||
    (facts.max !== undefined && firstUnit(facts.min) > 0x20 && firstUnit(facts.max) < 0x7f);
  const cells = Array.from({ length: width }, (_, index) => index);
  return new Set(cells.filter((index) => isPlain(raw.facts.get(cell(index)))));
}

function firstUnit(text: string): number {
  return text.length === 0 ? 0 : text.charCodeAt(0);
}
