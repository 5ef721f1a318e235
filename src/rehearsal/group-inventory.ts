import { createHash } from 'node:crypto';
import type { ResourceNames } from '../contract/resource-names';
import { listAll, type RestClient } from '../operations/rest-client';
import type { Inventory } from './azure-inventory';

export interface GroupPlace {
  readonly subscriptionId: string;
  readonly names: Pick<ResourceNames, 'resourceGroup' | 'keyVault' | 'dataShareAccount'>;
  readonly resourceManager: Pick<RestClient, 'send'>;
}

interface Listed {
  readonly id: string;
  readonly location?: string;
  readonly tags?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
}

const host = 'https://management.azure.com';

/**
 * What an environment holds in a subscription, as far as the resource manager lists it: resources, roles and locks of its group, share
 * subscriptions, names of secrets, and a deleted vault. Empty where nothing is there. Values that a read changes do not count.
 */
export async function takeGroupInventory({ subscriptionId, names, resourceManager }: GroupPlace): Promise<Inventory> {
  const subscription = `/subscriptions/${subscriptionId}`;
  const group = `${subscription}/resourceGroups/${names.resourceGroup}`;
  const list = (path: string, version: string): Promise<readonly Listed[]> =>
    listAll<Listed>(resourceManager, `${host}${path}?api-version=${version}`);
  const isInGroup = (id: unknown): boolean => `${String(id)}/`.toLowerCase().includes(`${group}/`.toLowerCase());

  const resources = await list(`${group}/resources`, '2021-04-01');
  const roles = await list(`${group}/providers/Microsoft.Authorization/roleAssignments`, '2022-04-01');
  const locks = await list(`${group}/providers/Microsoft.Authorization/locks`, '2020-05-01');
  const vault = `${group}/providers/Microsoft.KeyVault/vaults/${names.keyVault}`;
  const secrets = await list(`${vault}/secrets`, '2023-07-01');
  const account = `${group}/providers/Microsoft.DataShare/accounts/${names.dataShareAccount}`;
  const shares = await list(`${account}/shareSubscriptions`, '2021-08-01');
  const deleted = await list(`${subscription}/providers/Microsoft.KeyVault/deletedVaults`, '2023-07-01');
  return Object.fromEntries([
    ...resources.map(({ id, location, tags }) => entry('resource', id, { location, tags })),
    ...roles
      .filter(({ properties }) => isInGroup(properties?.['scope']))
      .map(({ id, properties }) =>
        entry('role', id, pick(properties, ['principalId', 'roleDefinitionId', 'condition'])),
      ),
    ...locks.map(({ id, properties }) => entry('lock', id, pick(properties, ['level']))),
    // Its version says whether it is the same secret.
    ...secrets.map(({ id, properties }) => entry('secret', id, pick(properties, ['secretUriWithVersion']))),
    ...shares.map(({ id, properties }) =>
      entry('share subscription', id, pick(properties, ['invitationId', 'shareSubscriptionStatus', 'shareName'])),
    ),
    ...deleted
      .filter(({ properties }) => isInGroup(properties?.['vaultId']))
      .map(({ id }) => entry('deleted vault', id, {})),
  ]);
}

function entry(kind: string, id: string, content: unknown): readonly [string, string] {
  return [`${kind} ${id.toLowerCase()}`, createHash('sha256').update(JSON.stringify(content)).digest('hex')];
}

function pick(properties: Listed['properties'], names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.map((name) => [name, properties?.[name] ?? null]));
}
