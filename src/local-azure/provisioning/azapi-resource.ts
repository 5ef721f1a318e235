import { InsightsError } from '../../contract/errors';
import { defined, resourceManagerHost, type Answer, type AzureResource } from './azure-request';

/** Collections of a workspace's development endpoint, by the type that azapi gives them (azure-facts §2.2). */
const developmentCollections: Readonly<Record<string, string>> = {
  'Microsoft.Synapse/workspaces/datasets': 'datasets',
  'Microsoft.Synapse/workspaces/linkedservices': 'linkedservices',
  'Microsoft.Synapse/workspaces/notebooks': 'notebooks',
  'Microsoft.Synapse/workspaces/pipelines': 'pipelines',
  'Microsoft.Synapse/workspaces/roleAssignments': 'roleAssignments',
  'Microsoft.Synapse/workspaces/sqlScripts': 'sqlScripts',
  'Microsoft.Synapse/workspaces/triggers': 'triggers',
  'Microsoft.Synapse/workspaces/managedVirtualNetworks/managedPrivateEndpoints': 'managedPrivateEndpoints',
};

/** `Microsoft.DataShare/accounts@2021-08-01` in its two parts. */
export function splitType(type: unknown): { readonly name: string; readonly apiVersion: string } {
  const [name = '', apiVersion = ''] = String(type).split('@');
  return { name, apiVersion };
}

/** A resource of the resource manager: below its parent, as a child of the parent's type or with a provider of its own. */
export function azapiResource(attributes: Answer): AzureResource {
  const { name: type, apiVersion } = splitType(attributes['type']);
  const segments = type.split('/');
  const name = String(attributes['name']);
  const parent = String(attributes['parent_id']).replace(/\/$/, '');
  const path =
    segments.length > 2 ? `${parent}/${segments.at(-1)}/${name}` : `${parent}/providers/${segments.join('/')}/${name}`;
  const { location, tags, identity } = attributes;
  const identityType = ((Array.isArray(identity) ? identity[0] : identity) as Answer | undefined)?.['type'];
  const body = {
    ...defined({ location, tags }),
    ...(identityType === undefined ? {} : { identity: { type: identityType } }),
    ...(attributes['body'] ?? {}),
  };
  return { host: resourceManagerHost, requests: [{ path, apiVersion, body }], exports: identified(name) };
}

/** Whoever refers to the identity of a resource means what Azure made, not what was asked for. */
function identified(name: string): AzureResource['exports'] {
  return ({ id, identity }) => {
    if (!isObject(identity)) return { id, name };
    const { type, principalId, tenantId } = identity;
    return { id, name, identity: [{ type, principal_id: principalId, tenant_id: tenantId }] };
  };
}

/** A resource of a development endpoint; `parent_id` is the host. */
export function azapiDataPlaneResource(attributes: Answer): AzureResource {
  const { name: type, apiVersion } = splitType(attributes['type']);
  const collection = developmentCollections[type];
  if (collection === undefined) {
    throw new InsightsError('PROVISIONING_UNSUPPORTED', `The data-plane type ${type} is not provided for.`);
  }
  const [host = '', ...folders] = String(attributes['parent_id']).split('/');
  const name = String(attributes['name']);
  const path = ['', ...folders, collection, name].join('/');
  return {
    host,
    requests: [{ path, apiVersion, body: attributes['body'] ?? {} }],
    exports: ({ id }) => ({ id, name }),
  };
}

/** Members of `changes` put into `before`, at any depth; lists are replaced whole. */
export function mergeInto(before: unknown, changes: unknown): unknown {
  if (!isObject(before) || !isObject(changes)) return changes;
  const merged: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(changes)) merged[key] = mergeInto(before[key], value);
  return merged;
}

/**
 * Whether a service stored what was sent, as azapi compares it (providers-live §2): members that the service adds or does
 * not give back, such as secrets, do not count.
 */
export function holds(stored: unknown, sent: unknown): boolean {
  if (stored === undefined || sent === null) return true;
  if (Array.isArray(sent)) {
    return (
      Array.isArray(stored) && stored.length === sent.length && sent.every((item, index) => holds(stored[index], item))
    );
  }
  if (isObject(sent)) return isObject(stored) && Object.entries(sent).every(([key, item]) => holds(stored[key], item));
  return stored === sent;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
