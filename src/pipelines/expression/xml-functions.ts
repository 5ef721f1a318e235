import type { FunctionTable } from './arguments';
import { contentBytes, isContent, isXml, makeContent, toText, xmlType, type Content } from './content';
import { EvaluationError } from './evaluation-error';
import { isObject } from './value';
import { jsonToXml, outerXml } from './xml-json';
import { parseXml } from './xml-reader';
import { evaluateXPath } from './xpath';

function xmlContent(text: string): Content {
  return makeContent(Buffer.from(text, 'utf8'), xmlType);
}

/** XML goes through expressions as a content of type application/xml; `string()` gives its text. */
export const xmlFunctions: FunctionTable = {
  xml: (given) => {
    const value = given.any(0);
    if (isObject(value) && !isContent(value)) return xmlContent(jsonToXml(value));
    const text = toText(value);
    parseXml(text);
    return xmlContent(text);
  },
  xpath: (given) => {
    const value = given.any(0);
    const text = isXml(value) ? contentBytes(value).toString('utf8') : value;
    if (typeof text !== 'string') {
      throw new EvaluationError(
        "The template language function 'xpath' expects its first parameter to be an XML object.",
      );
    }
    const result = evaluateXPath(parseXml(text), given.string(1));
    if (typeof result !== 'object') return result;
    return result.map((node) =>
      node.kind === 'element' ? xmlContent(outerXml(node)) : node.kind === 'text' ? node.text : node.value,
    );
  },
};
