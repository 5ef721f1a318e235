import type { NetworkSource } from './access/network-rules';
import { child, ServiceError, text, type ErrorShape, type LocalRequest } from './http';
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
  const settings = child(resource.properties, 'managedVirtualNetworkSettings');
  const exfiltrationProtection = managedNetwork && settings['preventDataExfiltration'] === true;
  return { principal, source: { kind: 'resource', resourceId: resource.id, managedNetwork, exfiltrationProtection } };
}

/**
 * Where a request comes from: from inside Azure with a token that a resource got for itself (see `ManagedIdentityEndpoint`), else from a
 * client of the proxy.
 * @throws ServiceError 401 where the resource or its identity is gone
 */
export function sourceOf(services: Services, request: LocalRequest, shape?: ErrorShape): NetworkSource {
  const resourceId = services.tokens.resourceOf(request);
  return resourceId === undefined ? { kind: 'client' } : identityOf(services, resourceId, shape).source;
}
