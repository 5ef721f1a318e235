import { EvaluationError } from './evaluation-error';

export interface XPathToken {
  readonly kind: 'name' | 'number' | 'literal' | 'mark' | 'end';
  readonly text: string;
}

const pattern =
  /\s*(?:(?<number>\d+(?:\.\d*)?|\.\d+)|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<mark>\/\/|::|\.\.|!=|<=|>=|[()[\].@,/|+\-=<>*])|(?<name>[\p{L}_][\p{L}\p{Nd}_.-]*(?::(?!:)(?:\*|[\p{L}_][\p{L}\p{Nd}_.-]*))?))/uy;

/** Splits an XPath 1.0 expression into tokens. @throws EvaluationError. */
export function tokenizeXPath(text: string): XPathToken[] {
  const tokens: XPathToken[] = [];
  pattern.lastIndex = 0;
  let end = 0;
  while (text.slice(end).trim() !== '') {
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) throw badXPath();
    const { number, double, single, mark, name } = groups;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'literal', text: double ?? single ?? '' });
    end = pattern.lastIndex;
  }
  return [...tokens, { kind: 'end', text: '' }];
}

export function badXPath(): EvaluationError {
  return new EvaluationError(
    "The template language function 'xpath' expects its second parameter to be a valid XPath 1.0 expression.",
  );
}
