import { badXPath } from './xpath-lexer';
import {
  namespaceOf,
  nodeText,
  toXPathBoolean,
  toXPathNumber,
  toXPathString,
  type XPathContext,
  type XPathExpression,
  type XPathNode,
  type XPathValue,
} from './xpath-value';

type XPathFunction = (given: readonly XPathValue[], context: XPathContext) => XPathValue;

/** The first node of the argument, or the context node where there is none. */
function nodeOf(given: readonly XPathValue[], context: XPathContext): XPathNode | undefined {
  const [value] = given;
  if (value === undefined) return context.node;
  return nodes(value)[0];
}

function nodes(value: XPathValue | undefined): readonly XPathNode[] {
  if (typeof value !== 'object') throw badXPath();
  return value;
}

function nameOf(node: XPathNode | undefined): string {
  return node?.kind === 'element' || node?.kind === 'attribute' ? node.name : '';
}

const text = (given: readonly XPathValue[], index: number): string => toXPathString(given[index] ?? '');
const number = (given: readonly XPathValue[], index: number): number => toXPathNumber(given[index] ?? NaN);

/** The text of the first argument, or of the context node where there is none. */
function ownText(given: readonly XPathValue[], context: XPathContext): string {
  return given[0] === undefined ? nodeText(context.node) : toXPathString(given[0]);
}

const functions: Readonly<Record<string, XPathFunction>> = {
  boolean: ([value = false]) => toXPathBoolean(value),
  ceiling: (given) => Math.ceil(number(given, 0)),
  concat: (given) => given.map(toXPathString).join(''),
  contains: (given) => text(given, 0).includes(text(given, 1)),
  count: ([value]) => nodes(value).length,
  false: () => false,
  floor: (given) => Math.floor(number(given, 0)),
  last: (_given, { size }) => size,
  'local-name': (given, context) => nameOf(nodeOf(given, context)).replace(/^.*:/, ''),
  name: (given, context) => nameOf(nodeOf(given, context)),
  'namespace-uri': (given, context) => {
    const node = nodeOf(given, context);
    return node === undefined ? '' : namespaceOf(node);
  },
  'normalize-space': (given, context) => ownText(given, context).trim().replaceAll(/\s+/g, ' '),
  not: ([value = false]) => !toXPathBoolean(value),
  number: (given, context) => toXPathNumber(given[0] ?? nodeText(context.node)),
  position: (_given, { position }) => position,
  round: (given) => Math.round(number(given, 0)),
  'starts-with': (given) => text(given, 0).startsWith(text(given, 1)),
  string: ownText,
  'string-length': (given, context) => ownText(given, context).length,
  substring: (given) => {
    const start = Math.round(number(given, 1));
    const end = given.length > 2 ? start + Math.round(number(given, 2)) : Infinity;
    return [...text(given, 0)].filter((_, index) => index + 1 >= start && index + 1 < end).join('');
  },
  'substring-after': (given) => {
    const at = text(given, 0).indexOf(text(given, 1));
    return at < 0 ? '' : text(given, 0).slice(at + text(given, 1).length);
  },
  'substring-before': (given) => text(given, 0).slice(0, Math.max(0, text(given, 0).indexOf(text(given, 1)))),
  sum: ([value]) => nodes(value).reduce((total, node) => total + toXPathNumber([node]), 0),
  translate: (given) => {
    const [from, to] = [[...text(given, 1)], [...text(given, 2)]];
    return [...text(given, 0)].map((one) => (from.includes(one) ? (to[from.indexOf(one)] ?? '') : one)).join('');
  },
  true: () => true,
};

/** A call of one of XPath's functions. @throws EvaluationError for a name that is none. */
export function callXPath(name: string, parameters: readonly XPathExpression[]): XPathExpression {
  const call = functions[name];
  if (call === undefined) throw badXPath();
  return (context) =>
    call(
      parameters.map((parameter) => parameter(context)),
      context,
    );
}
