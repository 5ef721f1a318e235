import { json, type LocalAnswer, type LocalRequest } from '../http';
import { nameLimits } from '../../contract/resource-names';
import type { Principal } from '../settings';
import type { Operations } from './long-running';
import { groupType, parseResourcePath } from './resource-id';
import type { ResourceType, Services } from './resource-type';

export interface RouteCall {
  readonly services: Services;
  readonly operations: Operations;
  readonly principal: Principal;
  readonly request: LocalRequest;
  readonly match: RegExpExecArray;
}

/** An operation of the resource manager that is no resource's own. */
export interface Route {
  readonly method: string;
  /** Of the whole path, without a slash at its end. */
  readonly pattern: RegExp;
  readonly answer: (call: RouteCall) => LocalAnswer | Promise<LocalAnswer>;
}

/** Resource groups; what is in one goes with it. */
export const resourceGroups: ResourceType = {
  type: groupType,
  versions: ['2020-06-01', '2021-04-01', '2022-09-01', '2023-07-01', '2024-03-01', '2025-04-01'],
  name: nameLimits.resourceGroup,
  needsLocation: true,
  absentCode: 'ResourceGroupNotFound',
  fixed: ['location'],
  deletesSlowly: true,
};

const providers = [
  'Storage',
  'KeyVault',
  'Synapse',
  'DataShare',
  'OperationalInsights',
  'Insights',
  'Network',
  'Consumption',
];

/** Subscriptions, providers, lists of resources of any type, and operations. */
export const subscriptionRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: /^\/subscriptions$/,
    answer: ({ services }) => json(200, { value: [subscription(services)] }),
  },
  {
    method: 'GET',
    pattern: /^\/subscriptions\/[^/]+$/,
    answer: ({ services }) => json(200, subscription(services)),
  },
  {
    method: 'GET',
    pattern: /^\/tenants$/,
    answer: ({ services }) => {
      const { tenantId } = services.world.settings;
      return json(200, { value: [{ id: `/tenants/${tenantId}`, tenantId }] });
    },
  },
  {
    method: 'GET',
    pattern: /^\/subscriptions\/[^/]+\/providers$/,
    answer: () => json(200, { value: providers.map(registered) }),
  },
  {
    method: 'GET',
    pattern: /^\/subscriptions\/[^/]+\/providers\/(Microsoft\.\w+)$/i,
    answer: ({ match }) => json(200, registered((match[1] ?? '').slice('Microsoft.'.length))),
  },
  {
    method: 'POST',
    pattern: /^\/subscriptions\/[^/]+\/providers\/(Microsoft\.\w+)\/register$/i,
    answer: ({ match }) => json(200, registered((match[1] ?? '').slice('Microsoft.'.length))),
  },
  {
    method: 'GET',
    pattern: /^(\/subscriptions\/[^/]+(?:\/resourceGroups\/[^/]+)?)\/resources$/i,
    answer: ({ services, request, match }) => json(200, { value: topLevel(services, request, match[1] ?? '') }),
  },
  {
    method: 'GET',
    pattern: /\/operationStatuses\/([^/]+)$/,
    answer: ({ operations, match }) => operations.status(match[1] ?? ''),
  },
  {
    method: 'GET',
    pattern: /\/operationResults\/([^/]+)$/,
    answer: ({ operations, match, request }) => operations.result(match[1] ?? '', request.url.href),
  },
];

/** What azurerm asks for the names of regions and services; needs no token. */
export function metadataEndpoints(): LocalAnswer {
  const locations = ['westeurope', 'northeurope', 'eastus', 'westus2', 'centralus', 'global'];
  return json(200, { cloudEndpoint: { public: { endpoint: 'management.azure.com', locations } } });
}

function subscription({ world }: Services) {
  const { subscriptionId, tenantId } = world.settings;
  const id = `/subscriptions/${subscriptionId}`;
  return { id, subscriptionId, tenantId, displayName: 'Local Azure', state: 'Enabled' };
}

function registered(name: string) {
  return { namespace: `Microsoft.${name}`, registrationState: 'Registered', resourceTypes: [] };
}

/** Resources that are neither nested nor extensions, as the portal lists them. */
function topLevel({ store }: Services, request: LocalRequest, scope: string): unknown[] {
  const [, wanted] = /resourceType eq '([^']+)'/i.exec(request.url.searchParams.get('$filter') ?? '') ?? [];
  return store
    .below(scope)
    .map(({ content }) => content)
    .filter(({ id, type }) => {
      const path = parseResourcePath(id);
      const isTop =
        type !== groupType && path?.parentId === path?.scope && (id.match(/\/providers\//gi) ?? []).length === 1;
      return isTop && (wanted === undefined || wanted.toLowerCase() === type.toLowerCase());
    })
    .map(({ id, name, type, location, tags }) => ({ id, name, type, location, tags }));
}
