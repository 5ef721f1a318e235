import { child, json, list, ServiceError, text, type Json } from '../http';
import { nameLimits } from '../../contract/resource-names';
import { dropConnections, withConnections } from './private-connections';
import { lastName } from './resource-id';
import type { Change, ResourceType } from './resource-type';

const account = 'Microsoft.Storage/storageAccounts';
const versions = [
  '2022-09-01',
  '2023-01-01',
  '2023-04-01',
  '2023-05-01',
  '2024-01-01',
  '2025-01-01',
  '2025-06-01',
  '2025-08-01',
];

export const storageTypes: readonly ResourceType[] = [
  {
    type: account,
    versions,
    name: nameLimits.storageAccount,
    isGlobal: true,
    needsLocation: true,
    createdStatus: 202,
    isLongRunning: true,
    isPatchable: true,
    fixed: [
      'kind',
      'sku.tier',
      'properties.isHnsEnabled',
      'properties.isNfsV3Enabled',
      'properties.dnsEndpointType',
      'properties.encryption.requireInfrastructureEncryption',
    ],
    accept: acceptAccount,
    show: withConnections,
    afterDelete: async ({ id, name }, services) => {
      dropConnections(services.world, id);
      await services.blobs.deleteAccount(name);
    },
    actions: {
      // Keys are listed also where they are refused; these open nothing.
      'POST listKeys': () =>
        json(200, { keys: ['key1', 'key2'].map((keyName) => ({ keyName, value: noKey, permissions: 'FULL' })) }),
    },
  },
  {
    type: `${account}/blobServices`,
    versions,
    createdStatus: 200,
    initial: (_parent, _services, name) =>
      isDefault(name, {
        deleteRetentionPolicy: { enabled: false },
        containerDeleteRetentionPolicy: { enabled: false },
      }),
    accept: ({ body, path, services }) => {
      const given = child(body, 'properties');
      const { properties } = services.store.get(path.parentId ?? '')?.content ?? {};
      if (child({ properties }, 'properties')['isHnsEnabled'] === true && given['isVersioningEnabled'] === true) {
        throw new ServiceError(
          409,
          'FeatureNotSupportedForAccount',
          'Versioning is not supported for the account with hierarchical namespace.',
        );
      }
      return { properties: given };
    },
  },
  {
    type: `${account}/fileServices`,
    versions,
    createdStatus: 200,
    initial: (_parent, _services, name) => isDefault(name, {}),
  },
  {
    type: `${account}/queueServices`,
    versions,
    createdStatus: 200,
    initial: (_parent, _services, name) => isDefault(name, {}),
  },
  {
    type: `${account}/blobServices/containers`,
    versions,
    name: nameLimits.container,
    absentCode: 'ContainerNotFound',
    isPatchable: true,
    accept: acceptContainer,
    afterDelete: async ({ id, name }, { blobs, store }) => {
      const accountId = id.split('/blobServices/')[0] ?? '';
      if (store.get(accountId) !== undefined) await blobs.deleteContainer(lastName(accountId), name);
    },
  },
  {
    type: `${account}/managementPolicies`,
    versions,
    createdStatus: 200,
    absentCode: 'ManagementPolicyNotFound',
    accept: ({ body, path }) => {
      if (path.name !== 'default')
        throw new ServiceError(400, 'InvalidManagementPolicyName', "The policy's name must be default.");
      refuseRules(list(child(child(body, 'properties'), 'policy')['rules']) as readonly Json[]);
      return {};
    },
  },
];

/** A service of an account is there with it, under one name. */
function isDefault(name: string, properties: Json): Json | undefined {
  return name === 'default' ? { properties } : undefined;
}

const noKey = Buffer.from('this key opens nothing').toString('base64');

function acceptAccount({ body, path, services, before }: Change): Json {
  const given = child(body, 'properties');
  const sku = child(body, 'sku');
  const name = text(sku['name']);
  if (!/^(Standard|Premium)_(LRS|ZRS|GRS|RAGRS|GZRS|RAGZRS)$/.test(name)) {
    throw new ServiceError(400, 'InvalidSku', `The sku '${name}' is not valid.`);
  }
  const rules = child(given, 'networkAcls');
  for (const rule of list(rules['ipRules'])) refuseAddress(text(child({ rule }, 'rule')['value']));
  if (!['Allow', 'Deny', undefined].includes(rules['defaultAction'] as string | undefined)) {
    throw new ServiceError(400, 'InvalidValuesForRequestParameters', 'The defaultAction of networkAcls is not valid.');
  }
  const hosts = ['blob', 'dfs', 'file', 'queue', 'table', 'web'].map((service) => [
    service,
    `https://${path.name}.${service}.core.windows.net/`,
  ]);
  return {
    kind: body['kind'] ?? 'StorageV2',
    sku: { name, tier: name.split('_')[0] },
    properties: {
      ...child(before, 'properties'),
      ...given,
      primaryEndpoints: Object.fromEntries(hosts) as Json,
      primaryLocation: body['location'],
      statusOfPrimary: 'available',
      creationTime: child(before, 'properties')['creationTime'] ?? services.world.clock.timestamp(),
      provisioningState: 'Succeeded',
    },
  };
}

/** Rules of a lifecycle: at most a hundred, each with a name of its own, for at most ten prefixes, with something to do. */
function refuseRules(rules: readonly Json[]): void {
  const refuse = (message: string): ServiceError => new ServiceError(400, 'InvalidManagementPolicy', message);
  if (rules.length === 0 || rules.length > 100) throw refuse('A policy needs 1 to 100 rules.');
  const names = new Set(rules.map(({ name }) => text(name).toLowerCase()));
  if (names.size < rules.length || names.has('')) throw refuse('Each rule needs a name of its own.');
  for (const rule of rules) {
    const { name, type, definition } = rule;
    const prefixes = list(child(child({ definition }, 'definition'), 'filters')['prefixMatch']);
    if (type !== 'Lifecycle') throw refuse(`The type of rule '${text(name)}' must be Lifecycle.`);
    if (prefixes.length > 10) throw refuse(`Rule '${text(name)}' has more than 10 prefixes.`);
    const actions = child(child({ definition }, 'definition'), 'actions');
    if (Object.keys(actions).length === 0) throw refuse(`Rule '${text(name)}' has no action.`);
  }
}

/** Rules of accounts are for public addresses, and for networks of at most 30 bits. */
function refuseAddress(rule: string): void {
  const [, first, second, bits] = /^(\d+)\.(\d+)\.\d+\.\d+(?:\/(\d+))?$/.exec(rule) ?? [];
  const isPrivate =
    first === '10' || (first === '192' && second === '168') || (first === '172' && Number(second) >> 4 === 1);
  if (first !== undefined && !isPrivate && (bits === undefined || Number(bits) <= 30)) return;
  throw new ServiceError(
    400,
    'InvalidValuesForRequestParameters',
    `The address '${rule}' of networkAcls.ipRules is not valid.`,
  );
}

async function acceptContainer({ body, path, services }: Change): Promise<Json> {
  const accountId = path.id.split('/blobServices/')[0] ?? '';
  const given = child(body, 'properties');
  if (text(given['publicAccess']) !== '' && given['publicAccess'] !== 'None') {
    const { allowBlobPublicAccess } = services.store.get(accountId)?.content.properties ?? {};
    if (allowBlobPublicAccess === false) {
      throw new ServiceError(
        409,
        'PublicAccessNotPermitted',
        'Public access is not permitted on this storage account.',
      );
    }
  }
  await services.blobs.createContainer(lastName(accountId), path.name);
  return {
    properties: {
      metadata: {},
      publicAccess: 'None',
      defaultEncryptionScope: '$account-encryption-key',
      denyEncryptionScopeOverride: false,
      hasImmutabilityPolicy: false,
      hasLegalHold: false,
      ...given,
    },
  };
}
