import type { DuckDBConnection } from '@duckdb/node-api';
import { castExpression } from '../catalogue/render/duckdb-cast';
import { runStatement } from './database';
import { openTable, type EngineContext } from './engine-context';
import { readLandedIfPossible } from './landed-file';
import type { LedgerUnit } from './landing-state';
import { cell, normalised } from './row-rules';
import type { IdentifiersOf } from './short-file';

/**
 * The keys of tables that a unit's rows may refer to, each read once when it is first asked for: as a snapshot delivers
 * them, else as the lake has them (of a delta both).
 */
export function unitIdentifiers(context: EngineContext, unit: LedgerUnit): IdentifiersOf {
  const known = new Map<string, Promise<string | undefined>>();
  return (table, connection) => {
    const found = known.get(table) ?? readIdentifiers(context, connection, unit, table);
    known.set(table, found);
    return found;
  };
}

async function readIdentifiers(
  context: EngineContext,
  connection: DuckDBConnection,
  unit: LedgerUnit,
  name: string,
): Promise<string | undefined> {
  const table = context.catalogue.tables.find((one) => one.name === name);
  const key = table?.columns.find((column) => column.name === table.key[0]);
  if (table?.key.length !== 1 || key === undefined) return undefined;
  const delivered = unit.kind === 'delete' ? undefined : unit.batches.find((batch) => batch.table === name);
  const queries: string[] = [];
  for (const file of delivered?.files ?? []) {
    // Of one that cannot be read its own batch says so, and stops the unit.
    const read = await readLandedIfPossible(context, file.landed);
    if (read !== undefined && read.width > key.position)
      queries.push(`SELECT ${cell(key.position)} AS id FROM ${read.relation}`);
  }
  if (queries.length === 0 || unit.kind !== 'snapshot') {
    const corrected = await openTable(context, connection, name, 'Ingested_Corrected');
    const column = { name: key.name, sqlType: 'VARCHAR' };
    if (corrected.rows > 0) queries.push(`SELECT "${key.name}" AS id FROM ${await corrected.relation([column])}`);
  }
  if (queries.length === 0) return undefined;
  const relation = `identifiers_${name}`;
  const value = castExpression('string', 'id');
  await runStatement(
    connection,
    `CREATE OR REPLACE TABLE ${relation} AS SELECT DISTINCT ${normalised(value)} AS id FROM (${queries.join(' UNION ALL ')}) WHERE ${value} IS NOT NULL`,
    { doing: 'reading the keys that other tables refer to', place: { table: name } },
  );
  return relation;
}
