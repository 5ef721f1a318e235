import type { Relationship } from './model';

/**
 * Upstream's relationships (upstream-contract, "Dashboards") without AadGroup_lookup, which is sensitive: a class name is
 * reached by AadGroup.SectionId → Section.Name. What upstream has one to one is many to one here where keys are composite
 * (a person may have several accounts, an account several persons).
 */
export const relationships: readonly Relationship[] = [
  {
    from: ['activity', 'ClassId_pseudonym'],
    to: ['AadGroup', 'ObjectId_pseudonym'],
    reason: 'The class of a signal.',
  },
  { from: ['AadGroup', 'SectionId'], to: ['Section', 'Id'], reason: 'The name of a class without a sensitive table.' },
  { from: ['Section', 'CourseId'], to: ['Course', 'Id'], reason: 'The course of a class.' },
  {
    from: ['activity', 'SchoolId'],
    to: ['Organization', 'Id'],
    reason: 'ROW17: the school of the class, else of the actor; computed in the view.',
  },
  {
    from: ['Section', 'OrganizationId'],
    to: ['Organization', 'Id'],
    isActive: false,
    reason: 'Active it would be a second way from schools to signals; measures over classes follow it by TREATAS.',
  },
  { from: ['activity', 'ActorId_pseudonym'], to: ['AadUser', 'ObjectId_pseudonym'], reason: 'The account that acted.' },
  {
    from: ['AadUserPersonMapping', 'ObjectId_pseudonym'],
    to: ['AadUser', 'ObjectId_pseudonym'],
    reason: 'The accounts of persons.',
  },
  {
    from: ['AadUserPersonMapping', 'PersonId_pseudonym'],
    to: ['Person', 'Id_pseudonym'],
    isBidirectional: true,
    reason: 'An account’s role tells whose enrolments are students’.',
  },
  { from: ['Enrollment', 'PersonId_pseudonym'], to: ['Person', 'Id_pseudonym'], reason: 'Who is enrolled.' },
  { from: ['Enrollment', 'SectionId'], to: ['Section', 'Id'], reason: 'In which class.' },
  { from: ['activity', 'Day'], to: ['Date', 'Date'], reason: 'ROW16: the day in the institution’s own time.' },
];
