import { Random } from './random';

/** One value of a list that `Ref…` columns point to. Types and codes are those of the public standards (CEDS, OneRoster, SDS). */
export interface Definition {
  readonly id: string;
  readonly type: string;
  readonly namespace: string;
  readonly code: string;
  readonly label: string;
  readonly translated: string;
  readonly sortOrder: number;
}

type Entry = readonly [code: string, label: string, spanish: string, german: string];

/** Per list: namespace, then code, English, Spanish and German label. */
const lists: Readonly<Record<string, readonly [namespace: string, entries: readonly Entry[]]>> = {
  RefRole: [
    'imsglobal.org',
    [
      ['Student', 'Student', 'Estudiante', 'Studierende'],
      ['Teacher', 'Teacher', 'Docente', 'Lehrkraft'],
      ['Administrator', 'Administrator', 'Administrador', 'Verwaltung'],
      ['Proctor', 'Proctor', 'Supervisor', 'Aufsicht'],
      ['Guardian', 'Guardian', 'Tutor', 'Sorgeberechtigte'],
      ['ITAdmin', 'IT administrator', 'Informática', 'IT-Verwaltung'],
      ['professor', 'Professor', 'Catedrático', 'Professur'],
      ['lecturer', 'Lecturer', 'Profesor', 'Lehrbeauftragte'],
      ['teacherAssistant', 'Teaching assistant', 'Ayudante', 'Tutorat'],
    ],
  ],
  RefSectionRole: [
    'imsglobal.org',
    [
      ['student', 'Student', 'Estudiante', 'Studierende'],
      ['teacher', 'Teacher', 'Docente', 'Lehrkraft'],
      ['teacherAssistant', 'Teaching assistant', 'Ayudante', 'Tutorat'],
      ['proctor', 'Proctor', 'Supervisor', 'Aufsicht'],
    ],
  ],
  RefGradeLevel: [
    'ceds.ed.gov',
    [
      ['KG', 'Kindergarten', 'Jardín', 'Vorschule'],
      ...Array.from({ length: 12 }, (_, index): Entry => {
        const grade = String(index + 1);
        return [grade, `Grade ${grade}`, `Curso ${grade}`, `Klasse ${grade}`];
      }),
      ['undergraduate', 'Undergraduate', 'Grado', 'Bachelor'],
      ['graduate', 'Graduate', 'Posgrado', 'Master'],
    ],
  ],
  RefAcademicSubject: [
    'ceds.ed.gov',
    [
      ['LanguageArts', 'Language arts', 'Lengua', 'Sprache'],
      ['English', 'English', 'Inglés', 'Englisch'],
      ['Mathematics', 'Mathematics', 'Matemáticas', 'Mathematik'],
      ['Science', 'Science', 'Ciencias', 'Naturwissenschaft'],
      ['LifeScience', 'Life science', 'Biología', 'Biologie'],
      ['PhysicalScience', 'Physical science', 'Física', 'Physik'],
      ['HistoryWorld', 'World history', 'Historia', 'Geschichte'],
      ['SocialScience', 'Social science', 'Sociales', 'Sozialkunde'],
      ['ForeignLanguage', 'Foreign language', 'Idioma', 'Fremdsprache'],
      ['Arts', 'Arts', 'Arte', 'Kunst'],
      ['CareerAndTechnicalEducation', 'Technical education', 'Técnica', 'Technik'],
      ['Other', 'Other', 'Otra', 'Andere'],
    ],
  ],
  RefSex: [
    'ceds.ed.gov',
    [
      ['Female', 'Female', 'Mujer', 'Weiblich'],
      ['Male', 'Male', 'Hombre', 'Männlich'],
      ['Other', 'Other', 'Otro', 'Andere'],
    ],
  ],
  RefRace: [
    'imsglobal.org',
    [
      ['americanIndianOrAlaskaNative', 'American Indian or Alaska Native', 'Indígena americano', 'Indigen (Amerika)'],
      ['asian', 'Asian', 'Asiático', 'Asiatisch'],
      ['blackOrAfricanAmerican', 'Black or African American', 'Afroamericano', 'Schwarz'],
      ['nativeHawaiianOrOtherPacificIslander', 'Pacific Islander', 'Isleño del Pacífico', 'Pazifische Inseln'],
      ['white', 'White', 'Blanco', 'Weiß'],
    ],
  ],
  RefEthnicity: [
    'imsglobal.org',
    [['hispanicOrLatinoEthnicity', 'Hispanic or Latino', 'Hispano o latino', 'Hispanisch']],
  ],
  RefPersonFlagType: [
    'microsoft.com',
    [
      ['IEP', 'Individual education plan', 'Plan individual', 'Förderplan'],
      ['ELL', 'English language learner', 'Aprende inglés', 'Sprachförderung'],
      ['GiftedOrTalented', 'Gifted or talented', 'Altas capacidades', 'Hochbegabt'],
      ['FreeLunch', 'Free lunch', 'Comedor gratuito', 'Freies Essen'],
      ['Homeless', 'Homeless', 'Sin hogar', 'Ohne Wohnung'],
    ],
  ],
  RefPersonRelationship: [
    'microsoft.com',
    [
      ['Parent', 'Parent', 'Progenitor', 'Elternteil'],
      ['Guardian', 'Guardian', 'Tutor', 'Sorgeberechtigte'],
      ['Relative', 'Relative', 'Familiar', 'Verwandte'],
    ],
  ],
  RefEmailAddressType: [
    'ceds.ed.gov',
    [
      ['Organizational', 'Organizational', 'Institucional', 'Dienstlich'],
      ['Home', 'Home', 'Personal', 'Privat'],
    ],
  ],
  RefPhoneNumberType: [
    'ceds.ed.gov',
    [
      ['Mobile', 'Mobile', 'Móvil', 'Mobil'],
      ['Home', 'Home', 'Casa', 'Privat'],
      ['Work', 'Work', 'Trabajo', 'Dienstlich'],
    ],
  ],
  RefIdentifierType: [
    'microsoft.com',
    [
      ['studentOrTeacherNumberOrId', 'Student or teacher number', 'Número', 'Matrikelnummer'],
      ['username', 'User name', 'Usuario', 'Benutzername'],
    ],
  ],
  RefSessionType: [
    'imsglobal.org',
    [
      ['SchoolYear', 'School year', 'Año escolar', 'Studienjahr'],
      ['Semester', 'Semester', 'Semestre', 'Semester'],
    ],
  ],
  RefAcademicYear: [
    'microsoft.com',
    Array.from({ length: 12 }, (_, index): Entry => {
      const year = String(2020 + index);
      return [year, year, year, year];
    }),
  ],
  RefOrgType: [
    'microsoft.com',
    [
      ['District', 'District', 'Distrito', 'Bezirk'],
      ['School', 'School', 'Escuela', 'Schule'],
      ['University', 'University', 'Universidad', 'Universität'],
      ['College', 'College', 'Facultad', 'Fakultät'],
    ],
  ],
};

/** The lists of a set: ids drawn from the seed, found by type and code. */
export class Vocabulary {
  readonly definitions: readonly Definition[];
  private readonly ids = new Map<string, string>();

  constructor(
    seed: number,
    readonly language: 'es-ES' | 'de-DE',
  ) {
    this.definitions = Object.entries(lists).flatMap(([type, [namespace, entries]]) =>
      entries.map(([code, label, spanish, german], index) => {
        // A stream for each value: a value added to a list changes no other id.
        const id = new Random(seed, 'RefDefinition', type, code).upperGuid();
        this.ids.set(`${type} ${code}`, id);
        const translated = language === 'es-ES' ? spanish : german;
        return { id, type, namespace, code, label, translated, sortOrder: (index + 1) * 10 };
      }),
    );
  }

  /** The id of a value; asking for one that the lists lack is a fault of the generator. */
  id(type: string, code: string): string {
    const id = this.ids.get(`${type} ${code}`);
    if (id === undefined) throw new RangeError(`no definition ${type} ${code}`);
    return id;
  }

  /** As `id`, but empty where the list has no such value: years beyond the list. */
  find(type: string, code: string): string {
    return this.ids.get(`${type} ${code}`) ?? '';
  }
}
