import type { FunctionTable } from './arguments';
import { toText } from './content';
import { EvaluationError, wrongType } from './evaluation-error';
import { equalValues, findProperty, isArray, isObject, typeName, type Value, type ValueObject } from './value';

/** The first of several equal values stays. */
function distinct(values: readonly Value[]): Value[] {
  const kept: Value[] = [];
  for (const value of values) if (!has(kept, value)) kept.push(value);
  return kept;
}

function has(values: readonly Value[], wanted: Value): boolean {
  return values.some((value) => equalValues(value, wanted));
}

/** Items beyond 2^31 do not exist, so any larger count takes or skips everything. */
function count(amount: bigint): number {
  return amount < 0n ? 0 : Number(amount > 2n ** 31n ? 2n ** 31n : amount);
}

/** Functions on arrays, strings and objects. Only `contains` on an object ignores case. */
export const collectionFunctions: FunctionTable = {
  contains: (given) => {
    const collection = given.any(0);
    const wanted = given.any(1);
    if (typeof collection === 'string') return collection.includes(toText(wanted));
    if (isArray(collection)) return has(collection, wanted);
    if (isObject(collection)) return findProperty(collection, toText(wanted)) !== undefined;
    throw new EvaluationError(
      "The template language function 'contains' expects its first argument 'collection' to be a dictionary (object), " +
        `an array or a string. The provided value is of type '${typeName(collection)}'.`,
    );
  },
  empty: (given) => {
    const value = given.any(0);
    if (value === null) return true;
    if (typeof value === 'string' || isArray(value)) return value.length === 0;
    if (isObject(value)) return Object.keys(value).length === 0;
    throw wrongType('empty', 'parameter', 'an object, an array or a string', value);
  },
  first: (given) => {
    const value = given.arrayOrString(0);
    return typeof value === 'string' ? value.slice(0, 1) : (value[0] ?? null);
  },
  last: (given) => {
    const value = given.arrayOrString(0);
    return typeof value === 'string' ? value.slice(-1) : (value.at(-1) ?? null);
  },
  intersection: (given) => {
    const all = given.collections();
    if ('arrays' in all) {
      const [first = [], ...others] = all.arrays;
      return distinct(first.filter((item) => others.every((other) => has(other, item))));
    }
    const [first = {}, ...others] = all.objects;
    const names = Object.keys(first).filter((name) => others.every((other) => Object.hasOwn(other, name)));
    return pick(all.objects, names);
  },
  join: (given) => given.array(0).map(toText).join(given.string(1)),
  length: (given) => BigInt(given.arrayOrString(0).length),
  skip: (given) => given.array(0).slice(count(given.integer(1))),
  take: (given) => given.arrayOrString(0).slice(0, count(given.integer(1))),
  union: (given) => {
    const all = given.collections();
    return 'arrays' in all ? distinct(all.arrays.flat()) : (Object.assign({}, ...all.objects) as ValueObject);
  },
};

/** Of properties that several objects have, the last one's value counts. */
function pick(objects: readonly ValueObject[], names: readonly string[]): ValueObject {
  const last = objects.at(-1) ?? {};
  return Object.fromEntries(names.map((name) => [name, last[name] ?? null]));
}
