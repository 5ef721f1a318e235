import { child, json, ServiceError, text, type Json } from '../http';
import { nameLimits } from '../../contract/resource-names';
import { VaultStore, type SecretVersion } from '../vault-store';
import type { Principal } from '../settings';
import type { World } from '../world';
import { dropConnections, withConnections } from './private-connections';
import { lastName } from './resource-id';
import type { ResourceContent } from './resource-store';
import type { Change, ResourceType, Services } from './resource-type';
import type { Route, RouteCall } from './subscription';

const vault = 'Microsoft.KeyVault/vaults';
const versions = ['2021-10-01', '2022-07-01', '2023-02-01', '2023-07-01', '2024-11-01', '2026-02-01'];

/** A vault that was deleted and can be had again, with all its secrets, until it is purged or its days are over. */
interface DeletedVault {
  readonly content: ResourceContent;
  readonly deletedAt: number;
}

function deletedVaults(world: World): Map<string, DeletedVault> {
  const vaults = world.collection<DeletedVault>('deletedVaults');
  for (const [name, deleted] of vaults) {
    if (purgeTime(deleted) > world.clock.now()) continue;
    vaults.delete(name);
    new VaultStore(world).purgeAll(name);
  }
  return vaults;
}

/** When a deleted vault is purged by itself, in milliseconds since 1970. */
function purgeTime({ content, deletedAt }: DeletedVault): number {
  return deletedAt + Number(content.properties['softDeleteRetentionInDays']) * 86_400_000;
}

export const vaultTypes: readonly ResourceType[] = [
  {
    type: vault,
    versions,
    name: nameLimits.keyVault,
    isGlobal: true,
    needsLocation: true,
    createdStatus: 200,
    isPatchable: true,
    fixed: ['properties.softDeleteRetentionInDays', 'properties.tenantId'],
    accept: acceptVault,
    show: withConnections,
    afterDelete: (content, { world }) => {
      dropConnections(world, content.id);
      deletedVaults(world).set(content.name.toLowerCase(), { content, deletedAt: world.clock.now() });
    },
  },
  {
    type: `${vault}/secrets`,
    versions,
    absentCode: 'SecretNotFound',
    accept: acceptSecret,
    // Also of a secret that came through the data plane, or came back with its vault.
    initial: (parent, { world }, name) => {
      const found = new VaultStore(world).get(parent.name, name);
      const newest = found?.versions.at(-1);
      return newest === undefined ? undefined : { properties: secretProperties(parent.name, name, newest) };
    },
  },
];

function acceptVault({ body, path, services, before }: Change): Json {
  const given = child(body, 'properties');
  const { world } = services;
  const deleted = deletedVaults(world).get(path.name.toLowerCase());
  const isRecovering = given['createMode'] === 'recover';
  if (deleted !== undefined && before === undefined) {
    if (!isRecovering) {
      throw new ServiceError(
        409,
        'ConflictError',
        `A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault.`,
      );
    }
    const isSamePlace = text(deleted.content['location']).toLowerCase() === text(body['location']).toLowerCase();
    if (deleted.content.id.toLowerCase() !== path.id.toLowerCase() || !isSamePlace) {
      throw new ServiceError(409, 'ConflictError', 'The deleted vault was in another resource group or location.');
    }
    deletedVaults(world).delete(path.name.toLowerCase());
  }
  const known = before?.properties ?? (isRecovering ? (deleted?.content.properties ?? {}) : {});
  if (known['enablePurgeProtection'] === true && given['enablePurgeProtection'] === false) {
    throw new ServiceError(
      400,
      'BadRequest',
      'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
    );
  }
  if (given['enableSoftDelete'] === false) {
    throw new ServiceError(
      400,
      'BadRequest',
      'The property "enableSoftDelete" cannot be set to false. Enabling the soft delete for a vault is an irreversible action.',
    );
  }
  const days = given['softDeleteRetentionInDays'] ?? known['softDeleteRetentionInDays'] ?? 90;
  if (typeof days !== 'number' || days < 7 || days > 90) {
    throw new ServiceError(400, 'BadRequest', 'softDeleteRetentionInDays must be from 7 to 90.');
  }
  const { createMode: _, ...kept } = given;
  return {
    properties: {
      ...known,
      ...kept,
      softDeleteRetentionInDays: days,
      enableSoftDelete: true,
      accessPolicies: kept['accessPolicies'] ?? [],
      vaultUri: `https://${path.name.toLowerCase()}.vault.azure.net/`,
      provisioningState: 'Succeeded',
    },
  };
}

function acceptSecret({ body, path, services, before }: Change): Json {
  const given = child(body, 'properties');
  const store = new VaultStore(services.world);
  const vaultName = lastName(path.parentId ?? '');
  const value = text(given['value']);
  if (value === '' && before === undefined) throw new ServiceError(400, 'BadRequest', 'The secret has no value.');
  const contentType = text(given['contentType']);
  const made = store.set(vaultName, path.name, value, contentType === '' ? undefined : contentType);
  return { properties: secretProperties(vaultName, path.name, made) };
}

/** What the resource manager tells of a secret: never its value. */
function secretProperties(vaultName: string, name: string, { version, created, contentType }: SecretVersion): Json {
  const secretUri = `https://${vaultName.toLowerCase()}.vault.azure.net/secrets/${name}`;
  return {
    ...(contentType === undefined ? {} : { contentType }),
    attributes: { enabled: true, created, updated: created },
    secretUri,
    secretUriWithVersion: `${secretUri}/${version}`,
  };
}

const location = '/subscriptions/[^/]+/providers/Microsoft.KeyVault';

/** Vaults that are deleted but not gone. */
export const deletedVaultRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: new RegExp(`^${location}/deletedVaults$`, 'i'),
    versions,
    answer: ({ services, principal }) => {
      demandDeleted(services, principal);
      return json(200, { value: [...deletedVaults(services.world).values()].map(show) });
    },
  },
  {
    method: 'GET',
    pattern: new RegExp(`^${location}/locations/[^/]+/deletedVaults/([^/]+)$`, 'i'),
    versions,
    answer: (call) => {
      demandDeleted(call.services, call.principal);
      return json(200, show(findDeleted(call)));
    },
  },
  {
    method: 'POST',
    pattern: new RegExp(`^${location}/locations/[^/]+/deletedVaults/([^/]+)/purge$`, 'i'),
    versions,
    answer: (call) => {
      const { services, principal, match, operations, request } = call;
      const found = findDeleted(call);
      const action = 'Microsoft.KeyVault/locations/deletedVaults/purge/action';
      services.access.demand({ principal, action, scope: `/subscriptions/${services.world.settings.subscriptionId}` });
      if (found.content.properties['enablePurgeProtection'] === true) {
        throw new ServiceError(
          403,
          'DeletedVaultPurge',
          `Operation "DeletedVaultPurge" is not allowed because purge protection is enabled for the vault '${match[1]}'.`,
        );
      }
      purgeVault(services, match[1] ?? '');
      const { id } = operations.start();
      const version = request.url.searchParams.get('api-version');
      const { subscriptionId } = services.world.settings;
      const url = `https://management.azure.com/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/operationResults/${id}?api-version=${version}`;
      return json(202, undefined, { location: url, 'retry-after': '0' });
    },
  },
];

function demandDeleted({ access, world }: Services, principal: Principal): void {
  const scope = `/subscriptions/${world.settings.subscriptionId}`;
  access.demand({ principal, action: 'Microsoft.KeyVault/locations/deletedVaults/read', scope });
}

/** Makes an end of a deleted vault and its secrets, as its retention would. */
export function purgeVault({ world }: Pick<Services, 'world'>, name: string): void {
  deletedVaults(world).delete(name.toLowerCase());
  new VaultStore(world).purgeAll(name);
}

function findDeleted({ services, match }: RouteCall): DeletedVault {
  const found = deletedVaults(services.world).get((match[1] ?? '').toLowerCase());
  if (found !== undefined) return found;
  throw new ServiceError(404, 'DeletedVaultNotFound', `The specified deleted vault '${match[1]}' does not exist.`);
}

function show(deleted: DeletedVault) {
  const { content, deletedAt } = deleted;
  const subscriptionId = content.id.split('/')[2];
  const place = text(content['location']);
  return {
    id: `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${place}/deletedVaults/${content.name}`,
    name: content.name,
    type: 'Microsoft.KeyVault/deletedVaults',
    properties: {
      vaultId: content.id,
      location: place,
      tags: content['tags'] ?? {},
      deletionDate: new Date(deletedAt).toISOString(),
      scheduledPurgeDate: new Date(purgeTime(deleted)).toISOString(),
      purgeProtectionEnabled: content.properties['enablePurgeProtection'] === true,
    },
  };
}
