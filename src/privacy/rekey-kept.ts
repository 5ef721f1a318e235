import type { DuckDBConnection } from '@duckdb/node-api';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Table } from '../catalogue/model';
import { deltaSchema } from '../catalogue/render/delta-schema';
import { historyColumns, keepsHistory } from '../catalogue/refined-shape';
import { hmac } from '../catalogue/render/duckdb-treatment';
import { quoteName, quoteText } from '../catalogue/render/sql-text';
import { stageParquet } from '../engine/data-file';
import { runStatement, toNumber } from '../engine/database';
import { commitChange, commitLedger, openTable, withSqlTypes, type EngineContext } from '../engine/engine-context';
import { refinedShapes } from '../engine/refine';

/** What a rekey could not make anew from raw data (ERASE4). */
export interface KeptRows {
  readonly table: string;
  /** Rows of general put back. */
  readonly rows: number;
  /** Pseudonyms that were made of the old ones: they join to nothing newer. */
  readonly chained: number;
}

type Shape = ReturnType<typeof refinedShapes>[number];

/** Copies the structure tables of Refined aside: rows that left the snapshot may be in no landed file any more (ROW15). */
export async function setAside(context: EngineContext): Promise<void> {
  const [connection] = context.connections;
  for (const table of context.catalogue.tables.filter((one) => keepsHistory(one, context.catalogue))) {
    for (const shape of refinedShapes(context, table)) {
      const target = await openTable(context, connection, table.name, shape.stage);
      if (target.files.length === 0) continue;
      const local = join(context.staging, `${randomUUID()}.parquet`);
      const relation = await target.relation(columnsOf(shape));
      await run(connection, table, `COPY (SELECT * FROM ${relation}) TO ${quoteText(local)} (FORMAT parquet)`);
      await context.store.putFile(local, placeOf(context, table, shape));
    }
  }
}

/**
 * Puts rows back that the rebuild did not bring, under the new salt: a pseudonym whose raw value the lookup has is made of
 * it, any other of the old pseudonym. Then what was set aside goes. The connection has the new salt.
 */
export async function putBack(context: EngineContext): Promise<KeptRows[]> {
  const kept: KeptRows[] = [];
  const [connection] = context.connections;
  for (const table of context.catalogue.tables.filter((one) => keepsHistory(one, context.catalogue))) {
    await readPairs(context, connection, table);
    for (const shape of refinedShapes(context, table)) {
      const found = await putBackStage(context, connection, table, shape);
      if (found !== undefined) kept.push(found);
    }
    await run(connection, table, 'DROP TABLE IF EXISTS rekeyed');
  }
  await context.store.remove((await context.store.list(context.paths.rekeyFolder)).map(({ path }) => path));
  return kept;
}

/** Old pseudonym and new one, where the raw value is known. */
async function readPairs(context: EngineContext, connection: DuckDBConnection, table: Table): Promise<void> {
  await run(connection, table, 'CREATE OR REPLACE TEMP TABLE rekeyed (old VARCHAR, fresh VARCHAR)');
  const lookup = refinedShapes(context, table).find(({ stage }) => stage === 'sensitive');
  const aside = lookup === undefined ? undefined : await localAside(context, table, lookup);
  if (lookup === undefined || aside === undefined) return;
  for (const { name, sql } of lookup.columns) {
    const raw = name.replace(/_pseudonym$/, '');
    if (raw === name || !lookup.columns.some((column) => column.name === raw)) continue;
    await run(
      connection,
      table,
      `INSERT INTO rekeyed SELECT DISTINCT ${quoteName(name)}, ${sql} FROM read_parquet(${quoteText(aside)}) WHERE ${quoteName(name)} IS NOT NULL`,
    );
  }
}

/** Undefined where nothing was missing, and for a lookup, whose rows are those of its general. */
async function putBackStage(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  shape: Shape,
): Promise<KeptRows | undefined> {
  const aside = await localAside(context, table, shape);
  if (aside === undefined) return undefined;
  const target = await openTable(context, connection, table.name, shape.stage);
  const columns = columnsOf(shape);
  const pseudonyms = shape.columns.map(({ name }) => name).filter((name) => name.endsWith('_pseudonym'));
  const fresh = columns.map(({ name }) => {
    const old = quoteName(name);
    if (name === 'IsCurrent') return `false AS ${old}`;
    if (!pseudonyms.includes(name)) return old;
    return `coalesce((SELECT any_value(fresh) FROM rekeyed WHERE old = aside.${old}), ${hmac(`aside.${old}`)}) AS ${old}`;
  });
  const rekeyed = `(SELECT ${fresh.join(', ')} FROM read_parquet(${quoteText(aside)}) AS aside)`;
  const key = shape.key.map(quoteName).join(', ');
  const missing = `SELECT * FROM ${rekeyed} ANTI JOIN ${await target.relation(columns)} USING (${key})`;
  const staged = await stageParquet(connection, missing, {
    folder: context.staging,
    batch: target.lastBatch,
    statistics: [],
    table: table.name,
    doing: 'putting kept rows back',
  });
  if (staged === undefined) return undefined;
  const last = (await target.ledgers()).at(-1);
  const batch = {
    batch: target.lastBatch,
    table: table.name,
    rundate: last?.rundate ?? context.startedAt,
    kind: 'snapshot' as const,
  };
  const { rows } = staged;
  const counts = { in: rows, written: rows, kept: (last?.rows.kept ?? 0) + rows, total: target.rows + rows };
  await commitChange(context, target, {
    adds: [staged],
    removes: [],
    ledger: commitLedger(context, batch, shape.stage, counts, { kind: 'rebuild' }),
    schemaString: target.schemaString ?? deltaSchema(columns),
    operation: 'WRITE',
    isTransaction: false,
  });
  if (!shape.hasHistory) return undefined;
  return { table: table.name, rows, chained: await countChained(connection, table, aside, pseudonyms) };
}

async function countChained(
  connection: DuckDBConnection,
  table: Table,
  aside: string,
  pseudonyms: readonly string[],
): Promise<number> {
  if (pseudonyms.length === 0) return 0;
  const all = `SELECT DISTINCT unnest([${pseudonyms.map(quoteName).join(', ')}]) AS old FROM read_parquet(${quoteText(aside)}) WHERE NOT "IsCurrent"`;
  const [row = {}] = await run(
    connection,
    table,
    `SELECT count(*) AS n FROM (${all}) WHERE old IS NOT NULL AND old NOT IN (SELECT old FROM rekeyed)`,
  );
  return toNumber(row['n']);
}

function columnsOf(shape: Shape) {
  return withSqlTypes([...shape.columns, ...(shape.hasHistory ? historyColumns : [])]);
}

function placeOf({ paths }: EngineContext, table: Table, shape: Shape): string {
  return `${paths.rekeyFolder}/${table.name}.${shape.stage}.parquet`;
}

async function localAside(context: EngineContext, table: Table, shape: Shape): Promise<string | undefined> {
  const place = placeOf(context, table, shape);
  return (await context.store.stat(place)) === undefined ? undefined : context.store.localPath(place);
}

function run(connection: DuckDBConnection, table: Table, sql: string): ReturnType<typeof runStatement> {
  return runStatement(connection, sql, { doing: 'making pseudonyms anew', place: { table: table.name } });
}
