import { dayOf, schoolYearOf } from './calendar';
import type { SchoolKind, Subject } from './institution-sets';
import { placeName } from './names';
import type { Settings } from './options';
import { Random } from './random';

export interface School {
  readonly index: number;
  readonly id: string;
  readonly externalId: string;
  readonly identifier: string;
  readonly name: string;
  /** Undefined for the district or university itself. */
  readonly kind: SchoolKind | undefined;
}

/** A school year or a semester. */
export interface Term {
  readonly id: string;
  readonly externalId: string;
  readonly name: string;
  readonly type: 'SchoolYear' | 'Semester';
  readonly year: number;
  readonly startDay: number;
  readonly endDay: number;
  readonly parentId: string;
}

export interface Institution {
  readonly sourceSystemId: string;
  /** District or university. */
  readonly root: School;
  readonly schools: readonly School[];
  readonly year: Term;
  readonly semesters: readonly [Term, Term];
  /** The semester in which the activity begins. */
  readonly currentSemester: Term;
  /** Day of the roster snapshot: the first day of activity. */
  readonly snapshotDay: number;
}

/** Schools, faculties and terms of a set. */
export function buildInstitution(settings: Settings): Institution {
  const { set, seed, people, startDay } = settings;
  const random = new Random(seed, 'schools');
  const root: School = {
    index: -1,
    id: random.guid(),
    externalId: 'ORG-000',
    identifier: '0000',
    name: set.rootName,
    kind: undefined,
  };
  const count = Math.max(set.kinds.length, Math.floor((people * set.schools) / set.people));
  const schools = Array.from({ length: count }, (_, index): School => {
    const kind = set.kinds[index % set.kinds.length]!;
    const number = String(index + 1);
    const round = Math.floor(index / set.kinds.length);
    const named =
      set.name === 'k12'
        ? `${placeName(index)} ${kind.suffix}`
        : kind.suffix + (round === 0 ? '' : `, Campus ${round + 1}`);
    return {
      index,
      id: random.guid(),
      externalId: `ORG-${number.padStart(3, '0')}`,
      identifier: number.padStart(4, '0'),
      name: named,
      kind,
    };
  });
  return { sourceSystemId: 'sis-01', root, schools, ...buildTerms(settings), snapshotDay: startDay };
}

function buildTerms(settings: Settings): Pick<Institution, 'year' | 'semesters' | 'currentSemester'> {
  const { seed, startDay } = settings;
  const random = new Random(seed, 'terms');
  const first = schoolYearOf(startDay);
  const name = `${first}-${first + 1}`;
  const year: Term = {
    id: random.guid(),
    externalId: `${first}`,
    name,
    type: 'SchoolYear',
    year: first + 1,
    startDay: dayOf(first, 8, 1),
    endDay: dayOf(first + 1, 7, 31),
    parentId: '',
  };
  const semester = (number: 1 | 2, start: number, end: number): Term => ({
    id: random.guid(),
    externalId: `${first}0${number}`,
    name: `Semester ${number}, ${name}`,
    type: 'Semester',
    year: first + 1,
    startDay: start,
    endDay: end,
    parentId: year.id,
  });
  const semesters: readonly [Term, Term] = [
    semester(1, dayOf(first, 8, 1), dayOf(first + 1, 1, 15)),
    semester(2, dayOf(first + 1, 1, 16), dayOf(first + 1, 7, 31)),
  ];
  return { year, semesters, currentSemester: startDay <= semesters[0].endDay ? semesters[0] : semesters[1] };
}

export interface Course {
  readonly id: string;
  readonly externalId: string;
  readonly code: string;
  readonly name: string;
  readonly school: School;
  readonly subject: Subject;
  readonly grades: readonly string[];
}

/** A class: a section of a course with its team in the directory. */
export interface Section {
  readonly index: number;
  readonly id: string;
  readonly externalId: string;
  readonly code: string;
  /** Completed when the teachers are known: some institutions write their names into it. */
  name: string;
  readonly location: string;
  readonly course: Course;
  readonly semesters: readonly Term[];
  /** `AadGroup.ObjectId`, and `ClassId` of the signals. */
  readonly groupId: string;
  readonly createdDay: number;
  /** How much the class works online, 1 to 10. */
  readonly liveliness: number;
}

/** How many sections a course needs. */
export type SectionCounter = (school: School, band: number) => number;

/** Courses of every school, a course per band of grades and subject, and their sections. */
export function buildCourses(
  settings: Settings,
  institution: Institution,
  sectionsOf: SectionCounter,
): { courses: readonly Course[]; sections: Section[]; byBand: Map<string, Section[][]> } {
  const courses: Course[] = [];
  const builder = new SectionBuilder(settings, institution);
  const byBand = new Map<string, Section[][]>();
  const random = new Random(settings.seed, 'courses');
  for (const school of institution.schools) {
    const kind = school.kind!;
    kind.bands.forEach((grades, band) => {
      const level = levelName(settings, grades, band);
      const perSubject = kind.subjects.map((subject) => {
        const course: Course = {
          id: random.guid(),
          externalId: `CRS-${String(courses.length + 1).padStart(5, '0')}`,
          code: `${subject.code}${level}`,
          name: subject.title.replace('{level}', level),
          school,
          subject,
          grades,
        };
        courses.push(course);
        return Array.from({ length: sectionsOf(school, band) }, (_, number) => builder.add(course, number + 1));
      });
      byBand.set(bandKey(school, band), perSubject);
    });
  }
  return { courses, sections: builder.sections, byBand };
}

/** Key of `byBand`. */
export function bandKey(school: School, band: number): string {
  return `${school.index}/${band}`;
}

/** Makes sections with running numbers; also used for the sections outside the timetable. */
export class SectionBuilder {
  readonly sections: Section[] = [];
  private readonly random: Random;

  constructor(
    settings: Settings,
    private readonly institution: Institution,
    private readonly firstIndex = 0,
  ) {
    this.random = new Random(settings.seed, 'sections', firstIndex);
  }

  add(course: Course, number: number): Section {
    const index = this.firstIndex + this.sections.length;
    const { random, institution } = this;
    // Every third section runs the whole year: two rows in SectionSession, a relation of many to many.
    const wholeYear = index % 3 === 0;
    const section: Section = {
      index,
      id: `SN${random.upperGuid().slice(0, 8)}${String(index + 1).padStart(6, '0')}`,
      externalId: `${course.externalId}/${String(index + 1).padStart(6, '0')}`,
      code: `${course.code}-${String(number).padStart(2, '0')}`,
      name: `${course.name} - ${number}`,
      location: index % 7 === 0 ? '' : `Room ${random.between(1, 4)}${String(random.between(1, 30)).padStart(2, '0')}`,
      course,
      semesters: wholeYear ? institution.semesters : [institution.currentSemester],
      groupId: random.upperGuid(),
      createdDay: institution.currentSemester.startDay - random.between(2, 12),
      liveliness: random.between(1, 10),
    };
    this.sections.push(section);
    return section;
  }
}

function levelName(settings: Settings, grades: readonly string[], band: number): string {
  if (settings.set.name === 'hed') return band === 0 ? 'I' : 'II';
  return grades.length === 1 ? grades[0]! : `${grades[0]}-${grades[grades.length - 1]}`;
}
