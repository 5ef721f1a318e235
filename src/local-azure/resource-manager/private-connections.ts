import {
  child,
  json,
  jsonBody,
  list,
  ServiceError,
  text,
  UnknownOperation,
  type Json,
  type LocalAnswer,
} from '../http';
import type { PrivateConnection } from '../access/network-rules';
import { guidOf, type Principal } from '../settings';
import type { World } from '../world';
import { refuseLocked } from './locks';
import type { ResourceContent } from './resource-store';
import type { ResourceType, Services } from './resource-type';
import type { Route, RouteCall } from './subscription';

/** What a private endpoint can lead to, by the type of its target; compared without case. */
const targetGroups: Readonly<Record<string, readonly string[]>> = {
  'Microsoft.Storage/storageAccounts': ['blob', 'dfs', 'queue', 'table', 'file', 'web'],
  'Microsoft.KeyVault/vaults': ['vault'],
  'Microsoft.Synapse/workspaces': ['Dev', 'Sql', 'SqlOnDemand'],
};

/** Whether a target of this type has such a group. */
export function hasGroup(targetType: string, groupId: string): boolean {
  return (targetGroups[targetType] ?? []).some((each) => each.toLowerCase() === groupId.toLowerCase());
}

const networkVersions = ['2022-09-01', '2023-02-01', '2023-11-01', '2024-05-01', '2025-01-01'];

function connections(world: World): Map<string, PrivateConnection> {
  return world.collection<PrivateConnection>('privateConnections');
}

/** Name of a connection at its target: Azure's own, with the endpoint's in it. */
function nameOf({ endpointId }: PrivateConnection): string {
  return `${endpointId.slice(endpointId.lastIndexOf('/') + 1)}.${guidOf(endpointId)}`;
}

/** Asks the target's owner for a connection; pending until approved (NET3). One that is there is kept. */
export function requestConnection(world: World, connection: PrivateConnection): PrivateConnection {
  const key = connection.endpointId.toLowerCase();
  const found = connections(world).get(key);
  if (found !== undefined) return found;
  connections(world).set(key, connection);
  return connection;
}

/** The state of the connection of an endpoint; undefined where its target is gone. */
export function connectionOf(world: World, endpointId: string): PrivateConnection | undefined {
  return connections(world).get(endpointId.toLowerCase());
}

/** Forgets the connections of an endpoint or of a target that is deleted. */
export function dropConnections(world: World, id: string): void {
  for (const [key, each] of connections(world)) {
    if ([each.endpointId, each.targetId].some((known) => known.toLowerCase() === id.toLowerCase()))
      connections(world).delete(key);
  }
}

/** A target with its connections among its properties, as accounts, vaults and workspaces return them. */
export function withConnections(content: ResourceContent, { world }: Services): Json {
  const own = [...connections(world).values()].filter(
    ({ targetId }) => targetId.toLowerCase() === content.id.toLowerCase(),
  );
  const privateEndpointConnections = own.map((each) => show(content.id, content.type, each));
  return { ...content, properties: { ...content.properties, privateEndpointConnections } };
}

function show(targetId: string, targetType: string, connection: PrivateConnection): Json {
  const name = nameOf(connection);
  return {
    id: `${targetId}/privateEndpointConnections/${name}`,
    name,
    type: `${targetType}/privateEndpointConnections`,
    properties: {
      provisioningState: 'Succeeded',
      privateEndpoint: { id: connection.endpointId },
      groupIds: [connection.groupId],
      privateLinkServiceConnectionState: { status: connection.status, description: '', actionsRequired: 'None' },
    },
  };
}

const target = '(/subscriptions/[^/]+/resourceGroups/[^/]+/providers/([^/]+/[^/]+)/[^/]+)';

/** `…/privateEndpointConnections` of any target: list, read, approve or reject, remove. */
export const connectionRoutes: readonly Route[] = ['GET', 'PUT', 'DELETE'].map((method) => ({
  method,
  pattern: new RegExp(`^${target}/privateEndpointConnections(?:/([^/]+))?$`, 'i'),
  answer: (call) => answer(method, call),
}));

function answer(method: string, { services, principal, request, match }: RouteCall): LocalAnswer {
  const [, id = '', , name] = match;
  const found = services.store.get(id);
  if (found === undefined) throw new ServiceError(404, 'ResourceNotFound', `The Resource '${id}' was not found.`);
  const { content } = found;
  if (method !== 'GET') refuseLocked(services.store, `${id}/privateEndpointConnections/${name}`, method);
  const verb = { GET: 'read', PUT: 'write', DELETE: 'delete' }[method];
  services.access.demand({
    principal,
    action: `${content.type}/privateEndpointConnections/${verb}`,
    scope: content.id,
  });
  const own = [...connections(services.world).values()].filter(
    ({ targetId }) => targetId.toLowerCase() === content.id.toLowerCase(),
  );
  if (name === undefined) {
    if (method !== 'GET') throw new UnknownOperation(`${method} ${content.type}/privateEndpointConnections`);
    return json(200, { value: own.map((each) => show(content.id, content.type, each)) });
  }
  const connection = own.find((each) => nameOf(each) === name);
  if (connection === undefined) {
    if (method === 'DELETE') return { status: 204 };
    throw new ServiceError(404, 'PrivateEndpointConnectionNotFound', `The connection '${name}' was not found.`);
  }
  if (method === 'DELETE') dropConnections(services.world, connection.endpointId);
  if (method !== 'PUT') return json(200, show(content.id, content.type, connection));
  const state = child(child(jsonBody(request), 'properties'), 'privateLinkServiceConnectionState');
  const status = text(state['status']);
  if (!['Approved', 'Rejected', 'Disconnected', 'Pending'].includes(status)) {
    throw new ServiceError(400, 'InvalidConnectionState', `The state '${status}' is not valid.`);
  }
  const changed = { ...connection, status };
  connections(services.world).set(connection.endpointId.toLowerCase(), changed);
  return json(200, show(content.id, content.type, changed));
}

/** A connection comes approved only from somebody who may approve it; anybody else asks for it (a manual connection). */
function demandApproval(
  { access }: Services,
  principal: Principal,
  endpointId: string,
  { id, type }: ResourceContent,
): void {
  const action = `${type}/PrivateEndpointConnectionsApproval/action`;
  if (access.allows({ principal, action, scope: id })) return;
  throw new ServiceError(
    403,
    'LinkedAuthorizationFailed',
    `The client '${principal.clientId ?? principal.email ?? principal.objectId}' has permission to perform action 'Microsoft.Network/privateEndpoints/write' on scope '${endpointId}'; however, it does not have permission to perform action '${action}' on the linked scope(s) '${id}' or the linked scope(s) are invalid.`,
  );
}

/** Private endpoints in a subnet, with their DNS zone groups. */
export const networkTypes: readonly ResourceType[] = [
  {
    type: 'Microsoft.Network/privateEndpoints',
    versions: networkVersions,
    needsLocation: true,
    isLongRunning: true,
    deletesSlowly: true,
    accept: ({ body, path, services, principal }) => {
      const given = child(body, 'properties');
      const subnet = text(child(given, 'subnet')['id']);
      const asked = [
        ...list(given['privateLinkServiceConnections']).map((each) => ({ each, status: 'Approved' })),
        ...list(given['manualPrivateLinkServiceConnections']).map((each) => ({ each, status: 'Pending' })),
      ];
      for (const { each, status } of asked) {
        const properties = child(each, 'properties');
        const targetId = text(properties['privateLinkServiceId']);
        const found = services.store.get(targetId);
        if (found === undefined) {
          throw new ServiceError(400, 'LinkedServiceNotFound', `The private link service '${targetId}' was not found.`);
        }
        const groupId = text(list(properties['groupIds'])[0]);
        if (!hasGroup(found.content.type, groupId)) {
          throw new ServiceError(
            400,
            'PrivateEndpointInvalidGroupId',
            `The group '${groupId}' is not one of the private link service '${targetId}'.`,
          );
        }
        if (status === 'Approved') demandApproval(services, principal, path.id, found.content);
        requestConnection(services.world, { endpointId: path.id, targetId, groupId, status, origin: subnet });
      }
      return { properties: { ...given, networkInterfaces: [], customDnsConfigs: [], provisioningState: 'Succeeded' } };
    },
    afterDelete: ({ id }, { world }) => dropConnections(world, id),
  },
  {
    type: 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups',
    versions: networkVersions,
    isLongRunning: true,
    deletesSlowly: true,
  },
];
