/**
 * Syntax tree of the expression language of Synapse pipelines (azure-facts §6.4). `start` and `end` are offsets into the
 * text that was parsed, 0-based, `end` exclusive: messages and tools point with them.
 */
export type Expression = Literal | Call | Member;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A constant. The service tells integers (64 bit) from floating point numbers, so the tree does too. */
export type Literal = Span & { readonly kind: 'literal' } & (
    | { readonly type: 'string'; readonly value: string }
    | { readonly type: 'integer'; readonly value: bigint }
    | { readonly type: 'float'; readonly value: number }
    | { readonly type: 'boolean'; readonly value: boolean }
    | { readonly type: 'null'; readonly value: null }
  );

/** `name(arguments)`. Roots such as `pipeline()`, `item()` and `activity('x')` are calls, too. Names ignore case. */
export interface Call extends Span {
  readonly kind: 'call';
  /** As written. */
  readonly name: string;
  readonly arguments: readonly Expression[];
}

/** `object.name`, `object['name']` or `object[0]`; with `?` before it, null where the object is null or lacks it. */
export interface Member extends Span {
  readonly kind: 'member';
  readonly object: Expression;
  /** A string literal where it was written with a dot. */
  readonly key: Expression;
  readonly notation: 'dot' | 'bracket';
  readonly isNullSafe: boolean;
}

/** What a string of an artifact's JSON means to the service. */
export type Template =
  /** Just text; `@@` at its start and `@@{` in it are already unescaped. */
  | { readonly kind: 'text'; readonly text: string }
  /** `@expression`: the value keeps its type. */
  | { readonly kind: 'expression'; readonly expression: Expression }
  /** Text with `@{expression}` in it: always a string. At least one part is an expression. */
  | { readonly kind: 'interpolation'; readonly parts: readonly (string | Expression)[] };

/** The expressions of a template, in the order of the text. */
export function expressionsOf(template: Template): readonly Expression[] {
  if (template.kind === 'text') return [];
  if (template.kind === 'expression') return [template.expression];
  return template.parts.filter((part) => typeof part !== 'string');
}

/** Every node of an expression, parents first. */
export function* nodesOf(expression: Expression): Generator<Expression> {
  yield expression;
  const children =
    expression.kind === 'call'
      ? expression.arguments
      : expression.kind === 'member'
        ? [expression.object, expression.key]
        : [];
  for (const child of children) yield* nodesOf(child);
}
