import fc from 'fast-check';
import {
  parseExpression,
  parseTemplate,
  printExpression,
  printTemplate,
  type Expression,
  type Template,
} from '../../../src/artifacts/expression';
import { InsightsError } from '../../../src/contract/errors';

const at = { start: 0, end: 0 };

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/).filter((text) => !/^(true|false|null)$/i.test(text));

const anyText = fc.string({ unit: fc.constantFrom("'", '@', '{', '}', '@{', '@@', ' ', 'a', '\n', 'é', '😀') });

const literal: fc.Arbitrary<Expression> = fc.oneof(
  anyText.map((value) => ({ kind: 'literal' as const, type: 'string' as const, value, ...at })),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value) => ({ kind: 'literal' as const, type: 'integer' as const, value, ...at })),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => ({ kind: 'literal' as const, type: 'float' as const, value: value === 0 ? 0 : value, ...at })),
  fc.boolean().map((value) => ({ kind: 'literal' as const, type: 'boolean' as const, value, ...at })),
  fc.constant({ kind: 'literal' as const, type: 'null' as const, value: null, ...at }),
);

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    literal,
    fc
      .record({ name, arguments: fc.array(tie('expression'), { maxLength: 4 }) })
      .map((call) => ({ kind: 'call' as const, ...call, ...at })),
    fc
      .record({ object: tie('expression'), key: name, isNullSafe: fc.boolean() })
      .map(({ object, key: value, isNullSafe }) => ({
        kind: 'member' as const,
        object,
        key: { kind: 'literal' as const, type: 'string' as const, value, ...at },
        notation: 'dot' as const,
        isNullSafe,
        ...at,
      })),
    fc
      .record({ object: tie('expression'), key: tie('expression'), isNullSafe: fc.boolean() })
      .map((member) => ({ kind: 'member' as const, ...member, notation: 'bracket' as const, ...at })),
  ),
}));

/** A text that ends with `@` cannot stand before an interpolation: together they would be an escape. */
const between = anyText.filter((text) => text !== '' && !text.endsWith('@'));

const template: fc.Arbitrary<Template> = fc.oneof(
  anyText.map((text) => ({ kind: 'text' as const, text })),
  expression.map((one) => ({ kind: 'expression' as const, expression: one })),
  fc
    .array(fc.tuple(fc.option(between, { nil: '' }), expression), { minLength: 1, maxLength: 4 })
    .chain((pairs) => anyText.map((last) => [...pairs.flat(), last].filter((part) => part !== '')))
    .map((parts) => ({ kind: 'interpolation' as const, parts })),
);

/** Without offsets. A bigint is written as text, so that two trees can be compared as JSON. */
function bare(tree: unknown): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, value: unknown) =>
      key === 'start' || key === 'end' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
    ),
  );
}

test('an expression that is printed and parsed is the same', () => {
  fc.assert(
    fc.property(expression, (one) => {
      expect(bare(parseExpression(printExpression(one)))).toEqual(bare(one));
    }),
  );
});

test('a template that is printed and parsed is the same', () => {
  fc.assert(
    fc.property(template, (one) => {
      expect(bare(parseTemplate(printTemplate(one)))).toEqual(bare(one));
    }),
  );
});

test('blanks between tokens mean nothing', () => {
  const spread = (text: string): string =>
    text.replace(/('(?:''|[^'])*')|([(),[\]])/g, (_all, quoted: string | undefined, mark: string | undefined) =>
      quoted === undefined ? ` \n${mark ?? ''}\t` : quoted,
    );
  fc.assert(
    fc.property(
      // Nothing may come between `?` and what it belongs to.
      expression.filter((one) => !/\?\[/.test(printExpression(one))),
      (one) => {
        expect(bare(parseExpression(spread(printExpression(one))))).toEqual(bare(one));
      },
    ),
  );
});

test('whatever the text, it is parsed or refused with a position inside it', () => {
  const unit = fc.constantFrom('@', '{', '}', '(', ')', '[', ']', "'", ',', '.', '?', 'a', '1', '-', 'e', ' ', '"');
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      try {
        expect(parseTemplate(text).kind).toMatch(/^(text|expression|interpolation)$/);
      } catch (error) {
        expect(error).toBeInstanceOf(InsightsError);
        expect((error as { position: number }).position).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 500 },
  );
});
