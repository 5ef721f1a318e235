import { floatText, isObject, jsonText, type Value, type ValueObject } from './value';

/** How the service carries bytes in an expression: an object with the media type and the bytes in base64. */
export interface Content extends ValueObject {
  readonly '$content-type': string;
  readonly $content: string;
}

const binaryType = 'application/octet-stream';
export const xmlType = 'application/xml;charset=utf-8';

export function makeContent(bytes: Buffer, type: string = binaryType): Content {
  return { '$content-type': type, $content: bytes.toString('base64') };
}

export function isContent(value: Value): value is Content {
  return isObject(value) && typeof value['$content-type'] === 'string' && typeof value['$content'] === 'string';
}

export function contentBytes(content: Content): Buffer {
  return Buffer.from(content.$content, 'base64');
}

export function isXml(value: Value): value is Content {
  return isContent(value) && /^(application|text)\/xml\b/i.test(value['$content-type']);
}

/**
 * What `string()`, `concat()` and string interpolation make of a value: nothing of null, `True` and `False` of booleans,
 * compact JSON of arrays and objects, the text of XML and other contents.
 */
export function toText(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return floatText(value);
  if (isContent(value)) return contentBytes(value).toString('utf8');
  return jsonText(value);
}
