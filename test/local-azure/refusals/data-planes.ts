import { readSecretAs } from '../../../src/local-azure/identity-secret';
import { identityOf } from '../../../src/local-azure/resource-identity';
import { defaultDeployer } from '../../../src/local-azure/settings';
import {
  account,
  accountBody,
  group,
  stranger,
  vault,
  vaultBody,
  vaultHost,
  workspace,
  type Asked,
  type DirectAzure,
} from '../direct-azure';
import { arm, configure, location, storageVersion, vaultVersion, xml, type RefusalGroup } from './refusal';

const officer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';
const administrator = '00482a5a-887f-4fb3-b363-3b7fe8e74483';
const blobContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';
const blobReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';
const subnet = `${group}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/default`;
const endpoint = `${group}/providers/Microsoft.Network/privateEndpoints/pep`;
const networkVersion = '2024-05-01';
const elsewhere = '198.51.100.7';

const readBlob = (azure: DirectAzure, options = {}): Promise<Asked> =>
  azure.ask('GET', 'https://stoeatest.blob.core.windows.net/stage2/a', options);
const secrets = (azure: DirectAzure, method: string, path: string, options = {}): Promise<Asked> =>
  azure.ask(method, `https://${vaultHost}/${path}?api-version=7.4`, options);

const noPermission = xml(
  403,
  'AuthorizationPermissionMismatch',
  'This request is not authorized to perform this operation using this permission.',
);
const noWayToBlobs = xml(403, 'AuthorizationFailure', 'This request is not authorized to perform this operation.');
const noWayToSecrets = arm(403, 'Forbidden', 'Client address is not authorized and caller is not a trusted service.');

/** A private endpoint in the client's subnet, for a group of a target. */
function connect(azure: DirectAzure, target: string, groupId: string, manual = false, as = defaultDeployer) {
  const connections = [{ name: 'c', properties: { privateLinkServiceId: target, groupIds: [groupId] } }];
  const properties = {
    subnet: { id: subnet },
    [manual ? 'manualPrivateLinkServiceConnections' : 'privateLinkServiceConnections']: connections,
  };
  return azure.manage('PUT', endpoint, networkVersion, { body: { location, properties }, as });
}

/** What storage and vaults refuse, and who reaches them. */
export const dataPlaneRefusals: readonly RefusalGroup[] = [
  {
    rule: 'roles, on the data planes',
    refusals: [
      { what: 'a blob, for the owner of the subscription', breaks: (azure) => readBlob(azure), answer: noPermission },
      {
        what: 'a blob outside the folder of a condition (ACCESS5)',
        breaks: async (azure) => {
          const path = '@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path]';
          const condition = `${path} StringStartsWith 'general/'`;
          await azure.give(blobReader, stranger.objectId, account, { condition, conditionVersion: '2.0' });
          return readBlob(azure, { as: stranger });
        },
        answer: noPermission,
      },
      {
        what: 'a secret, for the owner of the subscription',
        breaks: (azure) => secrets(azure, 'GET', 'secrets/oeaSalt'),
        answer: arm(
          403,
          'Forbidden',
          "Caller is not authorized to perform action on resource.\r\nAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'",
        ),
      },
      {
        what: 'an account key',
        breaks: (azure) => readBlob(azure, { audience: null, headers: { authorization: 'SharedKey a:b' } }),
        answer: xml(
          403,
          'KeyBasedAuthenticationNotPermitted',
          'Key based authentication is not permitted on this storage account.',
        ),
      },
    ],
  },
  {
    rule: 'network rules, by the address of the client (NET1)',
    refusals: [
      {
        what: 'a blob, from an address that is not listed',
        breaks: async (azure) => {
          await azure.give(blobContributor, defaultDeployer.objectId, account);
          configure(azure, { clientAddress: elsewhere });
          return readBlob(azure);
        },
        answer: noWayToBlobs,
      },
      {
        what: "a blob, from an address that is listed, in the account's own region",
        breaks: async (azure) => {
          await azure.give(blobContributor, defaultDeployer.objectId, account);
          configure(azure, { clientLocation: 'West Europe' });
          return readBlob(azure);
        },
        answer: noWayToBlobs,
      },
      {
        what: 'a secret, from an address that is not listed',
        breaks: async (azure) => {
          await azure.give(officer, defaultDeployer.objectId, vault);
          configure(azure, { clientAddress: elsewhere });
          return secrets(azure, 'GET', 'secrets');
        },
        answer: noWayToSecrets,
      },
      {
        what: 'a secret, by a rule that was made a moment ago (ORDER1)',
        breaks: async (azure) => {
          await azure.give(officer, defaultDeployer.objectId, vault);
          azure.world.clock.advance(60);
          configure(azure, { clientAddress: elsewhere, propagationSeconds: 60 });
          const networkAcls = { defaultAction: 'Deny', ipRules: [{ value: elsewhere }] };
          const body = { ...vaultBody, properties: { ...vaultBody.properties, networkAcls } };
          await azure.expect(200, azure.manage('PUT', vault, vaultVersion, { body }));
          return secrets(azure, 'GET', 'secrets');
        },
        answer: noWayToSecrets,
      },
      {
        what: 'a rule for a private address',
        breaks: (azure) => {
          const networkAcls = { defaultAction: 'Deny', ipRules: [{ value: '10.0.0.1' }] };
          const body = { ...accountBody, properties: { ...accountBody.properties, networkAcls } };
          return azure.manage('PUT', account, storageVersion, { body });
        },
        answer: arm(
          400,
          'InvalidValuesForRequestParameters',
          "The address '10.0.0.1' of networkAcls.ipRules is not valid.",
        ),
      },
      {
        what: 'a rule that is none',
        breaks: (azure) => {
          const body = { ...accountBody, properties: { ...accountBody.properties, networkAcls: { ipRules: [null] } } };
          return azure.manage('PUT', account, storageVersion, { body });
        },
        answer: arm(400, 'InvalidValuesForRequestParameters', "The address '' of networkAcls.ipRules is not valid."),
      },
      {
        what: 'a default that is none',
        breaks: (azure) => {
          const body = { ...accountBody, properties: { ...accountBody.properties, networkAcls: { defaultAction: 7 } } };
          return azure.manage('PUT', account, storageVersion, { body });
        },
        answer: arm(400, 'InvalidValuesForRequestParameters', 'The defaultAction of networkAcls is not valid.'),
      },
    ],
  },
  {
    rule: 'private endpoints: pending until approved, for one group of one target (NET1, NET3)',
    refusals: [
      {
        what: 'a blob, through an endpoint that nobody approved',
        breaks: async (azure) => {
          await azure.give(blobContributor, defaultDeployer.objectId, account);
          configure(azure, { clientAddress: elsewhere, clientSubnet: subnet });
          await azure.expect(201, connect(azure, account, 'blob', true));
          return readBlob(azure);
        },
        answer: noWayToBlobs,
      },
      {
        what: 'a blob, through an endpoint for dfs',
        breaks: async (azure) => {
          await azure.give(blobContributor, defaultDeployer.objectId, account);
          configure(azure, { clientAddress: elsewhere, clientSubnet: subnet });
          await azure.expect(201, connect(azure, account, 'dfs'));
          return readBlob(azure);
        },
        answer: noWayToBlobs,
      },
      {
        what: 'an endpoint for a group that the target does not have',
        breaks: (azure) => connect(azure, vault, 'blob'),
        answer: arm(
          400,
          'PrivateEndpointInvalidGroupId',
          `The group 'blob' is not one of the private link service '${vault}'.`,
        ),
      },
      {
        what: 'an endpoint that approves itself, by somebody without a right at the target',
        breaks: async (azure) => {
          const networkGroup = group.replace('rg-oea-test', 'rg-network');
          const as = stranger;
          await azure.expect(201, azure.manage('PUT', networkGroup, '2023-07-01', { body: { location } }));
          await azure.give('b24988ac-6180-42a0-ab88-20f7382dd24c', as.objectId, networkGroup);
          const properties = {
            subnet: { id: subnet },
            privateLinkServiceConnections: [
              { name: 'c', properties: { privateLinkServiceId: vault, groupIds: ['vault'] } },
            ],
          };
          const path = endpoint.replace('rg-oea-test', 'rg-network');
          return azure.manage('PUT', path, networkVersion, { body: { location, properties }, as });
        },
        answer: arm(
          403,
          'LinkedAuthorizationFailed',
          `The client 'stranger@school.example' has permission to perform action 'Microsoft.Network/privateEndpoints/write' on scope '${endpoint.replace('rg-oea-test', 'rg-network')}'; however, it does not have permission to perform action 'Microsoft.KeyVault/vaults/PrivateEndpointConnectionsApproval/action' on the linked scope(s) '${vault}' or the linked scope(s) are invalid.`,
        ),
      },
    ],
  },
  {
    rule: 'accounts: containers, services, lifecycle (NET2, OWN4)',
    refusals: [
      {
        what: 'versions of blobs with a hierarchical namespace',
        breaks: (azure) =>
          azure.manage('PUT', `${account}/blobServices/default`, storageVersion, {
            body: { properties: { isVersioningEnabled: true } },
          }),
        answer: arm(
          409,
          'FeatureNotSupportedForAccount',
          'Versioning is not supported for the account with hierarchical namespace.',
        ),
      },
      {
        what: 'a public container, which is then not made',
        breaks: async (azure) => {
          const closed = { ...accountBody, properties: { ...accountBody.properties, allowBlobPublicAccess: false } };
          await azure.expect(202, azure.manage('PUT', account, storageVersion, { body: closed }));
          const container = `${account}/blobServices/default/containers/oea`;
          const answer = await azure.manage('PUT', container, storageVersion, {
            body: { properties: { publicAccess: 'Blob' } },
          });
          expect(azure.blobs.calls).toEqual([]);
          return answer;
        },
        answer: arm(409, 'PublicAccessNotPermitted', 'Public access is not permitted on this storage account.'),
      },
      {
        what: 'a lifecycle whose rule does nothing',
        breaks: (azure) =>
          azure.manage('PUT', `${account}/managementPolicies/default`, storageVersion, {
            body: {
              properties: { policy: { rules: [{ name: 'r', type: 'Lifecycle', definition: { actions: {} } }] } },
            },
          }),
        answer: arm(400, 'InvalidManagementPolicy', "Rule 'r' has no action."),
      },
    ],
  },
  {
    rule: 'vaults: names held after deletion, purge protection, what is irreversible',
    refusals: [
      {
        what: 'a vault of the name of a deleted one',
        breaks: async (azure) => {
          await azure.expect(200, azure.manage('DELETE', vault, vaultVersion));
          azure.world.clock.advance(7 * 86_400 - 1);
          return azure.manage('PUT', vault, vaultVersion, { body: vaultBody });
        },
        answer: arm(
          409,
          'ConflictError',
          'A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault.',
        ),
      },
      {
        what: 'a deleted vault that is recovered elsewhere',
        breaks: async (azure) => {
          await azure.expect(200, azure.manage('DELETE', vault, vaultVersion));
          const properties = { ...vaultBody.properties, createMode: 'recover' };
          return azure.manage('PUT', vault, vaultVersion, { body: { location: 'northeurope', properties } });
        },
        answer: arm(409, 'ConflictError', 'The deleted vault was in another resource group or location.'),
      },
      {
        what: 'a purge under protection',
        breaks: async (azure) => {
          const properties = { ...vaultBody.properties, enablePurgeProtection: true };
          await azure.expect(200, azure.manage('PUT', vault, vaultVersion, { body: { ...vaultBody, properties } }));
          await azure.expect(200, azure.manage('DELETE', vault, vaultVersion));
          const [, , subscriptionId] = vault.split('/');
          const deleted = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults`;
          return azure.manage('POST', `${deleted}/kv-oea-test/purge`, vaultVersion);
        },
        answer: arm(
          403,
          'DeletedVaultPurge',
          `Operation "DeletedVaultPurge" is not allowed because purge protection is enabled for the vault 'kv-oea-test'.`,
        ),
      },
      {
        what: 'a vault whose soft delete is switched off',
        breaks: (azure) =>
          azure.manage('PATCH', vault, vaultVersion, { body: { properties: { enableSoftDelete: false } } }),
        answer: arm(
          400,
          'BadRequest',
          'The property "enableSoftDelete" cannot be set to false. Enabling the soft delete for a vault is an irreversible action.',
        ),
      },
      {
        what: 'a secret of the name of a deleted one',
        breaks: async (azure) => {
          await azure.give(administrator, defaultDeployer.objectId, vault);
          await azure.expect(200, secrets(azure, 'PUT', 'secrets/oeaSalt', { body: { value: 'x' } }));
          await azure.expect(200, secrets(azure, 'DELETE', 'secrets/oeaSalt'));
          return secrets(azure, 'PUT', 'secrets/oeaSalt', { body: { value: 'y' } });
        },
        answer: arm(
          409,
          'Conflict',
          'Secret oeaSalt is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.',
        ),
      },
      {
        what: 'a secret whose value is no text',
        breaks: async (azure) => {
          await azure.give(administrator, defaultDeployer.objectId, vault);
          return secrets(azure, 'PUT', 'secrets/oeaSalt', { body: { value: null } });
        },
        answer: arm(400, 'BadParameter', 'The value of a secret must be a text.'),
      },
      {
        what: 'a vault whose name has a NUL in it',
        breaks: (azure) => azure.manage('GET', `${vault}%00`, vaultVersion),
        answer: arm(400, 'BadRequest', 'Bad Request - Invalid URL.'),
      },
      {
        what: 'a secret without a token: where to get one is told',
        breaks: async (azure) => {
          const answer = await secrets(azure, 'GET', 'secrets/oeaSalt', { audience: null });
          expect(answer.headers['www-authenticate']).toBe(
            `Bearer authorization="https://login.microsoftonline.com/${azure.world.settings.tenantId}", resource="https://vault.azure.net"`,
          );
          return answer;
        },
        answer: arm(401, 'AuthenticationFailed', 'Authentication failed. The Authorization header is missing.'),
      },
    ],
  },
  {
    rule: 'the managed network of a workspace: nothing without an approved endpoint (NET3, NET4)',
    refusals: [
      {
        what: 'a secret, for the workspace, by a rule for its id',
        breaks: async (azure) => {
          await azure.give(officer, identityOf(azure.services, workspace).principal.objectId, vault);
          const networkAcls = { defaultAction: 'Deny', resourceAccessRules: [{ resourceId: workspace }] };
          const body = { ...vaultBody, properties: { ...vaultBody.properties, networkAcls } };
          await azure.expect(200, azure.manage('PUT', vault, vaultVersion, { body }));
          return azure.told(() => void readSecretAs(azure.services, workspace, 'kv-oea-test', 'oeaSalt'));
        },
        answer: noWayToSecrets,
      },
    ],
  },
];
