import { loadCatalogue } from '../../src/catalogue/load';
import { sqlBatches } from '../../src/catalogue/render/t-sql-batches';
import { sqlDatabaseStatements, sqlDatabaseSteps } from '../../src/catalogue/render/t-sql-database';
import { lakeReaderSteps } from '../../src/catalogue/render/t-sql-lake-readers';
import { checkedWorkspace, fillSqlStatements, type SqlStep } from '../../src/catalogue/render/t-sql-statement';
import { generalViews } from '../../src/catalogue/render/t-sql-views';

const catalogue = loadCatalogue('strict');
const group = (number: number) => ({
  objectId: `${String(number).padStart(8, '0')}-0000-0000-0000-000000000000`,
  displayName: `Edu Analytics group with a long name ${number}`,
});
const options = {
  catalogue,
  storageAccount: 'stoeatest',
  timeZone: 'UTC',
  people: { analysts: [group(1)], dataScientists: [], externalDataScientists: [], privacyOfficers: [group(2)] },
};
const step = (name: string, database = 'a', hasAlias = false): SqlStep => ({
  name,
  database,
  hasAlias,
  text: `PRINT N'${name}';`,
});

describe('sqlBatches', () => {
  it('is one batch per database, in the order in which databases come first, with an alias if a step has', () => {
    const steps = [step('1', 'b'), step('2', 'a'), step('3', 'b', true), step('4', 'b')];
    expect(sqlBatches(steps).map(({ name, database, hasAlias }) => [name, database, hasAlias])).toEqual([
      ['b', 'b', true],
      ['a', 'a', false],
    ]);
    expect(sqlBatches(steps).map(({ text }) => [...text.matchAll(/PRINT N'(.)'/g)].map(([, name]) => name))).toEqual([
      ['1', '3', '4'],
      ['2'],
    ]);
    expect(sqlBatches([])).toEqual([]);
  });

  it('runs each step in a transaction of its own, and says at the end which failed, and why', () => {
    const [batch] = sqlBatches([
      step("general: reader O'Hare"),
      { ...step('2'), alone: true },
      { ...step('3'), tolerated: "%don't%" },
    ]);
    expect(batch?.text).toBe(
      [
        'SET XACT_ABORT ON;',
        checkedWorkspace,
        "DECLARE @step NVARCHAR(256), @failed NVARCHAR(MAX) = N'', @reasons NVARCHAR(MAX) = N'';",
        "SET @step = N'general: reader O''Hare';",
        'BEGIN TRY',
        'BEGIN TRANSACTION;',
        "PRINT N'general: reader O'Hare';",
        'COMMIT TRANSACTION;',
        'END TRY',
        'BEGIN CATCH',
        'IF XACT_STATE() <> 0 ROLLBACK TRANSACTION;',
        "SET @failed = @failed + N'; ' + @step;",
        "SET @reasons = @reasons + N' ' + @step + N': ' + ERROR_MESSAGE();",
        'END CATCH;',
        "SET @step = N'2';",
        'BEGIN TRY',
        "PRINT N'2';",
        'END TRY',
        'BEGIN CATCH',
        'IF XACT_STATE() <> 0 ROLLBACK TRANSACTION;',
        "SET @failed = @failed + N'; ' + @step;",
        "SET @reasons = @reasons + N' ' + @step + N': ' + ERROR_MESSAGE();",
        'END CATCH;',
        "SET @step = N'3';",
        'BEGIN TRY',
        'BEGIN TRANSACTION;',
        "PRINT N'3';",
        'COMMIT TRANSACTION;',
        'END TRY',
        'BEGIN CATCH',
        'IF XACT_STATE() <> 0 ROLLBACK TRANSACTION;',
        "IF ERROR_MESSAGE() NOT LIKE N'%don''t%'",
        'BEGIN',
        "SET @failed = @failed + N'; ' + @step;",
        "SET @reasons = @reasons + N' ' + @step + N': ' + ERROR_MESSAGE();",
        'END;',
        'END CATCH;',
        "IF @failed <> N''",
        'BEGIN',
        '  DECLARE @message NVARCHAR(2048) =',
        "    LEFT(N'Failed in ' + DB_NAME() + N': ' + STUFF(@failed, 1, 2, N'') + N'.' + @reasons, 2048);",
        '  THROW 50003, @message, 1;',
        'END;',
      ].join('\n'),
    );
  });
});

describe('the batches of a workspace', () => {
  const everything = (timeZone: string, aliases: boolean, groups: number) => {
    const analysts = Array.from({ length: groups }, (_, index) => group(index + 10));
    const steps = sqlDatabaseSteps({ ...options, timeZone, aliases, people: { ...options.people, analysts } });
    const lake = (['general', 'sensitive'] as const).flatMap((zone) =>
      lakeReaderSteps(zone, zone === 'general' ? [...analysts, group(2)] : [group(2)]),
    );
    return sqlBatches([...steps, ...lake]);
  };

  it('are three, and six with the alias', () => {
    const databases = (aliases: boolean): unknown =>
      fillSqlStatements(everything('UTC', aliases, 1), 'dev', '1.14').map(({ database }) => database);
    expect(databases(false)).toEqual(['master', 'sdb_dev_s2r_m365_v1p14', 'sdb_dev_s2r_m365_v1p14_sensitive']);
    expect(databases(true)).toEqual([
      'master',
      'master',
      'sdb_dev_s2r_m365_v1p14',
      'sdb_dev_s2r_m365_v1p4p0',
      'sdb_dev_s2r_m365_v1p14_sensitive',
      'sdb_dev_s2r_m365_v1p4p0_sensitive',
    ]);
  });

  it('fit into a pipeline, which the service limits to 200 KB, with thirty groups and the zone whose clocks change most', () => {
    // The rest of the pipeline has less than 20 KB.
    expect(Buffer.byteLength(JSON.stringify(everything('Asia/Gaza', true, 30)))).toBeLessThan(180 * 1024);
  });

  it('declare no variable twice, which would fail the batch before its first step', () => {
    for (const { text } of everything('Europe/Berlin', true, 2)) {
      const outside = text.replace(/N'(?:[^']|'')*'/g, "N''");
      const declared = [...outside.matchAll(/\bDECLARE (@\w+)|, (@\w+) NVARCHAR/g)].map(
        ([, one, other]) => one ?? other,
      );
      expect(declared.length).toBeGreaterThanOrEqual(6);
      expect(new Set(declared).size).toBe(declared.length);
    }
  });

  it('make databases outside transactions, and everything else in one', () => {
    const alone = sqlDatabaseSteps(options).filter((each) => each.alone === true);
    expect(alone.map(({ name, database }) => [name, database])).toEqual([
      ['general: database', 'master'],
      ['sensitive: database', 'master'],
    ]);
    const own = sqlDatabaseStatements(options).filter(({ database }) => database !== 'master');
    for (const { text } of own) {
      expect(text.match(/^BEGIN TRY\nBEGIN TRANSACTION;$/gm)?.length).toBe(text.match(/^BEGIN TRY$/gm)?.length);
      expect(text).not.toMatch(/(CREATE|ALTER|DROP) DATABASE \[/);
    }
  });

  it('leave a view alone that has the mark of its definition, and change any other', () => {
    const [view] = generalViews(catalogue, 'insights_refined_general', 'UTC').filter(({ name }) => name === 'Person');
    const found = sqlDatabaseSteps(options).find(({ name }) => name === 'general: view Person');
    expect(found?.text).toBe(
      [
        `IF NOT EXISTS (SELECT 1 FROM sys.sql_modules WHERE object_id = OBJECT_ID(N'[dbo].[Person]') AND definition LIKE N'%${view?.mark}%')`,
        `  EXEC (N'${view?.text.replaceAll("'", "''")}');`,
        'GRANT SELECT ON OBJECT::[dbo].[Person] TO [insights_readers];',
      ].join('\n'),
    );
    expect(view?.mark).toMatch(/^Rendered from the catalogue of Education Insights [0-9a-f]{16}$/);
    expect(view?.text).toContain(`/* ${view?.mark} */`);
    const marks = (timeZone: string): (string | undefined)[] =>
      generalViews(catalogue, 'insights_refined_general', timeZone).map(({ mark }) => mark);
    expect(new Set(marks('UTC')).size).toBe(catalogue.tables.length);
    expect(marks('UTC').filter((mark, index) => mark !== marks('Asia/Tokyo')[index])).toHaveLength(1);
  });
});
