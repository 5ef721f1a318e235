import { defaultDeployer } from '../../../src/local-azure/settings';
import { group, stranger, subscription, vault, type DirectAzure } from '../direct-azure';
import { arm, configure, location, shareVersion, type RefusalGroup } from './refusal';

const share = `${group}/providers/Microsoft.DataShare/accounts/share-oea-test`;
const accepted = `${share}/shareSubscriptions/insights`;
const invitationId = '11111111-0000-4000-8000-000000000001';
const logs = `${group}/providers/Microsoft.OperationalInsights/workspaces/log-oea-test`;
const logsVersion = '2022-10-01';
const insights = `${group}/providers/Microsoft.Insights`;

/** A Data Share account, and an invitation for somebody. */
async function invite(azure: DirectAzure, invitedObjectId = defaultDeployer.objectId): Promise<void> {
  const dataSets = [{ id: 'set', name: 'activity', path: 'M365/activity', folder: '.' }];
  const schedule = { interval: 'Day', time: '2024-03-01T04:00:00Z' } as const;
  const offered = {
    invitationId,
    shareName: 'insights',
    location,
    providerName: 'M',
    invitedObjectId,
    dataSets,
    schedule,
  };
  configure(azure, { shares: [offered] });
  const body = { location, identity: { type: 'SystemAssigned' } };
  await azure.expect(201, azure.manage('PUT', share, shareVersion, { body }));
}

const accept = (azure: DirectAzure) =>
  azure.manage('PUT', accepted, shareVersion, {
    body: { properties: { invitationId, sourceShareLocation: location } },
  });

async function makeLogs(azure: DirectAzure): Promise<void> {
  await azure.expect(201, azure.manage('PUT', logs, logsVersion, { body: { location } }));
}

const badRequest = (message: string) => arm(400, 'BadRequest', message);

/** What Data Share and monitoring refuse. */
export const shareAndMonitorRefusals: readonly RefusalGroup[] = [
  {
    rule: 'invitations: for one identity, and once (OWN1, OWN2)',
    refusals: [
      {
        what: 'the invitation of somebody else',
        breaks: async (azure) => {
          await invite(azure, stranger.objectId);
          return accept(azure);
        },
        answer: arm(404, 'InvitationNotFound', 'The invitation was not found, or is not for the calling identity.'),
      },
      {
        what: 'a second acceptance',
        breaks: async (azure) => {
          await invite(azure);
          await azure.expect(201, accept(azure));
          await azure.expect(200, azure.manage('DELETE', accepted, shareVersion));
          return accept(azure);
        },
        answer: arm(409, 'InvitationAlreadyAccepted', 'The invitation has been accepted before.'),
      },
      {
        what: 'a mapping to an account that is not there',
        breaks: async (azure) => {
          await invite(azure);
          await azure.expect(201, accept(azure));
          const properties = {
            dataSetId: 'set',
            subscriptionId: 's',
            resourceGroup: 'g',
            storageAccountName: 'stgone',
            fileSystem: 'oea',
            folderPath: 'f',
          };
          const body = { kind: 'AdlsGen2Folder', properties };
          return azure.manage('PUT', `${accepted}/dataSetMappings/m`, shareVersion, { body });
        },
        answer: arm(404, 'StorageAccountNotFound', 'The target account does not exist.'),
      },
      {
        what: 'a time that the provider does not offer',
        breaks: async (azure) => {
          await invite(azure);
          await azure.expect(201, accept(azure));
          const properties = { recurrenceInterval: 'Day', synchronizationTime: '2024-03-01T05:00:00Z' };
          const body = { kind: 'ScheduleBased', properties };
          return azure.manage('PUT', `${accepted}/triggers/t`, shareVersion, { body });
        },
        answer: arm(400, 'InvalidTrigger', 'The recurrence and the time must be those that the provider offers.'),
      },
    ],
  },
  {
    rule: 'log workspaces: names held for fourteen days',
    refusals: [
      {
        what: 'the name of a deleted one, in another place',
        breaks: async (azure) => {
          await makeLogs(azure);
          await azure.expect(200, azure.manage('DELETE', logs, logsVersion));
          azure.world.clock.advance(14 * 86_400 - 1);
          return azure.manage('PUT', logs, logsVersion, { body: { location: 'northeurope' } });
        },
        answer: arm(
          409,
          'Conflict',
          "The workspace name 'log-oea-test' is held by a workspace that was deleted in another resource group or location.",
        ),
      },
    ],
  },
  {
    rule: 'alerts, diagnostic settings and budgets: what they refer to, and when they begin',
    refusals: [
      {
        what: 'a diagnostic setting to a workspace that is not there',
        breaks: (azure) => {
          const properties = { workspaceId: logs, logs: [{ category: 'AuditEvent', enabled: true }] };
          const path = `${vault}/providers/Microsoft.Insights/diagnosticSettings/d`;
          return azure.manage('PUT', path, '2021-05-01-preview', { body: { properties } });
        },
        answer: arm(404, 'ResourceNotFound', `The Resource '${logs}' was not found.`),
      },
      {
        what: 'an alert for an action group that is not there',
        breaks: (azure) => {
          const properties = { scopes: [vault], actions: [{ actionGroupId: `${insights}/actionGroups/gone` }] };
          const body = { location: 'global', properties };
          return azure.manage('PUT', `${insights}/metricAlerts/a`, '2018-03-01', { body });
        },
        answer: badRequest(`The action group '${insights}/actionGroups/gone' of the alert does not exist.`),
      },
      {
        what: 'an alert on a table that has no rows yet',
        breaks: async (azure) => {
          await makeLogs(azure);
          const properties = { scopes: [logs], criteria: { allOf: [{ query: 'StorageBlobLogs | count' }] } };
          const body = { location, properties };
          return azure.manage('PUT', `${insights}/scheduledQueryRules/a`, '2022-06-15', { body });
        },
        answer: badRequest('The query of the alert could not be validated: a table that it names does not exist yet.'),
      },
      {
        what: 'a budget from the past',
        breaks: (azure) => {
          const body = { properties: { timePeriod: { startDate: '2020-01-01T00:00:00Z' } } };
          const path = `${subscription}/resourceGroups/rg-oea-test/providers/Microsoft.Consumption/budgets/b`;
          return azure.manage('PUT', path, '2023-11-01', { body });
        },
        answer: arm(400, '400', 'The start date of a budget cannot be in the past.'),
      },
    ],
  },
];
