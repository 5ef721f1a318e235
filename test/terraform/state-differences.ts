import type { DeployedState } from './deployed-state';

type Members = Readonly<Record<string, unknown>>;

/**
 * Where the resources of two deployments differ, each way of differing once and sorted:
 * `<type in lower case> <path of the member>: <first> | <second>`, `absent` where one has nothing there. Lists are compared whole.
 */
export function stateDifferences(
  first: DeployedState['resources'],
  second: DeployedState['resources'],
): readonly string[] {
  const ids = new Set([...Object.keys(first), ...Object.keys(second)]);
  const found = [...ids].flatMap((id) =>
    memberDifferences(first[id], second[id], []).map((difference) => `${typeOf(id)} ${difference}`),
  );
  return [...new Set(found)].sort();
}

/** `microsoft.storage/storageaccounts/blobservices` of an id in lower case; `resourcegroups` of a group, which has no provider. */
function typeOf(id: string): string {
  if (!id.includes('/providers/')) return 'resourcegroups';
  const [namespace, ...rest] = id.split('/providers/').at(-1)?.split('/') ?? [];
  return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join('/');
}

function memberDifferences(first: unknown, second: unknown, path: readonly string[]): readonly string[] {
  if (isObject(first) && isObject(second)) {
    const names = new Set([...Object.keys(first), ...Object.keys(second)]);
    return [...names].flatMap((name) => memberDifferences(first[name], second[name], [...path, name]));
  }
  const [left, right] = [first, second].map((value) => JSON.stringify(value) ?? 'absent');
  return left === right ? [] : [`${path.join('.')}: ${left} | ${right}`];
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
