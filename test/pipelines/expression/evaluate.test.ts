import type { Value } from '../../../src/pipelines/expression/value';
import { evaluateJson } from '../../../src/pipelines/expression/evaluate';
import { evaluate, testScope } from './scope';

test.each<[string, Value]>([
  ['text', 'text'],
  ['@@pipeline()', '@pipeline()'],
  ['@pipeline().parameters.workspace', 'dev'],
  ['@pipeline().Parameters.WORKSPACE', 'dev'],
  ["@pipeline()['RunId']", 'run-1'],
  ['@pipeline().parameters.numbers[1]', 2.5],
  ['@pipeline().parameters.numbers[sub(1, 1)]', 1n],
  ['@{pipeline().parameters.numbers[0]}', '1'],
  ['@{pipeline().parameters.flag}', 'True'],
  ['@pipeline().parameters.flag', true],
  ['[@{pipeline().TriggeredByPipelineName}]', '[]'],
  ['@pipeline()?.nothing', null],
  ['@pipeline()?.nothing?.more', null],
  ['@pipeline().parameters.numbers?[9]', null],
  ['@item().size', 12n],
  ["file @{item().name}, @{concat('a', 'b')}", 'file file.csv, ab'],
])('%s is %j', (text, expected) => {
  expect(evaluate(text)).toEqual(expected);
});

test.each<[string, string]>([
  [
    '@length(item().rows)',
    "The expression 'length(item().rows)' cannot be evaluated because property 'rows' doesn't exist, available properties are 'name, Size'.",
  ],
  [
    '@item().name.first',
    "The expression 'item().name.first' cannot be evaluated because property 'first' cannot be selected. Property selection is not supported on values of type 'String'.",
  ],
  [
    '@pipeline().TriggeredByPipelineName.x',
    "The expression 'pipeline().TriggeredByPipelineName.x' cannot be evaluated because property 'x' cannot be selected.",
  ],
  [
    "@{pipeline().parameters.numbers['x']}",
    "The expression 'pipeline().parameters.numbers['x']' cannot be evaluated because property 'x' cannot be selected. Array elements can only be selected using an integer index.",
  ],
  [
    '@pipeline().parameters.numbers[2]',
    "The expression 'pipeline().parameters.numbers[2]' cannot be evaluated because array index '2' is outside bounds (0, 1) of array.",
  ],
  ["@variables('x')", "No variables 'x' here."],
])('%s fails', (text, message) => {
  expect(() => evaluate(text)).toThrow(expect.objectContaining({ code: 'EXPRESSION_FAILED', message }));
});

test('strings anywhere in JSON are evaluated, and expression objects become their value', () => {
  const json = {
    plain: 1,
    list: ['@item().name', { deep: 'a @{item().Size}' }],
    value: { value: '@pipeline().parameters.numbers', type: 'Expression' },
    both: { value: '@item().Size', type: 'Int' },
  };
  expect(evaluateJson(json, testScope)).toEqual({
    plain: 1n,
    list: ['file.csv', { deep: 'a 12' }],
    value: [1n, 2.5],
    both: { value: 12n, type: 'Int' },
  });
});
