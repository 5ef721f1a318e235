import { loadCatalogue } from '../../src/catalogue/load';
import { historyColumns, keepsHistory } from '../../src/catalogue/refined-shape';
import { generalColumns, lookupColumns } from '../../src/catalogue/render/duckdb-treatment';
import { reportViewNames } from '../../src/catalogue/render/report-columns';
import {
  dropSqlDatabaseStatements,
  sqlDatabaseStatements,
  sqlDatabaseSteps,
} from '../../src/catalogue/render/t-sql-database';
import { fillSqlStatements, type SqlStep } from '../../src/catalogue/render/t-sql-statement';
import { databaseNames } from '../../src/contract/database-names';
import { LakePaths } from '../../src/contract/lake-paths';

const catalogue = loadCatalogue('strict');
const group = (digit: string, displayName: string) => ({
  objectId: `${digit}0000000-0000-0000-0000-000000000000`,
  displayName,
});
const people = {
  analysts: [group('1', "O'Hare [readers]")],
  dataScientists: [group('2', 'Scientists')],
  externalDataScientists: [group('2', 'Scientists')],
  privacyOfficers: [group('3', 'Officers')],
};
const options = { catalogue, storageAccount: 'stoeatest', timeZone: 'UTC', people };
const filled = (workspace = 'dev', version = '1.14', aliases = false): readonly SqlStep[] =>
  fillSqlStatements(sqlDatabaseSteps({ ...options, aliases }), workspace, version);
const textOf = (steps: readonly SqlStep[], name: string): string =>
  steps.find((step) => step.name === name)?.text ?? '';
/** What a step runs as text. */
const executedBy = (text: string): string[] =>
  [...text.matchAll(/EXEC \(N'((?:[^']|'')*)'\)/g)].map(([, inner = '']) => inner.replaceAll("''", "'"));
const columnsOf = (view: string): string[] =>
  [...view.matchAll(/^ {4}\[(.+?)\] (.+?),?$/gm)].map(([, name, type]) => `${name} ${type}`);

const reportViewStatements = Object.values(reportViewNames).map((name) => `general: view ${name}`);

describe('sqlDatabaseStatements', () => {
  it('makes each database in the order in which its parts need each other', () => {
    const kinds = filled()
      .filter(({ name }) => name.startsWith('sensitive: '))
      .map(({ name, database }) => [name.replace(/^sensitive: /, ''), database.replace(/^sdb_dev_s2r_m365_/, '')])
      .filter(([name]) => !/^view (?!Person_lookup)/.test(name!));
    expect(kinds).toEqual([
      ['database', 'master'],
      ['master key', 'v1p14_sensitive'],
      ['credential', 'v1p14_sensitive'],
      ['data source', 'v1p14_sensitive'],
      ['role of readers', 'v1p14_sensitive'],
      ['rights of readers', 'v1p14_sensitive'],
      ['view Person_lookup', 'v1p14_sensitive'],
      ['views that the catalogue no longer has', 'v1p14_sensitive'],
      ['reader Officers', 'v1p14_sensitive'],
      ['readers that are no longer listed', 'v1p14_sensitive'],
    ]);
  });

  it.each([
    ['dev', '1.14'],
    ['prod', '1.4.0'],
    ['Jane-Doe', '1.15'],
  ])('connects to the databases of %s, version %s, by their names', (workspace, version) => {
    const names = databaseNames(workspace, version);
    expect(new Set(filled(workspace, version).map(({ database }) => database))).toEqual(
      new Set(['master', names.serverless, names.serverlessSensitive]),
    );
  });

  it('has a view per general table, and one per lookup, with the columns of the catalogue in order', () => {
    const views = filled().filter(({ name }) => name.includes(': view '));
    const expected = catalogue.tables.map((table) => [
      `general: view ${table.name}`,
      [...generalColumns(table), ...(keepsHistory(table, catalogue) ? historyColumns : [])].map(({ name }) => name),
    ]);
    const lookups = catalogue.tables
      .filter((table) => lookupColumns(table, catalogue).length > 0)
      .map((table) => [
        `sensitive: view ${table.name}_lookup`,
        lookupColumns(table, catalogue).map(({ name }) => name),
      ]);
    expect(views.map(({ name, text }) => [name, columnsOf(text).map((column) => column.split(' ')[0])])).toEqual([
      ...expected,
      ...reportViewStatements.map((name) => [name, []]),
      ...lookups,
    ]);
  });

  it('writes out the type of every column, text in the collation of the lake', () => {
    const collation = 'COLLATE Latin1_General_100_BIN2_UTF8';
    expect(columnsOf(textOf(filled(), 'general: view PersonOrganizationRole'))).toEqual([
      `Id_pseudonym VARCHAR(64) ${collation}`,
      `ExternalId_pseudonym VARCHAR(64) ${collation}`,
      'FirstSeenDateTime DATETIME2(6)',
      'IsActiveInSession BIT',
      'LastSeenDateTime DATETIME2(6)',
      `OrganizationId VARCHAR(256) ${collation}`,
      `PersonId_pseudonym VARCHAR(64) ${collation}`,
      `RefRoleId VARCHAR(256) ${collation}`,
      `SessionId VARCHAR(256) ${collation}`,
      `SourceSystemId VARCHAR(256) ${collation}`,
      'IsPrimary BIT',
      `RefGradeLevelId VARCHAR(256) ${collation}`,
      `RoleStartDate VARCHAR(1) ${collation}`,
      `RoleEndDate VARCHAR(1) ${collation}`,
    ]);
  });

  it('reads a view from its own folder of the one data source of its database', () => {
    for (const { name, text } of filled().filter((statement) => statement.name.includes(': view '))) {
      const [zone, view] = name.split(': view ');
      const [definition = ''] = executedBy(text);
      const calls = [...definition.matchAll(/OPENROWSET\(([^)]*)\)/g)].map(([, call]) => call);
      // Views for reports are over other views, and name no file.
      if (reportViewStatements.includes(name)) expect(calls).toEqual([]);
      else expect(calls).toEqual([`BULK N'${view}', DATA_SOURCE = N'insights_refined_${zone}', FORMAT = 'DELTA'`]);
    }
  });

  it('computes day, week and hour of activity in the environment’s time zone, and in no other view (ROW16)', () => {
    const inZone = sqlDatabaseSteps({ ...options, timeZone: 'America/Phoenix' });
    expect(executedBy(textOf(inZone, 'general: view activity'))[0]).toContain(
      'CAST(DATEADD(minute, -420, r.[StartTime]) AS DATE) AS [Day], ' +
        "DATEADD(day, -(DATEDIFF(day, CAST('19000101' AS DATE), CAST(DATEADD(minute, -420, r.[StartTime]) AS DATE)) % 7), " +
        'CAST(DATEADD(minute, -420, r.[StartTime]) AS DATE)) AS [Week], ' +
        'DATEPART(hour, DATEADD(minute, -420, r.[StartTime])) AS [Hour]',
    );
    expect(inZone.filter(({ text }) => text.includes('AS [Hour]')).map(({ name }) => name)).toEqual([
      'general: view activity',
    ]);
    const berlin = sqlDatabaseSteps({ ...options, timeZone: 'Europe/Berlin' });
    const [summer] = executedBy(textOf(berlin, 'general: view activity'));
    expect(summer).toContain(
      "SELECT CAST('2022-03-27T01:00:00' AS DATETIME2(6)) AS [From], CAST('2022-10-30T01:00:00' AS DATETIME2(6)) AS [Until], 120 AS [Minutes]",
    );
    expect(summer).toContain('AS z ON r.[StartTime] >= z.[From] AND r.[StartTime] < z.[Until]');
  });

  it('gives a report the kind, minutes and school of a signal (ROW17), and a calendar, over the views of general', () => {
    const [signals = ''] = executedBy(textOf(filled(), `general: view ${reportViewNames.activity}`));
    expect(signals).toContain(
      "DATEDIFF(day, CAST('19000101' AS DATE), a.[Day]) % 7 + 1 AS [Weekday],\n" +
        "  CASE WHEN [SignalType] IN ('AssignmentEvent', 'SubmissionEvent') THEN 'Assignment Activities' ",
    );
    expect(signals).toContain(
      "  CAST(DATEDIFF(second, CAST('00:00:00' AS TIME), TRY_CAST([MeetingDuration] AS TIME)) AS FLOAT) / 60 AS [MeetingMinutes],\n" +
        '  TRY_CAST([ReadingSubmissionAccuracyScore] AS FLOAT) AS [ReadingAccuracy],\n' +
        "  coalesce(CASE WHEN a.[ClassId_pseudonym] IS NULL THEN p.school ELSE c.school END, 'none') AS [SchoolId]\n" +
        'FROM [dbo].[activity] AS a\n' +
        'LEFT JOIN class_place AS c ON c.class = a.[ClassId_pseudonym]\n' +
        'LEFT JOIN actor_place AS p ON p.actor = a.[ActorId_pseudonym]',
    );
    expect(signals).toContain('AND r.[IsPrimary] = 1');
    const [calendar = ''] = executedBy(textOf(filled(), `general: view ${reportViewNames.calendar}`));
    expect(calendar).toContain(
      'WITH bounds AS (SELECT MIN([Day]) AS [First], MAX([Day]) AS [Last] FROM [dbo].[activity]),',
    );
    // Without the pseudonyms that join there is nothing to report on.
    const v02 = sqlDatabaseSteps({ ...options, catalogue: loadCatalogue('v0.2') });
    expect(v02.filter(({ name }) => reportViewStatements.includes(name))).toEqual([]);
  });

  it('drops the views that the catalogue no longer has, and only those that were rendered from it', () => {
    const text = textOf(filled(), 'general: views that the catalogue no longer has');
    const listed = /v\.name NOT IN \((.*)\)\);/.exec(text)?.[1]?.split(', ');
    const names = [...catalogue.tables.map(({ name }) => name), ...Object.values(reportViewNames)];
    expect(listed).toEqual(names.map((name) => `N'${name}'`));
    const [, mark] = /m\.definition LIKE N'%(.*)%'/.exec(text) ?? [];
    const views = filled().filter(({ name }) => name.includes(': view '));
    expect(views.filter(({ text: view }) => !view.includes(`/* ${mark} `))).toEqual([]);
  });

  it('quotes the names of groups, and lists a group with two roles once (ACCESS3)', () => {
    const readers = filled().filter(({ name }) => name.startsWith('general: reader '));
    const sidOf = (digit: string): string =>
      `CAST(CAST(N'${digit}0000000-0000-0000-0000-000000000000' AS UNIQUEIDENTIFIER) AS BINARY(16))`;
    expect(readers.map(({ text }) => text)).toEqual(
      [
        ['1', "O''Hare [readers]", "O''Hare [readers]]", "O'Hare [readers]]"],
        ['3', 'Officers', 'Officers', 'Officers'],
        ['2', 'Scientists', 'Scientists', 'Scientists'],
      ].map(([digit = '', text, quotedName, name]) =>
        [
          `IF EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N'${text}' AND type IN ('E', 'X') AND CAST(SUBSTRING(sid, 1, 16) AS BINARY(16)) <> ${sidOf(digit)})`,
          `  EXEC (N'DROP USER [${quotedName}]');`,
          `IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N'${text}' AND type IN ('E', 'X'))`,
          `  EXEC (N'CREATE USER [${quotedName}] FROM EXTERNAL PROVIDER');`,
          `ALTER ROLE [insights_readers] ADD MEMBER [${name}];`,
        ].join('\n'),
      ),
    );
  });

  it('refuses a group whose name T-SQL cannot take', () => {
    const analysts = [group('1', 'x'.repeat(129))];
    expect(() => sqlDatabaseSteps({ ...options, people: { ...people, analysts } })).toThrow(
      'The name of group 10000000-0000-0000-0000-000000000000 has 129 characters; T-SQL takes 128.',
    );
  });

  it.each(['<<owner>> readers', 'a@{pipeline().RunId}'])(
    'refuses the group %s, which a pipeline would rename',
    (name) => {
      const analysts = [group('1', name)];
      expect(() => sqlDatabaseSteps({ ...options, people: { ...people, analysts } })).toThrow(
        'The name of group 10000000-0000-0000-0000-000000000000 has "<<" or "@{" in it, which a pipeline would fill in.',
      );
    },
  );

  it('refuses two groups of one name, because T-SQL could not tell which is meant', () => {
    const analysts = [group('4', 'officers')];
    expect(() => sqlDatabaseSteps({ ...options, people: { ...people, analysts } })).toThrow(
      'Groups 30000000-0000-0000-0000-000000000000 and 40000000-0000-0000-0000-000000000000 have the same name, by which T-SQL knows them.',
    );
  });

  it('takes users away that the environment no longer lists', () => {
    const none = { ...people, privacyOfficers: [] };
    const text = textOf(sqlDatabaseSteps({ ...options, people: none }), 'sensitive: readers that are no longer listed');
    expect(text).toContain("WHERE r.name = N'insights_readers' AND u.name NOT IN (N'')");
    expect(textOf(filled(), 'general: readers that are no longer listed')).toContain(
      "u.name NOT IN (N'O''Hare [readers]', N'Officers', N'Scientists')",
    );
  });
});

describe('a reader of general (ACCESS4)', () => {
  const general = filled().filter(({ name }) => name.startsWith('general: '));

  it('is a user of the general database only, unless a privacy officer', () => {
    const users = (zone: string): string[] =>
      filled().flatMap(({ name }) => (name.startsWith(`${zone}: reader `) ? [name.slice(zone.length + 9)] : []));
    expect(users('general')).toEqual(["O'Hare [readers]", 'Officers', 'Scientists']);
    expect(users('sensitive')).toEqual(['Officers']);
  });

  it('finds one data source and one credential there, rooted at general: OPENROWSET reaches nothing else by them', () => {
    const sources = general.flatMap(({ text }) => [...text.matchAll(/CREATE EXTERNAL DATA SOURCE (\[.*?\])/g)]);
    expect(sources.map(([, name]) => name)).toEqual(['[insights_refined_general]']);
    const credentials = general.flatMap(({ text }) => [
      ...text.matchAll(/CREATE DATABASE SCOPED CREDENTIAL (\[.*?\])/g),
    ]);
    expect(credentials.map(([, name]) => name)).toEqual(['[insights_refined_general]']);
    const locations = general.flatMap(({ text }) => [...text.matchAll(/@location NVARCHAR\(1024\) = (.*);/g)]);
    expect(locations.map(([, location]) => location)).toEqual([
      "N'https://stoeatest.dfs.core.windows.net/' + @stage + N'/Refined/M365/v' + @version + N'/general'",
    ]);
    expect(general.filter(({ text }) => /sensitive|_lookup/i.test(text))).toEqual([]);
  });

  it('may select from views and use the credential, each right in the step of its object', () => {
    const given = general.flatMap(({ name, text }) =>
      [...text.matchAll(/\bGRANT (.*?);/g)].map(([, grant]) => [name, grant]),
    );
    expect(given).toEqual([
      [
        'general: rights of readers',
        'REFERENCES ON DATABASE SCOPED CREDENTIAL::[insights_refined_general] TO [insights_readers]',
      ],
      ...[...catalogue.tables.map(({ name }) => name), ...Object.values(reportViewNames)].map((name) => [
        `general: view ${name}`,
        `SELECT ON OBJECT::[dbo].[${name}] TO [insights_readers]`,
      ]),
    ]);
    const roles = general.flatMap(({ text }) =>
      [...text.matchAll(/ALTER ROLE (\S+) ADD MEMBER/g)].map(([, role]) => role),
    );
    expect(new Set(roles)).toEqual(new Set(['[insights_readers]']));
  });

  it.each(['general', 'sensitive'])('is denied OPENROWSET in %s, which public has on serverless SQL', (zone) => {
    expect(textOf(filled(), `${zone}: rights of readers`)).toBe(
      [
        'DENY ADMINISTER DATABASE BULK OPERATIONS TO [insights_readers];',
        `GRANT REFERENCES ON DATABASE SCOPED CREDENTIAL::[insights_refined_${zone}] TO [insights_readers];`,
      ].join('\n'),
    );
    const steps = filled('dev', '1.14', true).map(({ text }) => text);
    expect(steps.filter((text) => /GRANT\s+(ADMINISTER|CONTROL|ALTER|IMPERSONATE|TAKE)|REVOKE/i.test(text))).toEqual(
      [],
    );
  });

  it('has the rights before there is anything to read, and before being a member', () => {
    const names = general.map(({ name }) => name.replace('general: ', ''));
    const rights = names.indexOf('rights of readers');
    expect(rights).toBeGreaterThan(names.indexOf('role of readers'));
    const later = names.flatMap((name, index) => (/^(view|reader) /.test(name) ? [index] : []));
    expect(later.length).toBe(catalogue.tables.length + reportViewStatements.length + 3);
    expect(later.every((index) => index > rights)).toBe(true);
  });

  it('reads as the workspace by that credential only: a data source without it is made anew', () => {
    const text = textOf(general, 'general: data source');
    expect(text.split('\n').slice(2)).toEqual([
      'IF NOT EXISTS (SELECT 1 FROM sys.external_data_sources AS s JOIN sys.database_scoped_credentials AS c',
      "  ON c.credential_id = s.credential_id WHERE s.name = N'insights_refined_general' AND c.name = N'insights_refined_general' AND s.location = @location)",
      'BEGIN',
      "IF EXISTS (SELECT 1 FROM sys.external_data_sources WHERE name = N'insights_refined_general')",
      "  EXEC (N'DROP EXTERNAL DATA SOURCE [insights_refined_general]');",
      'EXEC (@create);',
      'END;',
    ]);
  });
});

describe('fillSqlStatements', () => {
  it('computes the root of a zone where LakePaths has it', () => {
    const text = sqlDatabaseStatements(options)[1]?.text;
    const stage = (workspace: string): string => new LakePaths(workspace, '1.14').stage(2);
    expect(text).toContain(`WHEN N'prod' THEN N'${stage('prod')}' WHEN N'dev' THEN N'${stage('dev')}'`);
    const [before, after] = stage('jane').split('jane');
    expect(text).toContain(`ELSE N'${before}' + @workspace + N'${after}' END;`);
    expect(new LakePaths('dev', '1.14').refinedFolder('general')).toBe(`${stage('dev')}/Refined/M365/v1.14/general`);
  });

  it('leaves no slot, and has slots in texts and names only', () => {
    expect(filled('jane', '1.14', true).filter(({ text, database }) => /<<|>>/.test(text + database))).toEqual([]);
    for (const { text } of [...sqlDatabaseStatements(options), ...dropSqlDatabaseStatements()]) {
      expect(text.replace(/N'(?:[^']|'')*'/g, '')).not.toMatch(/<</);
    }
  });

  it('has the T-SQL refuse what is no workspace or version before anything is made (S9)', () => {
    for (const { text } of [...sqlDatabaseStatements(options), ...dropSqlDatabaseStatements()]) {
      const guard = "DECLARE @workspace NVARCHAR(128) = N'<<workspace>>'";
      expect(text.replace(/^SET XACT_ABORT ON;\n/, '').startsWith(guard)).toBe(true);
    }
    expect(() => filled("x'; DROP", '1.14')).toThrow('"x\'; DROP" is not a workspace name.');
  });

  it('makes alias databases on request, where the version has another spelling', () => {
    const databases = (version: string): unknown =>
      [...new Set(filled('dev', version, true).map(({ database }) => database))].slice(1).sort();
    expect(databases('1.14')).toEqual([
      'sdb_dev_s2r_m365_v1p14',
      'sdb_dev_s2r_m365_v1p14_sensitive',
      'sdb_dev_s2r_m365_v1p4p0',
      'sdb_dev_s2r_m365_v1p4p0_sensitive',
    ]);
    expect(databases('1.15')).toEqual(['sdb_dev_s2r_m365_v1p15', 'sdb_dev_s2r_m365_v1p15_sensitive']);
    const sources = filled('dev', '1.14', true).filter(({ name }) => name === 'general: data source');
    expect(new Set(sources.map(({ text }) => text)).size).toBe(1);
  });
});

describe('dropSqlDatabaseStatements', () => {
  it('takes away what is there, and no file (D19)', () => {
    const drops = fillSqlStatements(dropSqlDatabaseStatements(), 'dev', '1.14');
    expect(drops.map(({ database, text }) => [database, text.split('\n').slice(-2).join(' ')])).toEqual(
      ['v1p14', 'v1p4p0', 'v1p14_sensitive', 'v1p4p0_sensitive'].map((ending) => [
        'master',
        `IF DB_ID(N'sdb_dev_s2r_m365_${ending}') IS NOT NULL   EXEC (N'DROP DATABASE [sdb_dev_s2r_m365_${ending}]');`,
      ]),
    );
  });
});
