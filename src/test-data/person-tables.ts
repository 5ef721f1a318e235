import { formatDay } from './calendar';
import { isProctor } from './enrolments';
import type { School } from './institution';
import type { Person } from './people';
import { Random } from './random';
import { booleanCell, runningNumber, type RowSource, type World } from './world';

/** Persons, their roles, numbers, addresses and relations, and who is in which section. */
export const personTables: Readonly<Record<string, RowSource>> = {
  *Person({ people, settings }, clock) {
    const random = new Random(settings.seed, 'Person');
    for (const person of people.all) {
      yield {
        Id: person.id,
        ...clock.seen(person.entryDay),
        GivenName: person.given.written,
        MiddleName: person.middle,
        PreferredGivenName: random.permille(120) ? person.given.ascii : person.given.written,
        PreferredMiddleName: random.permille(900) ? '' : person.middle,
        PreferredSurname: random.permille(40) ? '' : person.surname.written,
        Surname: person.surname.written,
      };
    }
  },

  *PersonOrganizationRole(world, clock) {
    const { people, institution, directory, vocabulary } = world;
    let count = 0;
    for (const person of people.all) {
      for (const { school, role, primary } of rolesOf(world, person)) {
        const ended = person.exitDay !== undefined;
        yield {
          Id: runningNumber('R', count++),
          // As delivered: the role's number in the other system is the person's directory account.
          ExternalId: directory.mainAccount.get(person)?.objectId ?? '',
          ...clock.seen(person.entryDay),
          IsActiveInSession: booleanCell(!ended),
          OrganizationId: school.id,
          PersonId: person.id,
          RefRoleId: vocabulary.id('RefRole', role),
          SessionId: institution.currentSemester.id,
          SourceSystemId: institution.sourceSystemId,
          IsPrimary: booleanCell(primary),
          RefGradeLevelId: person.grade === '' ? '' : vocabulary.id('RefGradeLevel', person.grade),
          RoleStartDate: formatDay(person.entryDay),
          RoleEndDate: formatDay(person.exitDay ?? institution.year.endDay - (count % 30)),
        };
      }
    }
  },

  *PersonIdentifier({ people, institution, vocabulary }, clock) {
    let count = 0;
    for (const person of people.all) {
      if (person.kind === 'guardian') continue;
      yield {
        Id: runningNumber('I', count++),
        FirstSeenDateTime: clock.from(person.entryDay),
        Identifier: person.number,
        IsPresentInSource: booleanCell(person.exitDay === undefined),
        PersonId: person.id,
        RefIdentifierTypeId: vocabulary.id('RefIdentifierType', 'studentOrTeacherNumberOrId'),
        SourceSystemId: institution.sourceSystemId,
      };
    }
  },

  *PersonEmailAddress({ people, directory, vocabulary }, clock) {
    let count = 0;
    for (const person of people.all) {
      const account = directory.mainAccount.get(person);
      // Whoever has no account of their own gives a private address.
      const own = account !== undefined && account.persons.length === 1;
      if (!own && person.kind === 'student') continue;
      yield {
        Id: runningNumber('M', count++),
        EmailAddress: own ? account.mail : `${person.given.ascii}.${person.surname.ascii}${person.index}@post.example`,
        FirstSeenDateTime: clock.from(person.entryDay),
        PersonId: person.id,
        PriorityOrder: '100',
        RefEmailAddressTypeId: vocabulary.id('RefEmailAddressType', own ? 'Organizational' : 'Home'),
      };
    }
  },

  *PersonPhoneNumber({ people, settings, vocabulary }, clock) {
    const random = new Random(settings.seed, 'PersonPhoneNumber');
    let count = 0;
    for (const person of people.all) {
      if (person.kind === 'student' && !random.permille(250)) continue;
      const type =
        person.kind === 'guardian' ? random.pick(['Mobile', 'Home']) : person.kind === 'student' ? 'Mobile' : 'Work';
      yield {
        Id: runningNumber('P', count++),
        FirstSeenDateTime: clock.from(person.entryDay),
        PersonId: person.id,
        // 555-01xx is kept free for fiction.
        PhoneNumber: `1-${random.between(201, 989)}-555-01${String(random.below(100)).padStart(2, '0')}`,
        PriorityOrder: '100',
        RefPhoneNumberTypeId: vocabulary.id('RefPhoneNumberType', type),
      };
    }
  },

  *PersonRelationship({ people, vocabulary }, clock) {
    let count = 0;
    for (const { child, adult, word } of people.relationships) {
      yield {
        Id: runningNumber('L', count++),
        FirstSeenDateTime: clock.from(child.entryDay),
        PersonId: child.id,
        RefPersonRelationshipId: vocabulary.id('RefPersonRelationship', word),
        RelatedPersonId: adult.id,
      };
    }
  },

  *Enrollment({ timetable, institution, vocabulary }, clock) {
    let count = 0;
    for (const { person, section, role, primary, entryDay, exitDay, active } of timetable.enrolments) {
      const index = count++;
      yield {
        Id: runningNumber('E', index),
        ExternalId: runningNumber('X', index),
        ...clock.seen(entryDay),
        IsActiveInSession: booleanCell(active),
        PersonId: person.id,
        RefSectionRoleId: vocabulary.id('RefSectionRole', role),
        SectionId: section.id,
        SourceSystemId: institution.sourceSystemId,
        EntryDate: formatDay(entryDay),
        ExitDate: formatDay(exitDay),
        IsPrimaryStaffForSection: booleanCell(primary),
      };
    }
  },
};

interface Role {
  readonly school: School;
  readonly role: string;
  readonly primary: boolean;
}

/** A person's roles: the main one first, then a second school, or that of a parent beside that of a teacher. */
function rolesOf(world: World, person: Person): Role[] {
  const { settings, people } = world;
  const main: Readonly<Record<Person['kind'], string>> = {
    student: 'Student',
    teacher: settings.set.name === 'hed' && person.index % 3 === 0 ? 'lecturer' : settings.set.teacherRole,
    staff: isProctor(person) ? 'Proctor' : person.index % 4 === 1 ? 'ITAdmin' : 'Administrator',
    guardian: 'Guardian',
  };
  const roles: Role[] = [{ school: person.school, role: main[person.kind], primary: true }];
  if (person.secondSchool !== undefined)
    roles.push({ school: person.secondSchool, role: main.teacher, primary: false });
  if (person.kind === 'teacher') {
    const child = people.childOf.get(person);
    if (child !== undefined) roles.push({ school: child.school, role: 'Guardian', primary: false });
  }
  return roles;
}
