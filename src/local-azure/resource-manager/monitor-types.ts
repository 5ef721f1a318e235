import { randomUUID } from 'node:crypto';
import { child, json, list, ServiceError, text, type Json } from '../http';
import { nameLimits } from '../../contract/resource-names';
import type { World } from '../world';
import type { ResourceContent } from './resource-store';
import type { Change, ResourceType } from './resource-type';
import type { Route } from './subscription';

const workspace = 'Microsoft.OperationalInsights/workspaces';
const workspaceVersions = ['2020-08-01', '2021-06-01', '2022-10-01', '2023-09-01', '2025-02-01', '2025-07-01'];

/** Log Analytics, diagnostic settings, alerts and budgets. */
export const monitorTypes: readonly ResourceType[] = [
  {
    type: workspace,
    versions: workspaceVersions,
    name: nameLimits.logAnalyticsWorkspace,
    needsLocation: true,
    isLongRunning: true,
    isPatchable: true,
    accept: acceptLogWorkspace,
    afterDelete: (content, { world }, query) => {
      if (query.get('force') !== 'true')
        deletedWorkspaces(world).set(content.id.toLowerCase(), { content, deletedAt: world.clock.now() });
    },
    actions: {
      'POST sharedKeys': () => json(200, { primarySharedKey: 'none', secondarySharedKey: 'none' }),
    },
  },
  {
    type: `${workspace}/savedSearches`,
    versions: ['2020-08-01', ...workspaceVersions],
    createdStatus: 200,
    accept: acceptSavedSearch,
  },
  {
    type: 'Microsoft.Insights/diagnosticSettings',
    versions: ['2021-05-01-preview'],
    createdStatus: 200,
    accept: ({ body, services }) => {
      const given = child(body, 'properties');
      const isOn = [...list(given['logs']), ...list(given['metrics'])].some(
        (each) => (each as Json)['enabled'] === true,
      );
      if (!isOn)
        throw new ServiceError(
          400,
          'BadRequest',
          'At least one data sink needs to be specified with a category that is enabled.',
        );
      if (text(given['workspaceId']) === '' && text(given['storageAccountId']) === '') {
        throw new ServiceError(400, 'BadRequest', 'At least one data sink needs to be specified.');
      }
      for (const sink of [given['workspaceId'], given['storageAccountId']].map(text)) {
        if (sink === '' || services.store.get(sink) !== undefined) continue;
        throw new ServiceError(404, 'ResourceNotFound', `The Resource '${sink}' was not found.`);
      }
      return {};
    },
  },
  {
    type: 'Microsoft.Insights/actionGroups',
    versions: ['2021-09-01', '2022-06-01', '2023-01-01', '2024-10-01-preview'],
    needsLocation: true,
    isPatchable: true,
    accept: acceptActionGroup,
  },
  {
    type: 'Microsoft.Insights/metricAlerts',
    versions: ['2018-03-01'],
    needsLocation: true,
    isPatchable: true,
    accept: acceptAlert,
  },
  {
    type: 'Microsoft.Insights/scheduledQueryRules',
    versions: ['2021-08-01', '2022-06-15', '2023-12-01'],
    needsLocation: true,
    isPatchable: true,
    accept: (change) => {
      refuseQueries(change);
      return acceptAlert(change);
    },
  },
  {
    type: 'Microsoft.Consumption/budgets',
    versions: ['2021-10-01', '2023-05-01', '2023-11-01', '2024-08-01'],
    accept: acceptBudget,
  },
];

/** A workspace that was deleted, without force, and can be had again at its place for fourteen days. */
interface DeletedWorkspace {
  readonly content: ResourceContent;
  readonly deletedAt: number;
}

function deletedWorkspaces(world: World): Map<string, DeletedWorkspace> {
  const workspaces = world.collection<DeletedWorkspace>('deletedWorkspaces');
  for (const [id, { deletedAt }] of workspaces) {
    if (deletedAt + 14 * 86_400_000 <= world.clock.now()) workspaces.delete(id);
  }
  return workspaces;
}

export const deletedWorkspaceRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern:
      /^\/subscriptions\/[^/]+(?:\/resourceGroups\/[^/]+)?\/providers\/Microsoft\.OperationalInsights\/deletedWorkspaces$/i,
    versions: workspaceVersions,
    answer: ({ services, principal, match: [scope = ''] }) => {
      services.access.demand({ principal, action: `${workspace}/read`, scope: scope.split('/providers/')[0] ?? '' });
      return json(200, { value: [...deletedWorkspaces(services.world).values()].map(({ content }) => content) });
    },
  },
];

/** What is there is replaced only by who says which version of it, or any: `etag` (the service's own guard). */
function acceptSavedSearch({ body, before }: Change): Json {
  const given = child(body, 'properties');
  const missing = ['category', 'displayName', 'query'].find((name) => text(given[name]) === '');
  if (missing !== undefined) {
    throw new ServiceError(400, 'InvalidParameter', `The property '${missing}' of the saved search is missing.`);
  }
  if (before !== undefined && text(body['etag']) === '') {
    throw new ServiceError(409, 'Conflict', 'The saved search is there already: its etag is needed to replace it.');
  }
  return { properties: given };
}

function acceptLogWorkspace({ body, path, before, services: { world } }: Change): Json {
  const given = child(body, 'properties');
  const deleted = deletedWorkspaces(world);
  const held = [...deleted.values()].find(({ content: { name } }) => name.toLowerCase() === path.name.toLowerCase());
  if (before === undefined && held !== undefined && !isSamePlace(held.content, path.id, body['location'])) {
    throw new ServiceError(
      409,
      'Conflict',
      `The workspace name '${path.name}' is held by a workspace that was deleted in another resource group or location.`,
    );
  }
  const days = given['retentionInDays'] ?? 30;
  if (typeof days !== 'number' || days < 7 || days > 730) {
    throw new ServiceError(400, 'InvalidParameter', `The retentionInDays '${JSON.stringify(days)}' is not valid.`);
  }
  deleted.delete(path.id.toLowerCase());
  return {
    properties: {
      ...given,
      retentionInDays: days,
      customerId: (before ?? held?.content)?.properties['customerId'] ?? randomUUID(),
      features: { enableLogAccessUsingOnlyResourcePermissions: true, ...child(given, 'features') },
      provisioningState: 'Succeeded',
    },
  };
}

function isSamePlace({ id, location }: ResourceContent, otherId: string, otherLocation: unknown): boolean {
  return (
    id.toLowerCase() === otherId.toLowerCase() && text(location).toLowerCase() === text(otherLocation).toLowerCase()
  );
}

function acceptActionGroup({ body }: Change): Json {
  const shortName = text(child(body, 'properties')['groupShortName']);
  if (shortName.length >= 1 && shortName.length <= 12) return {};
  throw new ServiceError(400, 'BadRequest', 'The groupShortName must be 1 to 12 characters.');
}

function acceptAlert({ body, services }: Change): Json {
  const given = child(body, 'properties');
  const scopes = list(given['scopes']).map(text);
  if (scopes.length === 0) throw new ServiceError(400, 'BadRequest', 'An alert needs a scope.');
  const absent = scopes.find((scope) => services.store.get(scope) === undefined);
  if (absent !== undefined)
    throw new ServiceError(400, 'BadRequest', `The scope '${absent}' of the alert does not exist.`);
  for (const group of actionGroupsOf(given['actions'])) {
    if (services.store.get(group) !== undefined) continue;
    throw new ServiceError(400, 'BadRequest', `The action group '${group}' of the alert does not exist.`);
  }
  return {};
}

/** Alerts on metrics list objects, those on queries an object with a list. */
function actionGroupsOf(actions: unknown): readonly string[] {
  const listed = list(actions).map((each) => text((each as Json)['actionGroupId']));
  return [...listed, ...list(child({ actions }, 'actions')['actionGroups']).map(text)];
}

/** A query of a table that has no rows yet is refused, unless it says that the table may be missing or asks not to be checked. */
function refuseQueries({ body }: Change): void {
  const given = child(body, 'properties');
  if (given['skipQueryValidation'] === true) return;
  const queries = list(child(given, 'criteria')['allOf']).map((each) => text((each as Json)['query']));
  if (queries.every((query) => /\bisfuzzy\s*=\s*true\b/.test(query))) return;
  throw new ServiceError(
    400,
    'BadRequest',
    'The query of the alert could not be validated: a table that it names does not exist yet.',
  );
}

/** A budget may start at the first of this month at the earliest, where it is new. */
function acceptBudget({ body, before, services }: Change): Json {
  const given = child(body, 'properties');
  const start = text(child(given, 'timePeriod')['startDate']);
  if (!/^\d{4}-\d{2}-01T00:00:00Z$/.test(start)) {
    throw new ServiceError(400, '400', 'The start date of a budget must be the first of a month.');
  }
  if (before === undefined && start.slice(0, 7) < startOfMonth(services.world)) {
    throw new ServiceError(400, '400', 'The start date of a budget cannot be in the past.');
  }
  const end = text(child(given, 'timePeriod')['endDate']) || `${Number(start.slice(0, 4)) + 10}-${start.slice(5)}`;
  return {
    properties: { ...given, timePeriod: { startDate: start, endDate: end }, currentSpend: { amount: 0, unit: 'EUR' } },
  };
}

function startOfMonth({ clock }: World): string {
  return clock.timestamp().slice(0, 7);
}
