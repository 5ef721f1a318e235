import { smallRow, smallRows } from '../support/small-drop';
import { csv, useOneTable } from './one-table';

const correct = useOneTable();

test('ROW9: identifiers stay as delivered: leading zeros, blanks around them, case and dashes', async () => {
  const ids = ['007', '7', ' 7', '7 ', 'A1B2-c3', 'a1b2C3', '1e3', '0x10'];
  const rows = ids.map((id) => smallRow('AadUserPersonMapping', 1, { ObjectId: id, PersonId: `${id}\t` }));
  const result = await correct('AadUserPersonMapping', [csv(rows)]);
  expect(result.rejectedRows).toEqual([]);
  expect(result.rows.map(({ ObjectId, PersonId }) => [ObjectId, PersonId]).sort()).toEqual(
    ids.map((id) => [id, `${id}\t`]).sort(),
  );
});

test('ROW9: blanks are trimmed for casting only, and a cell of blanks is null', async () => {
  const row = smallRow('RefDefinition', 1, {
    Code: '  padded  ',
    FirstSeenDateTime: ' 2021-08-13 ',
    LastSeenDateTime: '\u00a0\t',
    Namespace: '   ',
    RefType: '',
    SortOrder: ' 3 ',
  });
  expect((await correct('RefDefinition', [csv([row])])).rows).toEqual([
    {
      Id: 'RefDefinition-1',
      Code: '  padded  ',
      FirstSeenDateTime: '2021-08-13 00:00:00+00',
      LastSeenDateTime: null,
      Namespace: null,
      RefType: null,
      SortOrder: '3',
    },
  ]);
});

test('ROW9: a key of blanks is an empty key', async () => {
  const rows = [...smallRows('Person', 30), smallRow('Person', 31, { Id: ' \u3000' })];
  const { rejectedRows } = await correct('Person', [csv(rows)]);
  expect(rejectedRows.map(({ line, reason, columnName }) => ({ line, reason, columnName }))).toEqual([
    { line: 31, reason: 'key_empty', columnName: 'Id' },
  ]);
});

describe('ROW18: MembershipId is derived', () => {
  const ends = (n: number): [string, string] => [`group ${n}`, `user ${n}`];
  const row = (n: number, ...more: string[]): string[] => {
    const [GroupObjectId, UserObjectId] = ends(n);
    return [...smallRow('AadGroupMembership', n, { GroupObjectId, UserObjectId, Role: 'Student' }), ...more];
  };
  const derived = [1, 2, 3].map((n) => ends(n).join('_'));
  const idsOf = (result: Awaited<ReturnType<typeof correct>>): unknown[] =>
    result.rows.map(({ MembershipId }) => MembershipId);

  test('when it is not delivered', async () => {
    const result = await correct('AadGroupMembership', [csv([row(1), row(2), row(3)])]);
    expect(idsOf(result)).toEqual(derived);
    expect(result.messages).toEqual([]);
  });

  test('when the delivered one is empty, blank or equal: nothing is said', async () => {
    const result = await correct('AadGroupMembership', [
      csv([row(1, ''), row(2, ' \u00a0'), row(3, 'group 3_user 3')]),
    ]);
    expect(idsOf(result)).toEqual(derived);
    expect(result.messages).toEqual([]);
  });

  test('when the delivered ones differ: they are not used, and that is a warning without a cell', async () => {
    const result = await correct('AadGroupMembership', [
      csv([row(1, 'other'), row(2, 'group 2_user 2'), row(3, '17')]),
    ]);
    expect(idsOf(result)).toEqual(derived);
    expect(result.messages).toEqual([
      {
        severity: 'warning',
        code: 'ROW18',
        message: '2 delivered values of MembershipId differ from the derived ones; the derived ones are used.',
        table: 'AadGroupMembership',
        file: expect.stringContaining('aadgroupmembership.csv') as string,
        column: 'MembershipId',
      },
    ]);
  });

  test('and null where one of its parts is empty: such a row has no key', async () => {
    const rows = Array.from({ length: 30 }, (_, n) => row(n + 1));
    const { rejected } = await correct('AadGroupMembership', [csv([...rows, row(31).with(4, ' ')])]);
    expect(rejected).toEqual({ key_empty: 1 });
  });
});

test.each([
  ['AadUser', 14],
  ['SourceSystem', 5],
  ['AadGroupMembership', 7],
])('ROW8: %s with %d cells has more columns than are declared and is refused', async (table, width) => {
  const rows = smallRows(table).map((row) => [...row, 'one', 'two', 'three'].slice(0, width));
  expect((await correct(table, [csv(rows)])).refused).toEqual({
    code: 'COLUMNS_TOO_MANY',
    message: `The rows have ${width} cells, the catalogue declares ${width - 1} columns: nothing of the file is taken in.`,
  });
});

test('ROW8: a file that has lost its line ends is refused before its cells become a table of as many columns', async () => {
  expect((await correct('AadUser', [','.repeat(2_000_000)])).refused).toEqual({
    code: 'COLUMNS_TOO_MANY',
    message: 'The rows have 2000001 cells, the catalogue declares 13 columns: nothing of the file is taken in.',
  });
});

test('ROW8: optional columns at the end may be absent; any other shortage is refused, saying how many may', async () => {
  const short = smallRows('AadUser').map((row) => row.slice(0, 12));
  const taken = await correct('AadUser', [csv(short)]);
  expect(taken.refused).toBeUndefined();
  expect(taken.rows.map(({ TeacherId }) => TeacherId)).toEqual(Array.from({ length: 6 }, () => null));
  expect((await correct('AadUser', [csv(short.map((row) => row.slice(0, 11)))])).refused).toEqual({
    code: 'COLUMNS_TOO_FEW',
    message: 'The rows have 11 cells; the catalogue declares 13 columns, of which the last 1 may be absent.',
  });
});

describe('ROW8: a file that lacks its optional column must not be a shifted one', () => {
  const identifiers = {
    Organization: ['Organization-1', 'Organization-2'],
    SourceSystem: ['SourceSystem-1', 'SourceSystem-2'],
    Course: ['Course-1', 'Course-2'],
  };
  const without = (table: string, lost: number): string =>
    csv(smallRows(table, 2).map((row) => row.filter((_, index) => index !== lost)));
  const problem = async (table: string, file: string): Promise<string | undefined> =>
    (await correct(table, [file], { identifiers })).refused?.message;
  const refusal = (reason: string): string => `The data does not bear out the column order (catalogue: ${reason}).`;

  test('references that resolve nowhere tell it', async () => {
    expect(await problem('Course', without('Course', 6))).toBe(
      refusal('OrganizationId refers to no Organization in 2 of 2 rows'),
    );
    expect(await problem('Course', without('Course', 9))).toBeUndefined();
  });

  test('keys in a column that everybody may read tell it', async () => {
    const rows = smallRows('Section', 2).map((row) => row.with(9, '').filter((_, index) => index !== 7));
    expect(await problem('Section', csv(rows))).toBe(refusal('Code holds keys of Course in 2 of 2 rows'));
  });

  test('numbers of students that only others have tell it', async () => {
    const user = (n: number, Role: string, StudentId: string): string[] =>
      smallRow('AadUser', n, { Role, StudentId }).slice(0, 12);
    expect(
      await problem('AadUser', csv([user(1, 'Student', ''), user(2, 'teacher', '17'), user(3, 'Other', '')])),
    ).toBe(refusal('StudentId is filled for 0 of 1 rows with Role Student and for 1 of 2 others'));
    expect(await problem('AadUser', csv([user(1, 'student', '4'), user(2, 'Teacher', '17')]))).toBeUndefined();
    expect(await problem('AadUser', csv([user(1, 'Teacher', '4'), user(2, 'Teacher', '17')]))).toBeUndefined();
  });
});
