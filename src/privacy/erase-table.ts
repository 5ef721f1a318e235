import type { DuckDBConnection } from '@duckdb/node-api';
import { engagementColumns } from '../catalogue/digital-engagement';
import type { Table } from '../catalogue/model';
import { quoteName } from '../catalogue/render/sql-text';
import type { PersonDomain } from '../contract/erasure';
import type { CommitLedger, LakeStageName, RejectReason } from '../contract/lake-format';
import { runStatement, toNumber } from '../engine/database';
import { openTable, withSqlTypes, type EngineContext } from '../engine/engine-context';
import { catalogueOrder, isErasedRecord, personCells } from '../engine/erased-records';
import { refinedShapes } from '../engine/refine';
import type { IdentifierTest } from '../engine/tombstones';
import { personColumns, settledOrders } from './person';
import { countRows, takeOut } from './take-out';

/** Rows of one stage of a table that are, or were, the person's. */
export interface ErasedRows {
  readonly table: string;
  readonly stage: LakeStageName;
  readonly rows: number;
}

/** Spellings of the identifiers to erase, as SQL tables of one column `value`, by domain. */
export function spellingTable(domain: PersonDomain): string {
  return `erased_${domain}`;
}

/**
 * Erases a person's rows from every Delta table of one table, or counts them. What is derived goes first: as long as Corrected
 * has the rows, the others are found by them, so that an erasure that was interrupted can be done again from its start.
 * The spellings lie in `spellingTable`s of the connection, which has the salt.
 */
export async function eraseTable(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  test: IdentifierTest,
  isDryRun: boolean,
): Promise<ErasedRows[]> {
  const erased: ErasedRows[] = [];
  const erase = async (stage: LakeStageName, condition: string, counts?: CommitLedger['erased']): Promise<void> => {
    const target = await openTable(context, connection, table.name, stage);
    const rows = isDryRun
      ? [...(await countRows(connection, target, condition)).values()].reduce((sum, n) => sum + n, 0)
      : await takeOut(context, connection, target, condition, counts);
    if (rows > 0) erased.push({ table: table.name, stage, rows });
  };
  const named = anyOf(personColumns(table).map(({ name, domain }) => isSpelled(name, domain)));
  const corrected = await openTable(context, connection, table.name, 'Ingested_Corrected');
  const source = `(SELECT * FROM ${await corrected.relation(withSqlTypes(table.columns))} WHERE ${named})`;

  for (const { stage, columns, key } of refinedShapes(context, table)) {
    const made = columns
      .filter(({ name }) => key.includes(name))
      .map(({ name, sql }) => `${sql} AS ${quoteName(name)}`);
    const keys = `erased_${table.name}_${stage}`;
    await run(connection, table, `CREATE OR REPLACE TEMP TABLE ${keys} AS SELECT ${made.join(', ')} FROM ${source}`);
    const isSame = key.map((name) => `${keys}.${quoteName(name)} = data.${quoteName(name)}`).join(' AND ');
    await erase(stage, `EXISTS (SELECT 1 FROM ${keys} WHERE ${isSame})`);
    if (stage === 'general' && table.source === 'activity') await eraseEvents(table, keys, erase);
  }
  const { condition, counts } = await rejectedRows(context, connection, table, test);
  await erase('Rejected', condition, counts);
  await erase('Ingested', await ingestedCondition(context, connection, table));
  await erase('Ingested_Corrected', named);
  for (const { stage } of refinedShapes(context, table)) {
    await run(connection, table, `DROP TABLE IF EXISTS erased_${table.name}_${stage}`);
  }
  await run(connection, table, 'DROP TABLE IF EXISTS erased_rejects');
  return erased;
}

/** An event has the id of its signal (lake-format.md §6). */
async function eraseEvents(
  table: Table,
  keys: string,
  erase: (stage: LakeStageName, condition: string) => Promise<void>,
): Promise<void> {
  for (const { name, making } of engagementColumns(table)) {
    if (making.kind !== 'copy' || !table.key.includes(making.from)) continue;
    await erase('digital_engagement', `${quoteName(name)} IN (SELECT ${quoteName(making.from)} FROM ${keys})`);
  }
}

/** Cells are told by their positions, which may differ from batch to batch (ROW7). */
async function ingestedCondition(context: EngineContext, connection: DuckDBConnection, table: Table): Promise<string> {
  const orders = await settledOrders(context, connection, table);
  const named = orders.flatMap(({ batches }) => batches ?? []);
  return anyOf(
    orders.map(({ batches, persons }) => {
      const cells = anyOf(persons.map(({ position, domain }) => isSpelled(`_c${position}`, domain)));
      if (batches !== undefined) return `(_batch IN (${batches.join(', ')}) AND ${cells})`;
      return named.length === 0 ? cells : `(_batch NOT IN (${named.join(', ')}) AND ${cells})`;
    }),
  );
}

/** Rejected rows have raw cells, or only bytes: each is looked at as a landed record is. */
async function rejectedRows(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  test: IdentifierTest,
): Promise<{ condition: string; counts: NonNullable<CommitLedger['erased']> }> {
  const rejected = await openTable(context, connection, table.name, 'Rejected');
  const relation = await rejected.relation([
    { name: 'reason', sqlType: 'VARCHAR' },
    { name: 'file', sqlType: 'VARCHAR' },
    { name: 'line', sqlType: 'BIGINT' },
    { name: 'line_count', sqlType: 'BIGINT' },
    { name: 'cells', sqlType: 'VARCHAR[]' },
    { name: 'raw', sqlType: 'BLOB' },
    { name: '_batch', sqlType: 'BIGINT' },
  ]);
  const persons = personCells(table, [catalogueOrder(table)]);
  const counts = new Map<number, Partial<Record<RejectReason, number>>>();
  const places: string[] = [];
  const rows = await run(
    connection,
    table,
    `SELECT reason, file, line, line_count, to_json(cells)::VARCHAR AS cells, hex(raw) AS raw, _batch FROM ${relation}`,
  );
  for (const row of rows) {
    const cells = row['cells'] === null ? undefined : (JSON.parse(String(row['cells'])) as (string | null)[]);
    if (!isErasedRecord(cells, Buffer.from(String(row['raw']), 'hex'), persons, test)) continue;
    const batch = toNumber(row['_batch']);
    const reason = row['reason'] as RejectReason;
    const ofBatch = counts.get(batch) ?? {};
    // Of an unclosed quote the ledger counts physical lines (ROW10).
    const records = reason === 'unclosed_quote' ? toNumber(row['line_count']) : 1;
    counts.set(batch, { ...ofBatch, [reason]: (ofBatch[reason] ?? 0) + records });
    places.push(`(${batch}, '${String(row['file']).replaceAll("'", "''")}', ${toNumber(row['line'])})`);
  }
  await run(
    connection,
    table,
    'CREATE OR REPLACE TEMP TABLE erased_rejects (_batch BIGINT, file VARCHAR, line BIGINT)',
  );
  if (places.length > 0) await run(connection, table, `INSERT INTO erased_rejects VALUES ${places.join(', ')}`);
  return {
    condition: '(_batch, file, line) IN (SELECT (_batch, file, line) FROM erased_rejects)',
    counts: [...counts].map(([batch, byReason]) => ({ batch, rejected: byReason })),
  };
}

function isSpelled(column: string, domain: PersonDomain): string {
  return `${quoteName(column)} IN (SELECT value FROM ${spellingTable(domain)})`;
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'false' : `(${conditions.join(' OR ')})`;
}

function run(connection: DuckDBConnection, table: Table, sql: string): ReturnType<typeof runStatement> {
  return runStatement(connection, sql, { doing: 'erasing a person', place: { table: table.name } });
}
