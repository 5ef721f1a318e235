import { formatDay } from './calendar';
import type { School, Term } from './institution';
import { booleanCell, runningNumber, type Row, type RowSource } from './world';

/** Systems, lists of values, organisations, terms, courses and sections. */
export const structureTables: Readonly<Record<string, RowSource>> = {
  *SourceSystem({ institution }, clock) {
    yield { Id: institution.sourceSystemId, ...clock.seen(institution.year.startDay - 900), Name: 'School Register' };
  },

  *RefDefinition({ vocabulary, institution }, clock) {
    for (const { id, code, namespace, type, sortOrder } of vocabulary.definitions) {
      const seen = clock.seen(institution.year.startDay - 900);
      yield { Id: id, Code: code, ...seen, Namespace: namespace, RefType: type, SortOrder: String(sortOrder) };
    }
  },

  *RefTranslation({ vocabulary, institution }, clock) {
    for (const { id, translated } of vocabulary.definitions) {
      const seen = clock.seen(institution.year.startDay - 900);
      yield { Id: id, ...seen, Language: vocabulary.language, LocalizedName: translated };
    }
  },

  *Organization({ institution, settings, vocabulary }, clock) {
    const row = (school: School, type: string, parent: string): Row => ({
      Id: school.id,
      ExternalId: school.externalId,
      ...clock.seen(institution.year.startDay - 700),
      Name: school.name,
      RefOrganizationTypeId: vocabulary.id('RefOrgType', type),
      SourceSystemId: institution.sourceSystemId,
      Identifier: school.identifier,
      ParentOrganizationId: parent,
    });
    yield row(institution.root, settings.set.rootType, '');
    for (const school of institution.schools) yield row(school, settings.set.schoolType, institution.root.id);
  },

  *Session({ institution, vocabulary }, clock) {
    const row = (term: Term): Row => ({
      Id: term.id,
      EndDate: formatDay(term.endDay),
      ExternalId: term.externalId,
      ...clock.seen(institution.year.startDay - 60),
      Name: term.name,
      RefAcademicYearId: vocabulary.find('RefAcademicYear', String(term.year)),
      RefSessionTypeId: vocabulary.id('RefSessionType', term.type),
      SourceSystemId: institution.sourceSystemId,
      StartDate: formatDay(term.startDay),
      ParentSessionId: term.parentId,
    });
    for (const term of [institution.year, ...institution.semesters]) yield row(term);
  },

  *Course({ institution, timetable }, clock) {
    for (const course of timetable.courses) {
      yield {
        Id: course.id,
        AcademicYearSessionId: institution.year.id,
        ExternalId: course.externalId,
        IsActiveInSession: 'TRUE',
        ...clock.seen(institution.year.startDay - 20),
        Name: course.name,
        OrganizationId: course.school.id,
        SourceSystemId: institution.sourceSystemId,
        Code: course.code,
      };
    }
  },

  *CourseGradeLevel({ institution, timetable, vocabulary }, clock) {
    let count = 0;
    for (const course of timetable.courses) {
      for (const grade of course.grades) {
        const FirstSeenDateTime = clock.from(institution.year.startDay - 20);
        const RefGradeLevelId = vocabulary.id('RefGradeLevel', grade);
        yield { Id: runningNumber('CG', count++), CourseId: course.id, FirstSeenDateTime, RefGradeLevelId };
      }
    }
  },

  *CourseSubject({ institution, timetable, vocabulary }, clock) {
    let count = 0;
    for (const course of timetable.courses) {
      const FirstSeenDateTime = clock.from(institution.year.startDay - 20);
      const RefAcademicSubjectId = vocabulary.id('RefAcademicSubject', course.subject.reference);
      yield { Id: runningNumber('CS', count++), CourseId: course.id, FirstSeenDateTime, RefAcademicSubjectId };
    }
  },

  *Section({ institution, timetable }, clock) {
    for (const section of timetable.sections) {
      yield {
        Id: section.id,
        ExternalId: section.externalId,
        ...clock.seen(section.createdDay),
        Name: section.name,
        OrganizationId: section.course.school.id,
        SourceSystemId: institution.sourceSystemId,
        Code: section.code,
        CourseId: section.course.id,
        Location: section.location,
      };
    }
  },

  *SectionGradeLevel({ timetable, vocabulary }, clock) {
    let count = 0;
    for (const section of timetable.sections) {
      for (const grade of section.course.grades) {
        const RefGradeLevelId = vocabulary.id('RefGradeLevel', grade);
        const FirstSeenDateTime = clock.from(section.createdDay);
        yield { Id: runningNumber('SG', count++), RefGradeLevelId, FirstSeenDateTime, SectionId: section.id };
      }
    }
  },

  *SectionSession({ timetable, institution }, clock) {
    let count = 0;
    for (const section of timetable.sections) {
      for (const term of section.semesters) {
        yield {
          Id: runningNumber('SS', count++),
          ...clock.seen(section.createdDay),
          IsActiveInSession: booleanCell(term === institution.currentSemester),
          SectionId: section.id,
          SessionId: term.id,
        };
      }
    }
  },

  *SectionSubject({ timetable, vocabulary }, clock) {
    let count = 0;
    for (const section of timetable.sections) {
      const RefAcademicSubjectId = vocabulary.id('RefAcademicSubject', section.course.subject.reference);
      const FirstSeenDateTime = clock.from(section.createdDay);
      yield { Id: runningNumber('SU', count++), FirstSeenDateTime, RefAcademicSubjectId, SectionId: section.id };
    }
  },
};
