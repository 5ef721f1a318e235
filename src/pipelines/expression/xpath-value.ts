import { textOf, type XmlDocument, type XmlElement, type XmlNode, type XmlParent } from './xml-reader';

export interface XmlAttribute {
  readonly kind: 'attribute';
  readonly name: string;
  readonly value: string;
  readonly parent: XmlElement;
}

export type XPathNode = XmlNode | XmlAttribute | XmlDocument;

/** The four types of XPath 1.0; a set of nodes in document order. */
export type XPathValue = string | number | boolean | readonly XPathNode[];

/** Where an expression is evaluated. `position` counts from 1. */
export interface XPathContext {
  readonly node: XPathNode;
  readonly position: number;
  readonly size: number;
}

export type XPathExpression = (context: XPathContext) => XPathValue;

export function nodeText(node: XPathNode): string {
  return node.kind === 'attribute' ? node.value : textOf(node);
}

export function toXPathString(value: XPathValue): string {
  if (typeof value !== 'object') return String(value);
  const [first] = value;
  return first === undefined ? '' : nodeText(first);
}

export function toXPathNumber(value: XPathValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const text = toXPathString(value).trim();
  return /^-?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : NaN;
}

export function toXPathBoolean(value: XPathValue): boolean {
  if (typeof value === 'number') return value !== 0 && !Number.isNaN(value);
  return typeof value === 'boolean' ? value : value.length > 0;
}

/** `=`, `<` and so on: of a set, whether any of its nodes compares so. */
export function compareXPath(operator: string, left: XPathValue, right: XPathValue): boolean {
  if (typeof left === 'object') return left.some((node) => compareXPath(operator, nodeText(node), right));
  if (typeof right === 'object') return right.some((node) => compareXPath(operator, left, nodeText(node)));
  if (operator === '=' || operator === '!=') {
    const areEqual =
      typeof left === 'boolean' || typeof right === 'boolean'
        ? toXPathBoolean(left) === toXPathBoolean(right)
        : typeof left === 'number' || typeof right === 'number'
          ? toXPathNumber(left) === toXPathNumber(right)
          : left === right;
    return areEqual === (operator === '=');
  }
  const [one, other] = [toXPathNumber(left), toXPathNumber(right)];
  switch (operator) {
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    default:
      return one >= other;
  }
}

function childrenOf(node: XPathNode): readonly XmlNode[] {
  return node.kind === 'element' || node.kind === 'document' ? node.children : [];
}

function descendantsOf(node: XPathNode): XPathNode[] {
  return childrenOf(node).flatMap((child) => [child, ...descendantsOf(child)]);
}

function ancestorsOf(node: XPathNode): XmlParent[] {
  return node.kind === 'document' ? [] : [node.parent, ...ancestorsOf(node.parent)];
}

function siblingsOf(node: XPathNode): readonly XmlNode[] {
  return node.kind === 'document' || node.kind === 'attribute' ? [] : childrenOf(node.parent);
}

/** Axes of XPath, nearest node first. */
export const axes: Readonly<Record<string, (node: XPathNode) => readonly XPathNode[]>> = {
  child: childrenOf,
  descendant: descendantsOf,
  'descendant-or-self': (node) => [node, ...descendantsOf(node)],
  parent: (node) => ancestorsOf(node).slice(0, 1),
  ancestor: ancestorsOf,
  'ancestor-or-self': (node) => [node, ...ancestorsOf(node)],
  self: (node) => [node],
  'following-sibling': (node) => siblingsOf(node).slice(siblingsOf(node).indexOf(node as XmlNode) + 1),
  'preceding-sibling': (node) =>
    siblingsOf(node)
      .slice(0, Math.max(0, siblingsOf(node).indexOf(node as XmlNode)))
      .reverse(),
  attribute: (node) =>
    node.kind === 'element'
      ? [...node.attributes]
          .filter(([name]) => !/^xmlns(:|$)/.test(name))
          .map(([name, value]) => ({ kind: 'attribute' as const, name, value, parent: node }))
      : [],
};

/** The namespace of an element or a prefixed attribute, as the `xmlns` around it say. */
export function namespaceOf(node: XPathNode): string {
  if (node.kind !== 'element' && node.kind !== 'attribute') return '';
  const [prefix] = node.name.includes(':') ? node.name.split(':') : [undefined];
  if (node.kind === 'attribute' && prefix === undefined) return '';
  const key = prefix === undefined ? 'xmlns' : `xmlns:${prefix}`;
  const around = node.kind === 'attribute' ? ancestorsOf(node) : [node, ...ancestorsOf(node)];
  for (const element of around) {
    const found = element.kind === 'element' ? element.attributes.get(key) : undefined;
    if (found !== undefined) return found;
  }
  return '';
}
