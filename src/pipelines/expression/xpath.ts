import type { XmlDocument } from './xml-reader';
import { callXPath } from './xpath-functions';
import { badXPath, tokenizeXPath, type XPathToken } from './xpath-lexer';
import {
  axes,
  compareXPath,
  toXPathBoolean,
  toXPathNumber,
  type XmlAttribute,
  type XPathExpression,
  type XPathNode,
  type XPathValue,
} from './xpath-value';
import type { XmlNode } from './xml-reader';

/**
 * Evaluates an XPath 1.0 expression: nodes in document order, or a text, boolean or number (a whole one as an integer).
 * @throws EvaluationError for text that is none.
 */
export function evaluateXPath(
  document: XmlDocument,
  expression: string,
): string | bigint | number | boolean | readonly (XmlNode | XmlAttribute)[] {
  const value = new XPathParser(tokenizeXPath(expression)).whole()({ node: document, position: 1, size: 1 });
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object') return value;
  return value.flatMap((node) => (node.kind === 'document' ? node.children : [node]));
}

type Step = (nodes: readonly XPathNode[]) => readonly XPathNode[];

/** Binary operators, those that bind least first. */
const levels: readonly Readonly<Record<string, (left: XPathValue, right: XPathValue) => XPathValue>>[] = [
  { or: (left, right) => toXPathBoolean(left) || toXPathBoolean(right) },
  { and: (left, right) => toXPathBoolean(left) && toXPathBoolean(right) },
  comparisons('=', '!='),
  comparisons('<', '<=', '>', '>='),
  {
    '+': (left, right) => toXPathNumber(left) + toXPathNumber(right),
    '-': (left, right) => toXPathNumber(left) - toXPathNumber(right),
  },
  {
    '*': (left, right) => toXPathNumber(left) * toXPathNumber(right),
    div: (left, right) => toXPathNumber(left) / toXPathNumber(right),
    mod: (left, right) => toXPathNumber(left) % toXPathNumber(right),
  },
];

function comparisons(...operators: string[]): Record<string, (left: XPathValue, right: XPathValue) => XPathValue> {
  return Object.fromEntries(
    operators.map((operator) => [operator, (left, right) => compareXPath(operator, left, right)]),
  );
}

/** Turns tokens into a function of the context; one method for each rule of the grammar. */
class XPathParser {
  private at = 0;

  constructor(private readonly tokens: readonly XPathToken[]) {}

  whole(): XPathExpression {
    const expression = this.binary(0);
    if (this.next.kind !== 'end') throw badXPath();
    return expression;
  }

  private get next(): XPathToken {
    return this.tokens[this.at] ?? { kind: 'end', text: '' };
  }

  private is(text: string): boolean {
    return (this.next.kind === 'mark' || this.next.kind === 'name') && this.next.text === text;
  }

  private skip(text: string): boolean {
    const isThere = this.is(text);
    if (isThere) this.at += 1;
    return isThere;
  }

  private need(text: string): void {
    if (!this.skip(text)) throw badXPath();
  }

  private binary(level: number): XPathExpression {
    const operators = levels[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const apply = this.next.kind === 'literal' ? undefined : operators[this.next.text];
      if (apply === undefined) return left;
      this.at += 1;
      const [one, other] = [left, this.binary(level + 1)];
      left = (context) => apply(one(context), other(context));
    }
  }

  private unary(): XPathExpression {
    if (!this.skip('-')) return this.union();
    const operand = this.unary();
    return (context) => -toXPathNumber(operand(context));
  }

  private union(): XPathExpression {
    let left = this.path();
    while (this.skip('|')) {
      const [one, other] = [left, this.path()];
      left = (context) => [...new Set([...nodesOf(one(context)), ...nodesOf(other(context))])];
    }
    return left;
  }

  private path(): XPathExpression {
    const primary = this.primary();
    if (primary === undefined) {
      const isAbsolute = this.is('/') || this.is('//');
      const hasSteps = !isAbsolute || this.is('//') || this.startsStep(1);
      const steps = isAbsolute ? this.moreSteps(hasSteps) : [this.step(), ...this.moreSteps(true)];
      return ({ node }) =>
        steps.reduce<readonly XPathNode[]>((nodes, step) => step(nodes), [isAbsolute ? rootOf(node) : node]);
    }
    const predicates = this.predicates();
    const steps = this.moreSteps(true);
    if (predicates.length + steps.length === 0) return primary;
    return (context) => [...predicates, ...steps].reduce((nodes, step) => step(nodes), nodesOf(primary(context)));
  }

  /** `/step`, `//step` …; a single `/` may stand alone. */
  private moreSteps(isStepNeeded: boolean): Step[] {
    const steps: Step[] = [];
    for (;;) {
      const isDeep = this.is('//');
      if (!isDeep && !this.is('/')) return steps;
      this.at += 1;
      if (isDeep) steps.push(walk('descendant-or-self', () => true));
      if (isDeep || isStepNeeded) steps.push(this.step());
    }
  }

  private startsStep(ahead: number): boolean {
    const token = this.tokens[this.at + ahead];
    return token?.kind === 'name' || (token?.kind === 'mark' && /^([@*.]|\.\.)$/.test(token.text));
  }

  private step(): Step {
    if (this.skip('.')) return (nodes) => nodes;
    if (this.skip('..')) return walk('parent', () => true);
    const axis = this.axis();
    const test = this.nodeTest(axis);
    const predicates = this.predicates();
    // Positions count within the nodes that one node leads to.
    return (nodes) => [
      ...new Set(
        nodes.flatMap((node) => predicates.reduce((found, filter) => filter(found), walk(axis, test)([node]))),
      ),
    ];
  }

  private axis(): string {
    if (this.skip('@')) return 'attribute';
    const after = this.tokens[this.at + 1];
    if (this.next.kind !== 'name' || after?.text !== '::') return 'child';
    const name = this.next.text;
    if (axes[name] === undefined) throw badXPath();
    this.at += 2;
    return name;
  }

  private nodeTest(axis: string): (node: XPathNode) => boolean {
    const principal = axis === 'attribute' ? 'attribute' : 'element';
    if (this.skip('*')) return (node) => node.kind === principal;
    if (this.next.kind !== 'name') throw badXPath();
    const name = this.next.text;
    this.at += 1;
    if (this.skip('(')) {
      this.need(')');
      if (name === 'node') return () => true;
      if (name === 'text') return (node) => node.kind === 'text';
      throw badXPath();
    }
    const prefix = name.endsWith(':*') ? name.slice(0, -1) : undefined;
    return (node) =>
      node.kind === principal &&
      'name' in node &&
      (prefix === undefined ? node.name === name : node.name.startsWith(prefix));
  }

  private predicates(): Step[] {
    const steps: Step[] = [];
    while (this.skip('[')) {
      const condition = this.binary(0);
      this.need(']');
      steps.push((nodes) =>
        nodes.filter((node, index) => {
          const value = condition({ node, position: index + 1, size: nodes.length });
          return typeof value === 'number' ? value === index + 1 : toXPathBoolean(value);
        }),
      );
    }
    return steps;
  }

  /** A text, number, parenthesis or call; undefined where a path begins. */
  private primary(): XPathExpression | undefined {
    const { kind, text } = this.next;
    if (kind === 'literal' || kind === 'number') {
      this.at += 1;
      const value = kind === 'number' ? Number(text) : text;
      return () => value;
    }
    if (this.skip('(')) {
      const inner = this.binary(0);
      this.need(')');
      return inner;
    }
    const isCall = kind === 'name' && this.tokens[this.at + 1]?.text === '(' && text !== 'text' && text !== 'node';
    if (!isCall) return undefined;
    this.at += 2;
    const parameters: XPathExpression[] = [];
    while (!this.skip(')')) {
      if (parameters.length > 0) this.need(',');
      parameters.push(this.binary(0));
    }
    return callXPath(text, parameters);
  }
}

function nodesOf(value: XPathValue): readonly XPathNode[] {
  if (typeof value !== 'object') throw badXPath();
  return value;
}

function walk(axis: string, test: (node: XPathNode) => boolean): Step {
  const follow = axes[axis] ?? (() => []);
  return (nodes) => [...new Set(nodes.flatMap((node) => follow(node)))].filter(test);
}

function rootOf(node: XPathNode): XPathNode {
  return node.kind === 'document' ? node : rootOf(node.parent);
}
