import type { DuckDBConnection } from '@duckdb/node-api';
import { hmac, saltExpression } from '../catalogue/render/duckdb-treatment';
import { quoteName } from '../catalogue/render/sql-text';
import type { Column } from '../catalogue/model';
import type { PersonDomain } from '../contract/erasure';
import { runStatement } from '../engine/database';
import { openTable, withSqlTypes, type EngineContext } from '../engine/engine-context';
import { longIdentifier } from '../engine/erased-records';
import { spellingTable } from './erase-table';
import { personColumns, personTables } from './person';

/**
 * Texts that must not be found anywhere once a person is erased (ERASE3): the identifiers in their spellings, their
 * pseudonyms, and what only this person's rows say (names, addresses, numbers of the school). Shorter ones than 8
 * characters are found by chance, and are told by the columns that name persons instead. Ask before anything is erased.
 */
export async function needlesOf(
  context: EngineContext,
  connection: DuckDBConnection,
  spelled: ReadonlyMap<PersonDomain, ReadonlySet<string>>,
): Promise<string[]> {
  const identifiers = [...spelled.values()].flatMap((values) => [...values]);
  const pseudonyms: string[] = [];
  for (const domain of spelled.keys()) {
    // Of either treatment that makes one: which a column has may have been another before the last rebuild.
    const made = `[sha256(value || ${saltExpression}), ${hmac('value')}]`;
    const rows = await run(connection, `SELECT unnest(${made}) AS pseudonym FROM ${spellingTable(domain)}`);
    pseudonyms.push(...rows.map(({ pseudonym }) => String(pseudonym)));
  }
  const values = [...identifiers, ...pseudonyms, ...(await ownValues(context, connection))];
  return [...new Set(values)].filter((value) => value.length >= longIdentifier).sort();
}

/** Values of protected columns that stand in the person's rows of Corrected and in nobody else's. */
async function ownValues(context: EngineContext, connection: DuckDBConnection): Promise<string[]> {
  const [mine, others]: [string[], string[]] = [[], []];
  for (const table of personTables(context.catalogue)) {
    const columns = table.columns.filter(tellsWho).map(({ name }) => quoteName(name));
    if (columns.length === 0) continue;
    const corrected = await openTable(context, connection, table.name, 'Ingested_Corrected');
    const relation = await corrected.relation(withSqlTypes(table.columns));
    const named = personColumns(table)
      .map(({ name, domain }) => `${quoteName(name)} IN (SELECT value FROM ${spellingTable(domain)})`)
      .join(' OR ');
    const values = `SELECT unnest([${columns.join(', ')}]) AS value FROM ${relation}`;
    mine.push(`${values} WHERE ${named}`);
    others.push(`${values} WHERE (${named}) IS NOT TRUE`);
  }
  const rows = await run(
    connection,
    `SELECT DISTINCT value FROM (${mine.join(' UNION ALL ')}) WHERE value IS NOT NULL
     AND value NOT IN (SELECT value FROM (${others.join(' UNION ALL ')}) WHERE value IS NOT NULL)`,
  );
  // A date or a small number is somebody's only by chance.
  return rows.map(({ value }) => String(value)).filter((value) => !/^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/.test(value));
}

/** Names, addresses and numbers of a person; not what belongs to a class or a list of values. */
function tellsWho({ type, treatment, domain, enumeration }: Column): boolean {
  if (type !== 'string' || enumeration !== undefined) return false;
  if (domain === 'schoolNumber') return true;
  return domain === undefined && ['mask', 'hash', 'hmac'].includes(treatment.kind);
}

function run(connection: DuckDBConnection, sql: string): ReturnType<typeof runStatement> {
  return runStatement(connection, sql, { doing: 'collecting what a person is known by' });
}
