import { isRatio, personColumns } from '../../../src/powerbi/measures/measure';
import { measureNamed, measures } from '../../../src/powerbi/measures/measures';
import { measureDax } from '../../../src/powerbi/measures/dax';
import { countsPersons } from '../../../src/powerbi/measures/sql';

/** Signals of a person are counted inside what a visual chooses; those of the total inside what the page selects. */
test('CELL1: a part of a number hides itself, and what its total would tell', () => {
  const student = 'KEEPFILTERS(activity[ActorRole] IN {"Student"})';
  const actor = 'activity[ActorId_pseudonym]';
  expect(measureDax(measureNamed('Active Students')).split('\n')).toEqual([
    `VAR Persons = CALCULATE(DISTINCTCOUNTNOBLANK(${actor}), ${student})`,
    // The total are all users: those who are no students must be 5 or more as well.
    `VAR Outside = CALCULATE(CALCULATE(DISTINCTCOUNTNOBLANK(${actor})), ALLSELECTED()) - Persons`,
    `VAR Everybody = CALCULATETABLE(ADDCOLUMNS(VALUES(${actor}), "@Rows", CALCULATE(COUNTROWS(activity))), ALLSELECTED(), KEEPFILTERS(NOT ISBLANK(${actor})))`,
    `VAR Others = IF(Outside >= 5, Outside, COUNTROWS(FILTER(Everybody, [@Rows] > CALCULATE(COUNTROWS(activity), ${student}))))`,
    'RETURN',
    '\tIF(',
    '\t\tPersons >= 5 && (Others = 0 || Others >= 5),',
    `\t\tCALCULATE(DISTINCTCOUNTNOBLANK(${actor}), ${student})`,
    '\t)',
  ]);
});

test('CELL4: an amount hides itself where most of it is of one person; each is looked at only where nobody’s total decides', () => {
  const actor = 'activity[ActorId_pseudonym]';
  const lines = (name: string): string[] =>
    measureDax(measureNamed(name))
      .split('\n')
      .filter((line) => /Together|Shares|NOT IsOfOne/.test(line));
  const shares = (weight: string): string =>
    `VAR Shares = ADDCOLUMNS(FILTER(VALUES(${actor}), NOT ISBLANK(${actor})), "@Part", CALCULATE(${weight}))`;
  const isMore = 'MAXX(Shares, [@Part]) > 0.8 * SUMX(Shares, [@Part])';
  expect(lines('Signals')).toEqual([
    `VAR Together = CALCULATE(COUNTROWS(activity), KEEPFILTERS(NOT ISBLANK(${actor})))`,
    `VAR IsOfOne = IF(MAXX(Everybody, [@Rows]) <= 0.8 * Together, FALSE(), ${shares('COUNTROWS(activity)')} RETURN ${isMore})`,
    '\t\tPersons >= 5 && (Others = 0 || Others >= 5) && NOT IsOfOne,',
  ]);
  const meeting = 'KEEPFILTERS(activity[SignalType] IN {"CallRecordSummarized"})';
  const minutes = `SUM(activity[MeetingMinutes]), ${meeting}, KEEPFILTERS(NOT ISBLANK(activity[MeetingMinutes]))`;
  expect(lines('Meeting Minutes')).toEqual([
    shares(minutes),
    `VAR IsOfOne = ${isMore}`,
    '\t\tPersons >= 5 && (Others = 0 || Others >= 5) && NOT IsOfOne,',
  ]);
});

test('CELL5: every number of persons’ doings hides small ones, or divides those that do', () => {
  const open = measures.filter((measure) => {
    if (isRatio(measure) || personColumns[measure.fact] === undefined) return false;
    const mostly = countsPersons(measure.aggregate, measure.fact) ? '' : ' && NOT IsOfOne';
    return !measureDax(measure).includes(`\tPersons >= 5 && (Others = 0 || Others >= 5)${mostly},\n`);
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
