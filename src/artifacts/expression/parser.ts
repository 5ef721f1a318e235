import { readToken, type Token, type TokenKind } from './lexer';
import type { Expression, Literal, Template } from './syntax';
import { ExpressionSyntaxError } from './syntax-error';

/** Far deeper than any expression of 8,192 characters that a person writes; keeps hostile text from exhausting the stack. */
const deepest = 500;

/** 64 bit, as the service's integers. */
const smallestInteger = -(2n ** 63n);
const largestInteger = 2n ** 63n - 1n;

/**
 * Parses an expression, without the `@` before it.
 * @throws ExpressionSyntaxError EXPRESSION_INVALID with the position where reading stopped.
 */
export function parseExpression(text: string): Expression {
  return parseAll(text, 0);
}

/**
 * Parses a string value of an artifact's JSON: text, `@expression` (typed), or text with `@{expression}` in it (always a
 * string). `@@` at the start stands for `@`, and `@@{` anywhere for `@{`.
 * @throws ExpressionSyntaxError EXPRESSION_INVALID with the position where reading stopped.
 */
export function parseTemplate(text: string): Template {
  if (/^@(?![@{])/.test(text) && text.length > 1) return { kind: 'expression', expression: parseAll(text, 1) };
  const parts: (string | Expression)[] = [];
  let plain = '';
  let position = 0;
  if (text.startsWith('@@')) {
    plain = '@';
    position = 2;
  }
  while (position < text.length) {
    if (text.startsWith('@@{', position)) {
      plain += '@{';
      position += 3;
    } else if (text.startsWith('@{', position)) {
      const parser = new Parser(text, position + 2);
      const expression = parser.expression();
      position = parser.take('RightCurlyBrace').end;
      if (plain !== '') parts.push(plain);
      plain = '';
      parts.push(expression);
    } else {
      plain += text.charAt(position);
      position += 1;
    }
  }
  if (parts.length === 0) return { kind: 'text', text: plain };
  if (plain !== '') parts.push(plain);
  return { kind: 'interpolation', parts };
}

function parseAll(text: string, from: number): Expression {
  const parser = new Parser(text, from);
  const expression = parser.expression();
  parser.take('EndOfData');
  return expression;
}

class Parser {
  private next: Token;
  private depth = 0;

  constructor(
    private readonly text: string,
    from: number,
  ) {
    this.next = readToken(text, from);
  }

  /** expression = (literal | call) { "." name | "[" expression "]", each perhaps with "?" before it }. */
  expression(): Expression {
    this.depth += 1;
    if (this.depth > deepest) this.fail(`more than ${deepest} expressions in each other`);
    let result = this.primary();
    for (;;) {
      const isNullSafe = this.next.kind === 'QuestionMark';
      if (isNullSafe) {
        const mark = this.take('QuestionMark');
        const follows = this.next.kind === 'Dot' || this.next.kind === 'LeftSquareBracket';
        if (!follows || this.next.start !== mark.end) this.fail("expected '.' or '[' directly after '?'");
      }
      if (this.next.kind === 'Dot') result = this.property(result, isNullSafe);
      else if (this.next.kind === 'LeftSquareBracket') result = this.index(result, isNullSafe);
      else break;
    }
    this.depth -= 1;
    return result;
  }

  /** The next token, which must be of this kind. */
  take(kind: TokenKind): Token {
    const token = this.next;
    if (token.kind !== kind) this.fail(`expected token '${kind}' and actual '${token.kind}'`);
    // Nothing after a closing brace is read: there the text of an interpolation goes on.
    if (kind !== 'EndOfData' && kind !== 'RightCurlyBrace') this.next = readToken(this.text, token.end);
    return token;
  }

  private primary(): Expression {
    const token = this.next;
    const { start, end } = token;
    switch (token.kind) {
      case 'StringLiteral':
        this.take(token.kind);
        return { kind: 'literal', type: 'string', value: token.text, start, end };
      case 'IntegerLiteral': {
        const value = BigInt(token.text.replace(/^\+/, ''));
        if (value < smallestInteger || value > largestInteger) this.fail('the integer does not fit into 64 bits');
        this.take(token.kind);
        return { kind: 'literal', type: 'integer', value, start, end };
      }
      case 'FloatLiteral':
        this.take(token.kind);
        return { kind: 'literal', type: 'float', value: Number(token.text), start, end };
      case 'Identifier':
        this.take(token.kind);
        return constant(token) ?? this.call(token);
      default:
        return this.fail(`expected an expression and actual '${token.kind}'`);
    }
  }

  private call(name: Token): Expression {
    this.take('LeftParenthesis');
    const parameters: Expression[] = [];
    if (this.next.kind !== 'RightParenthesis') {
      parameters.push(this.expression());
      while (this.next.kind === 'Comma') {
        this.take('Comma');
        parameters.push(this.expression());
      }
    }
    const { end } = this.take('RightParenthesis');
    return { kind: 'call', name: name.text, arguments: parameters, start: name.start, end };
  }

  private property(object: Expression, isNullSafe: boolean): Expression {
    this.take('Dot');
    const { text: value, start, end } = this.take('Identifier');
    const key: Literal = { kind: 'literal', type: 'string', value, start, end };
    return { kind: 'member', object, key, notation: 'dot', isNullSafe, start: object.start, end };
  }

  private index(object: Expression, isNullSafe: boolean): Expression {
    this.take('LeftSquareBracket');
    const key = this.expression();
    const { end } = this.take('RightSquareBracket');
    return { kind: 'member', object, key, notation: 'bracket', isNullSafe, start: object.start, end };
  }

  private fail(reason: string): never {
    throw new ExpressionSyntaxError(this.text, this.next.start, reason);
  }
}

/** `true`, `false` and `null`, in any case; undefined for another name. */
function constant({ text, start, end }: Token): Literal | undefined {
  switch (text.toLowerCase()) {
    case 'true':
      return { kind: 'literal', type: 'boolean', value: true, start, end };
    case 'false':
      return { kind: 'literal', type: 'boolean', value: false, start, end };
    case 'null':
      return { kind: 'literal', type: 'null', value: null, start, end };
    default:
      return undefined;
  }
}
