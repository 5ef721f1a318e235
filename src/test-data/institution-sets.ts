import { centralEurope, centralUnitedStates, type TimeZoneRule } from './calendar';

export type SetName = 'k12' | 'hed';

/** A subject as taught: course title per level, and the word of the RefAcademicSubject list. */
export interface Subject {
  readonly code: string;
  readonly reference: string;
  /** Title; `{level}` is replaced by the grade or the course number. */
  readonly title: string;
  /** Reading exercises are set in this subject (ReadingProgress). */
  readonly reading: boolean;
}

/** A kind of school or faculty: which grades it has, how they are grouped into classes, what is taught. */
export interface SchoolKind {
  readonly suffix: string;
  /** Grades that are taught together; each band gives one course per subject. */
  readonly bands: readonly (readonly string[])[];
  readonly subjects: readonly Subject[];
  /** Students per section aimed at. */
  readonly classSize: number;
  /** Share of the students, relative to the other kinds. */
  readonly weight: number;
}

/** What distinguishes the two sets; everything else is shared. */
export interface InstitutionSet {
  readonly name: SetName;
  /** Reserved domains, which never belong to anyone. */
  readonly domain: string;
  readonly zone: TimeZoneRule;
  readonly language: 'es-ES' | 'de-DE';
  readonly rootName: string;
  readonly rootType: string;
  readonly schoolType: string;
  readonly kinds: readonly SchoolKind[];
  readonly people: number;
  /** Schools for `people` persons; more people get more schools. */
  readonly schools: number;
  readonly startDate: string;
  readonly days: number;
  /** Shares of the persons in parts of 1,000: students, teachers, other staff; the rest are guardians. */
  readonly shares: { readonly students: number; readonly teachers: number; readonly staff: number };
  readonly teacherRole: string;
  /** Name of the section of 500, held where there are so many students (lake-rules.md §7). */
  readonly largeSection: string;
  readonly country: string;
  /** Of the subjects of their level, how many a student takes. */
  readonly subjectsPerStudent: number;
  /** Signals per person and day in parts of 1,000 of the usual; chosen so that the committed sets stay below 4 MB. */
  readonly liveliness: number;
}

const subject = (code: string, reference: string, title: string, reading = false): Subject => ({
  code,
  reference,
  title,
  reading,
});

const primarySubjects = [
  subject('LA', 'LanguageArts', 'Language Arts {level}', true),
  subject('MA', 'Mathematics', 'Mathematics {level}'),
  subject('SC', 'Science', 'Science {level}'),
  subject('AR', 'Arts', 'Art and Music {level}'),
];
const middleSubjects = [
  subject('EN', 'English', 'English {level}', true),
  subject('MA', 'Mathematics', 'Mathematics {level}'),
  subject('LS', 'LifeScience', 'Life Science {level}'),
  subject('WH', 'HistoryWorld', 'World History {level}'),
  subject('SP', 'ForeignLanguage', 'Spanish {level}'),
];
const highSubjects = [
  subject('EN', 'English', 'English Literature {level}', true),
  subject('AL', 'Mathematics', 'Algebra {level}'),
  subject('PH', 'PhysicalScience', 'Physics {level}'),
  subject('WH', 'HistoryWorld', 'World History {level}'),
  subject('CS', 'CareerAndTechnicalEducation', 'Computer Science {level}'),
];
const grades = (first: number, last: number): string[][] =>
  Array.from({ length: last - first + 1 }, (_, index) => [String(first + index)]);

const k12: InstitutionSet = {
  name: 'k12',
  domain: 'harrowmere.example',
  zone: centralUnitedStates,
  language: 'es-ES',
  rootName: 'Harrowmere Unified District',
  rootType: 'District',
  schoolType: 'School',
  kinds: [
    { suffix: 'Primary School', bands: [['KG'], ...grades(1, 5)], subjects: primarySubjects, classSize: 22, weight: 4 },
    { suffix: 'High School', bands: grades(9, 12), subjects: highSubjects, classSize: 24, weight: 5 },
    { suffix: 'Middle School', bands: grades(6, 8), subjects: middleSubjects, classSize: 24, weight: 4 },
    {
      suffix: 'All-Age School',
      bands: [
        ['KG', '1', '2'],
        ['3', '4', '5'],
        ['6', '7', '8'],
        ['9', '10', '11', '12'],
      ],
      subjects: primarySubjects,
      classSize: 20,
      weight: 3,
    },
    { suffix: 'Elementary', bands: [['KG'], ...grades(1, 5)], subjects: primarySubjects, classSize: 22, weight: 3 },
  ],
  people: 600,
  schools: 5,
  // Three school weeks around the Sunday on which clocks go forward (10 March 2024).
  startDate: '2024-03-04',
  days: 19,
  shares: { students: 700, teachers: 75, staff: 20 },
  teacherRole: 'Teacher',
  largeSection: 'District Choir',
  country: 'US',
  subjectsPerStudent: 5,
  liveliness: 1125,
};

const faculty = (suffix: string, weight: number, subjects: readonly Subject[]): SchoolKind => ({
  suffix,
  bands: [['undergraduate'], ['graduate']],
  subjects,
  classSize: 28,
  weight,
});

const hed: InstitutionSet = {
  name: 'hed',
  domain: 'silverlake.example',
  zone: centralEurope,
  language: 'de-DE',
  rootName: 'Silverlake University',
  rootType: 'University',
  schoolType: 'College',
  kinds: [
    faculty('Faculty of Science', 5, [
      subject('CH', 'PhysicalScience', 'Chemistry {level}'),
      subject('BI', 'LifeScience', 'Cell Biology {level}'),
      subject('ST', 'Mathematics', 'Statistics {level}'),
      subject('LW', 'English', 'Laboratory Writing {level}', true),
    ]),
    faculty('Faculty of Humanities', 3, [
      subject('PL', 'Other', 'Philosophy {level}'),
      subject('LI', 'English', 'Comparative Literature {level}', true),
      subject('HI', 'HistoryWorld', 'Modern History {level}'),
      subject('LG', 'ForeignLanguage', 'Linguistics {level}'),
    ]),
    faculty('Faculty of Engineering', 4, [
      subject('CS', 'CareerAndTechnicalEducation', 'Algorithms {level}'),
      subject('ME', 'PhysicalScience', 'Mechanics {level}'),
      subject('CA', 'Mathematics', 'Calculus {level}'),
      subject('TW', 'English', 'Technical Writing {level}', true),
    ]),
    faculty('Faculty of Economics', 4, [
      subject('MI', 'SocialScience', 'Microeconomics {level}'),
      subject('AC', 'CareerAndTechnicalEducation', 'Accounting {level}'),
      subject('EC', 'Mathematics', 'Econometrics {level}'),
      subject('BE', 'English', 'Business English {level}', true),
    ]),
  ],
  people: 640,
  schools: 4,
  // Three weeks around the Sunday on which clocks go back (27 October 2024).
  startDate: '2024-10-14',
  days: 19,
  shares: { students: 870, teachers: 80, staff: 25 },
  teacherRole: 'professor',
  largeSection: 'Academic Skills, Lecture for All',
  country: 'DE',
  subjectsPerStudent: 3,
  liveliness: 840,
};

export const institutionSets: Readonly<Record<SetName, InstitutionSet>> = { k12, hed };
