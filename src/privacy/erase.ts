import { createHmac } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { identifierForm, identifierHmac, personDomains } from '../contract/erasure';
import { InsightsError } from '../contract/errors';
import type { LakeStageName } from '../contract/lake-format';
import { LakePaths } from '../contract/lake-paths';
import { erasureKeyName, makeSecret } from '../contract/salt';
import type { SecretKeeper } from '../contract/secret-keeper';
import { runStatement } from '../engine/database';
import { tablePath } from '../engine/engine-context';
import { Tombstones, type IdentifierTest } from '../engine/tombstones';
import { searchBytes, type SearchResult } from './byte-search';
import { eraseLanded, type ErasedRecords } from './erase-landed';
import { eraseTable, spellingTable, type ErasedRows } from './erase-table';
import { needlesOf } from './needles';
import { removeOldVersions } from './old-versions';
import { identifyPerson, isOneOf, personTables, spellings, type PersonIdentifiers } from './person';
import { withLakes, type OpenLake, type SessionOptions } from './session';

export interface EraseOptions extends SessionOptions {
  readonly keeper: SecretKeeper;
  /** Directory object id or person id; undefined completes erasures that were interrupted. */
  readonly person: string | undefined;
  /** The code of the dry run; undefined: a dry run. */
  readonly confirm: string | undefined;
  /** How long the account keeps what is deleted; undefined for a folder. */
  readonly softDeleteDays?: number | undefined;
}

/** What one data version holds, or held, of a person. */
export interface VersionErasure {
  readonly version: string;
  readonly landed: readonly ErasedRecords[];
  readonly tables: readonly ErasedRows[];
}

/** Counts, names of tables and files, dates: nothing that tells who it was. */
export interface ErasureReport {
  readonly format: 1;
  readonly report: 'erasure';
  readonly runId: string;
  readonly workspace: string;
  readonly at: string;
  readonly dryRun: boolean;
  /** How many accounts and persons were reached through the mapping; null where an erasure was resumed. */
  readonly accounts: number | null;
  readonly persons: number | null;
  /** To be given with --confirm; null after an erasure. */
  readonly code: string | null;
  readonly versions: readonly VersionErasure[];
  /** Files of older versions of Delta tables that were removed. */
  readonly oldFiles: number;
  /** The search of all bytes; null for a dry run. `remaining`: tables that name nobody, such as titles of classes. */
  readonly proof: (SearchResult & { readonly needles: number; readonly remaining: readonly string[] }) | null;
  /** When the service's own copies of what was deleted end, ISO 8601; null for a folder lake. */
  readonly softDeletedUntil: string | null;
}

const erasedStages: readonly LakeStageName[] = ['Ingested', 'Ingested_Corrected', 'Rejected', 'general', 'sensitive'];

/**
 * Erases a person from every stage of every data version of a workspace, or says what it would erase (ERASE1 to ERASE3).
 * Tombstones are set first, so that nothing of the person lands from then on; each later step finds what is left to do, so
 * that whatever interrupts it, the next erasure completes it.
 * @throws InsightsError PERSON_UNKNOWN, PERSON_HELD, ERASURE_NOT_CONFIRMED, those of `withLakes` and `Tombstones`
 */
export async function erasePerson(options: EraseOptions): Promise<ErasureReport> {
  return withLakes(options, async (lakes) => {
    const { store, workspace, now, keeper } = options;
    const tombstones = await Tombstones.read(store, new LakePaths(workspace, ''));
    const key = await keeper.read(erasureKeyName(workspace));
    const person = options.person === undefined ? undefined : await personIn(lakes, options.person, tombstones, key);
    if (person !== undefined) refuseHeld(person, tombstones, key);
    const code = person === undefined ? undefined : planCode(person, options.salt);
    const isDryRun = person !== undefined && options.confirm === undefined;
    if (!isDryRun && options.confirm !== code) {
      throw new InsightsError('ERASURE_NOT_CONFIRMED', 'The code is not that of this erasure.');
    }
    if (person !== undefined && !isDryRun) await setTombstones(options, tombstones, person);
    const test = isDryRun ? isOneOf(person) : tombstones.test(await keyOf(options));
    const needles = new Set<string>();
    const versions: VersionErasure[] = [];
    for (const lake of lakes) {
      const [connection] = lake.context.connections;
      const spelled = await writeSpellings(lake, connection, test);
      for (const needle of await needlesOf(lake.context, connection, spelled)) needles.add(needle);
      versions.push(await eraseVersion(lake, connection, test, isDryRun, now));
    }
    const oldFiles = isDryRun ? 0 : await removeAllOldVersions(lakes, now);
    const proof = isDryRun ? null : await prove(options, lakes, [...needles]);
    if (proof?.found.length === 0)
      await tombstones.append('finished', [], tombstones.checkKey(await keyOf(options)), now());
    return {
      format: 1,
      report: 'erasure',
      runId: options.runId,
      workspace,
      at: now().toISOString(),
      dryRun: isDryRun,
      accounts: person?.directoryUser.size ?? null,
      persons: person?.person.size ?? null,
      code: isDryRun ? (code ?? null) : null,
      versions,
      oldFiles,
      proof,
      softDeletedUntil: isDryRun ? null : softDeletedUntil(options),
    };
  });
}

/** All versions know a person by the same identifiers, and one may know an account that another does not. */
export async function personIn(
  lakes: readonly OpenLake[],
  identifier: string,
  tombstones: Tombstones,
  key: string | undefined,
): Promise<PersonIdentifiers> {
  const person = { directoryUser: new Set<string>(), person: new Set<string>() };
  let unknown: unknown;
  for (const { context } of lakes) {
    try {
      const found = await identifyPerson(context, context.connections[0], identifier);
      for (const domain of personDomains) for (const one of found[domain]) person[domain].add(one);
    } catch (error) {
      if (!(error instanceof InsightsError) || error.code !== 'PERSON_UNKNOWN') throw error;
      unknown = error;
    }
  }
  // Of somebody who is erased already nothing may be left but the tombstone: what an interrupted erasure left is found by it.
  if (person.directoryUser.size + person.person.size === 0 && tombstones.erased.size > 0) {
    const isErased = tombstones.test(key);
    for (const domain of personDomains)
      if (isErased(domain, identifier)) person[domain].add(identifierForm(identifier));
  }
  if (person.directoryUser.size + person.person.size === 0) throw unknown;
  return person;
}

/** HMACs of all identifiers of a person. */
export function identifiersOf(person: PersonIdentifiers, key: string): string[] {
  return personDomains.flatMap((domain) => [...person[domain]].map((one) => identifierHmac(key, domain, one)));
}

/** The key of the tombstones; made with the first one (ERASE1). */
export async function ensureErasureKey({ keeper, workspace }: EraseOptions, tombstones: Tombstones): Promise<string> {
  const name = erasureKeyName(workspace);
  const present = await keeper.read(name);
  if (present !== undefined || !tombstones.isEmpty) return tombstones.checkKey(present);
  await keeper.create(name, makeSecret());
  return tombstones.checkKey(await keeper.read(name));
}

async function setTombstones(options: EraseOptions, tombstones: Tombstones, person: PersonIdentifiers): Promise<void> {
  const key = await ensureErasureKey(options, tombstones);
  const identifiers = identifiersOf(person, key);
  const { erased, isUnfinished } = tombstones;
  if (!isUnfinished || identifiers.some((one) => !erased.has(one))) {
    await tombstones.append('erase', identifiers, key, options.now());
  }
}

function keyOf({ keeper, workspace }: EraseOptions): Promise<string | undefined> {
  return keeper.read(erasureKeyName(workspace));
}

function refuseHeld(person: PersonIdentifiers, tombstones: Tombstones, key: string | undefined): void {
  if (tombstones.held.size === 0) return;
  const isHeld = tombstones.test(key, tombstones.held);
  if (personDomains.some((domain) => [...person[domain]].some((one) => isHeld(domain, one)))) {
    throw new InsightsError('PERSON_HELD', 'The person is under a legal hold.');
  }
}

/** Says which accounts and persons an erasure takes: where the mapping has changed since the dry run, the code has too. */
function planCode(person: PersonIdentifiers, salt: string): string {
  const all = personDomains.map((domain) => [...person[domain]].sort());
  return createHmac('sha256', salt)
    .update(`erase ${JSON.stringify(all)}`)
    .digest('hex')
    .slice(0, 8);
}

/** Puts the spellings where the statements of an erasure look for them. */
export async function writeSpellings(
  { context }: OpenLake,
  connection: DuckDBConnection,
  test: IdentifierTest,
): ReturnType<typeof spellings> {
  const spelled = await spellings(context, connection, test);
  for (const [domain, values] of spelled) {
    const table = spellingTable(domain);
    await runStatement(connection, `CREATE OR REPLACE TEMP TABLE ${table} (value VARCHAR)`, { doing: 'erasing' });
    // By parameter: a statement's text could be quoted by an error (PRIV3).
    for (const value of values) await connection.run(`INSERT INTO ${table} VALUES ($value)`, { value });
  }
  return spelled;
}

async function eraseVersion(
  { context, ledger }: OpenLake,
  connection: DuckDBConnection,
  test: IdentifierTest,
  isDryRun: boolean,
  now: () => Date,
): Promise<VersionErasure> {
  context.progress(`${isDryRun ? 'Looking through' : 'Erasing from'} version ${context.paths.version}`);
  // Landed files first: a run that rebuilds from them after an interruption must not find the person there.
  const landed = await eraseLanded(context, connection, ledger, test, isDryRun, now);
  const tables: ErasedRows[] = [];
  for (const table of personTables(context.catalogue)) {
    tables.push(...(await eraseTable(context, connection, table, test, isDryRun)));
  }
  return { version: context.paths.version, landed, tables };
}

async function removeAllOldVersions(lakes: readonly OpenLake[], now: () => Date): Promise<number> {
  let removed = 0;
  for (const { context } of lakes) {
    const { store, paths, catalogue, connections } = context;
    for (const table of personTables(catalogue)) {
      const stages = table.source === 'activity' ? [...erasedStages, 'digital_engagement' as const] : erasedStages;
      for (const stage of stages) {
        const place = tablePath(paths, table.name, stage);
        removed += await removeOldVersions(store, place, connections[0], () => now().getTime());
      }
    }
  }
  return removed;
}

async function prove(options: EraseOptions, lakes: readonly OpenLake[], needles: readonly string[]) {
  const { store, workspace, progress } = options;
  const [lake] = lakes;
  if (lake === undefined) throw new Error('An erasure has a lake.');
  const result = await searchBytes(store, lake.context.connections[0], workspace, needles, progress);
  const { catalogue, paths } = lake.context;
  const persons = personTables(catalogue);
  const structure = catalogue.tables
    .filter((table) => !persons.includes(table))
    .flatMap(({ name }) => [name, `${name}_lookup`]);
  // Only a table that names nobody may hold such a text; a file that is no table of ours is one that the erasure missed.
  const isStructure = (path: string): boolean =>
    !path.startsWith(paths.engagementFolder) && path.split('/').some((part) => structure.includes(part));
  const remaining = result.found.filter(isStructure);
  return {
    ...result,
    found: result.found.filter((path) => !remaining.includes(path)),
    needles: needles.length,
    remaining,
  };
}

function softDeletedUntil({ softDeleteDays, now }: EraseOptions): string | null {
  if (softDeleteDays === undefined) return null;
  return new Date(now().getTime() + softDeleteDays * 24 * 60 * 60 * 1000).toISOString();
}
