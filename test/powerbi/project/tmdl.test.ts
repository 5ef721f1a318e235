import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { quoteTmdl, tmdlDocument, tmdlFileName } from '../../../src/powerbi/project/tmdl';
import { goldenFolder, sampleModel } from '../sample-project';

test('an object, its description, properties, expression and children', () => {
  const text = tmdlDocument([
    {
      type: 'table',
      name: `It's a table`,
      description: 'Two\nlines.',
      properties: { isHidden: true, isKey: false, lineageTag: 'x', dataCategory: undefined },
      children: [
        { type: 'measure', name: 'One', value: '1', properties: { formatString: '0' } },
        { type: 'measure', name: 'Two', value: 'VAR A = 1\nRETURN\n\tA' },
        { type: 'partition', name: 'p', value: 'm', properties: { mode: 'import' }, source: 'let\n\ta = 1\nin\n\ta' },
      ],
    },
    { type: 'role', name: 'North' },
  ]);
  expect(text.split('\n')).toEqual([
    '/// Two lines.',
    "table 'It''s a table'",
    '\tisHidden',
    '\tlineageTag: x',
    '',
    '\tmeasure One = 1',
    '\t\tformatString: 0',
    '',
    '\tmeasure Two =',
    '\t\t\tVAR A = 1',
    '\t\t\tRETURN',
    '\t\t\t\tA',
    '',
    '\tpartition p = m',
    '\t\tmode: import',
    '\t\tsource =',
    '\t\t\t\tlet',
    '\t\t\t\t\ta = 1',
    '\t\t\t\tin',
    '\t\t\t\t\ta',
    '',
    'role North',
    '',
    '',
  ]);
});

test.each([
  ['Plain_1', 'Plain_1'],
  ['099c8c69-421c', '099c8c69-421c'],
  ['Do.t', "'Do.t'"],
  ['a b', "'a b'"],
  [`It's`, `'It''s'`],
  ['alice@example.com', "'alice@example.com'"],
])('the name %s is written %s', (name, written) => {
  expect(quoteTmdl(name)).toBe(written);
});

test('file names keep what Windows takes', () => {
  expect(tmdlFileName('A/B: "C"')).toBe('A%2FB%3A %22C%22.tmdl');
});

/**
 * Microsoft's serialiser gives these files back byte for byte (docs/powerbi.md says how that was tried). A change of the model
 * changes them: look at the difference, then write them anew with `node --import tsx test/powerbi/write-golden.ts`.
 */
test('the model is that of the golden files', () => {
  const kept = readdirSync(goldenFolder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.tmdl'),
  );
  const expected = kept.map((file): [string, string] => [file, readFileSync(path.join(goldenFolder, file), 'utf8')]);
  expect(Object.fromEntries(sampleModel())).toEqual(Object.fromEntries(expected));
});
