import { bindParameters, parameterTexts } from '../../../src/pipelines/run/parameters';
import type { Value } from '../../../src/pipelines/expression/value';

const bound = (type: string, value: Value): Value =>
  bindParameters([{ name: 'p', type, defaultValue: undefined }], { P: value })['p'] ?? null;

test.each<[string, Value, Value]>([
  ['string', 'a', 'a'],
  ['string', 7n, '7'],
  ['string', true, 'True'],
  ['securestring', 1.5, '1.5'],
  ['int', 7n, 7n],
  ['int', ' -7 ', -7n],
  ['float', 7n, 7],
  ['float', '2.5', 2.5],
  ['bool', false, false],
  ['bool', 'True', true],
  ['array', [1n], [1n]],
  ['array', ' [1, "a", [2.0]]', [1n, 'a', [2]]],
  ['object', { a: 1n }, { a: 1n }],
  ['object', '{"a": {"b": null}}', { a: { b: null } }],
  ['array', null, null],
])('a parameter of type %s takes %j as %j', (type, given, expected) => {
  expect(bound(type, given)).toEqual(expected);
});

const wrong = (wanted: string, given: string): string =>
  `The provided value for the template parameter 'p' is not valid. Expected a value of type '${wanted}', but received a value of type '${given}'.`;

test.each<[string, Value, string]>([
  ['string', ['a'], wrong('String', 'Array')],
  ['securestring', {}, wrong('SecureString', 'Object')],
  ['int', '1.5', wrong('Integer', 'String')],
  ['int', 1.5, wrong('Integer', 'Float')],
  ['float', 'much', wrong('Float', 'String')],
  ['bool', 'yes', wrong('Boolean', 'String')],
  ['bool', 1n, wrong('Boolean', 'Integer')],
  ['array', '{"a": 1}', wrong('Array', 'String')],
  ['array', '[1', wrong('Array', 'String')],
  ['object', '[1]', wrong('Object', 'String')],
])('a parameter of type %s refuses %j', (type, given, message) => {
  expect(() => bound(type, given)).toThrow(expect.objectContaining({ code: 'EXPRESSION_FAILED', message }));
});

test('what is not given has its default, what is not declared is left out, what is missing is named', () => {
  const definitions = [
    { name: 'first', type: 'string', defaultValue: 'd' },
    { name: 'second', type: 'int', defaultValue: '3' },
    { name: 'third', type: 'bool', defaultValue: undefined },
  ];
  expect(bindParameters(definitions, { FIRST: 'a', third: 'true', fourth: 4n })).toEqual({
    first: 'a',
    second: 3n,
    third: true,
  });
  expect(() => bindParameters(definitions, {})).toThrow(
    expect.objectContaining({ message: "The value for the template parameter 'third' is not provided." }),
  );
});

test('records show values as text, and no secret', () => {
  const definitions = ['string', 'securestring', 'array', 'int', 'bool'].map((type) => ({
    name: type,
    type,
    defaultValue: undefined,
  }));
  const values = { string: 'a', securestring: 'hidden', array: [1n, 'a'], int: 7n, bool: true };
  expect(parameterTexts(definitions, values)).toEqual({
    string: 'a',
    securestring: '********',
    array: '[1,"a"]',
    int: '7',
    bool: 'True',
  });
});
