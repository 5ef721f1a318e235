import type { EntraGroup } from '../../contract/environment-settings';
import type { RefinedZone } from '../../contract/lake-paths';
import { quoteBracketName, quoteNationalText } from './sql-text';
import { nameList, onlyIf, type SqlStep } from './t-sql-statement';

/** What serverless SQL says to changes of a database that Spark owns, where it does not allow them. */
const replicatedDatabase = '%replicated database%';

/**
 * T-SQL that lets readers into the lake database of a zone over serverless SQL, as users of that database only (ACCESS4), and
 * takes those out that are no longer listed. What they see they read as themselves, so they need the zone's folders too.
 *
 * Run from master, because the database appears some time after Spark has made it: until then, and where the service does
 * not allow users in a replicated database (documents disagree), nothing is done.
 */
export function lakeReaderSteps(zone: RefinedZone, readers: readonly EntraGroup[]): readonly SqlStep[] {
  const database = `ldb_<<owner>>_s2r_m365_v<<edition>>${zone === 'general' ? '' : '_sensitive'}`;
  const names = [...new Set(readers.map(({ displayName }) => displayName))].sort();
  const step = (name: string, statements: readonly string[]): SqlStep => ({
    name: `lake ${zone}: ${name}`,
    database: 'master',
    hasAlias: false,
    text: inDatabase(database, statements),
    // Of a database that Spark owns, and from another one: no transaction of ours spans both.
    alone: true,
    tolerated: replicatedDatabase,
  });
  return [
    ...names.map((name) => step(`reader ${name}`, [createReader(name)])),
    step('readers that are no longer listed', [dropOthers(names)]),
  ];
}

function createReader(displayName: string): string {
  const name = quoteBracketName(displayName);
  return [
    `IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = ${quoteNationalText(displayName)})`,
    `  CREATE USER ${name} FROM EXTERNAL PROVIDER;`,
    `ALTER ROLE [db_datareader] ADD MEMBER ${name};`,
  ].join('\n');
}

function dropOthers(names: readonly string[]): string {
  const drop = "N'ALTER ROLE [db_datareader] DROP MEMBER ' + QUOTENAME(u.name) + N'; DROP USER ' + QUOTENAME(u.name)";
  return [
    `DECLARE @statements NVARCHAR(MAX) = (SELECT STRING_AGG(CAST(${drop} AS NVARCHAR(MAX)), N'; ')`,
    '  FROM sys.database_role_members AS m',
    '  JOIN sys.database_principals AS r ON r.principal_id = m.role_principal_id',
    '  JOIN sys.database_principals AS u ON u.principal_id = m.member_principal_id',
    `  WHERE r.name = N'db_datareader' AND u.name NOT IN (${nameList(names)}));`,
    'IF @statements IS NOT NULL',
    '  EXEC (@statements);',
  ].join('\n');
}

/** As a batch within the database, if there is one. */
function inDatabase(database: string, statements: readonly string[]): string {
  const batch = [`USE ${quoteBracketName(database)};`, ...statements].join('\n');
  return onlyIf(`DB_ID(${quoteNationalText(database)}) IS NOT NULL`, batch);
}
