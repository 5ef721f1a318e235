import { parseExpression, parseTemplate, type Expression, type Template } from '../../../src/artifacts/expression';
import { InsightsError } from '../../../src/contract/errors';

/** The tree as nested arrays, without offsets: a property is [object, '.', key], null-safe [object, '?.', key]. */
function shape(expression: Expression): unknown {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'call':
      return { [expression.name]: expression.arguments.map(shape) };
    case 'member': {
      const mark = expression.notation === 'dot' ? '.' : '[]';
      return [shape(expression.object), expression.isNullSafe ? `?${mark}` : mark, shape(expression.key)];
    }
  }
}

function templateShape(template: Template): unknown {
  if (template.kind === 'text') return template.text;
  if (template.kind === 'expression') return { '@': shape(template.expression) };
  return template.parts.map((part) => (typeof part === 'string' ? part : { '@': shape(part) }));
}

const pipeline = { pipeline: [] };
const item = { item: [] };

describe('parseExpression', () => {
  test.each<[string, unknown]>([
    ["'it''s'", "it's"],
    ["''", ''],
    ["''''", "'"],
    ["'two\nlines'", 'two\nlines'],
    ["'@{not one}'", '@{not one}'],
    ['42', 42n],
    ['-9223372036854775808', -9223372036854775808n],
    ['+7', 7n],
    ['1.5', 1.5],
    ['.3', 0.3],
    ['-2e3', -2000],
    ['true', true],
    ['False', false],
    ['NULL', null],
    ['pipeline().RunId', [pipeline, '.', 'RunId']],
    ['pipeline ( ) . parameters . workspace', [[pipeline, '.', 'parameters'], '.', 'workspace']],
    ['pipeline()?.TriggeredByPipelineName', [pipeline, '?.', 'TriggeredByPipelineName']],
    ["item()?['a']?.b[0]", [[[item, '?[]', 'a'], '?.', 'b'], '[]', 0n]],
    ["activity('Get files').output.childItems[sub(3, 1)].name", expect.anything()],
    ["concat('a', string(1), item().x)", { concat: ['a', { string: [1n] }, [item, '.', 'x']] }],
    ['utcNow()', { utcNow: [] }],
    ['  add(1,\n  2)  ', { add: [1n, 2n] }],
    ['variables(pipeline().parameters.größe)', { variables: [[[pipeline, '.', 'parameters'], '.', 'größe']] }],
  ])('reads %s', (text, expected) => {
    expect(shape(parseExpression(text))).toEqual(expected);
  });

  test('keeps the offsets of every node, end exclusive', () => {
    expect(parseExpression(" a( 'b' )?.c")).toEqual({
      kind: 'member',
      object: {
        kind: 'call',
        name: 'a',
        arguments: [{ kind: 'literal', type: 'string', value: 'b', start: 4, end: 7 }],
        start: 1,
        end: 9,
      },
      key: { kind: 'literal', type: 'string', value: 'c', start: 11, end: 12 },
      notation: 'dot',
      isNullSafe: true,
      start: 1,
      end: 12,
    });
  });

  test.each<[string, number, string]>([
    ['', 0, "expected an expression and actual 'EndOfData'"],
    ['concat(', 7, "expected an expression and actual 'EndOfData'"],
    ["concat('a'", 10, "expected token 'RightParenthesis' and actual 'EndOfData'"],
    ["concat('a' 'b')", 11, "expected token 'RightParenthesis' and actual 'StringLiteral'"],
    ["concat('a',)", 11, "expected an expression and actual 'RightParenthesis'"],
    ['pipeline.RunId', 8, "expected token 'LeftParenthesis' and actual 'Dot'"],
    ['pipeline()RunId', 10, "expected token 'EndOfData' and actual 'Identifier'"],
    ['pipeline().', 11, "expected token 'Identifier' and actual 'EndOfData'"],
    ['item()[0', 8, "expected token 'RightSquareBracket' and actual 'EndOfData'"],
    ['item()? .a', 8, "expected '.' or '[' directly after '?'"],
    ['item()?a', 7, "expected '.' or '[' directly after '?'"],
    ['item().a-b', 8, "the character '-' is not expected"],
    ["concat('a", 7, 'the string has no closing quote; it starts'],
    ['concat("a")', 7, "the character '\"' is not expected"],
    ['concat(@item())', 7, "the character '@' is not expected"],
    ['9223372036854775808', 0, 'the integer does not fit into 64 bits'],
    ['1 + 2', 2, "the character '+' is not expected"],
    ['a(1))', 4, "expected token 'EndOfData' and actual 'RightParenthesis'"],
    ['😀', 0, "the character '😀' is not expected"],
  ])('refuses %s', (text, position, reason) => {
    const refused = (): Expression => parseExpression(text);
    expect(refused).toThrow(
      expect.objectContaining({
        code: 'EXPRESSION_INVALID',
        message: `Unable to parse expression '${text}': ${reason} at position ${position}.`,
        position,
        details: { position },
      }),
    );
  });

  test('shows the beginning of a long expression only', () => {
    const text = `concat('${'x'.repeat(300)}'`;
    expect(() => parseExpression(text)).toThrow(
      `Unable to parse expression '${text.slice(0, 200)}…': expected token 'RightParenthesis' and actual 'EndOfData' at position 309.`,
    );
  });

  test('refuses expressions too deep in each other instead of running out of stack', () => {
    const deep = (levels: number): string => `${'not('.repeat(levels)}true${')'.repeat(levels)}`;
    expect(parseExpression(deep(499)).kind).toBe('call');
    expect(() => parseExpression(deep(500))).toThrow(InsightsError);
    expect(() => parseExpression(deep(500))).toThrow(/: more than 500 expressions in each other at position 2000\.$/);
  });
});

describe('parseTemplate', () => {
  const run = { '@': [pipeline, '.', 'RunId'] };

  test.each<[string, unknown]>([
    ['', ''],
    ['parameters', 'parameters'],
    ['parameters[1]', 'parameters[1]'],
    ['@', '@'],
    ['@@', '@'],
    [' @', ' @'],
    ['@@pipeline().RunId', '@pipeline().RunId'],
    ['a@@b', 'a@@b'],
    ['someone@example.org', 'someone@example.org'],
    ['@pipeline().RunId', run],
    ['@{pipeline().RunId}', [run]],
    ['run @{pipeline().RunId} of @{ item() }.', ['run ', run, ' of ', { '@': item }, '.']],
    ['@{item()}@{item()}', [{ '@': item }, { '@': item }]],
    ['Answer is: @@{item()}', 'Answer is: @{item()}'],
    ['@@{item()} is @{item()}', ['@{item()} is ', { '@': item }]],
    ['@@@{item()}', ['@', { '@': item }]],
    ["@{concat('}', '@{')}", [{ '@': { concat: ['}', '@{'] } }]],
    ['{"a": "@{item()}"}', ['{"a": "', { '@': item }, '"}']],
  ])('reads %s', (text, expected) => {
    expect(templateShape(parseTemplate(text))).toEqual(expected);
  });

  test.each<[string, string]>([
    ['@pipeline().RunId and more', "expected token 'EndOfData' and actual 'Identifier' at position 18."],
    ['run @{pipeline().RunId', "expected token 'RightCurlyBrace' and actual 'EndOfData' at position 22."],
    ['@{}', "expected an expression and actual 'RightCurlyBrace' at position 2."],
    ['@ ', "expected an expression and actual 'EndOfData' at position 2."],
  ])('refuses %s, counting positions from the start of the text', (text, reason) => {
    expect(() => parseTemplate(text)).toThrow(`Unable to parse expression '${text}': ${reason}`);
  });
});
