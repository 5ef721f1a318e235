import { databaseNames, type DatabaseNames } from '../../contract/database-names';
import { LakePaths } from '../../contract/lake-paths';
import type { Catalogue } from '../model';
import { lookupColumns } from './duckdb-treatment';
import { quoteBacktickName } from './sql-text';

/** A Delta table of the lake under a name of a lake database. */
export interface LakeDatabaseTable {
  readonly name: string;
  /** Lake path, `<container>/<path>`. */
  readonly path: string;
}

export interface LakeDatabase {
  readonly name: string;
  readonly description: string;
  readonly tables: readonly LakeDatabaseTable[];
}

/**
 * The lake databases of a workspace: Ingested (as `<Table>`, upstream's name) and Ingested_Corrected (as
 * `<Table>_corrected`), Refined/general, and the lookups in one of their own (S8).
 * @param names default: those of the workspace; give the alias's for the other spelling of the version
 * @throws InsightsError WORKSPACE_NAME_INVALID, DATA_VERSION_INVALID
 */
export function lakeDatabases(
  catalogue: Catalogue,
  workspace: string,
  version: string,
  names: DatabaseNames = databaseNames(workspace, version),
): readonly LakeDatabase[] {
  const paths = new LakePaths(workspace, version);
  const tables = catalogue.tables.map(({ name }) => name);
  const withLookup = catalogue.tables.filter((table) => lookupColumns(table, catalogue).length > 0);
  return [
    {
      name: names.lakeIngested,
      description: `Microsoft 365 education data of ${workspace} as delivered, and typed`,
      tables: tables.flatMap((name) => [
        { name, path: paths.ingested(name) },
        { name: `${name}_corrected`, path: paths.corrected(name) },
      ]),
    },
    {
      name: names.lakeRefined,
      description: `Microsoft 365 education data of ${workspace}, pseudonymised`,
      tables: tables.map((name) => ({ name, path: paths.general(name) })),
    },
    {
      name: names.lakeSensitive,
      description: `Lookups of ${workspace}: raw values beside their pseudonyms, for privacy officers`,
      tables: withLookup.map(({ name }) => ({ name: `${name}_lookup`, path: paths.lookup(name) })),
    },
  ];
}

/**
 * Spark SQL that makes or renews a lake database (`create_lake_db`). A table is dropped and made again, because a replicated
 * table does not show columns that were added; the tables are external, so no data is touched. A table whose place holds
 * no Delta log yet is to be left out by the caller: Spark refuses it.
 * @param location URL of a lake path, such as `abfss://stage2@account.dfs.core.windows.net/Refined/…`
 */
export function lakeDatabaseStatements(database: LakeDatabase, location: (path: string) => string): readonly string[] {
  const name = quoteBacktickName(database.name);
  return [
    `CREATE DATABASE IF NOT EXISTS ${name} COMMENT ${sparkText(database.description)}`,
    ...database.tables.flatMap((table) => {
      const full = `${name}.${quoteBacktickName(table.name)}`;
      return [
        `DROP TABLE IF EXISTS ${full}`,
        `CREATE TABLE ${full} USING DELTA LOCATION ${sparkText(location(table.path))}`,
      ];
    }),
  ];
}

/** Spark SQL that takes a lake database away, for a reset (D19); the files of its external tables stay. */
export function dropLakeDatabaseStatement(database: Pick<LakeDatabase, 'name'>): string {
  return `DROP DATABASE IF EXISTS ${quoteBacktickName(database.name)} CASCADE`;
}

/** The URL of a lake path for Spark: the container is the file system. */
export function abfssLocation(storageAccount: string): (path: string) => string {
  return (path) => {
    const [container = '', ...rest] = path.split('/');
    return `abfss://${container}@${storageAccount}.dfs.core.windows.net/${rest.join('/')}`;
  };
}

/** Spark reads backslashes in a text constant as escapes, and `''` as two constants side by side. */
function sparkText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
