import { Random } from '../random';
import { cellOf, changeRows, editRoster, withCells, type RowEdit, type Scenario } from './scenario';

/** Rows that contradict each other or themselves. */
export const rowDefects: readonly Scenario[] = [
  {
    name: 'colliding-keys',
    description: 'Three persons’ e-mail addresses carry an id that another person’s address has.',
    outcome: 'Of each pair the row with the smallest content hash stays; the other is rejected.',
    expects: {
      rules: ['ROW11'],
      after: 'nothing',
      status: 'processed',
      rejected: { PersonEmailAddress: { key_conflict: 3 } },
    },
    apply: (drop) =>
      editRoster(drop, {
        PersonEmailAddress: (rows) =>
          changeRows([1, 5, 9], (row, place) =>
            withCells('PersonEmailAddress', row, { Id: cellOf('PersonEmailAddress', rows[place - 1]!, 'Id') }),
          )(rows),
      }),
  },
  {
    name: 'duplicates',
    description: 'Four enrolments are in the file twice, word for word.',
    outcome: 'They are counted as duplicates and written once.',
    expects: { rules: ['ROW11'], after: 'nothing', status: 'processed', duplicates: { Enrollment: 4 } },
    apply: (drop) => editRoster(drop, { Enrollment: (rows) => [...rows, ...rows.slice(10, 14)] }),
  },
  {
    name: 'empty-keys',
    description: 'Two persons have no id, and three enrolments no section.',
    outcome: 'They are rejected: keys and both ends of an association are required.',
    expects: {
      rules: ['ROW10'],
      after: 'nothing',
      status: 'processed',
      rejected: { Person: { key_empty: 2 }, Enrollment: { required_empty: 3 } },
    },
    apply: (drop) =>
      editRoster(drop, {
        // The last persons are guardians, whom little else refers to.
        Person: (rows) =>
          changeRows([rows.length - 1, rows.length - 2], (row) => withCells('Person', row, { Id: ' ' }))(rows),
        Enrollment: changeRows([0, 20, 40], (row) => withCells('Enrollment', row, { SectionId: '' })),
      }),
  },
  {
    name: 'dates-reversed',
    description: 'Two enrolments end before they begin.',
    outcome: 'They fail the row check and are rejected.',
    expects: { rules: ['ROW10'], after: 'nothing', status: 'processed', rejected: { Enrollment: { row_check: 2 } } },
    apply: (drop) =>
      editRoster(drop, {
        Enrollment: changeRows([7, 77], (row) => withCells('Enrollment', row, { ExitDate: '1999-12-31' })),
      }),
  },
  {
    name: 'other-spelling',
    description: 'AadGroupMembership spells the accounts in upper case without dashes; AadUser does not.',
    outcome: 'Identifiers are never changed, so these joins are lost: a warning names the domain.',
    expects: { rules: ['ROW9'], after: 'nothing', status: 'processed', warnings: ['ROW9'] },
    apply: (drop) =>
      editRoster(drop, {
        AadGroupMembership: (rows) =>
          rows.map((row) => {
            const account = cellOf('AadGroupMembership', row, 'UserObjectId');
            return withCells('AadGroupMembership', row, { UserObjectId: account.replaceAll('-', '').toUpperCase() });
          }),
      }),
  },
  {
    name: 'dangling-references',
    description: 'Two enrolments are of persons that the roster does not have.',
    outcome: 'The rows are taken in; verification names them as warnings, because the source is at fault.',
    expects: { rules: ['ROW7'], after: 'nothing', status: 'processed' },
    apply: (drop) => {
      const random = new Random('scenario', 'dangling');
      return editRoster(drop, {
        Enrollment: changeRows([3, 4], (row) => withCells('Enrollment', row, { PersonId: random.guid() })),
      });
    },
  },
  {
    name: 'many-defects',
    description: 'One row in ten of PersonPhoneNumber belongs to nobody: its PersonId is empty.',
    outcome: 'More than 5 % and more than 10 rows: the whole roster folder stops before Refined.',
    expects: {
      rules: ['ROW10'],
      after: 'nothing',
      status: 'failed',
      findings: [{ table: 'PersonPhoneNumber', code: 'REJECT_THRESHOLD' }],
    },
    apply: (drop) => editRoster(drop, { PersonPhoneNumber: everyTenth({ PersonId: '' }) }),
  },
  {
    name: 'wrong-types',
    description: 'One row in ten of PersonPhoneNumber has a word where a number belongs.',
    outcome: 'So many cells that do not cast disprove the order of the columns: the file is refused.',
    expects: {
      rules: ['ROW7'],
      after: 'nothing',
      status: 'failed',
      findings: [{ table: 'PersonPhoneNumber', code: 'COLUMNS_NOT_BORNE_OUT' }],
    },
    apply: (drop) => editRoster(drop, { PersonPhoneNumber: everyTenth({ PriorityOrder: 'first' }) }),
  },
];

function everyTenth(cells: Readonly<Record<string, string>>): RowEdit {
  return (rows) => rows.map((row, place) => (place % 10 === 0 ? withCells('PersonPhoneNumber', row, cells) : row));
}
