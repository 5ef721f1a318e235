import type { EntraGroup, PeopleSettings } from '../../contract/environment-settings';
import { InsightsError } from '../../contract/errors';
import type { RefinedZone } from '../../contract/lake-paths';
import { quoteBracketName, quoteNationalText } from './sql-text';
import { nameList, onlyIf, runEach } from './t-sql-statement';

/** Who reads which zone by the environment: officers all, the others general. */
const zoneReaders = {
  general: ['analysts', 'dataScientists', 'externalDataScientists', 'privacyOfficers'],
  sensitive: ['privacyOfficers'],
} as const satisfies Readonly<Record<RefinedZone, readonly (keyof PeopleSettings)[]>>;

/** The roles of an environment that read; others get nothing. */
export type SqlReaders = Pick<PeopleSettings, (typeof zoneReaders.general)[number]>;

/** The database role of the readers, in each database. */
export const readersRole = 'insights_readers';

/** Longest name of a principal in T-SQL. */
const principalLimit = 128;

export function readersOf(people: SqlReaders, zone: RefinedZone): readonly EntraGroup[] {
  return zoneReaders[zone].flatMap((role) => people[role]);
}

/**
 * Each group once, by name.
 * @throws InsightsError ENVIRONMENT_INVALID for a name that T-SQL cannot take, that a pipeline would fill in, or that two
 *   groups have: T-SQL creates principals by display name (ACCESS3)
 */
export function checkedReaders(readers: readonly EntraGroup[]): readonly EntraGroup[] {
  const groups = new Map(readers.map((group) => [group.objectId.toLowerCase(), group]));
  const sorted = [...groups.values()].sort((one, other) => (one.displayName < other.displayName ? -1 : 1));
  const names = new Map<string, string>();
  for (const { objectId, displayName } of sorted) {
    if (displayName.length > principalLimit) {
      throw invalid(
        `The name of group ${objectId} has ${displayName.length} characters; T-SQL takes ${principalLimit}.`,
      );
    }
    if (/<<|@\{/.test(displayName)) {
      throw invalid(`The name of group ${objectId} has "<<" or "@{" in it, which a pipeline would fill in.`);
    }
    const other = names.get(displayName.toLowerCase());
    if (other !== undefined) {
      throw invalid(`Groups ${other} and ${objectId} have the same name, by which T-SQL knows them.`);
    }
    names.set(displayName.toLowerCase(), objectId);
  }
  return sorted;
}

/**
 * Makes a group a reader, by display name (ACCESS3): the workspace's identity looks it up in Entra ID. A user of the name
 * that is another group, since deleted or renamed, is replaced, so that the name gives nobody else access.
 */
export function createReader({ objectId, displayName }: EntraGroup): string {
  const [name, text] = [quoteBracketName(displayName), quoteNationalText(displayName)];
  // External groups and users only: no role or user of the database's own is made a reader for its name.
  const user = `SELECT 1 FROM sys.database_principals WHERE name = ${text} AND type IN ('E', 'X')`;
  const sid = `CAST(CAST(${quoteNationalText(objectId)} AS UNIQUEIDENTIFIER) AS BINARY(16))`;
  return [
    onlyIf(`EXISTS (${user} AND CAST(SUBSTRING(sid, 1, 16) AS BINARY(16)) <> ${sid})`, `DROP USER ${name}`),
    onlyIf(`NOT EXISTS (${user})`, `CREATE USER ${name} FROM EXTERNAL PROVIDER`),
    `ALTER ROLE ${quoteBracketName(readersRole)} ADD MEMBER ${name};`,
  ].join('\n');
}

export function dropOtherReaders(readers: readonly EntraGroup[]): string {
  const role = quoteBracketName(readersRole);
  return runEach(
    '@otherReaders',
    `N'ALTER ROLE ${role} DROP MEMBER ' + QUOTENAME(u.name) + N'; DROP USER ' + QUOTENAME(u.name)`,
    [
      'sys.database_role_members AS m',
      'JOIN sys.database_principals AS r ON r.principal_id = m.role_principal_id',
      'JOIN sys.database_principals AS u ON u.principal_id = m.member_principal_id',
      `WHERE r.name = ${quoteNationalText(readersRole)}`,
      `AND u.name NOT IN (${nameList(readers.map(({ displayName }) => displayName))})`,
    ].join(' '),
  );
}

function invalid(sentence: string): InsightsError {
  return new InsightsError('ENVIRONMENT_INVALID', sentence);
}
