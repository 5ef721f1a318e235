import type { JsonObject, JsonValue } from '../model';
import { isList, isObject } from '../walk-json';

/** The member at the end of a path; undefined where anything on the way is missing or is no object. */
export function memberAt(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let current = value;
  for (const name of path) current = isObject(current) ? current[name] : undefined;
  return current;
}

export function textAt(value: JsonValue | undefined, ...path: readonly string[]): string | undefined {
  const found = memberAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** An object's members; none for anything else. */
export function entriesAt(
  value: JsonValue | undefined,
  ...path: readonly string[]
): readonly (readonly [string, JsonValue])[] {
  const found = memberAt(value, ...path);
  return isObject(found) ? Object.entries(found) : [];
}

/** A list's objects with their indexes; what is no object is left to the schema. */
export function objectsAt(
  value: JsonValue | undefined,
  ...path: readonly string[]
): readonly (readonly [number, JsonObject])[] {
  const found = memberAt(value, ...path);
  if (!isList(found)) return [];
  return found.flatMap((item, index) => (isObject(item) ? [[index, item] as const] : []));
}

/** A JSON pointer, continued. */
export function below(pointer: string, ...path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (result, part) => `${result}/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`,
    pointer,
  );
}

/** A string, its JSON pointer, and the object that it is a member of, if it is one. */
export type TextVisitor = (text: string, pointer: string, holder?: JsonObject) => void;

/** Calls back for every string, in document order; `isLeftOut` tells members that are not entered. */
export function visitTexts(
  value: JsonValue | undefined,
  pointer: string,
  visit: TextVisitor,
  isLeftOut: (name: string) => boolean = () => false,
  holder?: JsonObject,
): void {
  if (typeof value === 'string') visit(value, pointer, holder);
  else if (isList(value)) value.forEach((item, index) => visitTexts(item, below(pointer, index), visit, isLeftOut));
  else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (!isLeftOut(name)) visitTexts(member, below(pointer, name), visit, isLeftOut, value);
    }
  }
}
