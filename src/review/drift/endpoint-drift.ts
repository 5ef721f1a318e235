import { isObject } from '../../artifacts/walk-json';
import { isAbsent, listAll, type RestClient } from '../../operations/rest-client';
import { nameOf, propertiesOf, textOf, type StackResource } from '../stacks';
import type { Comparison, Drift, DriftPlace } from './drift';
import { ownsWorkspace } from './owns-workspace';
import { groupUrl } from './role-assignments';

/** What a private endpoint can lead to here: its name for people, how Terraform and ARM name it, and where it is asked. */
const targets = [
  {
    what: 'account',
    type: 'azurerm_storage_account',
    provider: 'Microsoft.Storage/storageAccounts',
    name: 'storageAccount',
    version: '2023-05-01',
  },
  {
    what: 'vault',
    type: 'azurerm_key_vault',
    provider: 'Microsoft.KeyVault/vaults',
    name: 'keyVault',
    version: '2023-07-01',
  },
  {
    what: 'workspace',
    type: 'azapi_resource.Workspace',
    provider: 'Microsoft.Synapse/workspaces',
    name: 'synapseWorkspace',
    version: '2021-06-01',
  },
] as const;

type Target = (typeof targets)[number];

/** An endpoint of ours, with what it leads to. */
interface Endpoint {
  readonly name: string;
  readonly target: Target['what'];
  /** Of the workspace's managed network: Azure makes it in a subscription of its own. */
  readonly isManaged: boolean;
}

interface Connection {
  readonly properties?: {
    readonly privateEndpoint?: { readonly id?: string };
    readonly privateLinkServiceConnectionState?: { readonly status?: string };
  };
}

interface ManagedEndpoint {
  readonly name?: string;
  readonly properties?: { readonly privateLinkResourceId?: string; readonly isReserved?: boolean };
}

const managedType = 'Microsoft.Synapse/workspaces/managedVirtualNetworks/managedPrivateEndpoints@';

/**
 * Compares the private ways in to account, vault and workspace, from whatever subscription they come, and the ways out of the
 * workspace's managed network. What is not ours is not asked about.
 */
export async function endpointDrift(resources: readonly StackResource[], place: DriftPlace): Promise<Comparison> {
  const expected = resources.flatMap(expectedEndpoint);
  const drifts: Drift[] = [];
  for (const target of targets) {
    if (!isInPlan(target, resources)) continue;
    const wanted = expected.filter((endpoint) => endpoint.target === target.what);
    drifts.push(...compareConnections(target.what, wanted, await connectionsTo(target, place), place));
  }
  if (ownsWorkspace(resources)) drifts.push(...(await waysOut(resources, place)));
  return { compared: expected.length, drifts };
}

function isInPlan({ type }: Target, resources: readonly StackResource[]): boolean {
  return type === 'azapi_resource.Workspace'
    ? ownsWorkspace(resources)
    : resources.some((resource) => resource.type === type);
}

function expectedEndpoint(resource: StackResource): readonly Endpoint[] {
  const service = resource.body['private_service_connection'];
  const id =
    resource.type === 'azurerm_private_endpoint' && isObject(service)
      ? textOf(service['private_connection_resource_id'])
      : isManaged(resource)
        ? textOf(propertiesOf(resource)['privateLinkResourceId'])
        : '';
  const target = targets.find(({ type, provider }) => id.includes(`\${${type}`) || id.includes(`/${provider}/`));
  return target === undefined ? [] : [{ name: nameOf(resource), target: target.what, isManaged: isManaged(resource) }];
}

function isManaged({ body }: StackResource): boolean {
  return textOf(body['type']).startsWith(managedType);
}

/** Connections that lead to a resource; those that were refused or cut lead nowhere. */
async function connectionsTo(target: Target, place: DriftPlace): Promise<readonly Connection[]> {
  const { provider, name, version } = target;
  const url = `${groupUrl(place)}/providers/${provider}/${place[name]}/privateEndpointConnections?api-version=${version}`;
  const found = await listAll<Connection>(place.resourceManager, url);
  return found.filter((connection) => ['Approved', 'Pending'].includes(statusOf(connection)));
}

function statusOf({ properties }: Connection): string {
  return properties?.privateLinkServiceConnectionState?.status ?? '';
}

function compareConnections(
  what: Target['what'],
  wanted: readonly Endpoint[],
  actual: readonly Connection[],
  { subscriptionId }: Pick<DriftPlace, 'subscriptionId'>,
): readonly Drift[] {
  // Anybody may give an endpoint of theirs the name of one of ours: of several with a name, one is ours.
  const others = [...actual];
  const drifts = wanted.flatMap((endpoint): Drift[] => {
    const at = `private endpoint ${endpoint.name} to the ${what}`;
    const index = others.findIndex((connection) => isOf(connection, endpoint, subscriptionId));
    if (index === -1) return [{ kind: 'network', at, change: 'missing', detail: 'is not there' }];
    const [found = {}] = others.splice(index, 1);
    if (statusOf(found) === 'Approved') return [];
    return [{ kind: 'network', at, change: 'changed', detail: 'waits for approval' }];
  });
  const added = others.map((connection): Drift => ({
    kind: 'network',
    at: `private endpoint to the ${what}`,
    change: 'added',
    detail: `${idOf(connection)} ${statusOf(connection) === 'Approved' ? 'leads there' : 'waits for approval'}`,
  }));
  return [...drifts, ...added];
}

function idOf({ properties }: Connection): string {
  return properties?.privateEndpoint?.id ?? 'an endpoint without an id';
}

/** A managed endpoint is in a subscription of Microsoft's, where the workspace's name stands before its own; any other is in ours. */
function isOf(connection: Connection, { name, isManaged: managed }: Endpoint, subscriptionId: string): boolean {
  const id = idOf(connection).toLowerCase();
  const [start, end] = managed ? ['', `.${name}`] : [`/subscriptions/${subscriptionId}/`, `/${name}`];
  return id.startsWith(start.toLowerCase()) && id.endsWith(end.toLowerCase());
}

/** Managed endpoints that somebody else made: data can leave by them once their target's owner approves. */
async function waysOut(
  resources: readonly StackResource[],
  { development, synapseWorkspace }: { readonly development: RestClient; readonly synapseWorkspace: string },
): Promise<readonly Drift[]> {
  const ours = new Set(resources.filter(isManaged).map((resource) => nameOf(resource).toLowerCase()));
  const path = 'managedVirtualNetworks/default/managedPrivateEndpoints?api-version=2020-12-01';
  const url = `https://${synapseWorkspace}.dev.azuresynapse.net/${path}`;
  const found = await listAll<ManagedEndpoint>(development, url).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  return found.flatMap(({ name = '', properties = {} }): Drift[] => {
    const { privateLinkResourceId: target = '', isReserved = false } = properties;
    // Every workspace has some that lead back to itself.
    const isOwn = isReserved || target.toLowerCase().endsWith(`/workspaces/${synapseWorkspace.toLowerCase()}`);
    if (isOwn || ours.has(name.toLowerCase())) return [];
    return [{ kind: 'network', at: `managed endpoint ${name}`, change: 'added', detail: `leads out to ${target}` }];
  });
}
