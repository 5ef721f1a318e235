import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildCatalogue } from '../../src/catalogue/load';
import type { Catalogue, Profile } from '../../src/catalogue/model';
import { knownTreatments } from '../../src/catalogue/treatment';
import { InsightsError } from '../../src/contract/errors';

const schemaText = readFileSync(path.resolve(__dirname, '../../assets/catalogue/tables.schema.json'), 'utf8');
const header = 'Entity Name,Attribute Name,Attribute Data Type,Pseudonymization';

type Json = Record<string, unknown>;

/** A small catalogue without errors: pupils, and which club each is in. */
const soundMetadata = [
  header,
  'Pupil,,,',
  ',Id,string,hash',
  ',Name,string,mask',
  ',Born,date,generalise:month',
  ',Nickname,string,mask',
  'Membership,,,',
  ',PupilId,string,hash-no-lookup',
  ',Club,string,no-op',
];

function soundTables(): {
  commonColumns: Json;
  tables: Record<string, Json & { columns: Json }>;
  acceptedRelations: unknown[];
} {
  const facts = {
    source: 'roster',
    batchKind: 'snapshot',
    required: true,
    aboutPersons: true,
    protection: 'pseudonymous',
    description: 'One row for each.',
    descriptionSource: 'This test.',
  };
  const described = (): Json => ({ description: 'What it holds.' });
  return {
    commonColumns: {},
    tables: {
      Pupil: {
        ...facts,
        key: ['Id'],
        columns: {
          Id: { ...described(), domain: 'pupil' },
          Name: described(),
          Born: described(),
          Nickname: described(),
        },
      },
      Membership: {
        ...facts,
        key: ['PupilId'],
        columns: {
          PupilId: { ...described(), domain: 'pupil', references: 'Pupil.Id' },
          Club: { ...described(), freeText: "Names of clubs are on the school's site." },
        },
      },
    },
    acceptedRelations: [],
  };
}

interface Broken {
  readonly metadata?: (lines: string[]) => void;
  readonly tables?: (content: ReturnType<typeof soundTables>) => void;
  readonly tablesText?: string;
  readonly profile?: Profile;
}

function build(broken: Broken): Catalogue {
  const lines = [...soundMetadata];
  broken.metadata?.(lines);
  const content = soundTables();
  broken.tables?.(content);
  return buildCatalogue(broken.profile ?? 'strict', {
    metadata: { name: 'metadata.csv', text: lines.join('\n') },
    tables: { name: 'tables.json', text: broken.tablesText ?? JSON.stringify(content) },
    schemaText,
  });
}

function messageOf(broken: Broken): string {
  try {
    build(broken);
  } catch (error) {
    if (error instanceof InsightsError && error.code === 'CATALOGUE_INVALID') return error.message;
    throw error;
  }
  return 'no error';
}

const one = (finding: string): string => `The catalogue has 1 error:\n  ${finding}`;
const column = (content: ReturnType<typeof soundTables>, table: string, name: string): Json =>
  (content.tables[table]?.columns[name] ?? {}) as Json;
const setLine =
  (line: number, text: string) =>
  (lines: string[]): void =>
    void (lines[line - 1] = text);

describe('static checks of the catalogue', () => {
  test('accept what is sound', () => {
    expect(build({}).tables.map((table) => table.name)).toEqual(['Pupil', 'Membership']);
  });

  const cases: readonly (readonly [string, Broken, string])[] = [
    [
      'an unknown type',
      { metadata: setLine(4, ',Name,text,mask') },
      'metadata.csv:4: Pupil.Name has an unknown type. Use one of string, timestamp, date, boolean, integer, short, long, double.',
    ],
    [
      'an unknown treatment',
      { metadata: setLine(4, ',Name,string,hide') },
      `metadata.csv:4: Pupil.Name has an unknown treatment. Use one of ${knownTreatments}.`,
    ],
    [
      'a column listed twice',
      { metadata: setLine(6, ',name,string,mask') },
      'metadata.csv:6: Pupil.name is listed a second time. It is on line 4 already: remove one.',
    ],
    [
      'a table that tables.json does not have',
      { metadata: (lines) => lines.push('Teacher,,,', ',Id,string,hash') },
      'metadata.csv:10: Table Teacher is not in tables.json. Describe it in tables.json under "tables", or remove it here.',
    ],
    [
      'a table that is called like something that every object has',
      { metadata: (lines) => lines.push('constructor,,,', ',Id,string,hash') },
      'metadata.csv:10: Table constructor is not in tables.json. Describe it in tables.json under "tables", or remove it here.',
    ],
    [
      'a table without columns',
      {
        metadata: (lines) => lines.splice(7, 2),
        tables: (content) => void (content.tables['Membership']!.columns = {}),
      },
      'metadata.csv:7: Table Membership has no columns. List them below it, or remove the table.',
    ],
    [
      'a table that the metadata file does not have',
      { metadata: (lines) => lines.splice(6, 3) },
      'tables.json#/tables/Membership: Table Membership is not in metadata.csv. List it with its columns in metadata.csv, or remove it here.',
    ],
    [
      'a column that the metadata file does not have',
      { tables: (content) => void (content.tables['Pupil']!.columns['Age'] = {}) },
      'tables.json#/tables/Pupil/columns/Age: Column Pupil.Age is not in metadata.csv. List it under Pupil in metadata.csv, or remove it here.',
    ],
    [
      'a common column that no table has',
      { tables: (content) => void (content.commonColumns['Age'] = {}) },
      'tables.json#/commonColumns/Age: No table has a column Age. List it under a table in metadata.csv, or remove it here.',
    ],
    [
      'one domain that is hashed here and readable there',
      { metadata: setLine(8, ',PupilId,string,no-op') },
      'metadata.csv:8: Membership.PupilId (no-op) and Pupil.Id (hash) hold the same identifiers, domain pupil. ' +
        'Give all columns of a domain one treatment, or say in tables.json why this one differs.',
    ],
    [
      'one domain with two kinds of pseudonym',
      { metadata: setLine(8, ',PupilId,string,hmac') },
      'metadata.csv:3: Pupil.Id (hash) and Membership.PupilId (hmac) hold the same identifiers, domain pupil. ' +
        'Give all columns of a domain one treatment, or say in tables.json why this one differs.',
    ],
    [
      'a key that is masked',
      {
        metadata: setLine(8, ',PupilId,string,mask'),
        tables: (content) => void (column(content, 'Membership', 'PupilId')['mayBeMasked'] = 'Because of this test.'),
      },
      'metadata.csv:8: Membership.PupilId is a key and its treatment is mask. ' +
        'Rows must stay apart in general: use hash, hash-no-lookup, hmac or no-op.',
    ],
    [
      'a key that does not exist',
      { tables: (content) => void (content.tables['Pupil']!['key'] = ['Id', 'School']) },
      'tables.json#/tables/Pupil/key/1: Key column Pupil.School does not exist. Columns of Pupil: Id, Name, Born, Nickname.',
    ],
    [
      'a reference to a table that does not exist',
      { tables: (content) => void (column(content, 'Membership', 'PupilId')['references'] = 'Child.Id') },
      'tables.json#/tables/Membership/columns/PupilId/references: Membership.PupilId refers to table Child, which does not exist. ' +
        'Name a table of the catalogue.',
    ],
    [
      'a reference to a column that does not exist',
      { tables: (content) => void (column(content, 'Membership', 'PupilId')['references'] = 'Pupil.Number') },
      'tables.json#/tables/Membership/columns/PupilId/references: Membership.PupilId refers to Pupil.Number, which does not exist. ' +
        'Columns of Pupil: Id, Name, Born, Nickname.',
    ],
    [
      'an optional column that is not at the end (ROW8)',
      { tables: (content) => void (column(content, 'Pupil', 'Born')['optional'] = true) },
      'tables.json#/tables/Pupil/columns/Born: Pupil.Born is optional and not at the end of its table. ' +
        'Only columns at the end of a table can be absent (ROW8): remove "optional", or mark all later columns too.',
    ],
    [
      'a column that is optional and required',
      {
        tables: (content) =>
          void Object.assign(column(content, 'Pupil', 'Nickname'), { optional: true, required: true }),
      },
      'tables.json#/tables/Pupil/columns/Nickname: Pupil.Nickname is both optional and required. ' +
        'A row without it would be rejected: remove one of the two.',
    ],
    [
      'a band of something that is no number',
      { metadata: setLine(5, ',Born,date,generalise:band:10') },
      'metadata.csv:5: Pupil.Born has the treatment generalise:band:10 and its type is date. ' +
        'This rule is for string, integer, short, long, double.',
    ],
    [
      'a month of something that is no time',
      { metadata: setLine(5, ',Born,string,generalise:month') },
      'metadata.csv:5: Pupil.Born has the treatment generalise:month and its type is string. This rule is for timestamp, date.',
    ],
    [
      'a family of something that is no text',
      { metadata: setLine(5, ',Born,date,generalise:family') },
      'metadata.csv:5: Pupil.Born has the treatment generalise:family and its type is date. This rule is for string.',
    ],
    [
      'a digest of something that is no text',
      { metadata: setLine(5, ',Born,date,hash') },
      'metadata.csv:5: Pupil.Born is hashed and its type is date. ' +
        'Engines write other types differently, so digests would not join: make it a string, or choose mask.',
    ],
    [
      'readable text without a decision',
      { tables: (content) => void delete column(content, 'Membership', 'Club')['freeText'] },
      'tables.json#/tables/Membership/columns/Club: Membership.Club is readable text without a decision. ' +
        'Say under "freeText" why everybody may read it, give it a domain or an enumeration, or choose another treatment.',
    ],
    [
      'a column without a description',
      { tables: (content) => void delete column(content, 'Pupil', 'Name')['description'] },
      'tables.json#/tables/Pupil/columns/Name: Pupil.Name has no description. Say in a sentence what it holds, here or under "commonColumns".',
    ],
    [
      'a row check on a column that does not exist',
      {
        tables: (content) =>
          void (content.tables['Pupil']!['rowChecks'] = [{ left: 'Born', operator: '<=', right: 'Left' }]),
      },
      'tables.json#/tables/Pupil/rowChecks/0/right: Column Pupil.Left does not exist. Columns of Pupil: Id, Name, Born, Nickname.',
    ],
    [
      'a column derived from one that does not exist',
      {
        tables: (content) =>
          void (column(content, 'Pupil', 'Nickname')['derived'] = [{ text: '~' }, { column: 'First' }]),
      },
      'tables.json#/tables/Pupil/columns/Nickname/derived/1: Column Pupil.First does not exist. Columns of Pupil: Id, Name, Born, Nickname.',
    ],
    [
      'a readable column that is composed of a hashed one (S2)',
      { tables: (content) => void (column(content, 'Membership', 'Club')['derived'] = [{ column: 'PupilId' }]) },
      'metadata.csv:9: Membership.Club is readable and contains Membership.PupilId, which is not (hash-no-lookup). ' +
        'Use hash-no-lookup, or list the relation under "acceptedRelations" in tables.json with its reason.',
    ],
    [
      'an accepted relation with a column that does not exist',
      {
        tables: (content) =>
          content.acceptedRelations.push({
            protectedColumn: 'Pupil.Name',
            shownBy: 'Club.Name',
            reason: 'Because of this test.',
          }),
      },
      'tables.json#/acceptedRelations: The accepted relation of Pupil.Name with Club.Name names Club.Name, which does not exist. ' +
        'Name columns of the catalogue, or remove the relation.',
    ],
    [
      'a key that the schema does not know',
      { tables: (content) => void (column(content, 'Pupil', 'Name')['secret'] = true) },
      'tables.json#/tables/Pupil/columns/Name: Unknown key "secret". See tables.schema.json for what is allowed here.',
    ],
    [
      'a value that the schema does not allow',
      { tables: (content) => void (content.tables['Pupil']!['protection'] = 'none') },
      'tables.json#/tables/Pupil/protection: The value must be equal to one of the allowed values. ' +
        'Use one of public reference, public structure, pseudonymous, pseudonymous behaviour, contact details, special category.',
    ],
    [
      'a key that is there twice',
      { tablesText: '{ "tables": { "Pupil": {}, "Pupil": {} } }' },
      'tables.json#/tables/Pupil: The key is there twice, and only the last counts. Leave one.',
    ],
    [
      'a file that is not JSON',
      { tablesText: '{' },
      'tables.json: The file is not JSON. Check its commas, quotes and brackets.',
    ],
  ];
  test.each(cases)('refuse %s', (_, broken, finding) => {
    expect(messageOf(broken)).toBe(one(finding));
  });

  test('list all findings at once', () => {
    expect(messageOf({ metadata: (lines) => void lines.splice(3, 2, ',Name,text,mask', ',Born,date,blur') })).toBe(
      'The catalogue has 2 errors:\n' +
        '  metadata.csv:4: Pupil.Name has an unknown type. Use one of string, timestamp, date, boolean, integer, short, long, double.\n' +
        `  metadata.csv:5: Pupil.Born has an unknown treatment. Use one of ${knownTreatments}.`,
    );
  });

  test('let a domain be masked where tables.json gives the reason, and not otherwise', () => {
    const maskName = (reason: Json): string =>
      messageOf({
        tables: (content) => void Object.assign(column(content, 'Pupil', 'Nickname'), { domain: 'pupil', ...reason }),
      });
    expect(maskName({ mayBeMasked: 'Because of this test.' })).toBe('no error');
    expect(maskName({})).toBe(
      one(
        'metadata.csv:6: Pupil.Nickname (mask) and Pupil.Id (hash) hold the same identifiers, domain pupil. ' +
          'Give all columns of a domain one treatment, or say in tables.json why this one differs.',
      ),
    );
  });

  test('let a readable column of a hashed domain pass only in the profile that lists it as known', () => {
    const broken = (profile: Profile): Broken => ({
      profile,
      metadata: setLine(9, ',Club,string,no-op'),
      tables: (content) => {
        column(content, 'Membership', 'Club')['domain'] = 'pupil';
        content.acceptedRelations.push({
          protectedColumn: 'Pupil.Id',
          shownBy: 'Membership.Club',
          reason: 'Because of this test.',
          profiles: ['v0.2'],
        });
      },
    });
    expect(build(broken('v0.2')).acceptedRelations).toEqual([
      { protectedColumn: 'Pupil.Id', shownBy: 'Membership.Club', reason: 'Because of this test.' },
    ]);
    expect(messageOf(broken('strict'))).toBe(
      one(
        'metadata.csv:9: Membership.Club (no-op) and Pupil.Id (hash) hold the same identifiers, domain pupil. ' +
          'Give all columns of a domain one treatment, or say in tables.json why this one differs.',
      ),
    );
  });

  test("ask no reasons for readable text of the v0.2 profile, which has upstream's decisions", () => {
    expect(
      messageOf({
        profile: 'v0.2',
        tables: (content) => void delete column(content, 'Membership', 'Club')['freeText'],
      }),
    ).toBe('no error');
  });
});
