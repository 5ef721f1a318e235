import { loadCatalogue, tableOf } from '../../src/catalogue/load';
import type { Table } from '../../src/catalogue/model';
import { smallRow, smallRows } from '../support/small-drop';
import { csv, useOneTable } from './one-table';

const correct = useOneTable();
const catalogue = loadCatalogue('strict');
const namesOf = (name: string): string[] => tableOf(catalogue, name).columns.map((column) => column.name);

/** Swaps two columns of a list of names or cells. */
function swapped<T>(items: readonly T[], one: number, other: number): T[] {
  const copy = [...items];
  [copy[one], copy[other]] = [items[other] as T, items[one] as T];
  return copy;
}

describe('ROW7: the order of PersonOrganizationRole is settled by its row check', () => {
  const names = namesOf('PersonOrganizationRole');
  const [start, end] = [names.indexOf('RoleStartDate'), names.indexOf('RoleEndDate')];
  const own = swapped(names, start, end);
  const inOwnOrder = smallRows('PersonOrganizationRole').map((row) => swapped(row, start, end));

  test('CDM order RoleEndDate before RoleStartDate is taken when the dates say so', async () => {
    const result = await correct('PersonOrganizationRole', [csv(inOwnOrder)], { ownColumns: own });
    expect(result.refused).toBeUndefined();
    expect(result.columns).toEqual(own);
    expect(result.messages).toEqual([]);
    expect(result.rows[0]).toMatchObject({ RoleStartDate: '2021-09-01', RoleEndDate: '2022-06-03' });
  });

  test('catalogue order is taken when the dates say so, whatever the environment says', async () => {
    const file = csv(smallRows('PersonOrganizationRole'));
    const result = await correct('PersonOrganizationRole', [file], { ownColumns: own, columnOrder: 'schema' });
    expect(result.columns).toEqual(names);
    expect(result.rows[0]).toMatchObject({ RoleStartDate: '2021-09-01', RoleEndDate: '2022-06-03' });
  });

  test('each file is settled for itself', async () => {
    const others = smallRows('PersonOrganizationRole', 12, 7);
    const result = await correct('PersonOrganizationRole', [csv(inOwnOrder), csv(others)], { ownColumns: own });
    expect(result.rows.map((row) => row['RoleStartDate'])).toEqual(Array.from({ length: 12 }, () => '2021-09-01'));
  });

  test.each([
    ['catalogue', names],
    ['schema', own],
  ] as const)(
    'both fit and show as much in general: the environment decides for the %s',
    async (columnOrder, order) => {
      const rows = smallRows('PersonOrganizationRole').map((row) => row.with(end, row[start] ?? ''));
      const result = await correct('PersonOrganizationRole', [csv(rows)], { ownColumns: own, columnOrder });
      expect(result.columns).toEqual(order);
      expect(result.messages).toEqual([
        {
          severity: 'warning',
          code: 'ROW7',
          message: `Catalogue and the drop's own schema both fit the data; the ${columnOrder} was used.`,
          table: 'PersonOrganizationRole',
          file: expect.stringContaining('personorganizationrole.csv') as string,
        },
      ]);
    },
  );

  test('neither fits: the file is refused, and how each failed is said without a cell', async () => {
    const rows = smallRows('PersonOrganizationRole').map((row, n) =>
      row.with(start, n % 2 === 0 ? '2023-01-01' : '2020-01-01').with(end, '2022-06-03'),
    );
    expect((await correct('PersonOrganizationRole', [csv(rows)], { ownColumns: own })).refused).toEqual({
      code: 'COLUMNS_NOT_BORNE_OUT',
      message:
        'The data does not bear out the column order (catalogue: 3 of 6 rows do not cast or break a row check; ' +
        'schema: 3 of 6 rows do not cast or break a row check).',
    });
  });
});

describe('ROW7: an own schema is a candidate only where it can be right', () => {
  const names = namesOf('PersonDemographic');
  const rows = csv(smallRows('PersonDemographic'));

  test('PersonDemographic: the CDM lacks LastSeenDateTime, and its width tells', async () => {
    const own = names.filter((name) => name !== 'LastSeenDateTime');
    const result = await correct('PersonDemographic', [rows], { ownColumns: own });
    expect(result.columns).toEqual(names);
    expect(result.messages).toEqual([]);
  });

  test('a file as the CDM describes it, without LastSeenDateTime, is read by its own schema', async () => {
    const lost = names.indexOf('LastSeenDateTime');
    const own = names.filter((_, index) => index !== lost);
    const file = csv(smallRows('PersonDemographic').map((row) => row.filter((_, index) => index !== lost)));
    const result = await correct('PersonDemographic', [file], { ownColumns: own });
    expect(result.columns).toEqual(own);
    expect(result.rows[0]).toMatchObject({ FirstSeenDateTime: '2021-08-13 00:00:00+00', LastSeenDateTime: null });
  });

  test.each([
    ['an attribute that the catalogue lacks', names.with(3, 'Nickname')],
    ['an attribute twice', names.with(3, 'PersonId')],
    ['a required column less', names.with(0, 'Nickname')],
  ])('not with %s', async (_, own) => {
    const result = await correct('PersonDemographic', [rows], { ownColumns: own, columnOrder: 'schema' });
    expect(result.columns).toEqual(names);
    expect(result.messages).toEqual([]);
  });

  test('blanks, underscores and case in attribute names are spelling', async () => {
    const own = swapped(names, 3, 6).map((name) => name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase());
    const result = await correct('PersonDemographic', [rows], { ownColumns: own, columnOrder: 'schema' });
    expect(result.columns).toEqual(swapped(names, 3, 6));
  });
});

describe('ROW7: both fit, and the choice decides what becomes readable: refused', () => {
  const withColumns = (name: string, change: (table: Table) => Table): Table => change(tableOf(catalogue, name));

  test('a masked and a readable column change places', async () => {
    const names = namesOf('AadGroup');
    const own = swapped(names, names.indexOf('DisplayName'), names.indexOf('SectionId'));
    for (const columnOrder of ['catalogue', 'schema'] as const) {
      const result = await correct('AadGroup', [csv(smallRows('AadGroup'))], { ownColumns: own, columnOrder });
      expect(result.refused).toEqual({
        code: 'COLUMNS_AMBIGUOUS',
        message:
          "Catalogue and the drop's own schema both fit the data, and they differ in how much of cell 2 may be read in general.",
      });
    }
  });

  test('a generalised and a readable column change places: the detail would become readable', async () => {
    const table = withColumns('AadGroup', (one) => ({
      ...one,
      columns: one.columns.map((column) =>
        column.name === 'LastSeenDateTime' ? { ...column, treatment: { kind: 'generalise', rule: 'month' } } : column,
      ),
    }));
    const names = namesOf('AadGroup');
    const own = swapped(names, names.indexOf('FirstSeenDateTime'), names.indexOf('LastSeenDateTime'));
    const result = await correct('AadGroup', [csv(smallRows('AadGroup'))], { table, ownColumns: own });
    expect(result.refused?.code).toBe('COLUMNS_AMBIGUOUS');
    expect(result.refused?.message).toContain('cell 3');
  });

  test('two readable columns may change places: the environment decides', async () => {
    const names = namesOf('AadGroup');
    const own = swapped(names, names.indexOf('FirstSeenDateTime'), names.indexOf('LastSeenDateTime'));
    const file = csv(smallRows('AadGroup'));
    const result = await correct('AadGroup', [file], { ownColumns: own, columnOrder: 'schema' });
    expect(result.rows[0]).toMatchObject({ FirstSeenDateTime: '2022-06-01 00:00:00+00' });
  });
});

describe('ROW7: columns of known values', () => {
  const surnames = (rows: number, distinct: number): string =>
    csv(
      Array.from({ length: rows }, (_, n) =>
        smallRow('AadUser', n, { Role: n < distinct ? `Surname${n}` : n % 2 === 0 ? 'student' : 'TEACHER' }),
      ),
    );
  const warning = (count: number) => ({
    severity: 'warning',
    code: 'ROW7',
    message: `${count} values of Role are not among the known ones.`,
    table: 'AadUser',
    file: expect.stringContaining('aaduser.csv') as string,
    column: 'Role',
  });

  test('known values in any case say nothing', async () => {
    expect((await correct('AadUser', [surnames(20, 0)])).messages).toEqual([]);
  });

  test('10 new values are a warning, 11 disprove the order: names are not roles', async () => {
    expect((await correct('AadUser', [surnames(20, 10)])).messages).toEqual([warning(10)]);
    expect((await correct('AadUser', [surnames(20, 11)])).refused).toEqual({
      code: 'COLUMNS_NOT_BORNE_OUT',
      message: 'The data does not bear out the column order (catalogue: Role has 11 unknown values).',
    });
  });

  test('in a large file, as many as a tenth of the rows are a warning', async () => {
    expect((await correct('AadUser', [surnames(200, 20)])).messages).toEqual([warning(20)]);
    expect((await correct('AadUser', [surnames(200, 21)])).refused?.code).toBe('COLUMNS_NOT_BORNE_OUT');
  });

  test('one new word on every row is a warning only: institutions have their own words', async () => {
    const rows = smallRows('AadUser').map((row) => row.with(namesOf('AadUser').indexOf('Role'), 'Learner'));
    expect((await correct('AadUser', [csv(rows)])).messages).toEqual([warning(1)]);
  });

  describe('Ref… ids', () => {
    const file = (ids: readonly string[]): string =>
      csv(ids.map((id, n) => smallRow('Enrollment', n + 1, { RefSectionRoleId: id })));
    const referenceIds = ['A1B2C3D4-0000-4000-8000-000000000001', 'role-2'];

    test('are those of RefDefinition, whatever their case and dashes; an empty one is no value', async () => {
      const enrollment = file(['a1b2c3d4000040008000000000000001', 'ROLE-2', '', ' ']);
      expect((await correct('Enrollment', [enrollment], { referenceIds })).messages).toEqual([]);
    });

    test('that resolve nowhere are a warning, and too many of them disprove the order', async () => {
      const few = await correct('Enrollment', [file(['Student', 'Teacher', 'role-2'])], { referenceIds });
      expect(few.messages.map(({ message }) => message)).toEqual([
        '2 values of RefSectionRoleId are not among the known ones.',
      ]);
      const names = Array.from({ length: 11 }, (_, n) => `Surname${n}`);
      expect((await correct('Enrollment', [file(names)], { referenceIds })).refused?.message).toBe(
        'The data does not bear out the column order (catalogue: RefSectionRoleId has 11 unknown values).',
      );
      // Without RefDefinition nothing is known about them.
      expect((await correct('Enrollment', [file(names)])).refused).toBeUndefined();
    });
  });
});
