/** Rows of Corrected for a small school, as text by column; columns not given are null. */
export type FixtureRow = Readonly<Record<string, string>>;

const seen = { FirstSeenDateTime: '2023-08-10 05:00:00', LastSeenDateTime: '2024-01-20 05:00:00' };
const people = Array.from({ length: 24 }, (_, index) => index);
const classes = ['Red', 'Green', 'Blue'];

const user = (index: number): string => `user-object-${String(index * 7919).padStart(6, '0')}`;
const group = (index: number): string => `group-object-${String(index).padStart(4, '0')}`;
const person = (index: number): string => `person-record-${String(index * 104729).padStart(8, '0')}`;
const day = (index: number): string => String((index % 28) + 1).padStart(2, '0');

const section = (index: number): FixtureRow => ({
  Id: `section-${index}`,
  ExternalId: `external-section-${index}`,
  Name: `${classes[index] ?? 'Old'} class`,
  OrganizationId: `school-${index % 2}`,
  ...seen,
});

/** What the newest delivery holds. */
export const fixtureRows: Readonly<Record<string, readonly FixtureRow[]>> = {
  Organization: [0, 1].map((index) => ({ Id: `school-${index}`, Name: `School ${index}`, ...seen })),
  Person: people.map((index) => ({
    Id: person(index),
    GivenName: `Given${index}`,
    Surname: `Surname${index}`,
    ...seen,
  })),
  AadUser: people.map((index) => ({
    ObjectId: user(index),
    AnchorId: `anchor-of-user-${index}`,
    DisplayName: `Given${index} Surname${index}`,
    Mail: `mail${index}@school.example`,
    UserPrincipalName: `login${index}@school.example`,
    Role: index === 0 ? 'Teacher' : 'Student',
    StudentId: `${700000 + index}`,
    ...seen,
  })),
  AadUserPersonMapping: people.map((index) => ({ ObjectId: user(index), PersonId: person(index), ...seen })),
  Section: [0, 1, 2].map(section),
  AadGroup: [0, 1, 2].map((index) => ({
    ObjectId: group(index),
    DisplayName: `${classes[index]} class`,
    Mail: `class${index}@school.example`,
    AnchorId: `anchor-of-group-${index}`,
    SectionId: `section-${index}`,
    ...seen,
  })),
  Enrollment: people.map((index) => ({
    Id: `enrollment-${index * 31}`,
    PersonId: person(index),
    SectionId: `section-${index % 3}`,
    EntryDate: `2023-09-${day(index)}`,
    ...seen,
  })),
  PersonOrganizationRole: people.map((index) => ({
    Id: `role-number-${index * 17}`,
    ExternalId: user(index),
    PersonId: person(index),
    OrganizationId: `school-${index % 2}`,
    RoleStartDate: `2023-08-${day(index)}`,
    ...seen,
  })),
  PersonDemographicEthnicity: people.slice(0, 5).map((index) => ({
    Id: `ethnicity-row-${index}`,
    PersonId: person(index),
    RefEthnicityId: 'hispanic',
    ...seen,
  })),
  activity: Array.from({ length: 60 }, (_, index) => ({
    SignalType: 'FileAccessed',
    StartTime: `2024-02-01 ${String(index % 24).padStart(2, '0')}:15:00`,
    SignalId: `signal-${index}`,
    ClassId: group(index % 3),
    ActorId: user(index % 24),
    AppName: 'Teams',
    UserAgent: 'Mozilla/5.0 Edg/100',
    Grade: `${index}`,
  })),
};

/** Sections of an earlier delivery; the last one has left since, and is kept (ROW15). */
export const formerSections: readonly FixtureRow[] = [0, 1, 2, 3].map(section);

/** Every cell of the fixture: none may stand in a report. */
export const fixtureCells: readonly string[] = [
  ...new Set(Object.values(fixtureRows).flatMap((rows) => rows.flatMap((row) => Object.values(row)))),
];
