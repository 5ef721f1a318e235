import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName } from '../catalogue/render/sql-text';
import type { Catalogue, Table } from '../catalogue/model';
import { identifierForm, isPersonDomain, personDomains, type PersonDomain } from '../contract/erasure';
import { InsightsError } from '../contract/errors';
import { runStatement } from '../engine/database';
import { openTable, withSqlTypes, type EngineContext } from '../engine/engine-context';
import { namesPersons } from '../engine/erased-records';
import { personMappings } from '../engine/returned-persons';
import type { IdentifierTest } from '../engine/tombstones';

/** Everything by which the lake knows one person, in one spelling each (`identifierForm`). */
export type PersonIdentifiers = Readonly<Record<PersonDomain, ReadonlySet<string>>>;

/** A column that names persons, and how. */
export interface PersonColumn {
  readonly name: string;
  readonly domain: PersonDomain;
}

export function personColumns(table: Table): PersonColumn[] {
  return table.columns.flatMap(({ name, domain }) => (isPersonDomain(domain) ? [{ name, domain }] : []));
}

/** The tables whose rows are somebody's. */
export function personTables(catalogue: Catalogue): Table[] {
  return catalogue.tables.filter(namesPersons);
}

/** A test for one person's identifiers. */
export function isOneOf(person: PersonIdentifiers): IdentifierTest {
  return (domain, value) => person[domain].has(identifierForm(value));
}

/**
 * All accounts and persons that are one with the identifier given (ERASE1): those reached through the mapping of accounts to
 * persons, in both directions, until nothing new is reached.
 * @param identifier directory object id or person id, in any spelling
 * @throws InsightsError PERSON_UNKNOWN when the lake has no row of it
 */
export async function identifyPerson(
  context: EngineContext,
  connection: DuckDBConnection,
  identifier: string,
): Promise<PersonIdentifiers> {
  const form = identifierForm(identifier);
  if (form === '') throw new InsightsError('USAGE', 'The identifier of a person is empty.');
  const person = { directoryUser: new Set<string>(), person: new Set<string>() };
  for (const domain of personDomains) {
    const known = await spellings(
      context,
      connection,
      (one, value) => one === domain && identifierForm(value) === form,
    );
    if (known.get(domain)?.size) person[domain].add(form);
  }
  if (person.directoryUser.size + person.person.size === 0) {
    throw new InsightsError('PERSON_UNKNOWN', 'No row of the lake names this person.', {
      place: { path: context.paths.correctedFolder },
    });
  }
  const pairs = await mappedPairs(context, connection);
  for (let before = -1; before !== person.directoryUser.size + person.person.size;) {
    before = person.directoryUser.size + person.person.size;
    for (const [account, one] of pairs) {
      if (!person.directoryUser.has(account) && !person.person.has(one)) continue;
      person.directoryUser.add(account);
      person.person.add(one);
    }
  }
  return person;
}

/** What the mapping of accounts to persons holds. */
async function mappedPairs(context: EngineContext, connection: DuckDBConnection): Promise<[string, string][]> {
  const pairs: [string, string][] = [];
  for (const { table, directoryUser, person } of personMappings(context.catalogue)) {
    const corrected = await openTable(context, connection, table.name, 'Ingested_Corrected');
    const relation = await corrected.relation(withSqlTypes(table.columns));
    const rows = await runStatement(
      connection,
      `SELECT ${quoteName(directoryUser.name)} AS account, ${quoteName(person.name)} AS person FROM ${relation}`,
      { doing: 'reading the mapping of accounts to persons', place: { table: table.name } },
    );
    for (const row of rows) pairs.push([identifierForm(String(row['account'])), identifierForm(String(row['person']))]);
  }
  return pairs;
}

/** Every spelling in Corrected and Ingested of identifiers that a test says yes to, by domain. */
export async function spellings(
  context: EngineContext,
  connection: DuckDBConnection,
  test: IdentifierTest,
): Promise<ReadonlyMap<PersonDomain, ReadonlySet<string>>> {
  const found = new Map<PersonDomain, Set<string>>(personDomains.map((domain) => [domain, new Set()]));
  const collect = async (relation: string, column: string, domain: PersonDomain, table: string): Promise<void> => {
    const name = quoteName(column);
    const rows = await runStatement(
      connection,
      `SELECT DISTINCT ${name}::VARCHAR AS value FROM ${relation} WHERE ${name} IS NOT NULL`,
      { doing: 'looking for a person', place: { table } },
    );
    for (const { value } of rows) if (test(domain, String(value))) found.get(domain)?.add(String(value));
  };
  for (const table of personTables(context.catalogue)) {
    const corrected = await openTable(context, connection, table.name, 'Ingested_Corrected');
    const relation = await corrected.relation(withSqlTypes(table.columns));
    for (const { name, domain } of personColumns(table)) await collect(relation, name, domain, table.name);
    const ingested = await openTable(context, connection, table.name, 'Ingested');
    if (ingested.files.length === 0) continue;
    const orders = await settledOrders(context, connection, table);
    const cells = table.columns.map((_, position) => ({ name: `_c${position}`, sqlType: 'VARCHAR' }));
    const raw = await ingested.relation(cells);
    for (const { position, domain } of orders.flatMap(({ persons }) => persons)) {
      await collect(raw, `_c${position}`, domain, table.name);
    }
  }
  return found;
}

/** An order of columns in which batches of a table came (ROW7). */
export interface SettledOrder {
  /** Batches that came so; undefined for all that no other order names. */
  readonly batches: readonly number[] | undefined;
  readonly persons: readonly { readonly position: number; readonly domain: PersonDomain }[];
}

/** The orders of a table's batches, by the ledgers of Corrected; the catalogue's for any other batch. */
export async function settledOrders(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
): Promise<SettledOrder[]> {
  const corrected = await openTable(context, connection, table.name, 'Ingested_Corrected');
  const usual = table.columns.map(({ name }) => name);
  const others = new Map<string, { columns: readonly string[]; batches: number[] }>();
  for (const { batch, columns } of await corrected.ledgers()) {
    if (columns === undefined || columns.every((name, position) => name === usual[position])) continue;
    const order = others.get(columns.join()) ?? { columns, batches: [] };
    order.batches.push(batch);
    others.set(columns.join(), order);
  }
  const personsIn = (columns: readonly string[]): SettledOrder['persons'] =>
    personColumns(table).flatMap(({ name, domain }) => {
      const position = columns.indexOf(name);
      return position < 0 ? [] : [{ position, domain }];
    });
  return [
    ...[...others.values()].map(({ columns, batches }) => ({ batches, persons: personsIn(columns) })),
    { batches: undefined, persons: personsIn(usual) },
  ];
}
