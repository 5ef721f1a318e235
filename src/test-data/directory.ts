import { isProctor, type Timetable } from './enrolments';
import type { Institution, School, Section } from './institution';
import type { People, Person } from './people';
import type { Settings } from './options';
import { Random } from './random';

export type AccountRole = 'Student' | 'Teacher' | 'Faculty' | 'Administrator' | 'Other';

/** A directory account; the persons behind it may be none (guests), one or several (a shared tablet). */
export interface Account {
  readonly objectId: string;
  readonly anchorId: string;
  readonly role: AccountRole;
  readonly givenName: string;
  readonly surname: string;
  readonly displayName: string;
  readonly mail: string;
  readonly nickname: string;
  readonly principalName: string;
  readonly studentId: string;
  readonly teacherId: string;
  readonly persons: readonly Person[];
  readonly createdDay: number;
}

/** A directory group: the team of a section, or one without a section. */
export interface Group {
  readonly objectId: string;
  readonly displayName: string;
  readonly nickname: string;
  readonly mail: string;
  readonly anchorId: string;
  readonly sectionId: string;
  readonly createdDay: number;
}

export type MemberRole = 'Student' | 'Teacher' | 'Owner' | 'Member' | 'Other';

export interface Membership {
  readonly group: Group;
  readonly account: Account;
  readonly role: MemberRole;
}

export interface Directory {
  readonly accounts: readonly Account[];
  readonly groups: readonly Group[];
  readonly memberships: readonly Membership[];
  /** The account that a person normally uses; persons without one are absent. */
  readonly mainAccount: ReadonlyMap<Person, Account>;
}

/** Persons that share one tablet's account. */
const tabletSize = 6;

/** Accounts, groups and memberships that follow from the roster, as School Data Sync would make them. */
export function buildDirectory(
  settings: Settings,
  institution: Institution,
  people: People,
  timetable: Timetable,
): Directory {
  const maker = new AccountMaker(settings);
  const mainAccount = new Map<Person, Account>();
  const tablets = new Map<School, Person[]>();
  for (const person of people.all) {
    if (person.kind === 'guardian' || isProctor(person)) continue;
    if (person.grade === 'KG') {
      tablets.set(person.school, [...(tablets.get(person.school) ?? []), person]);
      continue;
    }
    mainAccount.set(person, maker.own(person));
  }
  for (const [school, children] of tablets) {
    for (let first = 0; first < children.length; first += tabletSize) {
      const sharing = children.slice(first, first + tabletSize);
      const tablet = maker.tablet(school, first / tabletSize + 1, sharing);
      for (const child of sharing) mainAccount.set(child, tablet);
    }
  }
  // A second account: administrators' own for some teachers, the old one of students who changed their name.
  people.teachers.filter((_, index) => index % 12 === 5).forEach((teacher) => maker.second(teacher, 'adm'));
  people.students
    .filter((student, index) => index % 90 === 31 && student.grade !== 'KG')
    .forEach((student) => maker.second(student, 'old'));
  const guests = Array.from({ length: Math.max(2, Math.floor(people.all.length / 150)) }, (_, index) =>
    maker.guest(index),
  );
  const { groups, memberships } = buildGroups(settings, institution, people, timetable, mainAccount, guests);
  return { accounts: maker.accounts, groups, memberships, mainAccount };
}

class AccountMaker {
  readonly accounts: Account[] = [];
  private readonly random: Random;
  private readonly domain: string;
  private readonly firstDay: number;

  constructor(private readonly settings: Settings) {
    this.random = new Random(settings.seed, 'accounts');
    this.domain = settings.set.domain;
    this.firstDay = settings.startDay - 400;
  }

  own(person: Person): Account {
    return this.personal(person, `${person.given.ascii}.${person.surname.ascii}${Number(person.number)}`, '');
  }

  second(person: Person, prefix: string): Account {
    return this.personal(person, `${prefix}.${person.given.ascii}${Number(person.number)}`, `-${prefix}`);
  }

  tablet(school: School, number: number, persons: readonly Person[]): Account {
    const nickname = `tablet${school.index + 1}-${number}`;
    return this.add(
      'Student',
      'Tablet',
      `${school.index + 1}-${number}`,
      nickname,
      `TAB-${school.index + 1}-${number}`,
      persons,
      '',
      '',
    );
  }

  guest(index: number): Account {
    return this.add('Other', 'Visitor', String(index + 1), `visitor${index + 1}_partner.example#EXT#`, '', [], '', '');
  }

  private personal(person: Person, nickname: string, suffix: string): Account {
    const student = person.kind === 'student';
    const teaching: AccountRole = this.settings.set.name === 'hed' ? 'Faculty' : 'Teacher';
    const role: AccountRole = student ? 'Student' : person.kind === 'teacher' ? teaching : 'Administrator';
    const anchor = `${student ? 'Student' : 'Staff'}_${person.number}${suffix}`;
    const names = [person.given.written, person.surname.written] as const;
    return this.add(
      role,
      ...names,
      nickname,
      anchor,
      [person],
      student ? person.number : '',
      student ? '' : person.number,
    );
  }

  private add(
    role: AccountRole,
    givenName: string,
    surname: string,
    nickname: string,
    anchorId: string,
    persons: readonly Person[],
    studentId: string,
    teacherId: string,
  ): Account {
    const principalName = `${nickname}@${this.domain}`;
    const account: Account = {
      objectId: this.random.guid(),
      anchorId,
      role,
      givenName,
      surname,
      displayName: `${givenName} ${surname}`,
      mail: role === 'Other' ? '' : principalName,
      nickname,
      principalName,
      studentId,
      teacherId,
      persons,
      createdDay: this.firstDay + this.random.below(220),
    };
    this.accounts.push(account);
    return account;
  }
}

function buildGroups(
  settings: Settings,
  institution: Institution,
  people: People,
  timetable: Timetable,
  mainAccount: ReadonlyMap<Person, Account>,
  guests: readonly Account[],
): Pick<Directory, 'groups' | 'memberships'> {
  const { domain } = settings.set;
  const random = new Random(settings.seed, 'groups');
  const teams = new Map<Section, Group>();
  const anchored = new Set<string>();
  for (const section of timetable.sections) {
    const nickname = `Section_${String(section.index + 1).padStart(6, '0')}`;
    // As delivered: the first team of a course carries the course's own number.
    const anchorId = anchored.has(section.course.externalId)
      ? section.externalId.replace('/', '-')
      : section.course.externalId;
    anchored.add(section.course.externalId);
    teams.set(section, {
      objectId: section.groupId,
      displayName: section.name,
      nickname,
      mail: `${nickname}@${domain}`,
      anchorId,
      sectionId: section.id,
      createdDay: section.createdDay,
    });
  }
  const staffGroups = institution.schools.map((school): Group => {
    const nickname = `Staff_${school.index + 1}`;
    const displayName = `Staff of ${school.name}`;
    const createdDay = institution.year.startDay - 20;
    return {
      objectId: random.upperGuid(),
      displayName,
      nickname,
      mail: `${nickname}@${domain}`,
      anchorId: '',
      sectionId: '',
      createdDay,
    };
  });
  const members = new MembershipList();
  for (const { person, section, role, active } of timetable.enrolments) {
    const account = mainAccount.get(person);
    if (account === undefined || !active) continue;
    members.add(
      teams.get(section)!,
      account,
      role === 'teacher' ? 'Teacher' : role === 'student' ? 'Student' : 'Other',
    );
  }
  for (const teacher of people.teachers)
    members.add(staffGroups[teacher.school.index]!, mainAccount.get(teacher)!, 'Member');
  guests.forEach((guest, index) => members.add(staffGroups[index % staffGroups.length]!, guest, 'Other'));
  return { groups: [...teams.values(), ...staffGroups], memberships: members.memberships };
}

/** Memberships with each pair of group and account once: children who share a tablet give one. */
class MembershipList {
  readonly memberships: Membership[] = [];
  private readonly pairs = new Map<Group, Set<Account>>();

  add(group: Group, account: Account, role: MemberRole): void {
    const accounts = this.pairs.get(group) ?? new Set<Account>();
    if (accounts.has(account)) return;
    accounts.add(account);
    this.pairs.set(group, accounts);
    this.memberships.push({ group, account, role });
  }
}
