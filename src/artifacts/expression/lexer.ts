import { ExpressionSyntaxError } from './syntax-error';

/** Names as the service's own messages have them. */
export type TokenKind =
  | 'Identifier'
  | 'StringLiteral'
  | 'IntegerLiteral'
  | 'FloatLiteral'
  | 'LeftParenthesis'
  | 'RightParenthesis'
  | 'LeftSquareBracket'
  | 'RightSquareBracket'
  | 'RightCurlyBrace'
  | 'Comma'
  | 'Dot'
  | 'QuestionMark'
  | 'EndOfData';

export interface Token {
  readonly kind: TokenKind;
  /** Source text; of a string literal the text between its quotes, unescaped. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const punctuation: Readonly<Record<string, TokenKind>> = {
  '(': 'LeftParenthesis',
  ')': 'RightParenthesis',
  '[': 'LeftSquareBracket',
  ']': 'RightSquareBracket',
  '}': 'RightCurlyBrace',
  ',': 'Comma',
  '.': 'Dot',
  '?': 'QuestionMark',
};

const blank = /\s*/uy;
const identifier = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const number = /[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?/uy;

/**
 * The token at or after `from`. Reads on demand, because only the parser knows where the expression of an interpolation
 * ends.
 * @throws ExpressionSyntaxError for a character that begins no token, and for a string without its closing quote.
 */
export function readToken(text: string, from: number): Token {
  const start = endOf(blank, text, from) ?? from;
  const character = text[start];
  if (character === undefined) return { kind: 'EndOfData', text: '', start, end: start };
  if (character === "'") return readString(text, start);
  const numberEnd = endOf(number, text, start);
  if (numberEnd !== undefined) {
    const digits = text.slice(start, numberEnd);
    return { kind: /[.eE]/.test(digits) ? 'FloatLiteral' : 'IntegerLiteral', text: digits, start, end: numberEnd };
  }
  const kind = punctuation[character];
  if (kind !== undefined) return { kind, text: character, start, end: start + 1 };
  const nameEnd = endOf(identifier, text, start);
  if (nameEnd !== undefined) return { kind: 'Identifier', text: text.slice(start, nameEnd), start, end: nameEnd };
  const shown = String.fromCodePoint(text.codePointAt(start) ?? 0);
  throw new ExpressionSyntaxError(text, start, `the character '${shown}' is not expected`);
}

/** Two quotes in a string stand for one; there is no other escape, and line breaks are allowed. */
function readString(text: string, start: number): Token {
  let value = '';
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf("'", from);
    if (quote < 0) throw new ExpressionSyntaxError(text, start, 'the string has no closing quote; it starts');
    value += text.slice(from, quote);
    if (text[quote + 1] !== "'") return { kind: 'StringLiteral', text: value, start, end: quote + 1 };
    value += "'";
    from = quote + 2;
  }
}

function endOf(pattern: RegExp, text: string, from: number): number | undefined {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
