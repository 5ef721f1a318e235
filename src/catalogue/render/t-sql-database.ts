import type { EntraGroup } from '../../contract/environment-settings';
import type { RefinedZone } from '../../contract/lake-paths';
import type { Catalogue } from '../model';
import { quoteBracketName, quoteNationalText } from './sql-text';
import { sqlBatches } from './t-sql-batches';
import {
  checkedReaders,
  createReader,
  dropOtherReaders,
  readersOf,
  readersRole,
  type SqlReaders,
} from './t-sql-readers';
import { reportViews } from './t-sql-report-views';
import { checkedWorkspace, nameList, onlyIf, runEach, type SqlStatement, type SqlStep } from './t-sql-statement';
import { generalViews, lakeCollation, lookupViews, viewMark, type SqlView } from './t-sql-views';

export interface SqlDatabaseOptions {
  readonly catalogue: Catalogue;
  /** Name of the lake's account. */
  readonly storageAccount: string;
  /** IANA zone of day, week and hour (ROW16). */
  readonly timeZone: string;
  readonly people: SqlReaders;
  /** Also the databases of the version's other spelling. @default false */
  readonly aliases?: boolean;
}

/** Names inside each database: one credential and one data source, both named as the zone. */
const zoneName: Readonly<Record<RefinedZone, string>> = {
  general: 'insights_refined_general',
  sensitive: 'insights_refined_sensitive',
};

/**
 * T-SQL of the serverless SQL databases of a workspace, in order; made again or changed by running it again (`create_sql_db`).
 *
 * Each database has one external data source, rooted at its zone, and one credential, the workspace's identity; so no
 * statement in `sdb_…` can name a file of the sensitive zone by them, and its readers, who may SELECT from views and are
 * denied bulk operations, cannot name files at all (ACCESS4). Members of the readers' role that the environment no longer
 * lists lose their user; views that the catalogue no longer has are dropped.
 * @throws InsightsError ENVIRONMENT_INVALID for a group whose name T-SQL cannot take
 */
export function sqlDatabaseStatements(options: SqlDatabaseOptions): readonly SqlStatement[] {
  return sqlBatches(sqlDatabaseSteps(options));
}

/** The same, object by object. */
export function sqlDatabaseSteps(options: SqlDatabaseOptions): readonly SqlStep[] {
  return (['general', 'sensitive'] as const).flatMap((zone) =>
    sqlZoneSteps(options, zone, readersOf(options.people, zone)),
  );
}

/**
 * The same for the database of one zone, for readers that were chosen one by one.
 * @throws InsightsError ENVIRONMENT_INVALID for a reader whose name T-SQL cannot take
 */
export function sqlZoneSteps(
  options: Omit<SqlDatabaseOptions, 'people'>,
  zone: RefinedZone,
  readers: readonly EntraGroup[],
): readonly SqlStep[] {
  const { catalogue, storageAccount, timeZone, aliases } = options;
  const views =
    zone === 'general'
      ? [...generalViews(catalogue, zoneName.general, timeZone), ...reportViews(catalogue)]
      : lookupViews(catalogue, zoneName.sensitive);
  const database = databaseOf(zone);
  const step = (name: string, text: string): SqlStep => ({
    name: `${zone}: ${name}`,
    database,
    hasAlias: aliases === true,
    text,
  });
  const sorted = checkedReaders(readers);
  return [
    { ...step('database', createDatabase(database)), database: 'master', alone: true },
    step('master key', createMasterKey),
    step('credential', createCredential(zone)),
    step('data source', createDataSource(zone, storageAccount)),
    step('role of readers', createRole),
    step('rights of readers', grantCredential(zone)),
    ...views.map((view) => step(`view ${view.name}`, createView(view))),
    step('views that the catalogue no longer has', dropOtherViews(views)),
    ...sorted.map((reader) => step(`reader ${reader.displayName}`, createReader(reader))),
    step('readers that are no longer listed', dropOtherReaders(sorted)),
  ];
}

/** T-SQL that takes the databases of a workspace away, for a reset (D19); none of the lake's files is touched. */
export function dropSqlDatabaseStatements(): readonly SqlStatement[] {
  return (['general', 'sensitive'] as const).map((zone): SqlStatement => {
    const database = databaseOf(zone);
    const text = [
      checkedWorkspace,
      onlyIf(`DB_ID(${quoteNationalText(database)}) IS NOT NULL`, `DROP DATABASE ${quoteBracketName(database)}`),
    ].join('\n');
    return { name: `drop ${database}`, database: 'master', hasAlias: true, text };
  });
}

function databaseOf(zone: RefinedZone): string {
  return `sdb_<<owner>>_s2r_m365_v<<edition>>${zone === 'general' ? '' : '_sensitive'}`;
}

/** The name's slots are filled by whoever runs the batch. */
function createDatabase(database: string): string {
  const [name, text] = [quoteBracketName(database), quoteNationalText(database)];
  return [
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

/** A data source cannot be moved: one that points elsewhere, or reads as somebody else, is made anew. */
function createDataSource(zone: RefinedZone, storageAccount: string): string {
  const [name, text] = [quoteBracketName(zoneName[zone]), quoteNationalText(zoneName[zone])];
  const account = quoteNationalText(`https://${storageAccount}.dfs.core.windows.net/`);
  return [
    `DECLARE @location NVARCHAR(1024) = ${account} + @stage + N'/Refined/M365/v' + @version + N'/${zone}';`,
    `DECLARE @create NVARCHAR(MAX) = N'CREATE EXTERNAL DATA SOURCE ${name} WITH (LOCATION = ''' + @location + N''', CREDENTIAL = ${name})';`,
    'IF NOT EXISTS (SELECT 1 FROM sys.external_data_sources AS s JOIN sys.database_scoped_credentials AS c',
    `  ON c.credential_id = s.credential_id WHERE s.name = ${text} AND c.name = ${text} AND s.location = @location)`,
    'BEGIN',
    onlyIf(
      `EXISTS (SELECT 1 FROM sys.external_data_sources WHERE name = ${text})`,
      `DROP EXTERNAL DATA SOURCE ${name}`,
    ),
    'EXEC (@create);',
    'END;',
  ].join('\n');
}

/**
 * A view as it should be is left alone: changing it would wait for every query that reads it, and hold up all that come
 * after. The right to read it belongs to it, so that neither is there without the other.
 */
function createView({ name, mark, text }: SqlView): string {
  const full = `[dbo].${quoteBracketName(name)}`;
  const found = `SELECT 1 FROM sys.sql_modules WHERE object_id = OBJECT_ID(${quoteNationalText(full)})`;
  return [
    onlyIf(`NOT EXISTS (${found} AND definition LIKE ${quoteNationalText(`%${mark}%`)})`, text),
    `GRANT SELECT ON OBJECT::${full} TO ${quoteBracketName(readersRole)};`,
  ].join('\n');
}

function dropOtherViews(views: readonly SqlView[]): string {
  return runEach(
    '@otherViews',
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

/**
 * The use of the credential, and no bulk operations. Serverless SQL gives those to public, so taking them back from the role
 * would leave them: they are denied. Without that a reader could read with OPENROWSET what the workspace's identity can.
 */
function grantCredential(zone: RefinedZone): string {
  const role = quoteBracketName(readersRole);
  return [
    `DENY ADMINISTER DATABASE BULK OPERATIONS TO ${role};`,
    `GRANT REFERENCES ON DATABASE SCOPED CREDENTIAL::${quoteBracketName(zoneName[zone])} TO ${role};`,
  ].join('\n');
}
