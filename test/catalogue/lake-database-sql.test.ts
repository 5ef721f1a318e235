import { loadCatalogue } from '../../src/catalogue/load';
import {
  abfssLocation,
  dropLakeDatabaseStatement,
  lakeDatabases,
  lakeDatabaseStatements,
} from '../../src/catalogue/render/lake-database-sql';
import { aliasDatabaseNames } from '../../src/contract/database-names';

const catalogue = loadCatalogue('strict');
const names = catalogue.tables.map(({ name }) => name);

describe('lakeDatabases', () => {
  it('keeps lookups out of the database of general tables (S8)', () => {
    const databases = lakeDatabases(catalogue, 'prod', '1.14').map(({ name, tables }) => [name, tables.length]);
    expect(databases).toEqual([
      ['ldb_prod_s2i_m365_v1p14', 2 * names.length],
      ['ldb_prod_s2r_m365_v1p14', names.length],
      ['ldb_prod_s2r_m365_v1p14_sensitive', 11],
    ]);
    const [ingested, refined, sensitive] = lakeDatabases(catalogue, 'prod', '1.14');
    expect(ingested?.tables.slice(0, 2)).toEqual([
      { name: 'activity', path: 'stage2/Ingested/M365/v1.14/activity' },
      { name: 'activity_corrected', path: 'stage2/Ingested_Corrected/M365/v1.14/activity' },
    ]);
    expect(refined?.tables.filter(({ path }) => !path.startsWith('stage2/Refined/M365/v1.14/general/'))).toEqual([]);
    expect(sensitive?.tables.find(({ name }) => name === 'Person_lookup')?.path).toBe(
      'stage2/Refined/M365/v1.14/sensitive/Person_lookup',
    );
  });

  it('gives the same tables to the other spelling of the version', () => {
    const alias = lakeDatabases(catalogue, 'dev', '1.14', aliasDatabaseNames('dev', '1.14'));
    expect(alias.map(({ name }) => name)).toEqual([
      'ldb_dev_s2i_m365_v1p4p0',
      'ldb_dev_s2r_m365_v1p4p0',
      'ldb_dev_s2r_m365_v1p4p0_sensitive',
    ]);
    expect(alias.map(({ tables }) => tables)).toEqual(
      lakeDatabases(catalogue, 'dev', '1.14').map(({ tables }) => tables),
    );
  });
});

describe('lakeDatabaseStatements', () => {
  const database = {
    name: 'ldb_dev_s2r_m365_v1p14',
    description: 'of dev’s \\ "lake" and O\'Hare',
    tables: [{ name: 'Person', path: 'oea/dev/stage2/Refined/M365/v1.14/general/Person' }],
  };

  it('makes every table anew over the files that are there, quoted for Spark', () => {
    expect(lakeDatabaseStatements(database, abfssLocation('stoeatest'))).toEqual([
      "CREATE DATABASE IF NOT EXISTS `ldb_dev_s2r_m365_v1p14` COMMENT 'of dev’s \\\\ \"lake\" and O\\'Hare'",
      'DROP TABLE IF EXISTS `ldb_dev_s2r_m365_v1p14`.`Person`',
      'CREATE TABLE `ldb_dev_s2r_m365_v1p14`.`Person` USING DELTA ' +
        "LOCATION 'abfss://oea@stoeatest.dfs.core.windows.net/dev/stage2/Refined/M365/v1.14/general/Person'",
    ]);
  });

  it('is taken away with its tables', () => {
    expect(dropLakeDatabaseStatement(database)).toBe('DROP DATABASE IF EXISTS `ldb_dev_s2r_m365_v1p14` CASCADE');
  });
});
