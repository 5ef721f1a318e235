import { EvaluationError } from './evaluation-error';
import { isArray, isObject, jsonText, type Value, type ValueObject } from './value';
import type { XmlDocument, XmlElement, XmlNode, XmlParent } from './xml-reader';

/** A document as JSON: attributes as `@name`, text as `#text`, repeated elements as arrays, `<a/>` as null. */
export function xmlToJson(document: XmlDocument): Value {
  const { declaration } = document;
  const head = declaration === undefined ? {} : { '?xml': attributeProperties(declaration) };
  return { ...head, ...childProperties(document.children) };
}

function elementToJson(element: XmlElement): Value {
  const attributes = attributeProperties(element.attributes);
  const [only] = element.children;
  if (element.attributes.size === 0) {
    if (only === undefined) return null;
    if (element.children.length === 1 && only.kind === 'text') return only.text;
  }
  return {
    ...attributes,
    ...childProperties(element.children.filter((child) => child.kind !== 'text' || child.text !== '')),
  };
}

function attributeProperties(attributes: ReadonlyMap<string, string>): ValueObject {
  return Object.fromEntries([...attributes].map(([name, value]) => [`@${name}`, value]));
}

function childProperties(children: readonly XmlNode[]): ValueObject {
  const groups = new Map<string, Value[]>();
  for (const child of children) {
    const name = child.kind === 'text' ? '#text' : child.name;
    const value = child.kind === 'text' ? child.text : elementToJson(child);
    groups.set(name, [...(groups.get(name) ?? []), value]);
  }
  return Object.fromEntries(
    [...groups].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? null) : values]),
  );
}

/**
 * JSON as XML text; the way back of `xmlToJson`.
 * @throws EvaluationError for anything but an object with one root property that is no array.
 */
export function jsonToXml(value: Value): string {
  const entries = isObject(value) ? Object.entries(value) : [];
  const roots = entries.filter(([name]) => name !== '?xml');
  const [root] = roots;
  if (root === undefined || roots.length > 1 || isArray(root[1])) {
    throw new EvaluationError(
      "The template language function 'xml' parameter is not valid. The provided value must be an object with one " +
        'root property, which is not an array.',
    );
  }
  const declaration = entries.find(([name]) => name === '?xml')?.[1] ?? null;
  const head = isObject(declaration) ? `<?xml${attributeText(declaration)}?>` : '';
  return head + elementText(root[0], root[1]);
}

function elementText(name: string, value: Value): string {
  if (value === null) return `<${name} />`;
  if (isArray(value)) return value.map((item) => elementText(name, item)).join('');
  if (!isObject(value)) return `<${name}>${escapeXml(scalarText(value))}</${name}>`;
  const body = Object.entries(value)
    .filter(([key]) => !key.startsWith('@'))
    .map(([key, child]) => (key === '#text' ? escapeXml(scalarText(child)) : elementText(key, child)))
    .join('');
  const start = `${name}${attributeText(value)}`;
  return body === '' ? `<${start} />` : `<${start}>${body}</${name}>`;
}

function attributeText(value: ValueObject): string {
  return Object.entries(value)
    .filter(([key]) => key.startsWith('@'))
    .map(([key, attribute]) => ` ${key.slice(1)}="${escapeXml(scalarText(attribute))}"`)
    .join('');
}

/** In XML a boolean keeps its JSON spelling. */
function scalarText(value: Value): string {
  return typeof value === 'string' ? value : value === null ? '' : jsonText(value);
}

/** The text of an element on its own: with the namespaces that it uses and that are declared around it. */
export function outerXml(element: XmlElement): string {
  const declared = new Map<string, string>();
  for (const key of new Set(namespaceKeys(element))) {
    let around: XmlParent = element;
    while (around.kind === 'element' && !around.attributes.has(key)) around = around.parent;
    const uri = around.kind === 'element' ? around.attributes.get(key) : undefined;
    if (uri !== undefined && around !== element) declared.set(key, uri);
  }
  return xmlText({ ...element, attributes: new Map([...declared, ...element.attributes]) });
}

/** The attributes that declare what names in an element stand for: `xmlns` of names without prefix, else `xmlns:prefix`. */
function namespaceKeys({ name, attributes, children }: XmlElement): string[] {
  const prefixed = [name, ...attributes.keys()].filter((one) => one.includes(':') && !one.startsWith('xmlns:'));
  return [
    ...(name.includes(':') ? [] : ['xmlns']),
    ...prefixed.map((one) => `xmlns:${one.slice(0, one.indexOf(':'))}`),
    ...children.flatMap((child) => (child.kind === 'element' ? namespaceKeys(child) : [])),
  ];
}

/** The text of an element, with its attributes. */
function xmlText(node: XmlNode): string {
  if (node.kind === 'text') return escapeXml(node.text);
  const attributes = [...node.attributes].map(([name, value]) => ` ${name}="${escapeXml(value)}"`).join('');
  const body = node.children.map(xmlText).join('');
  if (node.children.length === 0) return `<${node.name}${attributes} />`;
  return `<${node.name}${attributes}>${body}</${node.name}>`;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (mark) => escapes[mark] ?? mark);
}
