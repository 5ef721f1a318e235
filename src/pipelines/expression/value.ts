import type { JsonValue } from '../../artifacts/model';

/**
 * A value of the expression language. Integers (64 bit) are bigint and floating point numbers are number, because the
 * service tells them apart: `div(7, 2)` is 3, `div(7, 2.0)` is 3.5.
 */
export type Value = null | boolean | string | bigint | number | readonly Value[] | ValueObject;

export interface ValueObject {
  readonly [key: string]: Value;
}

/** As the service's messages name it. */
export type TypeName = 'Null' | 'Boolean' | 'String' | 'Integer' | 'Float' | 'Array' | 'Object';

export function typeName(value: Value): TypeName {
  if (value === null) return 'Null';
  switch (typeof value) {
    case 'boolean':
      return 'Boolean';
    case 'string':
      return 'String';
    case 'bigint':
      return 'Integer';
    case 'number':
      return 'Float';
    default:
      return Array.isArray(value) ? 'Array' : 'Object';
  }
}

export function isObject(value: Value): value is ValueObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** JSON of an artifact or a caller: whole numbers become integers. */
export function fromJson(json: JsonValue): Value {
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json;
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return (json as readonly JsonValue[]).map(fromJson);
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, fromJson(value)]));
}

/** For records and reports. An integer beyond 2^53 loses its last digits, as in every JSON reader of JavaScript. */
export function toJson(value: Value): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (isArray(value)) return value.map(toJson);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
}

/**
 * Reads JSON text, and keeps integers and floating point numbers apart (`1` and `1.0`).
 * @throws SyntaxError for text that is not JSON.
 */
export function parseJson(text: string): Value {
  JSON.parse(text);
  // A mark before every string and number tells, after parsing, which of them it was.
  const marked = text.replace(/"(?:\\.|[^"\\])*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    token.startsWith('"') ? `"s${token.slice(1)}` : `"n${token}"`,
  );
  return unmark(JSON.parse(marked) as JsonValue);
}

function unmark(json: JsonValue): Value {
  if (typeof json === 'string') return json.startsWith('s') ? json.slice(1) : parseNumber(json.slice(1));
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return (json as readonly JsonValue[]).map(unmark);
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key.slice(1), unmark(value)]));
}

function parseNumber(text: string): bigint | number {
  const integer = /[.eE]/.test(text) ? undefined : BigInt(text);
  if (integer !== undefined && fitsInteger(integer)) return integer;
  const float = Number(text);
  if (!Number.isFinite(float)) throw new SyntaxError('A number is larger than a floating point number can be.');
  return float;
}

/** Whether a whole number fits into the service's 64 bits. */
export function fitsInteger(integer: bigint): boolean {
  return integer >= -(2n ** 63n) && integer < 2n ** 63n;
}

/** A floating point number as .NET writes it, which turns to an exponent earlier than JavaScript: `1E+16`, `1E-05`. */
export function floatText(value: number): string {
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  const digits = mantissa.replaceAll(/\D/g, '').length;
  if (exponent >= -4 && exponent < Math.max(15, digits)) return String(value);
  return `${mantissa}E${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Compact JSON, as the service writes an object into a string. */
export function jsonText(value: Value): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return /[.E]/.test(floatText(value)) ? floatText(value) : `${floatText(value)}.0`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${jsonText(item)}`)
    .join(',')}}`;
}

/** The property of an object: of that very name, else of one that differs in case only. */
export function findProperty(object: ValueObject, name: string): string | undefined {
  if (Object.hasOwn(object, name)) return name;
  const lower = name.toLowerCase();
  return Object.keys(object).find((key) => key.toLowerCase() === lower);
}

/** Deep equality. Numbers are compared by value, whatever their type; true is 1 and false is 0. */
export function equalValues(left: Value, right: Value): boolean {
  const [one, other] = [numberOf(left), numberOf(right)];
  // `==` compares a bigint and a number by their mathematical value; both are numbers here.
  // eslint-disable-next-line eqeqeq
  if (one !== undefined && other !== undefined) return one == other;
  if (isArray(left) && isArray(right)) {
    return left.length === right.length && left.every((item, index) => equalValues(item, right[index] ?? null));
  }
  if (isObject(left) && isObject(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && equalValues(left[key] ?? null, right[key] ?? null))
    );
  }
  return left === right;
}

function numberOf(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}
