import type { JsonValue } from '../artifacts/model';
import { isList, isObject } from '../artifacts/walk-json';
import { sequenceDifference } from './sequence-difference';

/** A value that differs. */
export interface JsonDifference {
  /** `body.properties.autoScale.maxNodeCount`, `rule[1].actions`. */
  readonly path: string;
  /** Undefined where it was not there. */
  readonly before: JsonValue | undefined;
  /** Undefined where it is no longer there. */
  readonly after: JsonValue | undefined;
}

/** Where two values differ, at the deepest place that tells them apart; of lists of texts, the items that came and went. */
export function differencesOf(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path = '',
): readonly JsonDifference[] {
  if (isObject(before) && isObject(after)) {
    return namesOf(before, after).flatMap((name) =>
      differencesOf(before[name], after[name], path === '' ? name : `${path}.${name}`),
    );
  }
  if (isTexts(before) && isTexts(after)) {
    return sequenceDifference(before, after)
      .filter(({ kind }) => kind !== 'same')
      .map(({ kind, item }) =>
        kind === 'added'
          ? { path: `${path}[]`, before: undefined, after: item }
          : { path: `${path}[]`, before: item, after: undefined },
      );
  }
  if (isList(before) && isList(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      differencesOf(before[index], after[index], `${path}[${index}]`),
    );
  }
  return sameJson(before, after) ? [] : [{ path, before, after }];
}

function isTexts(value: JsonValue | undefined): value is readonly string[] {
  return isList(value) && value.every((item) => typeof item === 'string');
}

/** Whether two values are the same; the order of an object's members does not matter. */
export function sameJson(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (isObject(one) && isObject(other)) {
    return namesOf(one, other).every((name) => sameJson(one[name], other[name]));
  }
  if (isList(one) && isList(other)) {
    return one.length === other.length && one.every((item, index) => sameJson(item, other[index]));
  }
  return one === other;
}

function namesOf(one: object, other: object): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}
