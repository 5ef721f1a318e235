import fc from 'fast-check';
import { ownersOf } from '../../src/review/code-owners';
import { differencesOf } from '../../src/review/json-difference';
import { code, codeBlock, shortCode, table } from '../../src/review/render/markdown-text';
import { sequenceDifference } from '../../src/review/sequence-difference';
import { anyText } from '../support/any-text';

describe('sequenceDifference', () => {
  test('leads from one list to the other, whatever they are, and takes no longer way than needed', () => {
    const lists = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
    fc.assert(
      fc.property(lists, lists, (before, after) => {
        const steps = sequenceDifference(before, after);
        expect(steps.filter(({ kind }) => kind !== 'added').map(({ item }) => item)).toEqual(before);
        expect(steps.filter(({ kind }) => kind !== 'removed').map(({ item }) => item)).toEqual(after);
      }),
    );
    expect(sequenceDifference(['a', 'b', 'c'], ['a', 'c', 'd'])).toEqual([
      { kind: 'same', item: 'a' },
      { kind: 'removed', item: 'b' },
      { kind: 'same', item: 'c' },
      { kind: 'added', item: 'd' },
    ]);
  });

  test('shows the middle of two very long lists as replaced', () => {
    const [before, after] = ['x', 'y'].map((letter) => Array.from({ length: 2100 }, (_, index) => `${letter}${index}`));
    const steps = sequenceDifference(['same', ...(before ?? [])], ['same', ...(after ?? [])]);
    expect(steps.map(({ kind }) => kind)).toEqual([
      'same',
      ...Array(2100).fill('removed'),
      ...Array(2100).fill('added'),
    ]);
  });
});

describe('differencesOf', () => {
  test('names the deepest place, and the items of lists of texts that came and went', () => {
    const before = { a: { b: 1, gone: true }, rules: ['one', 'two'], list: [{ x: 1 }] };
    const after = { rules: ['two', 'three'], a: { b: 2 }, list: [{ x: 1 }, 5] };
    expect(differencesOf(before, after)).toEqual([
      { path: 'a.b', before: 1, after: 2 },
      { path: 'a.gone', before: true, after: undefined },
      { path: 'rules[]', before: 'one', after: undefined },
      { path: 'rules[]', before: undefined, after: 'three' },
      { path: 'list[1]', before: undefined, after: 5 },
    ]);
  });

  test('finds none between a value and itself', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        expect(differencesOf(value as never, structuredClone(value) as never)).toEqual([]),
      ),
    );
  });
});

describe('ownersOf', () => {
  const file = [
    '# who answers',
    '* @everyone',
    '/assets/catalogue/ @privacy @officer # both',
    'docs/**/*.md @writers',
    '*.py @engineers',
    '/environments/prod.json @operators',
    '/unowned/',
  ].join('\n');

  test.each([
    ['README.md', ['@everyone']],
    ['assets/catalogue/metadata.csv', ['@privacy', '@officer']],
    ['other/assets/catalogue/metadata.csv', ['@everyone']],
    ['docs/a/b/c.md', ['@writers']],
    ['docs/c.md', ['@writers']],
    ['assets/notebooks/a.py', ['@engineers']],
    ['environments/prod.json', ['@operators']],
    ['unowned/x', []],
  ])('%s', (path, owners) => {
    expect(ownersOf(file, path)).toEqual(owners);
  });
});

describe('texts of somebody else’s', () => {
  test('stay code in a line of a table, whatever they hold', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const shown = code(text);
        const fence = /^`+/.exec(shown)?.[0] ?? '';
        expect(shown).not.toMatch(/[\n\r\u202e]/);
        expect(shown.slice(fence.length, -fence.length)).not.toContain(fence);
      }),
    );
    expect([code('a|b'), code('@everyone <b>`'), code('a\nb\u202e'), shortCode('abcdef', 3)]).toEqual([
      '`a|b`',
      '`` @everyone <b>` ``',
      '`a?b?`',
      '`abc…`',
    ]);
  });

  test('do not end the cell of a table', () => {
    expect(table(['a'], [[code('x|y')]])).toEqual(['| a |', '| --- |', '| `x\\|y` |']);
  });

  test('do not end the block that they stand in', () => {
    expect(codeBlock('diff', ['+```', '-a\tb\u0000'])).toEqual(['````diff', '+```', '-a\tb?', '````']);
  });
});
