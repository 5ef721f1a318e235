import { scenarioNamed, scenarios } from '../../src/test-data/scenarios';
import type { DropMap } from '../../src/test-data/drop-map';
import { refusal } from '../support/refusal';
import { digest, GeneratedDrop } from './generated';
import { changesOf } from './scenario-drops';

let base: DropMap;
let untouched: string;
beforeAll(async () => {
  base = (await GeneratedDrop.of({ set: 'k12', people: 300, days: 2 })).files;
  untouched = digest(base);
});

/** What each scenario does to the base drop; every file that is not named keeps its bytes. */
const wholeChanges: Readonly<Record<string, readonly string[]>> = {
  'next-day': ['roster/2024-03-25T05-30-00: no change', 'activity/2024-03-08/ApplicationUsage.csv: new, 276 rows'],
  'roster-delta': ['roster_delta/2024-03-06T05-30-00/Person/person.csv: new, 3 rows'],
  'roster-delete': ['roster_delete/2024-03-06T05-30-00/Enrollment/enrollment.csv: new, 3 rows'],
  'activity-again': ['activity/2024-03-04/ApplicationUsage.csv: +10 -5'],
  'table-missing': ['roster/2024-03-11T05-30-00: Enrollment missing'],
  'table-completed': ['roster/2024-03-11T05-30-00: no change'],
  'empty-file': ['roster/2024-03-11T05-30-00: Enrollment +0 -1059'],
  'first-roster-empty': ['roster/2024-03-04T05-30-00/Enrollment/enrollment.csv: +0 -1059'],
  'first-roster-cut': ['roster/2024-03-04T05-30-00/Person/person.csv: +0 -150'],
  'student-joins': ['roster/2024-03-11T05-30-00: Enrollment +1 -0, Person +2 -1, PersonOrganizationRole +1 -0'],
  withdrawn: [
    'roster/2024-03-11T05-30-00: AadUser +0 -3, AadGroupMembership +0 -12, AadUserPersonMapping +0 -3, Enrollment +8 -20, Person +0 -3, PersonDemographic +0 -3, PersonDemographicEthnicity +0 -1, PersonDemographicPersonFlag +0 -1, PersonDemographicRace +0 -3, PersonEmailAddress +0 -3, PersonIdentifier +0 -3, PersonOrganizationRole +2 -5, PersonPhoneNumber +0 -1, PersonRelationship +0 -2',
  ],
  returning: [
    'roster/2024-03-11T05-30-00: AadUser +0 -3, AadGroupMembership +0 -12, AadUserPersonMapping +0 -3, Enrollment +0 -12, Person +0 -3, PersonDemographic +0 -3, PersonDemographicEthnicity +0 -1, PersonDemographicPersonFlag +0 -1, PersonDemographicRace +0 -3, PersonEmailAddress +0 -3, PersonIdentifier +0 -3, PersonOrganizationRole +0 -3, PersonPhoneNumber +0 -1, PersonRelationship +0 -2',
    'roster/2024-03-18T05-30-00: no change',
  ],
  'class-renamed': ['roster/2024-03-11T05-30-00: AadGroup +1 -1, Section +1 -1'],
  'year-rollover': [
    'roster/2024-08-31T05-30-00: AadGroup +105 -105, AadGroupMembership +1004 -1004, Section +100 -100, SectionGradeLevel +136 -136, SectionSession +134 -134, SectionSubject +100 -100, Enrollment +1059 -1059',
  ],
  'older-roster': ['roster/2024-02-26T05-30-00: Person +1 -1'],
  'extra-column': ['roster/2024-03-04T05-30-00/Organization/organization.csv: +6 -6'],
  'optional-column-absent': [
    'roster/2024-03-04T05-30-00/AadUser/aaduser.csv: +228 -228',
    'roster/2024-03-04T05-30-00/Course/course.csv: +99 -99',
  ],
  'column-absent': ['roster/2024-03-04T05-30-00/Person/person.csv: +300 -300'],
  'column-absent-unseen': ['roster/2024-03-04T05-30-00/AadUser/aaduser.csv: +228 -228'],
  'header-row': [
    'roster/2024-03-04T05-30-00/Person/person.csv: +1 -0',
    'roster/2024-03-04T05-30-00/PersonDemographic/persondemographic.csv: +1 -0',
  ],
  'shifted-cells': ['roster/2024-03-04T05-30-00/Enrollment/enrollment.csv: +8 -8'],
  'us-dates': [
    'roster/2024-03-04T05-30-00/Organization/organization.csv: +6 -6',
    'roster/2024-03-04T05-30-00/Course/course.csv: +99 -99',
  ],
  'schema-order': [
    'roster/2024-03-04T05-30-00/PersonDemographic/persondemographic.csv: +238 -238',
    'roster/2024-03-04T05-30-00/PersonOrganizationRole/personorganizationrole.csv: +308 -308',
    'schema/roster.v0.3.2.cdm.json: +0 -4',
  ],
  'stale-manifest': ['roster/2024-03-04T05-30-00/snapshot.roster.manifest.cdm.json: +27 -27'],
  'new-words': ['activity/2024-03-04/ApplicationUsage.csv: +3 -3'],
  'colliding-keys': ['roster/2024-03-04T05-30-00/PersonEmailAddress/personemailaddress.csv: +3 -3'],
  duplicates: ['roster/2024-03-04T05-30-00/Enrollment/enrollment.csv: +4 -0'],
  'empty-keys': [
    'roster/2024-03-04T05-30-00/Enrollment/enrollment.csv: +3 -3',
    'roster/2024-03-04T05-30-00/Person/person.csv: +2 -2',
  ],
  'dates-reversed': ['roster/2024-03-04T05-30-00/Enrollment/enrollment.csv: +2 -2'],
  'other-spelling': ['roster/2024-03-04T05-30-00/AadGroupMembership/aadgroupmembership.csv: +1004 -1004'],
  'dangling-references': ['roster/2024-03-04T05-30-00/Enrollment/enrollment.csv: +2 -2'],
  'many-defects': ['roster/2024-03-04T05-30-00/PersonPhoneNumber/personphonenumber.csv: +15 -15'],
  'wrong-types': ['roster/2024-03-04T05-30-00/PersonPhoneNumber/personphonenumber.csv: +15 -15'],
  'quoted-newlines': ['roster/2024-03-04T05-30-00/Section/section.csv: +3 -3'],
  'byte-order-mark': [
    'roster/2024-03-04T05-30-00/Person/person.csv: +1 -1',
    'activity/2024-03-04/ApplicationUsage.csv: +1 -1',
  ],
  crlf: [
    'roster/2024-03-04T05-30-00/Section/section.csv: other bytes, same rows',
    'roster/2024-03-04T05-30-00/Person/person.csv: other bytes, same rows',
    'activity/2024-03-04/ApplicationUsage.csv: other bytes, same rows',
  ],
  'mixed-line-ends': ['roster/2024-03-04T05-30-00/Person/person.csv: other bytes, same rows'],
  'broken-utf8': ['roster/2024-03-04T05-30-00/Person/person.csv: +2 -2'],
  'unclosed-quote': ['activity/2024-03-04/ApplicationUsage.csv: +1 -1'],
  truncated: ['activity/2024-03-04/ApplicationUsage.csv: +1 -1'],
  'long-line': ['roster/2024-03-04T05-30-00/Section/section.csv: +1 -1'],
};

test('there is a description of every change, and a change for every description', () => {
  expect(scenarios.map(({ name }) => name)).toEqual(Object.keys(wholeChanges));
});

describe.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (name, scenario) => {
  test('changes this and nothing else', () => {
    expect(changesOf(base, scenario.apply(base))).toEqual(wholeChanges[name]);
    expect(digest(base)).toBe(untouched);
  });
});

test('a scenario that there is not is refused, and those that there are are named', () => {
  expect(refusal(() => scenarioNamed('snow-day'))).toBe(
    [
      `TEST_DATA_SCENARIO_UNKNOWN: The scenarios are ${scenarios.map(({ name }) => name).join(', ')}.`,
      '  next:  Run `insights test-data scenario` without a name: it lists them.',
    ].join('\n'),
  );
});

test('a drop that has nothing to change is refused', () => {
  const withoutActivity = new Map([...base].filter(([path]) => !path.includes('activity/')));
  expect(refusal(() => scenarioNamed('activity-again').apply(withoutActivity))).toBe(
    [
      'TEST_DATA_SCENARIO_UNFIT: There is no activity file of 40 rows or more.',
      '  next:  Use a drop made by `insights test-data generate`.',
    ].join('\n'),
  );
});
