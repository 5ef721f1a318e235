import { InsightsError } from '../../contract/errors';

/**
 * The part of Terraform's template language that our synthesised files use: `${a.b.c}`, `${a.b[0].c}`,
 * `${jsonencode(a.b)}`, and the escapes `$${` and `%%{`. Anything else is refused by name, never taken as text.
 */

/** One piece of a string: text, or an expression to put in its place. */
export type TemplatePart = string | Expression;

export type Expression =
  | { readonly kind: 'traversal'; readonly path: readonly (string | number)[] }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'literal'; readonly value: string | number };

/** Finds the value of a traversal such as `['azurerm_resource_group', 'Group', 'name']`. */
export type Lookup = (path: readonly (string | number)[]) => unknown;

const token = /\s*(?:([A-Za-z_][\w-]*)|(\d+)|"((?:[^"\\]|\\.)*)"|([.[\](),]))/y;

/** Splits a string of a synthesised file into text and expressions. */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('$${', at) || text.startsWith('%%{', at)) {
      literal += text.slice(at + 1, at + 3);
      at += 3;
    } else if (text.startsWith('${', at)) {
      if (literal !== '') parts.push(literal);
      literal = '';
      const { expression, end } = parseExpression(text, at + 2);
      parts.push(expression);
      at = end;
    } else if (text.startsWith('%{', at)) {
      throw unsupported(text, at);
    } else {
      literal += text.charAt(at);
      at += 1;
    }
  }
  if (literal !== '' || parts.length === 0) parts.push(literal);
  return parts;
}

type Token =
  | { readonly kind: 'name' | 'text' | 'mark'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number };

/** Reads one expression up to its `}`. */
function parseExpression(text: string, from: number): { readonly expression: Expression; readonly end: number } {
  const reader = new ExpressionReader(text, from);
  const expression = reader.read();
  return { expression, end: reader.end() };
}

class ExpressionReader {
  private at: number;
  private current: Token | undefined;

  constructor(
    private readonly text: string,
    private readonly from: number,
  ) {
    this.at = from;
    this.advance();
  }

  read(): Expression {
    const first = this.current;
    if (first === undefined || first.kind === 'mark') throw this.unsupported();
    this.advance();
    if (first.kind !== 'name') return { kind: 'literal', value: first.value };
    if (this.isMark('(')) return this.readCall(first.value);
    const path: (string | number)[] = [first.value];
    while (this.isMark('.') || this.isMark('[')) {
      const isIndex = this.isMark('[');
      this.advance();
      const step = this.current;
      if (step === undefined || step.kind === 'mark') throw this.unsupported();
      path.push(step.value);
      this.advance();
      if (isIndex) this.take(']');
    }
    return { kind: 'traversal', path };
  }

  /** Where the text goes on after the closing brace, which is no token. */
  end(): number {
    const rest = /^\s*\}/.exec(this.text.slice(this.at));
    if (this.current !== undefined || rest === null) throw this.unsupported();
    return this.at + rest[0].length;
  }

  private readCall(name: string): Expression {
    const given: Expression[] = [];
    this.advance();
    while (!this.isMark(')')) {
      given.push(this.read());
      if (!this.isMark(')')) this.take(',');
    }
    this.advance();
    return { kind: 'call', name, arguments: given };
  }

  private take(mark: string): void {
    if (!this.isMark(mark)) throw this.unsupported();
    this.advance();
  }

  private isMark(mark: string): boolean {
    return this.current?.kind === 'mark' && this.current.value === mark;
  }

  private advance(): void {
    token.lastIndex = this.at;
    const found = token.exec(this.text);
    this.current = undefined;
    if (found === null) return;
    this.at = token.lastIndex;
    const [, name, number, quoted, mark] = found;
    if (name !== undefined) this.current = { kind: 'name', value: name };
    else if (number !== undefined) this.current = { kind: 'number', value: Number(number) };
    else if (quoted !== undefined) this.current = { kind: 'text', value: JSON.parse(`"${quoted}"`) as string };
    else this.current = { kind: 'mark', value: mark ?? '' };
  }

  private unsupported(): InsightsError {
    return unsupported(this.text, this.from - 2);
  }
}

/**
 * A value with every template in it resolved, at any depth. A string that is one expression and nothing else takes the
 * expression's own type.
 */
export function resolveValue(value: unknown, lookup: Lookup): unknown {
  if (typeof value === 'string') return resolveTemplate(value, lookup);
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, lookup));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveValue(item, lookup)]));
  }
  return value;
}

function resolveTemplate(text: string, lookup: Lookup): unknown {
  const parts = parseTemplate(text);
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object') return evaluate(only, lookup);
  return parts
    .map((part) => (typeof part === 'string' ? part : String(evaluate(part, lookup) as string | number | boolean)))
    .join('');
}

function evaluate(expression: Expression, lookup: Lookup): unknown {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'traversal':
      return lookup(expression.path);
    case 'call': {
      if (expression.name !== 'jsonencode') {
        throw new InsightsError('PROVISIONING_UNSUPPORTED', `The function ${expression.name} is not provided for.`);
      }
      return JSON.stringify(evaluate(expression.arguments[0] as Expression, lookup));
    }
  }
}

/** Every traversal of a value, at any depth. */
export function traversalsOf(value: unknown): readonly (readonly (string | number)[])[] {
  if (typeof value === 'string') {
    return parseTemplate(value).flatMap((part) => (typeof part === 'string' ? [] : traversalsIn(part)));
  }
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(traversalsOf);
  return [];
}

function traversalsIn(expression: Expression): readonly (readonly (string | number)[])[] {
  if (expression.kind === 'traversal') return [expression.path];
  return expression.kind === 'call' ? expression.arguments.flatMap(traversalsIn) : [];
}

/** Text of a synthesised file is ours, and holds no secret: it may be quoted. */
function unsupported(text: string, at: number): InsightsError {
  const excerpt = text.slice(at, at + 60);
  return new InsightsError('PROVISIONING_UNSUPPORTED', `This expression is not provided for: ${excerpt}`);
}
