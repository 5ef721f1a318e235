import type { JsonObject, JsonValue } from './model';

/** Called with every string below a value and its JSON pointer; what it gives takes the string's place. */
export type StringMapper = (text: string, pointer: string) => string;

/** The object with every string in it, at any depth, replaced; names of members stay. */
export function mapStrings(value: JsonObject, mapper: StringMapper): JsonObject {
  return mapValue(value, mapper, '') as JsonObject;
}

function mapValue(value: JsonValue, mapper: StringMapper, pointer: string): JsonValue {
  if (typeof value === 'string') return mapper(value, pointer);
  if (isList(value)) return value.map((item, index) => mapValue(item, mapper, `${pointer}/${index}`));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, mapValue(member, mapper, below(pointer, key))]),
  );
}

/** The value with other texts at some pointers, which must be there; what they do not lead to is shared, not copied. */
export function replaceTexts<Value extends JsonValue>(value: Value, texts: ReadonlyMap<string, string>): Value {
  let changed: JsonValue = value;
  for (const [pointer, text] of texts) {
    const keys = pointer.split('/').slice(1);
    changed = replaceText(
      changed,
      keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')),
      text,
    );
  }
  return changed as Value;
}

function replaceText(value: JsonValue, [key, ...rest]: readonly string[], text: string): JsonValue {
  if (key === undefined) return text;
  if (isList(value)) return value.with(Number(key), replaceText(value[Number(key)] ?? null, rest, text));
  if (isObject(value)) return { ...value, [key]: replaceText(value[key] ?? null, rest, text) };
  throw new RangeError(`There is no member ${key}.`);
}

/** Calls back for the object and every object below it, in document order, with its JSON pointer. */
export function visitObjects(
  value: JsonValue,
  visit: (object: JsonObject, pointer: string) => void,
  pointer = '',
): void {
  if (isList(value)) {
    value.forEach((item, index) => visitObjects(item, visit, `${pointer}/${index}`));
  } else if (isObject(value)) {
    visit(value, pointer);
    for (const [key, member] of Object.entries(value)) visitObjects(member, visit, below(pointer, key));
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** A member's pointer (RFC 6901). */
function below(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
