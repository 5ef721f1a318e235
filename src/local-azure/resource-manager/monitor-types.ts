import { randomUUID } from 'node:crypto';
import { child, json, list, ServiceError, text, type Json } from '../http';
import { nameLimits } from '../../contract/resource-names';
import type { World } from '../world';
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
    accept: acceptLogWorkspace,
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
    accept: ({ body }) => {
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
      return {};
    },
  },
  {
    type: 'Microsoft.Insights/actionGroups',
    versions: ['2021-09-01', '2022-06-01', '2023-01-01', '2024-10-01-preview'],
    needsLocation: true,
    accept: acceptActionGroup,
  },
  { type: 'Microsoft.Insights/metricAlerts', versions: ['2018-03-01'], needsLocation: true, accept: acceptAlert },
  {
    type: 'Microsoft.Insights/scheduledQueryRules',
    versions: ['2021-08-01', '2022-06-15', '2023-12-01'],
    needsLocation: true,
    accept: acceptAlert,
  },
  {
    type: 'Microsoft.Consumption/budgets',
    versions: ['2021-10-01', '2023-05-01', '2023-11-01', '2024-08-01'],
    accept: acceptBudget,
  },
];

/** Workspaces that were deleted are kept for fourteen days; here they are gone, as with a permanent deletion. */
export const deletedWorkspaceRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern:
      /^\/subscriptions\/[^/]+(?:\/resourceGroups\/[^/]+)?\/providers\/Microsoft\.OperationalInsights\/deletedWorkspaces$/i,
    answer: () => json(200, { value: [] }),
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

function acceptLogWorkspace({ body, before }: Change): Json {
  const given = child(body, 'properties');
  const days = given['retentionInDays'] ?? 30;
  if (typeof days !== 'number' || days < 7 || days > 730) {
    throw new ServiceError(400, 'InvalidParameter', `The retentionInDays '${JSON.stringify(days)}' is not valid.`);
  }
  return {
    properties: {
      ...given,
      retentionInDays: days,
      customerId: before?.properties['customerId'] ?? randomUUID(),
      features: { enableLogAccessUsingOnlyResourcePermissions: true, ...child(given, 'features') },
      provisioningState: 'Succeeded',
    },
  };
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
  return {};
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
