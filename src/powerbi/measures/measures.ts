import { noSchool } from '../../catalogue/render/signal-place';
import { InsightsError } from '../../contract/errors';
import { actor, meeting, opened, reading, role, there, timed, turnedIn, type, work } from './conditions';
import type { Condition, Measure } from './measure';

const activity = { fact: 'activity', where: [] } as const;

/** Every number of the reports and of the dashboard, once. Names are what readers see. */
export const measures: readonly Measure[] = [
  {
    ...activity,
    name: 'Signals',
    description: 'Things done in Microsoft 365: each signal is one.',
    format: 'whole',
    folder: 'Engagement',
    aggregate: { kind: 'rows' },
  },
  {
    ...activity,
    name: 'Active Users',
    description: 'Different accounts with at least one signal.',
    format: 'whole',
    folder: 'Engagement',
    aggregate: { kind: 'distinct', column: actor },
  },
  {
    ...activity,
    name: 'Active Students',
    description: 'Different accounts that acted as a student.',
    format: 'whole',
    folder: 'Engagement',
    aggregate: { kind: 'distinct', column: actor },
    where: [role('Student')],
    partOf: [],
  },
  {
    ...activity,
    name: 'Active Educators',
    description: 'Different accounts that acted as a teacher or member of a faculty.',
    format: 'whole',
    folder: 'Engagement',
    aggregate: { kind: 'distinct', column: actor },
    where: [role('Teacher', 'Faculty')],
    partOf: [],
  },
  {
    name: 'Signals per User',
    description: 'Signals divided by active users.',
    format: 'decimal',
    folder: 'Engagement',
    numerator: 'Signals',
    denominator: 'Active Users',
  },
  {
    ...activity,
    name: 'Days',
    description: 'Days with at least one signal, in the institution’s own time.',
    format: 'whole',
    folder: 'Engagement',
    aggregate: { kind: 'distinct', column: 'Day' },
  },
  {
    ...activity,
    name: 'Active Schools',
    description: 'Schools with at least one signal: the school of the class, else of the actor.',
    format: 'whole',
    folder: 'Engagement',
    aggregate: { kind: 'distinct', column: 'SchoolId' },
    where: [{ column: 'SchoolId', isNot: noSchool }],
  },
  {
    ...activity,
    name: 'Active Classes',
    description: 'Class teams with at least one signal.',
    format: 'whole',
    folder: 'Engagement',
    aggregate: { kind: 'distinct', column: 'ClassId_pseudonym' },
  },
  {
    ...activity,
    name: 'Latest Activity',
    description: 'The last day with a signal, in the institution’s own time.',
    format: 'day',
    folder: 'Data quality',
    aggregate: { kind: 'latest', column: 'Day' },
  },
  {
    name: 'Schools',
    description: 'Schools that have classes now, active or not.',
    format: 'whole',
    folder: 'Structure',
    fact: 'Section',
    aggregate: { kind: 'distinct', column: 'OrganizationId' },
    where: [{ column: 'IsCurrent', isTrue: true }],
  },
  {
    name: 'Classes',
    description: 'Classes that there are now, active or not.',
    format: 'whole',
    folder: 'Structure',
    fact: 'Section',
    aggregate: { kind: 'distinct', column: 'Id' },
    where: [{ column: 'IsCurrent', isTrue: true }],
  },
  {
    name: 'Known Classes',
    description: 'Classes that there are or were: which of them a school has is asked by it where one is chosen.',
    format: 'whole',
    folder: 'Structure',
    isHidden: true,
    fact: 'Section',
    aggregate: { kind: 'distinct', column: 'Id' },
    where: [],
  },
  {
    name: 'Students',
    description: 'Different persons with a student’s account who are enrolled in a class, active or not.',
    format: 'whole',
    folder: 'Structure',
    fact: 'Enrollment',
    aggregate: { kind: 'distinct', column: 'PersonId_pseudonym' },
    where: [{ column: 'Role', isIn: ['Student'] }],
    partOf: [],
  },
  {
    ...activity,
    name: 'Meetings',
    description: 'Different Teams meetings.',
    format: 'whole',
    folder: 'Meetings',
    aggregate: { kind: 'distinct', column: 'MeetingSessionId_pseudonym' },
    where: [meeting],
  },
  {
    ...activity,
    name: 'Meeting Participants',
    description: 'Different accounts that were in a Teams meeting.',
    format: 'whole',
    folder: 'Meetings',
    aggregate: { kind: 'distinct', column: actor },
    where: [meeting],
  },
  {
    ...activity,
    name: 'Meeting Minutes',
    description: 'Minutes that participants spent in Teams meetings, added up over persons.',
    format: 'whole',
    folder: 'Meetings',
    aggregate: { kind: 'sum', column: 'MeetingMinutes' },
    where: [meeting, there('MeetingMinutes')],
  },
  {
    name: 'Minutes per Participant',
    description: 'Meeting minutes divided by meeting participants.',
    format: 'decimal',
    folder: 'Meetings',
    numerator: 'Meeting Minutes',
    denominator: 'Meeting Participants',
  },
  {
    ...activity,
    name: 'Assignments Given',
    description: 'Different assignments that were given.',
    format: 'whole',
    folder: 'Assignments',
    aggregate: { kind: 'distinct', column: 'AssignmentId_pseudonym' },
    where: [type('AssignmentEvent')],
  },
  {
    ...activity,
    name: 'Work Opened',
    description: 'Pieces of assigned work that a student has at least looked at: pairs of assignment and student.',
    format: 'whole',
    folder: 'Assignments',
    aggregate: work,
    where: opened,
  },
  {
    ...activity,
    name: 'Work Turned In',
    description: 'Pieces of assigned work that were handed in or given back.',
    format: 'whole',
    folder: 'Assignments',
    aggregate: work,
    where: turnedIn,
    partOf: opened,
  },
  {
    name: 'Turn-in Rate',
    description: 'Share of the work opened that was handed in or given back.',
    format: 'percent',
    folder: 'Assignments',
    numerator: 'Work Turned In',
    denominator: 'Work Opened',
  },
  {
    ...activity,
    name: 'Work with a Due Date',
    description: 'Pieces of work handed in whose due date is known.',
    format: 'whole',
    folder: 'Assignments',
    isHidden: true,
    aggregate: work,
    where: timed,
    partOf: opened,
  },
  {
    ...activity,
    name: 'Work on Time',
    description: 'Pieces of work handed in no later than they were due.',
    format: 'whole',
    folder: 'Assignments',
    aggregate: work,
    where: [...timed, { column: 'SubmissionCreatedTime', isNotAfter: 'DueDate' }],
    partOf: opened,
  },
  {
    name: 'On-time Rate',
    description: 'Share of the work handed in with a due date that came no later.',
    format: 'percent',
    folder: 'Assignments',
    numerator: 'Work on Time',
    denominator: 'Work with a Due Date',
  },
  {
    ...activity,
    name: 'Reading Submissions',
    description: 'Different pieces of reading practice handed in with Reading Progress.',
    format: 'whole',
    folder: 'Reading',
    aggregate: { kind: 'distinct', column: 'SubmissionId_pseudonym' },
    where: [reading],
  },
  {
    ...activity,
    name: 'Readers',
    description: 'Different accounts that handed in reading practice.',
    format: 'whole',
    folder: 'Reading',
    aggregate: { kind: 'distinct', column: actor },
    where: [reading],
  },
  ...average(
    'Words per Minute',
    'Reading Progress: average correct words in a minute; each is the lower bound of its band of 10.',
    {
      folder: 'Reading',
      column: 'ReadingSubmissionWordsPerMinute',
      where: [reading],
    },
  ),
  ...average(
    'Reading Accuracy',
    'Reading Progress: average percent of words read correctly; each is the lower bound of its band of 5.',
    {
      folder: 'Reading',
      column: 'ReadingAccuracy',
      where: [reading],
    },
  ),
];

/** An average is a sum over a count, both suppressed by the same persons. */
function average(
  name: string,
  description: string,
  { folder, column, where }: { readonly folder: string; readonly column: string; readonly where: readonly Condition[] },
): readonly Measure[] {
  const hidden = { ...activity, format: 'whole', folder, isHidden: true, where: [...where, there(column)] } as const;
  const [total, count] = [`${name} Total`, `${name} Count`];
  return [
    { ...hidden, name: total, description: `For ${name}: the sum.`, aggregate: { kind: 'sum', column } },
    { ...hidden, name: count, description: `For ${name}: how many there are.`, aggregate: { kind: 'rows' } },
    { name, description, format: 'decimal', folder, numerator: total, denominator: count },
  ];
}

const byName = new Map(measures.map((measure) => [measure.name, measure]));

/**
 * A measure by its name.
 * @throws InsightsError MEASURE_UNKNOWN
 */
export function measureNamed(name: string): Measure {
  const measure = byName.get(name);
  if (measure === undefined) {
    throw new InsightsError(
      'MEASURE_UNKNOWN',
      `There is no measure "${name}"; there are: ${[...byName.keys()].join(', ')}.`,
    );
  }
  return measure;
}
