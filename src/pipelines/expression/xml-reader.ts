import { EvaluationError } from './evaluation-error';

/** The parts of an XML document that the expression language can see; comments and instructions are not among them. */
export type XmlNode = XmlElement | XmlText;

export interface XmlText {
  readonly kind: 'text';
  readonly text: string;
  readonly parent: XmlParent;
}

export interface XmlElement {
  readonly kind: 'element';
  /** As written, with its prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlNode[];
  readonly parent: XmlParent;
}

export interface XmlDocument {
  readonly kind: 'document';
  /** `version`, `encoding` and so on of `<?xml … ?>`; undefined where there is none. */
  readonly declaration: ReadonlyMap<string, string> | undefined;
  readonly children: XmlNode[];
}

export type XmlParent = XmlElement | XmlDocument;

const token =
  /<\?xml\s(?<declaration>[^?]*)\?>|<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!\[CDATA\[(?<data>[\s\S]*?)\]\]>|<\/(?<close>[^\s>]+)\s*>|<(?<open>[^\s/>!?]+)(?<attributes>(?:\s+[^\s=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>|(?<text>[^<]+)/y;

const namedEntities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads a document, without document types and entities of its own.
 * @throws EvaluationError for text that is not well formed.
 */
export function parseXml(text: string): XmlDocument {
  const source = text.replace(/^\uFEFF/, '');
  const document = { kind: 'document' as const, declaration: undefined as XmlDocument['declaration'], children: [] };
  let parent: XmlParent = document;
  token.lastIndex = 0;
  while (token.lastIndex < source.length) {
    const groups: Readonly<Record<string, string | undefined>> | undefined = token.exec(source)?.groups;
    if (groups === undefined) throw notXml();
    if (groups['declaration'] !== undefined) document.declaration = readAttributes(groups['declaration']);
    if (groups['open'] !== undefined) {
      if (parent.kind === 'document' && parent.children.length > 0) throw notXml();
      const attributes = readAttributes(groups['attributes'] ?? '');
      const element: XmlElement = { kind: 'element', name: groups['open'], attributes, children: [], parent };
      parent.children.push(element);
      if (groups['empty'] === '') parent = element;
    } else if (groups['close'] !== undefined) {
      if (parent.kind === 'document' || parent.name !== groups['close']) throw notXml();
      // `<a></a>` has a text of no length, `<a/>` has none.
      if (parent.children.length === 0) parent.children.push({ kind: 'text', text: '', parent });
      parent = parent.parent;
    } else {
      addText(parent, groups['data'] ?? unescapeXml(groups['text'] ?? ''), groups['data'] !== undefined);
    }
  }
  if (parent.kind !== 'document' || document.children.length === 0) throw notXml();
  return document;
}

/** Blanks between elements are no text; others belong to the text before them. */
function addText(parent: XmlParent, text: string, isData: boolean): void {
  if (!isData && text.trim() === '') return;
  if (parent.kind === 'document') throw notXml();
  parent.children.push({ kind: 'text', text, parent });
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single] of text.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    if (attributes.has(name)) throw notXml();
    attributes.set(name, unescapeXml(double ?? single ?? ''));
  }
  return attributes;
}

function unescapeXml(text: string): string {
  return text.replace(/&(#x?[0-9A-Fa-f]+|\w+);?/g, (whole, name: string) => {
    const code = name.startsWith('#x') ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    const character = name.startsWith('#') ? String.fromCodePoint(code) : namedEntities[name];
    if (character === undefined || !whole.endsWith(';')) throw notXml();
    return character;
  });
}

function notXml(): EvaluationError {
  return new EvaluationError(
    "The template language function 'xml' parameter is not valid. The provided value cannot be converted to XML.",
  );
}

/** The text of a node and everything in it: what XPath calls its string value. */
export function textOf(node: XmlNode | XmlDocument): string {
  return node.kind === 'text' ? node.text : node.children.map(textOf).join('');
}
