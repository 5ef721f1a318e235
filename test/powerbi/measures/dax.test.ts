import { isRatio, personColumns } from '../../../src/powerbi/measures/measure';
import { measureNamed, measures } from '../../../src/powerbi/measures/measures';
import { measureDax } from '../../../src/powerbi/measures/dax';

/** Signals of a person are counted inside what a visual chooses; those of the total inside what the page selects. */
test('CELL1, CELL4: a part of a number hides itself, and what its total would tell', () => {
  const student = 'KEEPFILTERS(activity[ActorRole] IN {"Student"})';
  const actor = 'activity[ActorId_pseudonym]';
  expect(measureDax(measureNamed('Active Students')).split('\n')).toEqual([
    `VAR Persons = CALCULATE(DISTINCTCOUNTNOBLANK(${actor}), ${student})`,
    // The total are all users: those who are no students must be 5 or more as well.
    `VAR Everybody = CALCULATETABLE(ADDCOLUMNS(VALUES(${actor}), "@Rows", CALCULATE(COUNTROWS(activity))), ALLSELECTED(), KEEPFILTERS(NOT ISBLANK(${actor})))`,
    `VAR Others = COUNTROWS(FILTER(Everybody, [@Rows] > CALCULATE(COUNTROWS(activity), ${student})))`,
    `VAR Shares = ADDCOLUMNS(FILTER(VALUES(${actor}), NOT ISBLANK(${actor})), "@Part", CALCULATE(IF(NOT ISEMPTY(activity), 1), ${student}))`,
    'VAR Largest = MAXX(Shares, [@Part])',
    'VAR Together = SUMX(Shares, [@Part])',
    'RETURN',
    '\tIF(',
    '\t\tPersons >= 5 && (Others = 0 || Others >= 5) && Largest <= 0.8 * Together,',
    `\t\tCALCULATE(DISTINCTCOUNTNOBLANK(${actor}), ${student})`,
    '\t)',
  ]);
});

test('CELL5: every number of persons’ doings hides small ones, or divides those that do', () => {
  const open = measures.filter((measure) => {
    if (isRatio(measure) || personColumns[measure.fact] === undefined) return false;
    return !measureDax(measure).includes('Persons >= 5 && (Others = 0 || Others >= 5) && Largest <= 0.8 * Together');
  });
  expect(open.map(({ name }) => name)).toEqual([]);
  expect(measureDax(measureNamed('Turn-in Rate'))).toBe('DIVIDE([Work Turned In], [Work Opened])');
});

test('a measure over classes follows schools itself, because that relationship is not active', () => {
  expect(measureDax(measureNamed('Classes'))).toBe(
    'CALCULATE(DISTINCTCOUNTNOBLANK(Section[Id]), KEEPFILTERS(TREATAS(VALUES(Organization[Id]), Section[OrganizationId])), KEEPFILTERS(Section[IsCurrent] = TRUE()))',
  );
});

/** Where DAX and SQL could differ, the texts say that they do not. */
test.each([
  ['an empty cell is no value', 'Active Classes', 'DISTINCTCOUNTNOBLANK(activity[ClassId_pseudonym])'],
  [
    'an empty cell is not different',
    'Active Schools',
    'NOT ISBLANK(activity[SchoolId]) && activity[SchoolId] <> "none"',
  ],
  [
    'an empty date is not before another',
    'Work on Time',
    'KEEPFILTERS(NOT ISBLANK(activity[SubmissionCreatedTime])), KEEPFILTERS(NOT ISBLANK(activity[DueDate]))',
  ],
  [
    'dates are compared in one row',
    'Work on Time',
    'KEEPFILTERS(activity[SubmissionCreatedTime] <= activity[DueDate])',
  ],
  [
    'a pair is there as a whole',
    'Work Opened',
    'COUNTROWS(SUMMARIZE(activity, activity[AssignmentId_pseudonym], activity[ActorId_pseudonym]))',
  ],
  ['a person’s part is an amount', 'Meeting Minutes', '"@Part", CALCULATE(SUM(activity[MeetingMinutes])'],
  ['a role comes from the account', 'Students', 'KEEPFILTERS(AadUser[Role] IN {"Student"})'],
  ['a day is the last one', 'Latest Activity', 'CALCULATE(MAX(activity[Day]))'],
])('%s: %s', (_why, name, part) => {
  expect(measureDax(measureNamed(name))).toContain(part);
});
