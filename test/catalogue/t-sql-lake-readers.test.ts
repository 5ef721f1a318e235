import { lakeReaderStatements } from '../../src/catalogue/render/t-sql-lake-readers';

const group = (digit: string, displayName: string) => ({
  objectId: `${digit}0000000-0000-0000-0000-000000000000`,
  displayName,
});

describe('readers of a lake database (ACCESS4)', () => {
  test('are users of that database, by names that cannot end a text or a name', () => {
    const [readers] = lakeReaderStatements('general', [group('1', "O'Hare ]readers[")]);
    expect(readers).toEqual({
      name: 'lake general: readers',
      database: 'master',
      isAlias: false,
      text: [
        "IF DB_ID(N'ldb_<<owner>>_s2r_m365_v<<edition>>') IS NOT NULL",
        'BEGIN TRY',
        "  EXEC (N'USE [ldb_<<owner>>_s2r_m365_v<<edition>>];",
        "IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N''O''''Hare ]readers['')",
        "  CREATE USER [O''Hare ]]readers[] FROM EXTERNAL PROVIDER;",
        "ALTER ROLE [db_datareader] ADD MEMBER [O''Hare ]]readers[];');",
        'END TRY',
        'BEGIN CATCH',
        "  IF ERROR_MESSAGE() NOT LIKE N'%replicated database%'",
        '    THROW;',
        'END CATCH;',
      ].join('\n'),
    });
  });

  test('that are no longer listed lose their user; each zone has a database of its own', () => {
    const [, others] = lakeReaderStatements('sensitive', [group('2', 'B'), group('1', 'A'), group('3', 'B')]);
    expect(others).toEqual({
      name: 'lake sensitive: readers that are no longer listed',
      database: 'master',
      isAlias: false,
      text: [
        "IF DB_ID(N'ldb_<<owner>>_s2r_m365_v<<edition>>_sensitive') IS NOT NULL",
        'BEGIN TRY',
        "  EXEC (N'USE [ldb_<<owner>>_s2r_m365_v<<edition>>_sensitive];",
        "DECLARE @statements NVARCHAR(MAX) = (SELECT STRING_AGG(CAST(N''ALTER ROLE [db_datareader] DROP MEMBER '' + QUOTENAME(u.name) + N''; DROP USER '' + QUOTENAME(u.name) AS NVARCHAR(MAX)), N''; '')",
        '  FROM sys.database_role_members AS m',
        '  JOIN sys.database_principals AS r ON r.principal_id = m.role_principal_id',
        '  JOIN sys.database_principals AS u ON u.principal_id = m.member_principal_id',
        "  WHERE r.name = N''db_datareader'' AND u.name NOT IN (N''A'', N''B''));",
        'IF @statements IS NOT NULL',
        "  EXEC (@statements);');",
        'END TRY',
        'BEGIN CATCH',
        "  IF ERROR_MESSAGE() NOT LIKE N'%replicated database%'",
        '    THROW;',
        'END CATCH;',
      ].join('\n'),
    });
  });

  test('are nobody without grants: nothing is created', () => {
    const [others, ...more] = lakeReaderStatements('general', []);
    expect(more).toEqual([]);
    expect(others?.name).toBe('lake general: readers that are no longer listed');
    expect(others?.text).toContain("u.name NOT IN (N'''')");
  });
});
