import { search, type JSONValue } from '@jmespath-community/jmespath';

/**
 * What a resource lets others read of Azure's answer, as azapi has it: an object of names with a JMESPath each, or a list of
 * paths, which keep their structure.
 */
export function exportValues(answer: unknown, wanted: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(wanted)) return pick(answer, wanted as readonly string[]);
  if (typeof wanted !== 'object' || wanted === null) return {};
  return Object.fromEntries(
    Object.entries(wanted).map(([name, path]) => [name, search(answer as JSONValue, String(path))]),
  );
}

function pick(answer: unknown, paths: readonly string[]): Readonly<Record<string, unknown>> {
  const picked: Record<string, unknown> = {};
  for (const path of paths) {
    if (path === '*') return (answer ?? {}) as Readonly<Record<string, unknown>>;
    const keys = path.split('.');
    const value = keys.reduce<unknown>((found, key) => (found as Record<string, unknown> | undefined)?.[key], answer);
    let place = picked;
    for (const key of keys.slice(0, -1)) place = (place[key] ??= {}) as Record<string, unknown>;
    place[keys.at(-1) as string] = value;
  }
  return picked;
}
