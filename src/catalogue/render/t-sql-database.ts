import { InsightsError } from '../../contract/errors';
import type { EntraGroup, PeopleSettings } from '../../contract/environment-settings';
import type { RefinedZone } from '../../contract/lake-paths';
import type { Catalogue } from '../model';
import { quoteBracketName, quoteNationalText } from './sql-text';
import { checkedWorkspace, nameList, onlyIf, transaction, type SqlStatement } from './t-sql-statement';
import { generalViews, lakeCollation, lookupViews, viewMark, type SqlView } from './t-sql-views';

export interface SqlDatabaseOptions {
  readonly catalogue: Catalogue;
  /** Name of the lake's account. */
  readonly storageAccount: string;
  /** IANA zone of day, week and hour (ROW16). */
  readonly timeZone: string;
  /** Who reads which zone; other roles get nothing. */
  readonly people: Pick<PeopleSettings, SqlReaderRole>;
  /** Also the databases of the version's other spelling. @default false */
  readonly aliases?: boolean;
}

const readerRoles = ['analysts', 'dataScientists', 'externalDataScientists', 'privacyOfficers'] as const;
type SqlReaderRole = (typeof readerRoles)[number];

/** Names inside each database: one role of readers, one credential and one data source, both named as the zone. */
const readersRole = 'insights_readers';
const zoneName: Readonly<Record<RefinedZone, string>> = {
  general: 'insights_refined_general',
  sensitive: 'insights_refined_sensitive',
};

/** Longest name of a principal in T-SQL. */
const principalLimit = 128;

/**
 * T-SQL of the serverless SQL databases of a workspace, in order; made again or changed by running it again (`create_sql_db`).
 *
 * Each database has one external data source, rooted at its zone, and one credential, the workspace's identity; so no
 * statement in `sdb_…` can name a file of the sensitive zone by them, and its readers, who may SELECT from views and have no
 * bulk operations, cannot name files at all (ACCESS4). Members of the readers' role that the environment no longer lists
 * lose their user; views that the catalogue no longer has are dropped.
 * @throws InsightsError ENVIRONMENT_INVALID for a group whose name T-SQL cannot take
 */
export function sqlDatabaseStatements(options: SqlDatabaseOptions): readonly SqlStatement[] {
  const readers = {
    general: readersOf(options.people, readerRoles),
    sensitive: readersOf(options.people, ['privacyOfficers']),
  };
  const zones = (isAlias: boolean): readonly SqlStatement[] => [
    ...zoneStatements(options, 'general', isAlias, readers.general),
    ...zoneStatements(options, 'sensitive', isAlias, readers.sensitive),
  ];
  return [...zones(false), ...(options.aliases === true ? zones(true) : [])];
}

/**
 * The same for the database of one zone, for readers that were chosen one by one.
 * @throws InsightsError ENVIRONMENT_INVALID for a reader whose name T-SQL cannot take
 */
export function sqlZoneStatements(
  options: Omit<SqlDatabaseOptions, 'people'>,
  zone: RefinedZone,
  readers: readonly EntraGroup[],
): readonly SqlStatement[] {
  const sorted = checkedReaders(readers);
  const own = zoneStatements(options, zone, false, sorted);
  return options.aliases === true ? [...own, ...zoneStatements(options, zone, true, sorted)] : own;
}

function zoneStatements(
  options: Omit<SqlDatabaseOptions, 'people'>,
  zone: RefinedZone,
  isAlias: boolean,
  readers: readonly EntraGroup[],
): readonly SqlStatement[] {
  const { catalogue, storageAccount, timeZone } = options;
  const edition = isAlias ? 'aliasEdition' : 'edition';
  const database = `sdb_<<owner>>_s2r_m365_v<<${edition}>>${zone === 'general' ? '' : '_sensitive'}`;
  const views =
    zone === 'general'
      ? generalViews(catalogue, zoneName.general, timeZone)
      : lookupViews(catalogue, zoneName.sensitive);
  return databaseStatements(storageAccount, zone, database, isAlias, { views, readers });
}

/** T-SQL that takes the databases of a workspace away, for a reset (D19); none of the lake's files is touched. */
export function dropSqlDatabaseStatements(): readonly SqlStatement[] {
  return (['edition', 'aliasEdition'] as const).flatMap((edition) =>
    ['', '_sensitive'].map((ending): SqlStatement => {
      const database = `sdb_<<owner>>_s2r_m365_v<<${edition}>>${ending}`;
      const text = [
        checkedWorkspace,
        onlyIf(`DB_ID(${quoteNationalText(database)}) IS NOT NULL`, `DROP DATABASE ${quoteBracketName(database)}`),
      ].join('\n');
      return { name: `drop ${database}`, database: 'master', isAlias: edition === 'aliasEdition', text };
    }),
  );
}

function databaseStatements(
  storageAccount: string,
  zone: RefinedZone,
  database: string,
  isAlias: boolean,
  content: { readonly views: readonly SqlView[]; readonly readers: readonly EntraGroup[] },
): SqlStatement[] {
  const { views, readers } = content;
  const statement = (name: string, text: string, where = database): SqlStatement => ({
    name: `${zone}: ${name}`,
    database: where,
    isAlias,
    text,
  });
  return [
    statement('database', createDatabase(database), 'master'),
    statement('master key', createMasterKey),
    statement('credential', createCredential(zone)),
    statement('data source', createDataSource(zone, storageAccount)),
    ...views.map(({ name, text }) => statement(`view ${name}`, text)),
    statement('views that the catalogue no longer has', dropOtherViews(views)),
    statement('role of readers', createRole),
    ...readers.map(({ displayName }) => statement(`reader ${displayName}`, createReader(displayName))),
    statement('readers that are no longer listed', dropOtherReaders(readers)),
    statement('grants', grants(zone, views)),
  ];
}

/** CREATE and ALTER DATABASE run outside transactions; the name's slots are filled by whoever runs the batch. */
function createDatabase(database: string): string {
  const [name, text] = [quoteBracketName(database), quoteNationalText(database)];
  return [
    checkedWorkspace,
    onlyIf(`DB_ID(${text}) IS NULL`, `CREATE DATABASE ${name} COLLATE ${lakeCollation}`),
    onlyIf(
      `EXISTS (SELECT 1 FROM sys.databases WHERE name = ${text} AND collation_name <> ${quoteNationalText(lakeCollation)})`,
      `ALTER DATABASE ${name} COLLATE ${lakeCollation}`,
    ),
  ].join('\n');
}

/** Without a password: the service keeps the key, and there is no secret to lose. */
const createMasterKey = onlyIf(
  "NOT EXISTS (SELECT 1 FROM sys.symmetric_keys WHERE name = N'##MS_DatabaseMasterKey##')",
  'CREATE MASTER KEY',
);

function createCredential(zone: RefinedZone): string {
  const name = zoneName[zone];
  return onlyIf(
    `NOT EXISTS (SELECT 1 FROM sys.database_scoped_credentials WHERE name = ${quoteNationalText(name)})`,
    `CREATE DATABASE SCOPED CREDENTIAL ${quoteBracketName(name)} WITH IDENTITY = 'Managed Identity'`,
  );
}

/** A data source cannot be moved: one that points elsewhere is made anew, with no moment in between. */
function createDataSource(zone: RefinedZone, storageAccount: string): string {
  const [name, text] = [quoteBracketName(zoneName[zone]), quoteNationalText(zoneName[zone])];
  const account = quoteNationalText(`https://${storageAccount}.dfs.core.windows.net/`);
  return [
    checkedWorkspace,
    `DECLARE @location NVARCHAR(1024) = ${account} + @stage + N'/Refined/M365/v' + @version + N'/${zone}';`,
    `DECLARE @create NVARCHAR(MAX) = N'CREATE EXTERNAL DATA SOURCE ${name} WITH (LOCATION = ''' + @location + N''', CREDENTIAL = ${name})';`,
    `IF NOT EXISTS (SELECT 1 FROM sys.external_data_sources WHERE name = ${text} AND location = @location)`,
    'BEGIN',
    transaction(
      onlyIf(
        `EXISTS (SELECT 1 FROM sys.external_data_sources WHERE name = ${text})`,
        `DROP EXTERNAL DATA SOURCE ${name}`,
      ),
      'EXEC (@create);',
    ),
    'END;',
  ].join('\n');
}

function dropOtherViews(views: readonly SqlView[]): string {
  return runEach(
    "N'DROP VIEW [dbo].' + QUOTENAME(v.name)",
    [
      'sys.views AS v JOIN sys.sql_modules AS m ON m.object_id = v.object_id',
      `WHERE SCHEMA_NAME(v.schema_id) = N'dbo' AND m.definition LIKE N'%${viewMark}%'`,
      `AND v.name NOT IN (${nameList(views.map(({ name }) => name))})`,
    ].join(' '),
  );
}

const createRole = onlyIf(
  `NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = ${quoteNationalText(readersRole)} AND type = 'R')`,
  `CREATE ROLE ${quoteBracketName(readersRole)}`,
);

/** By display name (ACCESS3): the workspace's identity looks the group up in Entra ID. */
function createReader(displayName: string): string {
  const name = quoteBracketName(displayName);
  return transaction(
    onlyIf(
      `NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = ${quoteNationalText(displayName)})`,
      `CREATE USER ${name} FROM EXTERNAL PROVIDER`,
    ),
    `ALTER ROLE ${quoteBracketName(readersRole)} ADD MEMBER ${name};`,
  );
}

function dropOtherReaders(readers: readonly EntraGroup[]): string {
  return runEach(
    `N'ALTER ROLE ${quoteBracketName(readersRole)} DROP MEMBER ' + QUOTENAME(u.name) + N'; DROP USER ' + QUOTENAME(u.name)`,
    [
      'sys.database_role_members AS m',
      'JOIN sys.database_principals AS r ON r.principal_id = m.role_principal_id',
      'JOIN sys.database_principals AS u ON u.principal_id = m.member_principal_id',
      `WHERE r.name = ${quoteNationalText(readersRole)}`,
      `AND u.name NOT IN (${nameList(readers.map(({ displayName }) => displayName))})`,
    ].join(' '),
  );
}

/** SELECT on our views and the credential's use, nothing else; what an administrator gave beside it is taken back. */
function grants(zone: RefinedZone, views: readonly SqlView[]): string {
  const role = quoteBracketName(readersRole);
  return transaction(
    ...views.map(({ name }) => `GRANT SELECT ON OBJECT::[dbo].${quoteBracketName(name)} TO ${role};`),
    `GRANT REFERENCES ON DATABASE SCOPED CREDENTIAL::${quoteBracketName(zoneName[zone])} TO ${role};`,
    `REVOKE ADMINISTER DATABASE BULK OPERATIONS FROM ${role};`,
  );
}

/** Runs a statement for each row of a query, all in one transaction. */
function runEach(statement: string, from: string): string {
  return [
    `DECLARE @statements NVARCHAR(MAX) = (SELECT STRING_AGG(CAST(${statement} AS NVARCHAR(MAX)), N'; ') FROM ${from});`,
    'IF @statements IS NOT NULL',
    'BEGIN',
    transaction('EXEC (@statements);'),
    'END;',
  ].join('\n');
}

function readersOf(
  people: Pick<PeopleSettings, SqlReaderRole>,
  roles: readonly SqlReaderRole[],
): readonly EntraGroup[] {
  return checkedReaders(roles.flatMap((role) => people[role]));
}

/** Each once, by name. */
function checkedReaders(readers: readonly EntraGroup[]): readonly EntraGroup[] {
  const groups = new Map(readers.map((group) => [group.objectId.toLowerCase(), group]));
  const sorted = [...groups.values()].sort((one, other) => (one.displayName < other.displayName ? -1 : 1));
  const tooLong = sorted.find(({ displayName }) => displayName.length > principalLimit);
  if (tooLong === undefined) return sorted;
  throw new InsightsError(
    'ENVIRONMENT_INVALID',
    `The name of group ${tooLong.objectId} has ${tooLong.displayName.length} characters; T-SQL takes ${principalLimit}.`,
  );
}
