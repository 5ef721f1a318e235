import { loadCatalogue } from '../../src/catalogue/load';
import { parseMetadata } from '../../src/catalogue/parse-metadata';
import { knownTreatments, parseTreatment, qualifiedName, treatmentText } from '../../src/catalogue/treatment';
import type { Catalogue, Profile } from '../../src/catalogue/model';
import { shippedTables, testWithShippedData } from './shipped-data';

const header = 'Entity Name,Attribute Name,Attribute Data Type,Pseudonymization';

function treatmentsOf(catalogue: Catalogue): ReadonlyMap<string, string> {
  return new Map(
    catalogue.tables.flatMap((table) =>
      table.columns.map((column): [string, string] => [
        qualifiedName(table.name, column),
        treatmentText(column.treatment),
      ]),
    ),
  );
}

function counts(profile: Profile): Record<string, number> {
  const result: Record<string, number> = {};
  for (const treatment of treatmentsOf(loadCatalogue(profile)).values())
    result[treatment] = (result[treatment] ?? 0) + 1;
  return result;
}

describe('metadata.v0.2.csv', () => {
  testWithShippedData('means exactly what upstream publishes: tables, columns in order, types, treatments', () => {
    const ours = loadCatalogue('v0.2').tables.map((table) => [
      table.name,
      table.columns.map((column) => [column.name, column.type, treatmentText(column.treatment)]),
    ]);
    expect(Object.fromEntries(ours)).toEqual(shippedTables('metadata.v0.2.csv'));
  });

  test('has 28 tables and 223 columns with the treatments that upstream counts', () => {
    const { tables } = loadCatalogue('v0.2');
    expect([tables.length, tables.flatMap((table) => table.columns).length]).toEqual([28, 223]);
    expect(counts('v0.2')).toEqual({ 'no-op': 172, mask: 27, 'hash-no-lookup': 17, hash: 7 });
  });
});

describe('metadata.csv', () => {
  test('differs from v0.2 in the columns of lake-rules.md §4 and in nothing else', () => {
    const upstream = treatmentsOf(loadCatalogue('v0.2'));
    const changes: Record<string, string[]> = {};
    for (const [column, treatment] of treatmentsOf(loadCatalogue('strict'))) {
      if (upstream.get(column) !== treatment) (changes[treatment] ??= []).push(column);
    }
    const seenColumns = (table: string): string[] => [`${table}.FirstSeenDateTime`, `${table}.LastSeenDateTime`];
    expect(
      Object.fromEntries(Object.entries(changes).map(([treatment, columns]) => [treatment, columns.sort()])),
    ).toEqual({
      'hash-no-lookup': [
        'AadGroupMembership.MembershipId',
        'Course.ExternalId',
        'Enrollment.ExternalId',
        'Enrollment.Id',
        'PersonDemographicEthnicity.Id',
        'PersonDemographicPersonFlag.Id',
        'PersonDemographicRace.Id',
        'PersonEmailAddress.Id',
        'PersonIdentifier.Id',
        'PersonOrganizationRole.ExternalId',
        'PersonOrganizationRole.Id',
        'PersonPhoneNumber.Id',
        'PersonRelationship.Id',
        'Section.ExternalId',
        'activity.AssignmentId',
        'activity.ChannelId',
        'activity.ClassId',
        'activity.MeetingSessionId',
        'activity.SisClassId',
        'activity.SubmissionId',
      ],
      mask: [
        'PersonDemographicEthnicity.PersonId',
        'PersonDemographicPersonFlag.PersonId',
        'PersonDemographicRace.PersonId',
      ],
      'generalise:band:10': ['activity.Grade', 'activity.ReadingSubmissionWordsPerMinute'],
      'generalise:band:5': ['activity.ReadingSubmissionAccuracyScore'],
      'generalise:family': ['activity.UserAgent'],
      'generalise:month': [
        ...['AadGroupMembership', 'AadUser', 'AadUserPersonMapping'].flatMap(seenColumns),
        'Enrollment.EntryDate',
        'Enrollment.ExitDate',
        ...['Enrollment', 'Person', 'PersonDemographic', 'PersonDemographicEthnicity'].flatMap(seenColumns),
        ...['PersonDemographicPersonFlag', 'PersonDemographicRace'].flatMap(seenColumns),
        'PersonEmailAddress.FirstSeenDateTime',
        'PersonIdentifier.FirstSeenDateTime',
        ...seenColumns('PersonOrganizationRole'),
        'PersonPhoneNumber.FirstSeenDateTime',
        'PersonRelationship.FirstSeenDateTime',
      ].sort(),
    });
  });

  test('has the columns and types of v0.2, in its order', () => {
    const shape = (profile: Profile): unknown =>
      loadCatalogue(profile).tables.map((table) => [table.name, table.columns.map(({ name, type }) => [name, type])]);
    expect(shape('strict')).toEqual(shape('v0.2'));
  });
});

describe('parseTreatment', () => {
  test("reads full words and upstream's short forms", () => {
    const texts = ['x', 'm', 'h', 'hnl', 'no-op', 'mask', 'hash', 'hash-no-lookup', 'hmac', 'drop', 'partition-by'];
    expect(texts.map((text) => parseTreatment(text)?.kind)).toEqual([
      ...['no-op', 'mask', 'hash', 'hash-no-lookup'],
      ...['no-op', 'mask', 'hash', 'hash-no-lookup', 'hmac', 'drop', 'partition-by'],
    ]);
  });

  test('reads each rule of generalise and writes it as it was read', () => {
    const texts = ['generalise:band:10', 'generalise:month', 'generalise:family'];
    const treatments = texts.map((text) => parseTreatment(text));
    expect(treatments).toEqual([
      { kind: 'generalise', rule: 'band', width: 10 },
      { kind: 'generalise', rule: 'month' },
      { kind: 'generalise', rule: 'family' },
    ]);
    expect(treatments.map((treatment) => treatment && treatmentText(treatment))).toEqual(texts);
  });

  test.each([
    '',
    'noop',
    'Hash',
    'hash ',
    'generalise',
    'generalise:band',
    'generalise:band:0',
    'generalise:band:1.5',
    'constructor',
  ])('does not guess what %j means (S4)', (text) => expect(parseTreatment(text)).toBeUndefined());
});

describe('parseMetadata', () => {
  test('ignores blank lines, comments, a byte order mark and the kind of line end', () => {
    const text = `\uFEFF# a comment\r\n\r\n${header}\r\nPupil,,,\r\n  # another\r\n,Id,string,h\r\n , Age , short , x \r\n`;
    expect(parseMetadata(text, 'metadata.csv')).toEqual({
      findings: [],
      tables: [
        {
          name: 'Pupil',
          line: 4,
          columns: [
            { name: 'Id', type: 'string', treatment: { kind: 'hash' }, line: 6 },
            { name: 'Age', type: 'short', treatment: { kind: 'no-op' }, line: 7 },
          ],
        },
      ],
    });
  });

  test('reports every line that it does not understand, with its number and how to mend it', () => {
    const lines = [
      ',Early,string,x',
      'Pupil,,,',
      ',Id,text,x',
      ',Name,string,msk',
      ',ID,string,h',
      ',id,string,h',
      'Pupil,,,',
      'Odd,x,,',
      ',A b,string,x',
      ',Id,string',
    ];
    expect(parseMetadata([header, ...lines].join('\n'), 'metadata.csv').findings).toEqual([
      {
        place: 'metadata.csv:2',
        problem: 'Attribute Early belongs to no entity.',
        mend: "Put a line with the entity's name above it.",
      },
      {
        place: 'metadata.csv:4',
        problem: 'Pupil.Id has an unknown type.',
        mend: 'Use one of string, timestamp, date, boolean, integer, short, long, double.',
      },
      {
        place: 'metadata.csv:5',
        problem: 'Pupil.Name has an unknown treatment.',
        mend: `Use one of ${knownTreatments}.`,
      },
      {
        place: 'metadata.csv:7',
        problem: 'Pupil.id is listed a second time.',
        mend: 'It is on line 6 already: remove one.',
      },
      {
        place: 'metadata.csv:8',
        problem: 'Table Pupil is listed a second time.',
        mend: 'It is on line 3 already: remove one.',
      },
      ...[9, 10].map((line) => ({
        place: `metadata.csv:${line}`,
        problem: 'The line is neither an entity nor an attribute.',
        mend: 'Write the entity alone in the first cell, or leave that empty and name an attribute, type and treatment.',
      })),
      {
        place: 'metadata.csv:11',
        problem: 'The line has 3 cells.',
        mend: 'Write four: entity, attribute, type, treatment.',
      },
    ]);
  });

  test('wants the header first', () => {
    const missing = { place: 'metadata.csv:1', problem: 'The header is missing.', mend: `Start with "${header}".` };
    expect(parseMetadata('Pupil,,,\n,Id,string,h', 'metadata.csv').findings[0]).toEqual(missing);
    expect(parseMetadata('\n# nothing\n', 'metadata.csv').findings).toEqual([
      { ...missing, problem: 'The file is empty.' },
    ]);
  });
});
