import type { NetworkSource } from './access/network-rules';
import { child, ServiceError, text, type ErrorShape, type Json } from './http';
import { KeyVaultService } from './key-vault';
import type { Services } from './resource-manager/resource-type';
import type { Principal } from './settings';

/** Who a resource is, and where it asks from. */
export interface ResourceIdentity {
  readonly principal: Principal;
  readonly source: NetworkSource;
}

/**
 * The identity that a resource works with inside Azure: a workspace with a managed network comes through its endpoints only
 * (NET3), anything else by a rule for its id (NET4).
 * @throws ServiceError 401 where the resource or its identity is gone
 */
export function identityOf({ store, world }: Services, resourceId: string, shape?: ErrorShape): ResourceIdentity {
  const resource = store.get(resourceId)?.content;
  const principal = world.principal(text(child(resource, 'identity')['principalId']));
  if (resource === undefined || principal === undefined) {
    throw new ServiceError(401, 'InvalidAuthenticationInfo', 'The identity of the resource is gone.', shape);
  }
  const managedNetwork = resource.properties['managedVirtualNetwork'] === 'default';
  return { principal, source: { kind: 'resource', resourceId: resource.id, managedNetwork } };
}

/**
 * The value of a secret, as a resource's own identity reads it: what a notebook gets of the salt.
 * @throws ServiceError in the words of the vault
 */
export function readSecretAs(services: Services, resourceId: string, vaultName: string, secretName: string): string {
  const { principal, source } = identityOf(services, resourceId);
  const url = new URL(`https://${vaultName}.vault.azure.net/secrets/${secretName}?api-version=7.4`);
  const request = { method: 'GET', url, headers: {}, body: Buffer.alloc(0) };
  const { body } = new KeyVaultService(services).serve(request, principal, source);
  return text((JSON.parse(body?.toString() ?? '{}') as Json)['value']);
}
