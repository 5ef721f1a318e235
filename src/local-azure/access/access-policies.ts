import { text, type Json } from '../http';
import type { Principal } from '../settings';

/** What an access policy may allow with secrets. */
export type SecretPermission = 'get' | 'list' | 'set' | 'delete' | 'recover' | 'purge';

/** Whether a vault asks its own access policies, as OEA's does, and not the roles of its callers. */
export function hasAccessPolicies(vault: Json): boolean {
  return vault['enableRbacAuthorization'] !== true;
}

/** Whether a vault's access policies let somebody, or a group of theirs, do this with its secrets. */
export function policiesAllow(
  vault: Json,
  { objectId, groups = [] }: Principal,
  permission: SecretPermission,
): boolean {
  const holders = [objectId, ...groups].map((id) => id.toLowerCase());
  return list(vault['accessPolicies']).some((policy) => {
    const { secrets } = (policy['permissions'] ?? {}) as Json;
    const isOurs = holders.includes(text(policy['objectId']).toLowerCase());
    return isOurs && list<string>(secrets).some((one) => ['all', permission].includes(one.toLowerCase()));
  });
}

function list<Member = Json>(value: unknown): readonly Member[] {
  return Array.isArray(value) ? (value as Member[]) : [];
}
