/** A path of the resource manager, taken apart. */
export interface ResourcePath {
  /** As given, without a slash at the end. */
  readonly id: string;
  /** `Microsoft.Storage/storageAccounts/blobServices`; `Microsoft.Resources/resourceGroups` for a group. */
  readonly type: string;
  /** Undefined when the path names a collection. */
  readonly name?: string;
  /** Id of the resource that this one is nested in or extends; undefined for a group. */
  readonly parentId?: string;
  /** Id of the resource, group or subscription before the last `/providers/`. */
  readonly scope: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
}

export const groupType = 'Microsoft.Resources/resourceGroups';

/** Takes a path apart; undefined for one that is neither a resource nor a collection of resources. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  const id = `/${segments.join('/')}`;
  const [, subscriptionId] = /^\/subscriptions\/([^/]+)/i.exec(id) ?? [];
  const [, resourceGroup] = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)/i.exec(id) ?? [];
  const known = {
    id,
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
  };
  const at = segments.map((segment) => segment.toLowerCase()).lastIndexOf('providers');
  if (at < 0) {
    if (segments.length < 3 || segments.length > 4 || segments[2]?.toLowerCase() !== 'resourcegroups') return undefined;
    const scope = `/${segments.slice(0, 2).join('/')}`;
    return { ...known, type: groupType, scope, ...(segments[3] === undefined ? {} : { name: segments[3] }) };
  }
  const scope = at === 0 ? '' : `/${segments.slice(0, at).join('/')}`;
  const [namespace, ...pairs] = segments.slice(at + 1);
  if (namespace === undefined || pairs.length === 0) return undefined;
  const type = [namespace, ...pairs.filter((_, index) => index % 2 === 0)].join('/');
  const isNested = pairs.length > 2;
  const name = pairs.length % 2 === 0 ? pairs.at(-1) : undefined;
  const above = segments.slice(0, segments.length - (name === undefined ? 1 : 2));
  return {
    ...known,
    type,
    scope,
    parentId: isNested ? `/${above.join('/')}` : scope,
    ...(name === undefined ? {} : { name }),
  };
}

/** The last segment of an id. */
export function lastName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
