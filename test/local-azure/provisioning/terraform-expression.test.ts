import * as fc from 'fast-check';
import { parseTemplate, resolveValue, traversalsOf } from '../../../src/local-azure/provisioning/terraform-expression';
import { thrownBy } from '../../support/thrown';

const values: Readonly<Record<string, unknown>> = { 'a.b.name': 'lake', 'a.b.list.0.id': 7, 'a.b': { name: 'lake' } };
const lookup = (path: readonly (string | number)[]): unknown => values[path.join('.')];

test('text, escapes, traversals with indices, calls', () => {
  expect(parseTemplate('x-${a.b.name}-$${y}-%%{z}')).toEqual([
    'x-',
    { kind: 'traversal', path: ['a', 'b', 'name'] },
    '-${y}-%{z}',
  ]);
  expect(parseTemplate('${a.b["list"][0].id}')).toEqual([{ kind: 'traversal', path: ['a', 'b', 'list', 0, 'id'] }]);
  expect(parseTemplate('${jsonencode(a.b)}')).toEqual([
    { kind: 'call', name: 'jsonencode', arguments: [{ kind: 'traversal', path: ['a', 'b'] }] },
  ]);
});

test('a string that is one expression takes its type; any other becomes text', () => {
  expect(
    resolveValue({ list: ['${a.b.list[0].id}', 'n${a.b.list[0].id}', '${jsonencode(a.b)}', 3, null] }, lookup),
  ).toEqual({
    list: [7, 'n7', '{"name":"lake"}', 3, null],
  });
});

test('every text survives when it is escaped', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', '%', 'a', '"', '\\', '\n') }), (text) => {
      const escaped = text.replace(/\$\{/g, '$$$${').replace(/%\{/g, '%%{');
      expect(resolveValue(escaped, lookup)).toBe(text);
    }),
  );
});

test('traversals are found at any depth', () => {
  expect(traversalsOf({ a: ['${x.y.z}', { b: 'p${jsonencode(self.input)}' }], c: 1 })).toEqual([
    ['x', 'y', 'z'],
    ['self', 'input'],
  ]);
});

test.each([
  ['${a.b ? 1 : 2}', 'This expression is not provided for: ${a.b ? 1 : 2}'],
  ['x %{ if a }', 'This expression is not provided for: %{ if a }'],
  ['${a.}', 'This expression is not provided for: ${a.}'],
  ['${[for x in y : x]}', 'This expression is not provided for: ${[for x in y : x]}'],
  ['${a.b', 'This expression is not provided for: ${a.b'],
])('%s is refused by name', async (text, message) => {
  const error = await thrownBy(() => parseTemplate(text));
  expect([error.code, error.message]).toEqual(['PROVISIONING_UNSUPPORTED', message]);
});

test('a function that is not provided for is refused by name', async () => {
  const error = await thrownBy(() => resolveValue('${lower(a.b.name)}', lookup));
  expect([error.code, error.message]).toEqual(['PROVISIONING_UNSUPPORTED', 'The function lower is not provided for.']);
});
