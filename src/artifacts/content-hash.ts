import { createHash } from 'node:crypto';
import type { Artifact, JsonValue } from './model';
import { isList, isObject } from './walk-json';

/**
 * SHA-256 (64 lower-case hexadecimal digits) over what an artifact is: kind, name and properties. The order of an object's
 * members and the file it came from do not matter; the order of lists does.
 */
export function contentHash({ kind, name, properties }: Omit<Artifact, 'file'>): string {
  return createHash('sha256').update(canonicalJson({ kind, name, properties })).digest('hex');
}

/** One hash of many artifacts, whatever their order: what an operation runs again for. */
export function combinedHash(hashes: readonly string[]): string {
  return createHash('sha256')
    .update([...hashes].sort().join('\n'))
    .digest('hex');
}

/** JSON without white space, the members of every object in the order of their names. */
export function canonicalJson(value: JsonValue): string {
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
