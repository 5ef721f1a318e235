import { expressionFunctions } from '../../../src/artifacts/expression';
import { functionsByName } from '../../../src/pipelines/expression/functions';
import type { Value } from '../../../src/pipelines/expression/value';
import { evaluate } from './scope';

const content = (text: string, type = 'application/octet-stream') => ({
  '$content-type': type,
  $content: Buffer.from(text).toString('base64'),
});
const guid = 'c2ecc88d-88c8-4096-912c-d6f2e2b138ce';

test.each<[string, Value]>([
  // Strings
  ["concat('Baba', '''s ', 'book store')", "Baba's book store"],
  ["concat('n=', 1, ' ', 2.5, ' ', true, ' ', null, createArray(1, 'a'))", 'n=1 2.5 True [1,"a"]'],
  ["endsWith('hello World', 'world')", true],
  ["endsWith('hello', 'universe')", false],
  ['guid()', guid],
  ["guid('n')", 'c2ecc88d88c84096912cd6f2e2b138ce'],
  ["guid('B')", `{${guid}}`],
  ["guid('P')", `(${guid})`],
  ["guid('X')", '{0xc2ecc88d,0x88c8,0x4096,{0x91,0x2c,0xd6,0xf2,0xe2,0xb1,0x38,0xce}}'],
  ["indexOf('hello world', 'WORLD')", 6n],
  ["indexOf('straße', 'e')", 5n],
  ["indexOf('abc', 'x')", -1n],
  ["lastIndexOf('banana', 'AN')", 3n],
  ["replace('the old $ string', 'old', '$&')", 'the $& $ string'],
  ["replace('Abc', 'a', 'x')", 'Abc'],
  ["split('a_b_c', '_')", ['a', 'b', 'c']],
  ["split('abc', '')", ['abc']],
  ["startsWith('Hello world', 'hello')", true],
  ["substring('hello world', 6, 5)", 'world'],
  ["substring('hello', 5, 0)", ''],
  ["substring('hello', 2)", 'llo'],
  ["toLower('Hello World')", 'hello world'],
  ["toUpper('Hello World')", 'HELLO WORLD'],
  ["toUpper('straße')", 'STRAßE'],
  ["toLower('İZMİR ÉCOLE')", 'İzmİr école'],
  ["trim(' Hello World  ')", 'Hello World'],
  // Collections
  ["contains('hello world', 'world')", true],
  ["contains('hello', 'HELLO')", false],
  ['contains(createArray(1, 2), 2.0)', true],
  ["contains(json('{\"Name\": 1}'), 'name')", true],
  ["empty('')", true],
  ['empty(null)', true],
  ["empty(json('{}'))", true],
  ['empty(createArray(0))', false],
  ["first('hello')", 'h'],
  ['first(createArray(0, 1, 2))', 0n],
  ['first(skip(createArray(1), 1))', null],
  ["last('abcd')", 'd'],
  ['last(createArray(0, 1, 2, 3))', 3n],
  ['intersection(createArray(1, 2, 3), createArray(101, 2, 1, 10), createArray(6, 8, 1, 2))', [1n, 2n]],
  ['intersection(json(\'{"a":1,"b":2}\'), json(\'{"b":3,"c":4}\'))', { b: 3n }],
  ["join(createArray('a', 1, true), '.')", 'a.1.True'],
  ["length('abcd')", 4n],
  ['length(createArray(0, 1, 2, 3))', 4n],
  ['skip(createArray(0, 1, 2, 3), 1)', [1n, 2n, 3n]],
  ["take('abcde', 3)", 'abc'],
  ['take(createArray(0, 1, 2, 3, 4), 3)', [0n, 1n, 2n]],
  ['take(createArray(1), 99)', [1n]],
  ['union(createArray(1, 2, 3), createArray(1, 2, 10, 101))', [1n, 2n, 3n, 10n, 101n]],
  ['union(json(\'{"a":1,"b":2}\'), json(\'{"b":3}\'))', { a: 1n, b: 3n }],
  // Logic
  ['and(true, false)', false],
  ['or(false, true)', true],
  ['and(false, int(item().name))', false],
  ['or(true, int(item().name))', true],
  ["if(equals(1, 1), 'yes', div(1, 0))", 'yes'],
  ["if(false, div(1, 0), 'no')", 'no'],
  ['equals(1, 1.0)', true],
  ['equals(true, 1)', true],
  ["equals(101, '101')", false],
  ["equals('abc', 'abcd')", false],
  ["equals('abc', 'ABC')", false],
  ['equals(null, null)', true],
  ['equals(createArray(1, null), createArray(1.0, null))', true],
  ['equals(json(\'{"a":[1]}\'), json(\'{"a":[2]}\'))', false],
  ['greater(10, 5)', true],
  ["greater('apple', 'banana')", false],
  ["greater('b', 'A')", true],
  ['greaterOrEquals(5, 5.0)', true],
  ['less(5, 10)', true],
  ["less('banana', 'apple')", false],
  ["lessOrEquals('apply', 'apple')", false],
  ['lessOrEquals(9007199254740993, 9007199254740992)', false],
  ['not(false)', true],
  // Conversions
  ["array('hello')", ['hello']],
  ["base64('hello')", 'aGVsbG8='],
  ["base64ToBinary('aGVsbG8=')", content('hello')],
  ["base64ToString('aGVs bG8=')", 'hello'],
  ["binary('hello')", content('hello')],
  ['bool(1)', true],
  ['bool(0.0)', false],
  ["bool(' TRUE ')", true],
  ['coalesce(null, true, div(1, 0))', true],
  ['coalesce(null, null)', null],
  ["createArray('h', 1)", ['h', 1n]],
  ["dataUri('hello')", 'data:text/plain;charset=utf-8;base64,aGVsbG8='],
  ["dataUri(binary('hello'))", 'data:application/octet-stream;base64,aGVsbG8='],
  ["dataUriToBinary('data:text/plain;charset=utf-8;base64,aGVsbG8=')", content('hello', 'text/plain;charset=utf-8')],
  ["dataUriToString('data:,a%20b')", 'a b'],
  ["decodeBase64('aGVsbG8=')", 'hello'],
  ["decodeDataUri('data:text/plain;base64,aGVsbG8=')", content('hello', 'text/plain')],
  ["decodeUriComponent('http%3A%2F%2Fcontoso.com')", 'http://contoso.com'],
  ["encodeUriComponent('https://contoso.com')", 'https%3A%2F%2Fcontoso.com'],
  ["float('10.333')", 10.333],
  ["float('1,000.5')", 1000.5],
  ['float(3)', 3],
  ["int('10')", 10n],
  ["int(' -7 ')", -7n],
  ['int(2.0)', 2n],
  ['int(true)', 1n],
  ['json(\'[1, 2.0, "3", null]\')', [1n, 2, '3', null]],
  ['json(\'{"s1": "n2", "text": "a \\"quoted\\" 7"}\')', { s1: 'n2', text: 'a "quoted" 7' }],
  ['json(null)', {}],
  [
    'json(xml(\'<?xml version="1.0"?><r><p id="1"><n>A</n></p><e/><q>1</q><q/></r>\'))',
    {
      '?xml': { '@version': '1.0' },
      r: { p: { '@id': '1', n: 'A' }, e: null, q: ['1', null] },
    },
  ],
  ['string(10)', '10'],
  ['string(2.50)', '2.5'],
  ['string(0.016666666666666666)', '0.016666666666666666'],
  [
    "concat(float('3'), ' ', 1e15, ' ', -123456789012345680.0, ' ', 1234567890123456.0)",
    '3 1E+15 -1.2345678901234568E+17 1234567890123456',
  ],
  ["concat(0.0001, ' ', 0.00001, ' ', 2.5e-7)", '0.0001 1E-05 2.5E-07'],
  ['string(createArray(1e16, 1e-7, 100.0))', '[1E+16,1E-07,100.0]'],
  ['string(true)', 'True'],
  ['string(null)', ''],
  ['string(json(\'{ "name": "Sophie Owen", "n": [1, 1.0, true] }\'))', '{"name":"Sophie Owen","n":[1,1.0,true]}'],
  ["string(binary('text'))", 'text'],
  ["uriComponent('a b!*''()')", 'a%20b%21%2A%27%28%29'],
  ["uriComponentToBinary('a%20b')", content('a b')],
  ["uriComponentToString('a%20b+c%zz%C3%A9')", 'a b c%zzé'],
  ['string(xml(json(\'{ "name": "Sophia <Owen>" }\')))', '<name>Sophia &lt;Owen&gt;</name>'],
  [
    'string(xml(json(\'{"person": {"@id": 1, "name": ["A", null], "ok": true, "#text": "t"}}\')))',
    '<person id="1"><name>A</name><name /><ok>true</ok>t</person>',
  ],
  // Numbers
  ['add(1, 1.5)', 2.5],
  ['add(1, 2)', 3n],
  ['div(10, 5)', 2n],
  ['div(11, 5)', 2n],
  ['div(-7, 2)', -3n],
  ['div(11, 5.0)', 2.2],
  ['max(1, 2.5, 2)', 2.5],
  ['max(createArray(1, 2, 3))', 3n],
  ['min(1, 2, 3)', 1n],
  ['mod(3, 2)', 1n],
  ['mod(-7, 2)', -1n],
  ['mod(5.5, 2)', 1.5],
  ['mul(1.5, 2)', 3],
  ['mul(3037000500, 3037000499)', 9223372033963249500n],
  ['rand(1, 5)', 3n],
  ['range(1, 4)', [1n, 2n, 3n, 4n]],
  ['range(0, 0)', []],
  ['sub(10.3, .3)', 10],
])('%s', (text, expected) => {
  expect(evaluate(`@${text}`)).toEqual(expected);
});

describe('errors in the words of the service, without the value', () => {
  const prefix = 'The template language function ';
  const see = (name: string) => ` Please see https://aka.ms/logicexpressions#${name} for usage details.`;
  const cannotConvert =
    'was invoked with a parameter that is not valid. The value cannot be converted to the target type.';

  test.each<[string, string]>([
    [
      'length(null)',
      `${prefix}'length' expects its parameter to be an array or a string. The provided value is of type 'Null'.${see('length')}`,
    ],
    [
      'LENGTH(1)',
      `${prefix}'length' expects its parameter to be an array or a string. The provided value is of type 'Integer'.${see('length')}`,
    ],
    [
      'toLower(1.5)',
      `${prefix}'toLower' expects its parameter to be a string. The provided value is of type 'Float'.${see('toLower')}`,
    ],
    [
      "split(null, ',')",
      `${prefix}'split' expects its first parameter to be of type string. The provided value is of type 'Null'.${see('split')}`,
    ],
    [
      "split('a', true)",
      `${prefix}'split' expects its second parameter to be of type string. The provided value is of type 'Boolean'.${see('split')}`,
    ],
    [
      "add('1', 2)",
      `${prefix}'add' expects its first parameter to be an integer, a float or a decimal number. The provided value is of type 'String'.${see('add')}`,
    ],
    [
      "if('x', 1, 2)",
      `${prefix}'if' expects its first parameter to be of type boolean. The provided value is of type 'String'.${see('if')}`,
    ],
    [
      "and(true, 'x')",
      `${prefix}'and' expects all of its parameters to be booleans. Found invalid parameter types: 'String'.`,
    ],
    [
      "not('x')",
      `${prefix}'not' expects its parameter to be a boolean. The provided value is of type 'String'.${see('not')}`,
    ],
    [
      "greater('10', 9)",
      `${prefix}'greater' expects two parameter of matching types. The function was invoked with values of type 'String' and 'Integer' that do not match.`,
    ],
    [
      'less(null, 1)',
      `${prefix}'less' expects all of its parameters to be either integer or decimal numbers. Found invalid parameter types: 'Null'.`,
    ],
    [
      'contains(1, 1)',
      `${prefix}'contains' expects its first argument 'collection' to be a dictionary (object), an array or a string. The provided value is of type 'Integer'.`,
    ],
    [
      'empty(1)',
      `${prefix}'empty' expects its parameter to be an object, an array or a string. The provided value is of type 'Integer'.${see('empty')}`,
    ],
    [
      "join('a', ',')",
      `${prefix}'join' expects its first parameter to be an array. The provided value is of type 'String'.${see('join')}`,
    ],
    [
      "union(createArray(1), json('{}'))",
      `${prefix}'union' expects parameters of the same type, either all arrays or all objects.`,
    ],
    [
      "substring('abc', 2, 2)",
      `${prefix}'substring' parameters are out of range: 'start index' and 'length' must be non-negative integers and their sum must be no larger than the length of the string.${see('substring')}`,
    ],
    [
      "replace('abc', '', 'x')",
      `${prefix}'replace' was invoked with a parameter that is not valid. The string to replace is empty.`,
    ],
    [
      "guid('Q')",
      `${prefix}'guid' was invoked with a parameter that is not valid. The format must be one of D, N, B, P and X.`,
    ],
    ["int('1.5')", `${prefix}'int' ${cannotConvert}`],
    ['int(2.9)', `${prefix}'int' ${cannotConvert}`],
    ["int('9223372036854775808')", `${prefix}'int' ${cannotConvert}`],
    ["float('abc')", `${prefix}'float' ${cannotConvert}`],
    ["bool('yes')", `${prefix}'bool' ${cannotConvert}`],
    ['binary(null)', `${prefix}'binary' ${cannotConvert}`],
    ["json('{a')", `${prefix}'json' parameter is not valid. The provided value cannot be parsed.${see('json')}`],
    [
      'json(1)',
      `${prefix}'json' expects its parameter to be a string or an XML. The provided value is of type 'Integer'.${see('json')}`,
    ],
    [
      "base64ToString('a@b=')",
      `${prefix}'base64ToString' was invoked with a parameter that is not valid. The value cannot be decoded from base64 representation.`,
    ],
    [
      "dataUriToString('hello')",
      `${prefix}'dataUriToString' expects its parameter to be formatted as a valid data URI.${see('dataUriToString')}`,
    ],
    ['div(1, 0)', "Attempt to divide an integral or decimal value by zero in function 'div'."],
    ['mod(1.0, 0.0)', "Attempt to divide an integral or decimal value by zero in function 'mod'."],
    ['mul(1e308, 10)', "The result of the template language function 'mul' does not fit into 64 bits."],
    [
      'json(\'{"a": 1e400}\')',
      `${prefix}'json' parameter is not valid. The provided value cannot be parsed.${see('json')}`,
    ],
    ['add(9223372036854775807, 1)', "The result of the template language function 'add' does not fit into 64 bits."],
    [
      "max('a')",
      `${prefix}'max' expects either a comma separated list of numbers or an array of numbers.${see('max')}`,
    ],
    ['min(skip(createArray(1), 1))', `${prefix}'min' expects at least one number.`],
    ['rand(5, 5)', `${prefix}'rand' expects its first parameter to be less than its second parameter.${see('rand')}`],
    [
      'range(0, 100001)',
      `${prefix}'range' parameters are out of range: 'count' must be a non-negative integer no larger than '100000' and the range must not go beyond '2147483647'.${see('range')}`,
    ],
    ["xml('<a>')", `${prefix}'xml' parameter is not valid. The provided value cannot be converted to XML.`],
    [
      'xml(json(\'{"a":1,"b":2}\'))',
      `${prefix}'xml' parameter is not valid. The provided value must be an object with one root property, which is not an array.`,
    ],
    ['abs(-1)', "The template function 'abs' is not defined or not valid."],
    ['toLower()', "The template function 'toLower' expects 1 parameter and was given 0."],
  ])('%s', (text, message) => {
    expect(() => evaluate(`@${text}`)).toThrow(expect.objectContaining({ code: 'EXPRESSION_FAILED', message }));
  });
});

test('every function that the language has can be called', () => {
  const lazy = ['and', 'coalesce', 'if', 'or'];
  expect([...functionsByName.keys(), ...lazy].sort()).toEqual([...expressionFunctions.keys()].sort());
});
