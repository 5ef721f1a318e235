import fc from 'fast-check';
import { parseExpression, parseTemplate } from '../../../src/artifacts/expression';
import type { JsonValue } from '../../../src/artifacts/model';
import { toText } from '../../../src/pipelines/expression/content';
import { evaluateExpression, evaluateTemplate } from '../../../src/pipelines/expression/evaluate';
import { InsightsError } from '../../../src/contract/errors';
import { fromJson, jsonText, parseJson, toJson, type Value } from '../../../src/pipelines/expression/value';
import { testScope } from './scope';
import { anyText } from '../../support/any-text';

/** Evaluates an expression in which `item()` is the value. */
function on(expression: string, item: Value): Value {
  return evaluateExpression(parseExpression(expression), { ...testScope, root: () => item });
}

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** JSON as an artifact can hold it: whole numbers within 2^53. */
const json = fc
  .jsonValue({ maxDepth: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonValue)
  .filter((value) => !/e[+-]?\d|\d{16}|-0/i.test(JSON.stringify(value)));

test('JSON goes through values and text unchanged', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(toJson(fromJson(value))).toEqual(value);
      expect(toJson(parseJson(jsonText(fromJson(value))))).toEqual(value);
    }),
  );
});

test('json(string(x)) is x for arrays and objects', () => {
  fc.assert(
    fc.property(fc.array(json), (value) => {
      expect(toJson(on('json(string(item()))', fromJson(value)))).toEqual(value);
    }),
  );
});

test('integers keep all 64 bits', () => {
  fc.assert(
    fc.property(int64, (value) => {
      expect(on('int(string(item()))', value)).toBe(value);
      expect(on('json(string(createArray(item())))', value)).toEqual([value]);
    }),
  );
});

test('div and mod take an integer apart', () => {
  fc.assert(
    fc.property(int64, fc.bigInt({ min: 1n, max: 2n ** 40n }), (dividend, divisor) => {
      const sum = 'add(mul(div(item()[0], item()[1]), item()[1]), mod(item()[0], item()[1]))';
      expect(on(sum, [dividend, divisor])).toBe(dividend);
    }),
  );
});

test('encodings can be undone', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      expect(on('base64ToString(base64(item()))', text)).toBe(text);
      expect(on('string(base64ToBinary(base64(binary(item()))))', text)).toBe(text);
      expect(on('uriComponentToString(uriComponent(item()))', text)).toBe(text);
      expect(on('dataUriToString(dataUri(item()))', text)).toBe(text);
    }),
  );
});

test('split and join undo each other', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'B', 'é', ' ') });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (words) => {
      expect(on("split(join(item(), ';'), ';')", words)).toEqual(words);
    }),
  );
});

test('take and skip part an array; union has what any has, intersection what all have', () => {
  const small = fc.array(fc.bigInt({ min: 0n, max: 6n }));
  fc.assert(
    fc.property(small, small, fc.bigInt({ min: 0n, max: 8n }), (left, right, count) => {
      const parts = [on('take(item()[0], item()[1])', [left, count]), on('skip(item()[0], item()[1])', [left, count])];
      expect(parts.flat()).toEqual(left);
      const union = new Set(on('union(item()[0], item()[1])', [left, right]) as bigint[]);
      const shared = new Set(on('intersection(item()[0], item()[1])', [left, right]) as bigint[]);
      expect(union).toEqual(new Set([...left, ...right]));
      expect(shared).toEqual(new Set(left.filter((one) => right.includes(one))));
    }),
  );
});

test('comparisons agree with each other', () => {
  const number = fc.oneof(int64, fc.double({ noNaN: true, noDefaultInfinity: true }));
  fc.assert(
    fc.property(number, number, (left, right) => {
      const results = ['less', 'equals', 'greater'].map((name) => on(`${name}(item()[0], item()[1])`, [left, right]));
      expect(results.filter((result) => result === true)).toHaveLength(1);
      expect(on('lessOrEquals(item()[0], item()[1])', [left, right])).toBe(results[2] === false);
    }),
  );
});

test('text without an expression is itself, and an interpolation of a value is its string()', () => {
  const plain = anyText().filter((text) => !text.includes('@'));
  fc.assert(
    fc.property(plain, plain, json, (before, after, value) => {
      const scope = { ...testScope, root: () => fromJson(value) };
      expect(evaluateTemplate(parseTemplate(before), scope)).toBe(before);
      expect(evaluateTemplate(parseTemplate(`${before}@{item()}${after}`), scope)).toBe(
        `${before}${toText(on('string(item())', fromJson(value)))}${after}`,
      );
      // Two signs at the start stand for one, and nothing after them is an expression of its own.
      expect(evaluateTemplate(parseTemplate(`@@${before}`), scope)).toBe(`@${before}`);
    }),
  );
});

test('names of functions, roots and properties ignore case', () => {
  const anyCase = (text: string): fc.Arbitrary<string> =>
    fc.mixedCase(fc.constant(text), { toggleCase: (character) => character.toUpperCase() });
  const names = fc.tuple(anyCase('concat'), anyCase('item'), anyCase('name'), anyCase('if'), anyCase('true'));
  fc.assert(
    fc.property(names, ([concat, item, name, choose, yes]) => {
      expect(on(`${concat}(${choose}(${yes}, ${item}().${name}, 1), 'x')`, { Name: 'a' })).toBe('ax');
    }),
  );
});

test('a function of any arguments gives a value or an error of ours, never another exception', () => {
  const names = ['add', 'addDays', 'array', 'base64', 'bool', 'concat', 'contains', 'convertFromUtc', 'dataUri'].concat(
    ['empty', 'equals', 'first', 'float', 'formatDateTime', 'greater', 'indexOf', 'int', 'intersection', 'join'],
    ['json', 'length', 'max', 'range', 'replace', 'skip', 'split', 'string', 'substring', 'take', 'ticks', 'trim'],
    ['union', 'uriComponentToString', 'xml', 'xpath', 'decodeDataUri', 'startOfDay', 'getFutureTime', 'rand'],
  );
  const value = json.map(fromJson);
  const call = fc.tuple(fc.constantFrom(...names), fc.array(value, { maxLength: 3 }));
  fc.assert(
    fc.property(call, ([name, values]) => {
      const expression = `${name}(${values.map((_, index) => `item()[${index}]`).join(', ')})`;
      try {
        expect(on(expression, values)).not.toBeUndefined();
      } catch (error) {
        expect(error).toBeInstanceOf(InsightsError);
      }
    }),
    { numRuns: 1000 },
  );
});
