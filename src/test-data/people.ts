import type { Institution, School } from './institution';
import { givenNameOf, surnameOf, type Name } from './names';
import type { Settings } from './options';
import { Random } from './random';

export type PersonKind = 'student' | 'teacher' | 'staff' | 'guardian';

export interface Person {
  readonly index: number;
  readonly kind: PersonKind;
  readonly id: string;
  /** Number in the student or staff register, with leading zeros. */
  readonly number: string;
  readonly given: Name;
  readonly middle: string;
  readonly surname: Name;
  readonly school: School;
  /** Grade of a student, else empty. */
  readonly grade: string;
  /** Index in the bands of the school; -1 for anyone but students. */
  readonly band: number;
  readonly entryDay: number;
  /** Withdrawn on this day; undefined while at school. */
  readonly exitDay: number | undefined;
  /** Second school of a teacher. */
  readonly secondSchool: School | undefined;
}

/** A child and who answers for it. */
export interface Relationship {
  readonly child: Person;
  readonly adult: Person;
  readonly word: 'Parent' | 'Guardian' | 'Relative';
}

export interface People {
  readonly students: readonly Person[];
  readonly teachers: readonly Person[];
  readonly staff: readonly Person[];
  readonly guardians: readonly Person[];
  readonly relationships: readonly Relationship[];
  /** A child of each teacher who is a parent here. */
  readonly childOf: ReadonlyMap<Person, Person>;
  readonly all: readonly Person[];
}

/** Students, teachers, staff and guardians, with families: siblings share a name, some parents teach. */
export function buildPeople(settings: Settings, institution: Institution): People {
  const { shares } = settings.set;
  const studentCount = share(settings.people, shares.students);
  const teacherCount = Math.max(institution.schools.length, share(settings.people, shares.teachers));
  const staffCount = Math.max(3, share(settings.people, shares.staff));
  const guardianCount = Math.max(1, settings.people - studentCount - teacherCount - staffCount);
  const maker = new PersonMaker(settings, institution);
  const teachers = repeat(teacherCount, (index) =>
    maker.adult('teacher', institution.schools[index % institution.schools.length]!),
  );
  const staff = repeat(staffCount, () => maker.adult('staff', institution.root));
  const students: Person[] = [];
  const families: Person[][] = [];
  for (let index = 0; index < studentCount; index += 1) {
    const sibling = index % 6 === 5 ? students[index - 1] : undefined;
    const student = maker.student(sibling?.surname ?? teacherParentOf(index, teachers)?.surname, sibling?.school);
    students.push(student);
    if (sibling === undefined) families.push([student]);
    else families[families.length - 1]!.push(student);
  }
  const guardians: Person[] = [];
  const relationships: Relationship[] = [];
  for (let index = 0; index < guardianCount; index += 1) {
    const family = families[index % families.length]!;
    const guardian = maker.adult('guardian', family[0]!.school, index % 3 === 0 ? undefined : family[0]!.surname);
    guardians.push(guardian);
    const word = index % 9 === 0 ? 'Guardian' : index % 13 === 0 ? 'Relative' : 'Parent';
    for (const child of family) relationships.push({ child, adult: guardian, word });
  }
  const childOf = new Map<Person, Person>();
  students.forEach((child, index) => {
    const adult = teacherParentOf(index, teachers);
    if (adult === undefined) return;
    relationships.push({ child, adult, word: 'Parent' });
    childOf.set(adult, child);
  });
  return {
    students,
    teachers,
    staff,
    guardians,
    relationships,
    childOf,
    all: [...students, ...teachers, ...staff, ...guardians],
  };
}

/** Some families are a teacher's: parents who teach. */
function teacherParentOf(studentIndex: number, teachers: readonly Person[]): Person | undefined {
  return studentIndex % 40 === 12 ? teachers[Math.floor(studentIndex / 4) % teachers.length] : undefined;
}

class PersonMaker {
  private readonly random: Random;
  private readonly schoolSlots: readonly School[];
  private count = 0;

  constructor(
    settings: Settings,
    private readonly institution: Institution,
  ) {
    this.random = new Random(settings.seed, 'people');
    this.schoolSlots = institution.schools.flatMap((school) =>
      Array.from({ length: school.kind!.weight }, () => school),
    );
  }

  student(surname: Name | undefined, siblingSchool: School | undefined): Person {
    const { random } = this;
    const school = siblingSchool ?? random.pick(this.schoolSlots);
    const band = random.below(school.kind!.bands.length);
    const grade = random.pick(school.kind!.bands[band]!);
    const start = this.institution.currentSemester.startDay;
    const snapshot = this.institution.snapshotDay;
    // Three in a hundred came late, two in a hundred have left before the snapshot was taken.
    const late = random.permille(30);
    const entryDay = Math.min(late ? start + random.between(10, 40) : start + random.between(12, 20), snapshot - 2);
    const exitDay = random.permille(22) ? Math.max(entryDay, snapshot - random.between(1, 30)) : undefined;
    return this.person('student', school, { surname, band, grade, entryDay, exitDay });
  }

  adult(kind: 'teacher' | 'staff' | 'guardian', school: School, surname?: Name): Person {
    const entryDay = this.institution.year.startDay - this.random.between(20, 1500);
    return this.person(kind, school, { surname, band: -1, grade: '', entryDay, exitDay: undefined });
  }

  private person(
    kind: PersonKind,
    school: School,
    rest: Pick<Person, 'band' | 'grade' | 'entryDay' | 'exitDay'> & { surname: Name | undefined },
  ): Person {
    const { random } = this;
    const index = this.count;
    this.count += 1;
    const drawn = surnameOf(random, index);
    const schools = this.institution.schools;
    const travels = kind === 'teacher' && index % 8 === 3 && schools.length > 1;
    return {
      index,
      kind,
      id: random.guid(),
      number: String(index + 1).padStart(7, '0'),
      given: givenNameOf(random, index),
      middle: random.permille(600) ? String.fromCharCode(65 + random.below(26)) : '',
      surname: rest.surname ?? drawn,
      school,
      grade: rest.grade,
      band: rest.band,
      entryDay: rest.entryDay,
      exitDay: rest.exitDay,
      secondSchool: travels ? schools[(school.index + 1) % schools.length] : undefined,
    };
  }
}

function share(people: number, permille: number): number {
  return Math.floor((people * permille) / 1000);
}

function repeat<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
