import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../catalogue/model';
import { quoteName, quoteText } from '../catalogue/render/sql-text';
import { isReadable } from '../catalogue/treatment';
import { identifierForm } from '../contract/erasure';
import { LakePaths } from '../contract/lake-paths';
import { erasureKeyName } from '../contract/salt';
import type { SecretKeeper } from '../contract/secret-keeper';
import { runStatement } from '../engine/database';
import { openTable, withSqlTypes, type EngineContext } from '../engine/engine-context';
import { Tombstones } from '../engine/tombstones';
import { personIn, writeSpellings } from './erase';
import { spellingTable } from './erase-table';
import { isOneOf, personColumns, personTables, type PersonIdentifiers } from './person';
import { withLakes, type OpenLake, type SessionOptions } from './session';

/** Stands for the identifier of somebody else (ERASE5). */
const somebodyElse = '(another person)';

export type PersonRow = Readonly<Record<string, string | null>>;

/** What a table holds about a person, in words that the person can read. */
export interface PersonTable {
  readonly table: string;
  readonly description: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly PersonRow[];
}

/** Everything that a data version holds about a person. */
export interface PersonVersion {
  readonly version: string;
  readonly tables: readonly PersonTable[];
  /** Schools, classes, terms and lists of values that the rows refer to: what is readable of them. */
  readonly references: readonly PersonTable[];
}

/** Personal data: for the person, through the privacy officer. It lies outside the lake, and in no report. */
export interface AccessDocument {
  readonly format: 1;
  readonly document: 'access request';
  readonly workspace: string;
  readonly at: string;
  /** Identifiers of all accounts and persons that are one with the one asked for. */
  readonly accounts: readonly string[];
  readonly persons: readonly string[];
  readonly versions: readonly PersonVersion[];
  /** Where else data of the person may lie. */
  readonly notHere: readonly string[];
}

/**
 * Collects everything held about a person (ERASE5): all accounts and persons reached through the mapping, every row of theirs,
 * and what those refer to. Identifiers of others in these rows are left out. General and the lookups hold nothing that is not here;
 * Rejected does, and the document says so: a row that cannot be taken apart may name others.
 * @throws InsightsError PERSON_UNKNOWN, and those of `withLakes`
 */
export async function collectAccess(
  options: SessionOptions & { readonly keeper: SecretKeeper; readonly person: string },
): Promise<AccessDocument> {
  return withLakes(options, async (lakes) => {
    const { store, workspace, keeper, now } = options;
    const tombstones = await Tombstones.read(store, new LakePaths(workspace, ''));
    const key = await keeper.read(erasureKeyName(workspace));
    const person = await personIn(lakes, options.person, tombstones, key);
    const spelled = { accounts: new Set<string>(), persons: new Set<string>() };
    const versions: PersonVersion[] = [];
    for (const lake of lakes) {
      const found = await writeSpellings(lake, lake.context.connections[0], isOneOf(person));
      for (const one of found.get('directoryUser') ?? []) spelled.accounts.add(one);
      for (const one of found.get('person') ?? []) spelled.persons.add(one);
      versions.push(await collectVersion(lake, person));
    }
    return {
      format: 1,
      document: 'access request',
      workspace,
      at: now().toISOString(),
      accounts: [...spelled.accounts].sort(),
      persons: [...spelled.persons].sort(),
      versions,
      notHere: [
        'What was delivered and not yet landed, and what the sender of the share keeps: ask there.',
        'Rows that were refused (Rejected), because they could not be read or contradicted another row: they are kept as they came, and are not in this file. An erasure removes them.',
      ],
    };
  });
}

async function collectVersion({ context }: OpenLake, person: PersonIdentifiers): Promise<PersonVersion> {
  const [connection] = context.connections;
  const tables: PersonTable[] = [];
  const referred = new Map<string, Set<string>>();
  for (const table of personTables(context.catalogue)) {
    const rows = await rowsOf(context, connection, table);
    if (rows.length === 0) continue;
    for (const [column, target] of referencesOf(table)) {
      const values = rows.flatMap((row) => row[column] ?? []);
      referred.set(target, new Set([...(referred.get(target) ?? []), ...values]));
    }
    tables.push(
      described(
        table,
        rows.map((row) => withoutOthers(table, row, person)),
      ),
    );
  }
  const references: PersonTable[] = [];
  const structure = context.catalogue.tables.filter((table) => personColumns(table).length === 0);
  for (const table of structure) {
    const rows = await referredRows(context, connection, table, referred.get(table.name) ?? new Set());
    if (rows.length > 0) references.push(described(table, rows));
  }
  return { version: context.paths.version, tables, references };
}

/** Columns that hold keys of another table, lists of values included. */
function referencesOf(table: Table): (readonly [column: string, target: string])[] {
  const lists = table.columns.flatMap(({ name, enumeration }) =>
    enumeration !== undefined && 'reference' in enumeration ? [[name, enumeration.reference] as const] : [],
  );
  return [...table.references.map(({ column, table: target }) => [column, target] as const), ...lists];
}

async function rowsOf(context: EngineContext, connection: DuckDBConnection, table: Table): Promise<PersonRow[]> {
  const named = personColumns(table)
    .map(({ name, domain }) => `${quoteName(name)} IN (SELECT value FROM ${spellingTable(domain)})`)
    .join(' OR ');
  return readRows(
    context,
    connection,
    table,
    table.columns.map(({ name }) => name),
    named,
  );
}

/** A row of two persons, such as a relationship, says of the other only that there is one. */
function withoutOthers(table: Table, row: PersonRow, person: PersonIdentifiers): PersonRow {
  const others = personColumns(table).flatMap(({ name, domain }) => {
    const value = row[name];
    return value === null || value === undefined || person[domain].has(identifierForm(value))
      ? []
      : [[name, somebodyElse] as const];
  });
  return { ...row, ...Object.fromEntries(others) };
}

async function referredRows(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  keys: ReadonlySet<string>,
): Promise<PersonRow[]> {
  const [key] = table.key;
  const readable = table.columns.filter(({ name, treatment }) => name === key || isReadable(treatment));
  if (key === undefined || keys.size === 0) return [];
  const list = [...keys].map(quoteText).join(', ');
  return readRows(
    context,
    connection,
    table,
    readable.map(({ name }) => name),
    `${quoteName(key)} IN (${list})`,
  );
}

async function readRows(
  context: EngineContext,
  connection: DuckDBConnection,
  table: Table,
  columns: readonly string[],
  condition: string,
): Promise<PersonRow[]> {
  const corrected = await openTable(context, connection, table.name, 'Ingested_Corrected');
  const relation = await corrected.relation(withSqlTypes(table.columns));
  const shown = columns.map((name) => `${quoteName(name)}::VARCHAR AS ${quoteName(name)}`).join(', ');
  const rows = await runStatement(connection, `SELECT ${shown} FROM ${relation} WHERE ${condition} ORDER BY ALL`, {
    doing: 'collecting what is held about a person',
    place: { table: table.name },
  });
  return rows.map((row) => ({ ...row }) as PersonRow);
}

function described(table: Table, rows: readonly PersonRow[]): PersonTable {
  const columns = Object.fromEntries(table.columns.map(({ name, description }) => [name, description]));
  const shown = Object.keys(rows[0] ?? {});
  return {
    table: table.name,
    description: table.description,
    columns: Object.fromEntries(shown.map((name) => [name, columns[name] ?? ''])),
    rows,
  };
}
