import { child, list, text, type Json } from '../http';
import type { World } from '../world';

/** Where a request comes from. */
export type NetworkSource =
  /** The client of the proxy: an address of the Internet, or a subnet with private endpoints. */
  | { readonly kind: 'client' }
  /** A resource, with its identity: the managed network of a workspace, serverless SQL, Data Share. */
  | {
      readonly kind: 'resource';
      readonly resourceId: string;
      /** Its addresses are nobody's, so that no rule names them. */
      readonly managedNetwork?: boolean;
      /** Nothing leaves it but to private endpoints (NET5). */
      readonly exfiltrationProtection?: boolean;
    };

/** What of a resource decides who reaches it. */
export interface GuardedResource {
  readonly content: { readonly id: string; readonly location?: unknown; readonly properties: Json };
  /** When it was last written, in milliseconds since 1970: rules work some time after (ORDER1). */
  readonly writtenAt: number;
  /** Its rules before that write. */
  readonly before?: Json;
}

/** A connection of a private endpoint, at its target. */
export interface PrivateConnection {
  readonly endpointId: string;
  readonly targetId: string;
  readonly groupId: string;
  readonly status: string;
  /** Subnet of the endpoint; of a managed one the workspace's id. */
  readonly origin: string;
}

/** Whether a request reaches an account or a vault (NET1, NET3, NET4). `groups`: `blob`, `dfs`, `vault`. */
export function reaches(
  world: World,
  target: GuardedResource,
  source: NetworkSource,
  groups: readonly string[],
): boolean {
  if (hasPrivateWay(world, target.content.id, source, groups)) return true;
  const rules = effectiveRules(world, target);
  const acls = child(rules, 'networkAcls');
  const isOpen = rules['publicNetworkAccess'] !== 'Disabled' && acls['defaultAction'] !== 'Deny';
  if (source.kind === 'resource') {
    if (isOpen) return source.exfiltrationProtection !== true;
    if (source.managedNetwork === true) return false;
    return list(acls['resourceAccessRules']).some(
      (rule) => text((rule as Json)['resourceId']).toLowerCase() === source.resourceId.toLowerCase(),
    );
  }
  if (isOpen || rules['publicNetworkAccess'] === 'Disabled') return isOpen;
  // Within a region, Azure reaches an account by addresses of its own, which no rule can name.
  if (!groups.includes('vault') && isSamePlace(world.settings.clientLocation, target.content.location)) return false;
  return list(acls['ipRules']).some((rule) => inRange(world.settings.clientAddress, text((rule as Json)['value'])));
}

function isSamePlace(client: string | undefined, location: unknown): boolean {
  const normal = (name: unknown): string => text(name).replaceAll(' ', '').toLowerCase();
  return client !== undefined && normal(client) === normal(location);
}

function hasPrivateWay(world: World, targetId: string, source: NetworkSource, groups: readonly string[]): boolean {
  const origin = source.kind === 'client' ? world.settings.clientSubnet : source.resourceId;
  if (origin === undefined) return false;
  return [...world.collection<PrivateConnection>('privateConnections').values()].some(
    (each) =>
      each.targetId.toLowerCase() === targetId.toLowerCase() &&
      each.status === 'Approved' &&
      groups.includes(each.groupId.toLowerCase()) &&
      each.origin.toLowerCase() === origin.toLowerCase(),
  );
}

/** A change works only some time after it was reported as done; until then the rules of before do. */
function effectiveRules(world: World, target: GuardedResource): Json {
  const isOld = target.writtenAt + world.settings.propagationSeconds * 1000 <= world.clock.now();
  const { properties } = target.content;
  return isOld ? properties : (target.before ?? properties);
}

/** Whether an IPv4 address is `rule`, or lies in the network `a.b.c.d/n`. */
export function inRange(address: string, rule: string): boolean {
  const [network = '', bits = '32'] = rule.split('/');
  const mask = Number(bits) === 0 ? 0 : (0xffffffff << (32 - Number(bits))) >>> 0;
  return (numberOf(address) & mask) >>> 0 === (numberOf(network) & mask) >>> 0;
}

/** Whether an IPv4 address lies between two, both included. */
export function isBetween(address: string, first: string, last: string): boolean {
  const at = numberOf(address);
  return numberOf(first) <= at && at <= numberOf(last);
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
