import type { Arguments, FunctionTable } from './arguments';
import { contentBytes, isContent, makeContent, toText, type Content } from './content';
import { EvaluationError, notConvertible, notValid, usage } from './evaluation-error';
import type { Value } from './value';

/** Bytes of a content, else the UTF-8 of the text. */
function bytesOf(value: Value): Buffer {
  return isContent(value) ? contentBytes(value) : Buffer.from(toText(value), 'utf8');
}

/** White space is ignored; anything else must be whole groups of four characters. */
function fromBase64(name: string, text: string): Buffer {
  const digits = text.replaceAll(/\s/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) {
    throw notValid(name, 'The value cannot be decoded from base64 representation.');
  }
  return Buffer.from(digits, 'base64');
}

/** Everything but letters, digits and `-_.~` (RFC 3986). Through bytes, because half a surrogate pair cannot be escaped. */
function escapeUri(text: string): string {
  return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8')).replaceAll(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** `%` that is followed by no two hexadecimal digits stays, as `+` becomes a blank. */
function unescapeUri(text: string): Buffer {
  const parts = text.replaceAll('+', ' ').split(/((?:%[0-9A-Fa-f]{2})+)/);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 0 ? Buffer.from(part, 'utf8') : Buffer.from(part.replaceAll('%', ''), 'hex'),
    ),
  );
}

function dataUriContent(given: Arguments): Content {
  const match = /^data:([^,]*?)(;base64)?,([\s\S]*)$/i.exec(given.string(0));
  if (match === null) {
    throw new EvaluationError(
      `The template language function '${given.name}' expects its parameter to be formatted as a valid data URI.` +
        usage(given.name),
    );
  }
  const [, type = '', base64, data = ''] = match;
  const bytes = base64 === undefined ? unescapeUri(data) : fromBase64(given.name, data);
  return makeContent(bytes, type === '' ? 'text/plain;charset=us-ascii' : type);
}

const base64ToString = (given: Arguments): Value => fromBase64(given.name, given.string(0)).toString('utf8');
const encode = (given: Arguments): Value => escapeUri(toText(given.any(0)));
const decode = (given: Arguments): Value => unescapeUri(given.string(0)).toString('utf8');

export const encodingFunctions: FunctionTable = {
  base64: (given) => bytesOf(given.any(0)).toString('base64'),
  base64ToBinary: (given) => makeContent(fromBase64('base64ToBinary', given.string(0))),
  base64ToString,
  binary: (given) => {
    if (given.any(0) === null) throw notValid('binary', notConvertible);
    return makeContent(bytesOf(given.any(0)));
  },
  dataUri: (given) => {
    const value = given.any(0);
    const type = isContent(value) ? value['$content-type'] : 'text/plain;charset=utf-8';
    return `data:${type};base64,${bytesOf(value).toString('base64')}`;
  },
  dataUriToBinary: dataUriContent,
  dataUriToString: (given) => contentBytes(dataUriContent(given)).toString('utf8'),
  decodeBase64: base64ToString,
  decodeDataUri: dataUriContent,
  decodeUriComponent: decode,
  encodeUriComponent: encode,
  uriComponent: encode,
  uriComponentToBinary: (given) => makeContent(unescapeUri(given.string(0))),
  uriComponentToString: decode,
};
