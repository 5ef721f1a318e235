/**
 * Prints, as JSON, the SQL that the Python tests of this folder parse.
 *   render-sql.ts TIME-ZONE
 */
import { loadCatalogue } from '../../src/catalogue/load';
import { abfssLocation, lakeDatabases, lakeDatabaseStatements } from '../../src/catalogue/render/lake-database-sql';
import { offsetPeriods } from '../../src/catalogue/render/time-offsets';
import { sqlDatabaseStatements } from '../../src/catalogue/render/t-sql-database';
import { fillSqlStatements } from '../../src/catalogue/render/t-sql-statement';

const [, , timeZone = 'UTC'] = process.argv;
const group = (digit: string, displayName: string): { objectId: string; displayName: string } => ({
  objectId: `${digit}0000000-0000-0000-0000-000000000000`,
  displayName,
});
const catalogue = loadCatalogue('strict');
const template = sqlDatabaseStatements({
  catalogue,
  storageAccount: 'stoeatest',
  timeZone,
  people: {
    analysts: [group('1', "Edu Analytics O'Hare [readers]")],
    dataScientists: [group('2', 'Edu Analytics Data Scientists')],
    externalDataScientists: [],
    privacyOfficers: [group('3', 'Edu Analytics Privacy Officers')],
  },
  aliases: true,
});
process.stdout.write(
  JSON.stringify({
    template,
    statements: fillSqlStatements(template, 'dev', '1.14'),
    lake: lakeDatabases(catalogue, 'dev', '1.14').map((database) => ({
      ...database,
      statements: lakeDatabaseStatements(database, abfssLocation('stoeatest')),
    })),
    offsets: offsetPeriods(timeZone),
  }),
);
