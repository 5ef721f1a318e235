import {
  child,
  json,
  jsonBody,
  ServiceError,
  text,
  UnknownOperation,
  type Json,
  type LocalAnswer,
  type LocalRequest,
} from '../http';
import { connectionOf, dropConnections, hasGroup, requestConnection } from '../resource-manager/private-connections';
import type { Services } from '../resource-manager/resource-type';
import { guidOf } from '../settings';
import type { WorkspacePlace } from './artifacts';
import { changeWorkspace, workspaceContent } from './workspace-state';

/**
 * Managed private endpoints of a workspace: made here, pending at the target until its owner approves (NET3). The caller
 * has been checked.
 */
export function answerManagedEndpoints(
  services: Services,
  workspace: WorkspacePlace,
  request: LocalRequest,
  [network, , name]: readonly string[],
): LocalAnswer {
  const { world, store } = services;
  const resource = store.get(workspace.id)?.content;
  if (network !== 'default' || resource?.properties['managedVirtualNetwork'] !== 'default') {
    throw new ServiceError(
      404,
      'ManagedVirtualNetworkNotFound',
      `The managed virtual network '${network}' was not found.`,
      'flat',
    );
  }
  const endpoints = workspaceContent(world, workspace.name)?.endpoints ?? {};
  const shown = (each: Json): Json => show(services, workspace, each);
  if (name === undefined) {
    if (request.method !== 'GET') throw new UnknownOperation(`${request.method} managedPrivateEndpoints`);
    return json(200, { value: Object.values(endpoints).map(shown) });
  }
  const found = endpoints[name.toLowerCase()];
  switch (request.method) {
    case 'GET':
      if (found === undefined)
        throw new ServiceError(
          404,
          'ManagedPrivateEndpointNotFound',
          `The managed private endpoint '${name}' was not found.`,
          'flat',
        );
      return json(200, shown(found));
    case 'PUT': {
      const { privateLinkResourceId, groupId } = child(jsonBody(request, 'flat'), 'properties');
      const target = store.get(text(privateLinkResourceId));
      if (target === undefined || !hasGroup(target.content.type, text(groupId))) {
        throw new ServiceError(
          400,
          'InvalidPrivateLinkResource',
          `There is no '${text(groupId)}' of '${text(privateLinkResourceId)}'.`,
          'flat',
        );
      }
      const before = child(found, 'properties');
      if (
        found !== undefined &&
        [before['privateLinkResourceId'], before['groupId']].join() !== [privateLinkResourceId, groupId].join()
      ) {
        throw new ServiceError(
          400,
          'ManagedPrivateEndpointCannotBeChanged',
          `The managed private endpoint '${name}' leads somewhere else; it cannot be changed.`,
          'flat',
        );
      }
      const made: Json = { name, properties: { privateLinkResourceId, groupId } };
      requestConnection(world, {
        endpointId: endpointId(services, workspace, name),
        targetId: target.content.id,
        groupId: text(groupId),
        status: 'Pending',
        origin: workspace.id,
      });
      changeWorkspace(world, workspace.name, (content) => ({
        ...content,
        endpoints: { ...content.endpoints, [name.toLowerCase()]: made },
      }));
      return json(found === undefined ? 201 : 200, shown(made));
    }
    case 'DELETE': {
      const { [name.toLowerCase()]: _, ...others } = endpoints;
      dropConnections(world, endpointId(services, workspace, name));
      changeWorkspace(world, workspace.name, (content) => ({ ...content, endpoints: others }));
      return { status: found === undefined ? 204 : 200 };
    }
    default:
      throw new UnknownOperation(`${request.method} managedPrivateEndpoints/{name}`);
  }
}

/** Id of the endpoint in a subscription of Microsoft's: it ends with the workspace's and the endpoint's name. */
function endpointId({ world }: Services, workspace: WorkspacePlace, name: string): string {
  const subscription = guidOf(`managed network of ${world.settings.tenantId}`);
  return `/subscriptions/${subscription}/resourceGroups/vnet-${workspace.name}/providers/Microsoft.Network/privateEndpoints/${workspace.name}.${name}`;
}

function show(services: Services, workspace: WorkspacePlace, { name, properties }: Json): Json {
  const connection = connectionOf(services.world, endpointId(services, workspace, text(name)));
  return {
    id: `${workspace.id}/managedVirtualNetworks/default/managedPrivateEndpoints/${text(name)}`,
    name,
    type: 'Microsoft.Synapse/workspaces/managedVirtualNetworks/managedPrivateEndpoints',
    properties: {
      ...child({ properties }, 'properties'),
      connectionState: { status: connection?.status ?? 'Disconnected', description: '', actionsRequired: '' },
      provisioningState: 'Succeeded',
      isReserved: false,
      fqdns: [],
    },
  };
}
