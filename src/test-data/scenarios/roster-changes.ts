import { Random } from '../random';
import {
  addRoster,
  cellOf,
  changeRows,
  newestRoster,
  rosterFile,
  shiftTimestamp,
  unfit,
  withCells,
  type RosterEdit,
  type RowEdit,
  type Scenario,
} from './scenario';
import { formatRows, parseRows, type DropMap } from '../drop-map';

/** The first students who are enrolled, still there, and have an account that nobody shares. */
function firstStudents(drop: DropMap, count: number): Set<string> {
  const folder = newestRoster(drop);
  const rowsOf = (table: string): string[][] => parseRows(drop.get(rosterFile(drop, folder, table))!);
  const sharing = new Map<string, number>();
  const mapping = rowsOf('AadUserPersonMapping').map((row) => ({
    account: cellOf('AadUserPersonMapping', row, 'ObjectId'),
    person: cellOf('AadUserPersonMapping', row, 'PersonId'),
  }));
  for (const { account } of mapping) sharing.set(account, (sharing.get(account) ?? 0) + 1);
  const alone = new Set(mapping.filter(({ account }) => sharing.get(account) === 1).map(({ person }) => person));
  const persons = rowsOf('Enrollment')
    .filter((row) => cellOf('Enrollment', row, 'IsActiveInSession') === 'TRUE')
    .map((row) => cellOf('Enrollment', row, 'PersonId'))
    .filter((person) => alone.has(person));
  const first = [...new Set(persons)].slice(0, count);
  if (first.length < count) throw unfit('The roster has too few students.');
  return new Set(first);
}

const setInactive = (persons: ReadonlySet<string>): RosterEdit => {
  const edit =
    (table: string): RowEdit =>
    (rows) =>
      rows.map((row) =>
        persons.has(cellOf(table, row, 'PersonId')) ? withCells(table, row, { IsActiveInSession: 'FALSE' }) : row,
      );
  return { Enrollment: edit('Enrollment'), PersonOrganizationRole: edit('PersonOrganizationRole') };
};

/** All that a roster says about some persons, left out. */
function withoutPersons(drop: DropMap, persons: ReadonlySet<string>): RosterEdit {
  const folder = newestRoster(drop);
  const mapping = parseRows(drop.get(rosterFile(drop, folder, 'AadUserPersonMapping'))!);
  const others = new Set<string>();
  const accounts = new Set<string>();
  for (const row of mapping) {
    const known = persons.has(cellOf('AadUserPersonMapping', row, 'PersonId')) ? accounts : others;
    known.add(cellOf('AadUserPersonMapping', row, 'ObjectId'));
  }
  // An account that others share stays.
  for (const account of others) accounts.delete(account);
  const leaveOut =
    (table: string, column: string, gone: ReadonlySet<string>): RowEdit =>
    (rows) =>
      rows.filter((row) => !gone.has(cellOf(table, row, column)));
  // prettier-ignore
  const personTables = [
    'PersonOrganizationRole', 'PersonIdentifier', 'PersonEmailAddress', 'PersonPhoneNumber', 'PersonRelationship', 'Enrollment',
    'PersonDemographic', 'PersonDemographicRace', 'PersonDemographicEthnicity', 'PersonDemographicPersonFlag', 'AadUserPersonMapping',
  ];
  return {
    Person: leaveOut('Person', 'Id', persons),
    ...Object.fromEntries(personTables.map((table) => [table, leaveOut(table, 'PersonId', persons)])),
    AadUser: leaveOut('AadUser', 'ObjectId', accounts),
    AadGroupMembership: leaveOut('AadGroupMembership', 'UserObjectId', accounts),
  };
}

/** A new student: a person, a role, an enrolment in the class of an existing one. */
function newStudent(number: number): RosterEdit {
  const random = new Random('scenario', 'new student', number);
  const id = random.guid();
  const copyLast =
    (table: string, cells: Readonly<Record<string, string>>): RowEdit =>
    (rows) => {
      const model = rows.find((row) => cellOf(table, row, 'IsActiveInSession') === 'TRUE');
      if (model === undefined) throw unfit(`${table} has no active row.`);
      return [...rows, withCells(table, model, cells)];
    };
  return {
    Person: (rows) => [
      ...rows,
      withCells('Person', rows[0]!, {
        Id: id,
        GivenName: 'Nova',
        PreferredGivenName: 'Nova',
        Surname: 'Comer',
        PreferredSurname: 'Comer',
      }),
    ],
    PersonOrganizationRole: copyLast('PersonOrganizationRole', { Id: `RN${number}`, PersonId: id, ExternalId: '' }),
    Enrollment: copyLast('Enrollment', { Id: `EN${number}`, ExternalId: `XN${number}`, PersonId: id }),
  };
}

/** Changes in the roster from one delivery to the next. */
export const rosterChanges: readonly Scenario[] = [
  {
    name: 'student-joins',
    description: 'A roster a week later has one student more, in a class, and another surname for somebody.',
    outcome: 'The snapshot replaces the former one: one row more in Person, PersonOrganizationRole and Enrollment.',
    expects: { rules: ['ROW12'], after: 'nothing', status: 'processed' },
    apply: (drop) => {
      const joined = newStudent(1);
      const renamed = changeRows([1], (row) => withCells('Person', row, { Surname: 'Changed-Name' }));
      return addRoster(drop, 7, { ...joined, Person: (rows) => joined.Person!(renamed(rows)) });
    },
  },
  {
    name: 'withdrawn',
    description: 'A roster a week later marks two students as inactive and has lost three others altogether.',
    outcome: 'Who left the snapshot leaves Refined, general and sensitive; who is inactive stays and says so.',
    expects: { rules: ['ROW15'], after: 'nothing', status: 'processed' },
    apply: (drop) => {
      const five = [...firstStudents(drop, 5)];
      const later = addRoster(drop, 7, withoutPersons(drop, new Set(five.slice(0, 3))));
      const inactive = setInactive(new Set(five.slice(3)));
      const folder = newestRoster(later);
      const changed = new Map(later);
      for (const [table, edit] of Object.entries(inactive)) {
        const file = rosterFile(later, folder, table);
        changed.set(file, formatRows(edit(parseRows(later.get(file)!))));
      }
      return changed;
    },
  },
  {
    name: 'returning',
    description: 'Three students are missing in one roster and back in the next.',
    outcome: 'They are gone from Refined in between, and are there again under the same pseudonyms.',
    expects: { rules: ['ROW15'], after: 'nothing', status: 'processed' },
    apply: (drop) => {
      const original = newestRoster(drop);
      const without = addRoster(drop, 7, withoutPersons(drop, firstStudents(drop, 3)));
      const back = new Map(without);
      for (const [name, bytes] of addRoster(drop, 14)) {
        if (name.startsWith(`M365/roster/${shiftTimestamp(original, 14)}/`)) back.set(name, bytes);
      }
      return back;
    },
  },
  {
    name: 'class-renamed',
    description: 'A class has another name in the next roster: its section and its team.',
    outcome: 'The section keeps its id and its signals; reports show the new name.',
    expects: { rules: ['ROW12', 'ROW15'], after: 'nothing', status: 'processed' },
    apply: (drop) =>
      addRoster(drop, 7, {
        Section: changeRows([0], (row) => withCells('Section', row, { Name: 'Renamed Class' })),
        AadGroup: changeRows([0], (row) => withCells('AadGroup', row, { DisplayName: 'Renamed Class' })),
      }),
  },
  {
    name: 'year-rollover',
    description: 'The new school year begins: every section, enrolment and team is another one.',
    outcome: 'More than a fifth of the keys are gone, so the roster is held until it is confirmed by name.',
    expects: {
      rules: ['ROW5', 'ROW15'],
      after: 'nothing',
      status: 'held',
      findings: [
        { table: 'AadGroup', code: 'SNAPSHOT_HELD' },
        { table: 'AadGroupMembership', code: 'SNAPSHOT_HELD' },
        { table: 'Enrollment', code: 'SNAPSHOT_HELD' },
        { table: 'Section', code: 'SNAPSHOT_HELD' },
        { table: 'SectionGradeLevel', code: 'SNAPSHOT_HELD' },
        { table: 'SectionSession', code: 'SNAPSHOT_HELD' },
        { table: 'SectionSubject', code: 'SNAPSHOT_HELD' },
      ],
    },
    apply: (drop) => {
      const replace =
        (table: string, ...columns: string[]): RowEdit =>
        (rows) =>
          rows.map((row) =>
            withCells(
              table,
              row,
              Object.fromEntries(columns.map((column) => [column, nextYear(cellOf(table, row, column))])),
            ),
          );
      return addRoster(drop, 180, {
        Section: replace('Section', 'Id', 'ExternalId'),
        SectionGradeLevel: replace('SectionGradeLevel', 'Id', 'SectionId'),
        SectionSession: replace('SectionSession', 'Id', 'SectionId'),
        SectionSubject: replace('SectionSubject', 'Id', 'SectionId'),
        Enrollment: replace('Enrollment', 'Id', 'ExternalId', 'SectionId'),
        AadGroup: replace('AadGroup', 'ObjectId', 'AnchorId', 'SectionId'),
        AadGroupMembership: replace('AadGroupMembership', 'GroupObjectId'),
      });
    },
  },
  {
    name: 'older-roster',
    description: 'A roster folder with an older timestamp appears after a newer one has been processed.',
    outcome: 'It is landed as superseded and never ingested.',
    expects: { rules: ['ROW4'], after: 'base', status: 'superseded' },
    apply: (drop) =>
      addRoster(drop, -7, { Person: changeRows([0], (row) => withCells('Person', row, { Surname: 'Former-Name' })) }),
  },
];

/** Another identifier of the same form. */
function nextYear(id: string): string {
  if (id === '') return id;
  if (id.length === 36) return new Random('scenario', 'next year', id).upperGuid();
  return `${id}Y`;
}
