import {
  bandKey,
  buildCourses,
  SectionBuilder,
  type Course,
  type Institution,
  type School,
  type Section,
} from './institution';
import type { People, Person } from './people';
import type { Settings } from './options';
import { Random } from './random';

export type SectionRole = 'student' | 'teacher' | 'teacherAssistant' | 'proctor';

export interface Enrolment {
  readonly person: Person;
  readonly section: Section;
  readonly role: SectionRole;
  /** Leads the section; co-teachers do not. */
  readonly primary: boolean;
  readonly entryDay: number;
  readonly exitDay: number;
  /** False for those who have left: withdrawal by IsActiveInSession. */
  readonly active: boolean;
}

export interface Timetable {
  readonly courses: readonly Course[];
  readonly sections: readonly Section[];
  readonly enrolments: readonly Enrolment[];
}

/** Students of the section for all, held where there are that many. */
const largeSectionSize = 500;

/** Courses, sections and who is in them, with sections of 1 and, where there are so many students, of exactly 500. */
export function buildTimetable(settings: Settings, institution: Institution, people: People): Timetable {
  const pupils = groupBy(people.students, (student) => bandKey(student.school, student.band));
  const { courses, sections, byBand } = buildCourses(settings, institution, (school, band) => {
    const { subjects, classSize } = school.kind!;
    const share = Math.min(1, settings.set.subjectsPerStudent / subjects.length);
    const students = pupils.get(bandKey(school, band))?.length ?? 0;
    return Math.max(1, Math.round((students * share) / classSize));
  });
  const enroller = new Enroller(settings, institution);
  for (const [key, perSubject] of byBand) {
    (pupils.get(key) ?? []).forEach((student, place) => {
      perSubject.forEach((choices, subject) => {
        if ((place + subject) % perSubject.length >= settings.set.subjectsPerStudent) return;
        // Groups are mixed anew in each subject.
        enroller.student(student, choices[(place + subject) % choices.length]!);
      });
    });
  }
  enroller.teachers(sections, people.teachers);
  const extra = extraSections(settings, institution, people, courses, sections.length);
  for (const { section, students, lead } of extra) {
    for (const student of students) enroller.student(student, section);
    enroller.staff(lead, section, 'teacher', true);
  }
  people.staff.filter(isProctor).forEach((proctor, index) => {
    enroller.staff(proctor, sections[index % sections.length]!, 'proctor', false);
  });
  if (settings.set.name === 'hed') enroller.assistants(sections, people.students);
  return {
    courses: [
      ...courses,
      ...extra.flatMap(({ section }) => (courses.includes(section.course) ? [] : [section.course])),
    ],
    sections: [...sections, ...extra.map(({ section }) => section)],
    enrolments: enroller.enrolments,
  };
}

/** People from outside who supervise exams: in the roster, but without an account. */
export function isProctor(person: Person): boolean {
  return person.kind === 'staff' && person.number.endsWith('4');
}

interface ExtraSection {
  readonly section: Section;
  readonly students: readonly Person[];
  readonly lead: Person;
}

/** An independent study of one student, and a section of exactly 500 where so many are there. */
function extraSections(
  settings: Settings,
  institution: Institution,
  people: People,
  courses: readonly Course[],
  firstIndex: number,
): ExtraSection[] {
  const builder = new SectionBuilder(settings, institution, firstIndex);
  const single = people.students.find((student) => student.exitDay === undefined)!;
  const course = courses.find((candidate) => candidate.school === single.school)!;
  const study = builder.add(course, 90);
  study.name = `Independent Study, ${course.name}`;
  const result: ExtraSection[] = [{ section: study, students: [single], lead: teacherOf(people, single.school) }];
  // Of all schools, so that the class's school is not the school of everyone in it (ROW17).
  const present = people.students.filter((student) => student.exitDay === undefined);
  if (present.length < largeSectionSize) return result;
  const { school } = present[0]!;
  const random = new Random(settings.seed, 'large section');
  const assembly = builder.add(
    {
      id: random.guid(),
      externalId: 'CRS-99999',
      code: 'ALL',
      name: settings.set.largeSection,
      school,
      subject: { code: 'ALL', reference: 'Other', title: settings.set.largeSection, reading: false },
      grades: school.kind!.bands.flat(),
    },
    1,
  );
  assembly.name = settings.set.largeSection;
  result.push({ section: assembly, students: present.slice(0, largeSectionSize), lead: teacherOf(people, school) });
  return result;
}

class Enroller {
  readonly enrolments: Enrolment[] = [];
  private readonly random: Random;

  constructor(
    settings: Settings,
    private readonly institution: Institution,
  ) {
    this.random = new Random(settings.seed, 'enrolments');
  }

  student(student: Person, section: Section): void {
    const entryDay = student.entryDay;
    const exitDay = student.exitDay ?? this.institution.currentSemester.endDay - 40;
    const active = student.exitDay === undefined;
    // A semester that is nearly over still ends after it began.
    this.enrolments.push({
      person: student,
      section,
      role: 'student',
      primary: false,
      entryDay,
      exitDay: Math.max(entryDay, exitDay),
      active,
    });
  }

  /** Every section gets a lead of its school, every sixth a co-teacher, every fourth its lead's name in the title. */
  teachers(sections: readonly Section[], teachers: readonly Person[]): void {
    const staffOf = new Map<School, Person[]>();
    for (const teacher of teachers) {
      for (const school of [teacher.school, teacher.secondSchool]) {
        if (school !== undefined) staffOf.set(school, [...(staffOf.get(school) ?? []), teacher]);
      }
    }
    const turn = new Map<School, number>();
    for (const section of sections) {
      const school = section.course.school;
      const staff = staffOf.get(school)!;
      const next = turn.get(school) ?? 0;
      turn.set(school, next + 1);
      const lead = staff[next % staff.length]!;
      this.staff(lead, section, 'teacher', true);
      const second = staff[(next + 1) % staff.length]!;
      if (section.index % 6 === 2 && second !== lead) this.staff(second, section, 'teacher', false);
      if (section.index % 4 === 1)
        section.name = `${section.course.name} (${lead.given.written} ${lead.surname.written})`;
    }
  }

  /** Older students who help in a section that they do not attend. */
  assistants(sections: readonly Section[], students: readonly Person[]): void {
    const helpers = students.filter((student) => student.band === 1 && student.exitDay === undefined);
    if (helpers.length === 0) return;
    sections.forEach((section, index) => {
      const helper = helpers[index % helpers.length]!;
      if (index % 5 === 0 && section.course.grades[0] === 'undergraduate')
        this.staff(helper, section, 'teacherAssistant', false);
    });
  }

  staff(person: Person, section: Section, role: SectionRole, primary: boolean): void {
    const entryDay = this.institution.currentSemester.startDay + this.random.between(0, 6);
    this.enrolments.push({
      person,
      section,
      role,
      primary,
      entryDay,
      exitDay: this.institution.currentSemester.endDay,
      active: true,
    });
  }
}

function teacherOf(people: People, school: School): Person {
  return people.teachers.find((teacher) => teacher.school === school)!;
}

function groupBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group === undefined) groups.set(key(value), [value]);
    else group.push(value);
  }
  return groups;
}
