import { lakeReaderSteps } from '../../src/catalogue/render/t-sql-lake-readers';

const group = (digit: string, displayName: string) => ({
  objectId: `${digit}0000000-0000-0000-0000-000000000000`,
  displayName,
});

describe('readers of a lake database (ACCESS4)', () => {
  const common = { database: 'master', hasAlias: false, alone: true, tolerated: '%replicated database%' } as const;

  test('are users of that database, by names that cannot end a text or a name', () => {
    const [reader] = lakeReaderSteps('general', [group('1', "O'Hare ]readers[")]);
    expect(reader).toEqual({
      ...common,
      name: "lake general: reader O'Hare ]readers[",
      text: [
        "IF DB_ID(N'ldb_<<owner>>_s2r_m365_v<<edition>>') IS NOT NULL",
        "  EXEC (N'USE [ldb_<<owner>>_s2r_m365_v<<edition>>];",
        "IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N''O''''Hare ]readers['')",
        "  CREATE USER [O''Hare ]]readers[] FROM EXTERNAL PROVIDER;",
        "ALTER ROLE [db_datareader] ADD MEMBER [O''Hare ]]readers[];');",
      ].join('\n'),
    });
  });

  test('that are no longer listed lose their user; each zone has a database of its own', () => {
    const steps = lakeReaderSteps('sensitive', [group('2', 'B'), group('1', 'A'), group('3', 'B')]);
    expect(steps.map(({ name }) => name)).toEqual([
      'lake sensitive: reader A',
      'lake sensitive: reader B',
      'lake sensitive: readers that are no longer listed',
    ]);
    expect(steps[2]).toEqual({
      ...common,
      name: 'lake sensitive: readers that are no longer listed',
      text: [
        "IF DB_ID(N'ldb_<<owner>>_s2r_m365_v<<edition>>_sensitive') IS NOT NULL",
        "  EXEC (N'USE [ldb_<<owner>>_s2r_m365_v<<edition>>_sensitive];",
        "DECLARE @statements NVARCHAR(MAX) = (SELECT STRING_AGG(CAST(N''ALTER ROLE [db_datareader] DROP MEMBER '' + QUOTENAME(u.name) + N''; DROP USER '' + QUOTENAME(u.name) AS NVARCHAR(MAX)), N''; '')",
        '  FROM sys.database_role_members AS m',
        '  JOIN sys.database_principals AS r ON r.principal_id = m.role_principal_id',
        '  JOIN sys.database_principals AS u ON u.principal_id = m.member_principal_id',
        "  WHERE r.name = N''db_datareader'' AND u.name NOT IN (N''A'', N''B''));",
        'IF @statements IS NOT NULL',
        "  EXEC (@statements);');",
      ].join('\n'),
    });
  });

  test('are nobody without grants: nothing is created', () => {
    const [others, ...more] = lakeReaderSteps('general', []);
    expect(more).toEqual([]);
    expect(others?.name).toBe('lake general: readers that are no longer listed');
    expect(others?.text).toContain("u.name NOT IN (N'''')");
  });
});
