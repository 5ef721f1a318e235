import { contentBytes, isContent, isXml, toText } from './content';
import type { Arguments, FunctionTable } from './arguments';
import { EvaluationError, notConvertible, notValid, usage, wrongType } from './evaluation-error';
import { fitsInteger, isArray, isObject, parseJson, type Value } from './value';
import { parseXml } from './xml-reader';
import { xmlToJson } from './xml-json';

function toInteger(given: Arguments): Value {
  const value = given.any(0);
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  const isWhole = typeof value === 'number' ? Number.isInteger(value) : /^\s*[+-]?\d+\s*$/.test(toText(value));
  const integer = isWhole
    ? BigInt(typeof value === 'number' ? value : toText(value).trim().replace('+', ''))
    : undefined;
  if (integer === undefined || !fitsInteger(integer)) throw notValid('int', notConvertible);
  return integer;
}

/** Text in the invariant culture: `.` before decimals, `,` between thousands, which may stand anywhere before the point. */
function toFloat(given: Arguments): Value {
  const value = given.any(0);
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  const text = typeof value === 'string' ? value.trim() : '';
  if (!/^[+-]?(\d[\d,]*\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw notValid('float', notConvertible);
  return Number(text.replaceAll(',', ''));
}

function toBoolean(given: Arguments): Value {
  const value = given.any(0);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return value !== 0n;
  if (typeof value === 'number') return value !== 0;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (word !== 'true' && word !== 'false') throw notValid('bool', notConvertible);
  return word === 'true';
}

function json(given: Arguments): Value {
  const value = given.any(0);
  if (value === null) return {};
  if (isXml(value)) return xmlToJson(parseXml(contentBytes(value).toString('utf8')));
  if (typeof value !== 'string' && !isContent(value)) {
    throw wrongType('json', 'parameter', 'a string or an XML', value);
  }
  try {
    return parseJson(toText(value));
  } catch {
    throw new EvaluationError(
      `The template language function 'json' parameter is not valid. The provided value cannot be parsed.${usage('json')}`,
    );
  }
}

export const conversionFunctions: FunctionTable = {
  array: (given) => {
    const value = given.any(0);
    return isArray(value) ? value : [value];
  },
  bool: toBoolean,
  createArray: ({ values }) => values,
  float: toFloat,
  int: toInteger,
  json,
  string: (given) => toText(given.any(0)),
};

/** Whether a value is the `{value, type: "Expression"}` that the service writes around an expression. */
export function isExpressionObject(value: Value): boolean {
  return isObject(value) && value['type'] === 'Expression' && Object.hasOwn(value, 'value');
}
