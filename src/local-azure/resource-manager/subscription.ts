import { json, type LocalAnswer, type LocalRequest } from '../http';
import { nameLimits } from '../../contract/resource-names';
import type { Principal } from '../settings';
import type { Operations } from './long-running';
import { isRegistered, registerProvider } from './provider-registration';
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
  /** Api-versions that are known. @default any */
  readonly versions?: readonly string[];
  readonly answer: (call: RouteCall) => LocalAnswer | Promise<LocalAnswer>;
}

/** Resource groups; what is in one goes with it. */
export const resourceGroups: ResourceType = {
  type: groupType,
  versions: [
    '2020-06-01',
    '2021-04-01',
    '2022-09-01',
    '2023-07-01',
    '2024-03-01',
    '2024-07-01',
    '2024-11-01',
    '2025-04-01',
  ],
  name: nameLimits.resourceGroup,
  needsLocation: true,
  absentCode: 'ResourceGroupNotFound',
  fixed: ['location'],
  isPatchable: true,
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
    answer: ({ services, principal }) =>
      json(200, { value: services.access.hasAny(principal) ? [subscription(services)] : [] }),
  },
  {
    method: 'GET',
    pattern: /^\/subscriptions\/[^/]+$/,
    answer: (call) => {
      demandAny(call);
      return json(200, subscription(call.services));
    },
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
    answer: (call) => {
      demandAny(call);
      return json(200, { value: providers.map((name) => provider(call.services, `Microsoft.${name}`)) });
    },
  },
  {
    method: 'GET',
    pattern: /^\/subscriptions\/[^/]+\/providers\/(Microsoft\.\w+)$/i,
    answer: (call) => {
      demandAny(call);
      return json(200, provider(call.services, call.match[1] ?? ''));
    },
  },
  {
    method: 'POST',
    pattern: /^(\/subscriptions\/[^/]+)\/providers\/(Microsoft\.\w+)\/register$/i,
    answer: ({ services, principal, match: [, scope = '', namespace = ''] }) => {
      services.access.demand({ principal, action: `${namespace}/register/action`, scope });
      registerProvider(services.world, namespace);
      return json(200, provider(services, namespace));
    },
  },
  {
    method: 'GET',
    pattern: /^(\/subscriptions\/[^/]+(?:\/resourceGroups\/[^/]+)?)\/resources$/i,
    answer: (call) => json(200, { value: topLevel(call) }),
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

/** A subscription and its providers are seen by whoever has any role in it. */
function demandAny({ services, principal }: RouteCall): void {
  if (services.access.hasAny(principal)) return;
  const scope = `/subscriptions/${services.world.settings.subscriptionId}`;
  services.access.demand({ principal, action: 'Microsoft.Resources/subscriptions/read', scope });
}

function provider({ world }: Services, namespace: string) {
  const registrationState = isRegistered(world, namespace) ? 'Registered' : 'NotRegistered';
  return { namespace, registrationState, resourceTypes: [] };
}

/** Resources that are neither nested nor extensions, as the portal lists them: those that the caller may read. */
function topLevel({ services, request, principal, match: [, scope = ''] }: RouteCall): unknown[] {
  const { access, store } = services;
  if (/resourceGroups/i.test(scope)) {
    const action = 'Microsoft.Resources/subscriptions/resourceGroups/resources/read';
    access.demand({ principal, action, scope });
  }
  const [, wanted] = /resourceType eq '([^']+)'/i.exec(request.url.searchParams.get('$filter') ?? '') ?? [];
  return store
    .below(scope)
    .map(({ content }) => content)
    .filter(({ id, type }) => {
      const path = parseResourcePath(id);
      const isTop =
        type !== groupType &&
        // Locks are no resources in this list, nor roles.
        !/^Microsoft\.Authorization\//i.test(type) &&
        path?.parentId === path?.scope &&
        (id.match(/\/providers\//gi) ?? []).length === 1;
      const isReadable = access.allows({ principal, action: `${type}/read`, scope: id });
      return isTop && isReadable && (wanted === undefined || wanted.toLowerCase() === type.toLowerCase());
    })
    .map(({ id, name, type, location, tags }) => ({ id, name, type, location, tags }));
}
