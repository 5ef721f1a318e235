import { child, json, jsonBody, ServiceError, text, type Json } from '../http';
import { nameLimits } from '../../contract/resource-names';
import type { OfferedShare } from '../settings';
import { synchronize } from '../share-synchronisation';
import type { ResourceContent } from './resource-store';
import type { ActionCall, Change, ResourceType, Services } from './resource-type';
import type { Route, RouteCall } from './subscription';

const account = 'Microsoft.DataShare/accounts';
const subscription = `${account}/shareSubscriptions`;
const versions = ['2018-11-01-preview', '2019-11-01', '2020-09-01', '2020-10-01-preview', '2021-08-01'];

/** The receiving side of Azure Data Share (azure-facts §3). */
export const dataShareTypes: readonly ResourceType[] = [
  {
    type: account,
    versions,
    name: nameLimits.dataShareAccount,
    needsLocation: true,
    isLongRunning: true,
    isPatchable: true,
    accept: ({ body, principal, services }) => {
      if (child(body, 'identity')['principalId'] === undefined) {
        throw new ServiceError(400, 'InvalidIdentity', 'An account needs a system-assigned identity.');
      }
      // The service gives the names of tags back in lower case.
      const tags = Object.fromEntries(
        Object.entries(child(body, 'tags')).map(([key, value]) => [key.toLowerCase(), value]),
      );
      return {
        tags,
        properties: {
          createdAt: services.world.clock.timestamp(),
          userName: principal.displayName,
          provisioningState: 'Succeeded',
        },
      };
    },
  },
  {
    type: subscription,
    versions,
    fixed: ['properties.invitationId', 'properties.sourceShareLocation'],
    accept: acceptSubscription,
    actions: {
      'GET consumerSourceDataSets': ({ services, resource }) =>
        json(200, { value: sourceDataSets(shareOf(services, resource)) }),
      'POST listSourceShareSynchronizationSettings': ({ services, resource }) =>
        json(200, { value: sourceSchedules(shareOf(services, resource)) }),
      'POST synchronize': startSynchronization,
      'POST listSynchronizations': ({ services, resource }) =>
        json(200, { value: runsOf(services, resource).map(({ details: _, ...run }) => run) }),
      'POST listSynchronizationDetails': ({ services, resource, request }) => {
        const { synchronizationId } = jsonBody(request);
        const run = runsOf(services, resource).find((each) => each['synchronizationId'] === synchronizationId);
        if (run === undefined)
          throw new ServiceError(404, 'SynchronizationNotFound', 'The synchronization was not found.');
        return json(200, { value: run['details'] });
      },
    },
  },
  { type: `${subscription}/dataSetMappings`, versions, accept: acceptMapping },
  { type: `${subscription}/triggers`, versions, accept: acceptTrigger },
];

const location = '/providers/Microsoft.DataShare';

export const invitationRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: new RegExp(`^${location}/listInvitations$`, 'i'),
    versions,
    answer: (call) => json(200, { value: ownShares(call).map((share) => invitation(call.services, share)) }),
  },
  {
    method: 'GET',
    pattern: new RegExp(`^${location}/locations/[^/]+/consumerInvitations/([^/]+)$`, 'i'),
    versions,
    answer: (call) => {
      const found = ownShares(call).find(({ invitationId }) => invitationId === call.match[1]);
      if (found === undefined) throw invitationMissing();
      return json(200, invitation(call.services, found));
    },
  },
];

function ownShares({ services, principal }: RouteCall): readonly OfferedShare[] {
  return services.world.settings.shares.filter(({ invitedObjectId }) => invitedObjectId === principal.objectId);
}

/** Which subscription accepted an invitation, by invitation id. */
function accepted(services: Services): Map<string, string> {
  return services.world.collection<string>('acceptedInvitations');
}

function invitation(services: Services, share: OfferedShare): Json {
  const { invitationId, location: place, shareName, providerName } = share;
  return {
    id: `${location}/locations/${place}/consumerInvitations/${invitationId}`,
    name: invitationId,
    type: 'Microsoft.DataShare/consumerInvitations',
    properties: {
      invitationId,
      invitationStatus: accepted(services).has(invitationId) ? 'Accepted' : 'Pending',
      location: place,
      shareName,
      providerName,
      dataSetCount: share.dataSets.length,
    },
  };
}

/** Only the invited identity can accept, and once: a second acceptance is not documented (OWN1, OWN2). */
function acceptSubscription({ body, path, principal, services, before }: Change): Json {
  const { invitationId, sourceShareLocation } = child(body, 'properties');
  const share = services.world.settings.shares.find((each) => each.invitationId === invitationId);
  if (before === undefined) {
    if (share === undefined || share.invitedObjectId !== principal.objectId) throw invitationMissing();
    if (text(sourceShareLocation).toLowerCase() !== share.location.toLowerCase()) {
      throw new ServiceError(400, 'InvalidSourceShareLocation', `The share is not in '${text(sourceShareLocation)}'.`);
    }
    if (accepted(services).has(share.invitationId)) {
      throw new ServiceError(409, 'InvitationAlreadyAccepted', 'The invitation has been accepted before.');
    }
    accepted(services).set(share.invitationId, path.id);
  }
  return {
    // As the service answers: in lower case.
    id: path.id.replace('/shareSubscriptions/', '/sharesubscriptions/'),
    properties: {
      invitationId,
      sourceShareLocation,
      createdAt: services.world.clock.timestamp(),
      providerName: share?.providerName,
      shareName: share?.shareName,
      shareKind: 'CopyBased',
      shareSubscriptionStatus: 'Active',
      provisioningState: 'Succeeded',
    },
  };
}

function invitationMissing(): ServiceError {
  return new ServiceError(
    404,
    'InvitationNotFound',
    'The invitation was not found, or is not for the calling identity.',
  );
}

function shareOf({ world }: Services, { properties }: ResourceContent): OfferedShare {
  const share = world.settings.shares.find(({ invitationId }) => invitationId === properties['invitationId']);
  if (share === undefined) throw new ServiceError(409, 'SourceDeleted', 'The share is gone at its provider.');
  return share;
}

function sourceDataSets(share: OfferedShare): Json[] {
  return share.dataSets.map(({ id, name, path }) => ({
    name: id,
    properties: {
      dataSetId: id,
      dataSetName: name,
      dataSetPath: path,
      dataSetType: 'AdlsGen2Folder',
      dataSetLocation: share.location,
    },
  }));
}

function sourceSchedules({ schedule }: OfferedShare): Json[] {
  if (schedule === undefined) return [];
  const { interval, time } = schedule;
  return [{ kind: 'ScheduleBased', properties: { recurrenceInterval: interval, synchronizationTime: time } }];
}

function acceptMapping({ body, path, services, principal }: Change): Json {
  const given = child(body, 'properties');
  const required = ['dataSetId', 'storageAccountName', 'resourceGroup', 'subscriptionId', 'fileSystem', 'folderPath'];
  const missing = required.find((key) => text(given[key]) === '');
  if (body['kind'] !== 'AdlsGen2Folder') {
    throw new ServiceError(
      400,
      'UnsupportedDataSetMapping',
      `Mappings of kind '${text(body['kind'])}' are not known here.`,
    );
  }
  if (missing !== undefined)
    throw new ServiceError(400, 'InvalidDataSetMapping', `The property '${missing}' is missing.`);
  const parent = services.store.get(path.parentId ?? '');
  const known = parent === undefined ? [] : shareOf(services, parent.content).dataSets.map(({ id }) => id);
  if (!known.includes(text(given['dataSetId'])))
    throw new ServiceError(404, 'DataSetNotFound', 'The share has no such data set.');
  const target = services.store.named('Microsoft.Storage/storageAccounts', text(given['storageAccountName']));
  if (target === undefined) throw new ServiceError(404, 'StorageAccountNotFound', 'The target account does not exist.');
  services.access.demand({ principal, action: 'Microsoft.Storage/storageAccounts/write', scope: target.content.id });
  return { kind: body['kind'], properties: { ...given, dataSetMappingStatus: 'Ok', provisioningState: 'Succeeded' } };
}

function acceptTrigger({ body, path, services }: Change): Json {
  const given = child(body, 'properties');
  const parent = services.store.get(path.parentId ?? '');
  const { schedule } = parent === undefined ? { schedule: undefined } : shareOf(services, parent.content);
  if (body['kind'] !== 'ScheduleBased') {
    throw new ServiceError(400, 'InvalidTrigger', `Triggers of kind '${text(body['kind'])}' are not known.`);
  }
  const isOffered =
    schedule !== undefined &&
    given['recurrenceInterval'] === schedule.interval &&
    text(given['synchronizationTime']).slice(11, 19) === schedule.time.slice(11, 19);
  if (!isOffered) {
    throw new ServiceError(
      400,
      'InvalidTrigger',
      'The recurrence and the time must be those that the provider offers.',
    );
  }
  return { kind: body['kind'], properties: { ...given, triggerStatus: 'Active', provisioningState: 'Succeeded' } };
}

function runsOf({ world }: Services, { id }: ResourceContent): readonly Json[] {
  return world.collection<readonly Json[]>('synchronizations').get(id.toLowerCase()) ?? [];
}

async function startSynchronization({ services, resource, request, principal }: ActionCall) {
  const { synchronizationMode = 'Incremental' } = jsonBody(request);
  if (synchronizationMode !== 'Incremental' && synchronizationMode !== 'FullSync') {
    throw new ServiceError(400, 'InvalidSynchronizationMode', `The mode '${text(synchronizationMode)}' is not known.`);
  }
  const run = await synchronize(services, resource, shareOf(services, resource), synchronizationMode, principal);
  const { synchronizationId, startTime, status } = run;
  services.world
    .collection<readonly Json[]>('synchronizations')
    .set(resource.id.toLowerCase(), [...runsOf(services, resource), run]);
  return json(200, { synchronizationId, startTime, status, synchronizationMode });
}
