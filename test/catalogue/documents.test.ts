import { loadCatalogue } from '../../src/catalogue/load';
import { deltaSchema } from '../../src/catalogue/render/delta-schema';
import { markdownDictionary } from '../../src/catalogue/render/markdown-dictionary';

describe('deltaSchema', () => {
  test('writes nullable fields in order, with descriptions as comments', () => {
    const schema = deltaSchema([
      { name: 'Id', type: 'string', description: 'The row.' },
      { name: 'SortOrder', type: 'short' },
      { name: 'cells', type: 'string[]', description: '' },
      { name: 'raw', type: 'binary' },
    ]);
    expect(JSON.parse(schema)).toEqual({
      type: 'struct',
      fields: [
        { name: 'Id', type: 'string', nullable: true, metadata: { comment: 'The row.' } },
        { name: 'SortOrder', type: 'short', nullable: true, metadata: {} },
        {
          name: 'cells',
          type: { type: 'array', elementType: 'string', containsNull: true },
          nullable: true,
          metadata: {},
        },
        { name: 'raw', type: 'binary', nullable: true, metadata: {} },
      ],
    });
  });

  test('takes a table of the catalogue as it is', () => {
    const table = loadCatalogue('strict').tables.find(({ name }) => name === 'SourceSystem');
    const { fields } = JSON.parse(deltaSchema(table?.columns ?? [])) as { fields: { name: string; type: string }[] };
    expect(fields.map(({ name, type }) => [name, type])).toEqual([
      ['Id', 'string'],
      ['FirstSeenDateTime', 'timestamp'],
      ['LastSeenDateTime', 'timestamp'],
      ['Name', 'string'],
    ]);
  });
});

describe('markdownDictionary', () => {
  const pages = markdownDictionary(loadCatalogue('strict'));

  test('has an index and a page for each table', () => {
    const names = loadCatalogue('strict').tables.map(({ name }) => `${name}.md`);
    expect([...pages.keys()]).toEqual(['README.md', ...names]);
    expect(pages.get('README.md')?.split('\n').slice(0, 7)).toEqual([
      '# Data dictionary',
      '',
      '28 tables, profile `strict`. Generated from assets/catalogue: change that, not this.',
      '',
      '| table | what a row is | data protection | columns |',
      '| --- | --- | --- | --- |',
      '| [activity](activity.md) | One signal: something that a person did in a Microsoft 365 application. | pseudonymous behaviour | 32 |',
    ]);
  });

  test('says on a page all that the catalogue knows of the table', () => {
    expect(pages.get('PersonDemographicRace.md')?.split('\n')).toEqual([
      '# PersonDemographicRace',
      '',
      'A race of a person, as registers of some countries record it. Data protection: special category. ' +
        'Source of the description: School Data Sync documentation, in our own words.',
      '',
      '- Key: `Id`',
      '- Delivered as: snapshot of roster, required',
      '- Rows that leave the snapshot: leave Refined',
      '',
      '| column | type | treatment | meaning |',
      '| --- | --- | --- | --- |',
      '| `Id` | string | `hash-no-lookup` | The row. Key. |',
      '| `FirstSeenDateTime` | timestamp | `generalise:month` | When the row was first seen in a synchronisation. |',
      '| `LastSeenDateTime` | timestamp | `generalise:month` | When the row was last seen in a synchronisation. |',
      '| `PersonId` | string | `mask` | The person that the row is about. Required. Refers to `Person.Id`. Identifier of the domain `person`. ' +
        'Masked because: A row exists only for persons whom it is true of: whose row it is must not show. The lookup keeps value and pseudonym. |',
      '| `RefRaceId` | string | `mask` | The race. Identifier of the domain `refDefinition`. One of `RefDefinition.Id`. ' +
        'Masked because: The definition ids are readable in RefDefinition; which of them a person has is not. |',
      '',
      '## Refined/general',
      '',
      '- `Id_pseudonym` string',
      '- `FirstSeenDateTime` timestamp',
      '- `LastSeenDateTime` timestamp',
      '- `PersonId` string',
      '- `RefRaceId` string',
      '',
      '## Refined/sensitive',
      '',
      '- `PersonId` string',
      '- `RefRaceId` string',
      '- `Id_pseudonym` string',
      '- `PersonId_pseudonym` string',
      '',
    ]);
  });

  test('shows history columns, row checks, known values and accepted relations where there are any', () => {
    const session = pages.get('Session.md') ?? '';
    expect(session).toContain(
      '- Rows that leave the snapshot: stay, with `IsCurrent` false and `GoneSince`\n- Check: `StartDate <= EndDate`\n',
    );
    expect(session).toContain('- `IsCurrent` boolean\n- `GoneSince` timestamp\n');
    expect(pages.get('AadUser.md')).toContain(
      'Known values: Student, Teacher, Faculty, Administrator, Guardian, Other.',
    );
    expect(pages.get('Section.md')).toContain(
      "- `AadGroup.DisplayName` shows in `Section.Name`: Reports need class and course names, and a class's directory group carries the same name.\n",
    );
    expect(pages.get('activity.md')).toContain(
      '- Delivered as: additive of activity\n- Rows that leave the snapshot: does not apply; signals are added\n',
    );
  });
});
