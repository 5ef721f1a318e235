import {
  account,
  accountBody,
  group,
  stranger,
  subscription,
  vault,
  vaultBody,
  workspace,
  type DirectAzure,
} from '../direct-azure';
import {
  arm,
  configure,
  denied,
  groupVersion,
  location,
  roleVersion,
  storageVersion,
  synapseVersion,
  unknown,
  vaultVersion,
  type RefusalGroup,
} from './refusal';

const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const eligible = `${group}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances`;
const other = `${group}/providers/Microsoft.Storage/storageAccounts/stother`;
const assignment = `${account}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-0000000000ff`;
const definition = (id: string) => `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`;

const unchangeable = (member: string) =>
  arm(409, 'PropertyChangeNotAllowed', `Changing property '${member}' is not allowed.`);
const lock = `${group}/providers/Microsoft.Authorization/locks/keep`;
const locked = (scope: string, doing: string) =>
  arm(
    409,
    'ScopeLocked',
    `The scope '${scope}' cannot perform ${doing} operation because following scope(s) are locked: '${lock}' (keep). Please remove the lock and try again.`,
  );

/** What the resource manager refuses for every type alike. */
export const managementRefusals: readonly RefusalGroup[] = [
  {
    rule: 'tokens for one audience each, and for an hour',
    refusals: [
      {
        what: 'a token for the vault',
        breaks: (azure) => azure.manage('GET', account, storageVersion, { audience: 'https://vault.azure.net' }),
        answer: arm(
          401,
          'InvalidAuthenticationTokenAudience',
          "The access token has been obtained for the wrong audience 'https://vault.azure.net'.",
        ),
      },
      {
        what: 'no token',
        breaks: (azure) => azure.manage('GET', account, storageVersion, { audience: null }),
        answer: arm(401, 'AuthenticationFailed', 'Authentication failed. The Authorization header is missing.'),
      },
    ],
  },
  {
    rule: 'api-versions, of every path',
    refusals: [
      {
        what: 'a version that a type never had',
        breaks: (azure) => azure.manage('GET', group, '1999-01-01'),
        answer: arm(
          400,
          'NoRegisteredProviderFound',
          "No registered resource provider found for API version '1999-01-01' for type 'Microsoft.Resources/resourceGroups'. The supported api-versions are '2020-06-01,2021-04-01,2022-09-01,2023-07-01,2024-03-01,2024-07-01,2024-11-01,2025-04-01'.",
        ),
      },
      ...[`/subscriptions`, `${account}/providers/Microsoft.Authorization/roleAssignments`, `${account}/listKeys`].map(
        (path) => ({
          what: `no version at ${path.split('/').at(-1)}`,
          breaks: (azure: DirectAzure) =>
            azure.ask(path.endsWith('listKeys') ? 'POST' : 'GET', `https://management.azure.com${path}`),
          answer: arm(
            400,
            'MissingApiVersionParameter',
            'The api-version query parameter (?api-version=) is required for all requests.',
          ),
        }),
      ),
    ],
  },
  {
    rule: 'missing groups, parents and scopes',
    refusals: [
      {
        what: 'an account in a group that is not there',
        breaks: (azure) =>
          azure.manage(
            'PUT',
            `${subscription}/resourceGroups/gone/providers/Microsoft.Storage/storageAccounts/stother`,
            storageVersion,
            { body: accountBody },
          ),
        answer: arm(404, 'ResourceGroupNotFound', "Resource group 'gone' could not be found."),
      },
      {
        what: 'a container of an account that is not there',
        breaks: (azure) =>
          azure.manage('PUT', `${other}/blobServices/default/containers/oea`, storageVersion, { body: {} }),
        answer: arm(
          404,
          'ParentResourceNotFound',
          `Failed to perform operation on nested resource. The parent resource '${other}/blobServices/default' does not exist.`,
        ),
      },
      {
        what: 'a role at a resource that is not there',
        breaks: (azure) =>
          azure.manage(
            'PUT',
            `${other}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-0000000000ff`,
            roleVersion,
            { body: { properties: { roleDefinitionId: definition(reader), principalId: stranger.objectId } } },
          ),
        answer: arm(
          404,
          'ResourceNotFound',
          "The Resource 'Microsoft.Storage/storageAccounts/stother' under resource group 'rg-oea-test' was not found.",
        ),
      },
    ],
  },
  {
    rule: 'providers that nobody registered (OWN5)',
    refusals: [
      {
        what: 'a vault, where Key Vault is not registered',
        breaks: (azure) => {
          configure(azure, { unregisteredProviders: ['Microsoft.KeyVault'] });
          return azure.manage('PUT', vault, vaultVersion, { body: vaultBody });
        },
        answer: arm(
          409,
          'MissingSubscriptionRegistration',
          "The subscription is not registered to use namespace 'Microsoft.KeyVault'. See https://aka.ms/rps-not-found for how to register subscriptions.",
        ),
      },
      {
        what: 'a registration by somebody without rights on the subscription',
        breaks: (azure) =>
          azure.manage('POST', `${subscription}/providers/Microsoft.Synapse/register`, '2022-09-01', { as: stranger }),
        answer: denied('Microsoft.Synapse/register/action', subscription),
      },
    ],
  },
  {
    rule: 'names: limits, and those that are unique in Azure',
    refusals: [
      {
        what: 'capitals in the name of an account',
        breaks: (azure) =>
          azure.manage('PUT', other.replace('stother', 'StOther'), storageVersion, { body: accountBody }),
        answer: arm(
          400,
          'InvalidResourceName',
          "The name 'StOther' of Microsoft.Storage/storageAccounts is invalid: 3 to 24 characters of lower-case letters and digits.",
        ),
      },
      {
        what: 'the name of another account',
        breaks: async (azure) => {
          const elsewhere = `${subscription}/resourceGroups/rg-other`;
          await azure.expect(201, azure.manage('PUT', elsewhere, groupVersion, { body: { location } }));
          return azure.manage(
            'PUT',
            `${elsewhere}/providers/Microsoft.Storage/storageAccounts/stoeatest`,
            storageVersion,
            { body: accountBody },
          );
        },
        answer: arm(
          409,
          'NameAlreadyInUse',
          "The name 'stoeatest' of Microsoft.Storage/storageAccounts is already taken.",
        ),
      },
    ],
  },
  {
    rule: 'what cannot be changed',
    refusals: [
      {
        what: 'the hierarchical namespace of an account',
        breaks: (azure) =>
          azure.manage('PUT', account, storageVersion, {
            body: { ...accountBody, properties: { ...accountBody.properties, isHnsEnabled: false } },
          }),
        answer: unchangeable('properties.isHnsEnabled'),
      },
      {
        what: 'the place of a group',
        breaks: (azure) => azure.manage('PUT', group, groupVersion, { body: { location: 'northeurope' } }),
        answer: arm(
          409,
          'InvalidResourceLocation',
          "The resource 'rg-oea-test' already exists in location 'westeurope'. A resource with the same name cannot be created in location 'northeurope'.",
        ),
      },
      {
        what: 'the days of a vault',
        breaks: (azure) =>
          azure.manage('PATCH', vault, vaultVersion, { body: { properties: { softDeleteRetentionInDays: 8 } } }),
        answer: unchangeable('properties.softDeleteRetentionInDays'),
      },
    ],
  },
  {
    rule: 'etags',
    refusals: [
      {
        what: 'a change of an older version',
        breaks: (azure) =>
          azure.manage('PUT', account, storageVersion, { body: accountBody, headers: { 'if-match': 'W/"old"' } }),
        answer: arm(412, 'PreconditionFailed', 'The condition specified using HTTP conditional header(s) is not met.'),
      },
      {
        what: 'a creation of what is there',
        breaks: (azure) =>
          azure.manage('PUT', account, storageVersion, { body: accountBody, headers: { 'if-none-match': '*' } }),
        answer: arm(412, 'PreconditionFailed', 'The condition specified using HTTP conditional header(s) is not met.'),
      },
    ],
  },
  {
    rule: 'roles, on the management plane',
    refusals: [
      {
        what: 'a reading without a role',
        breaks: (azure) => azure.manage('GET', account, storageVersion, { as: stranger }),
        answer: denied('Microsoft.Storage/storageAccounts/read', account),
      },
      {
        what: 'a role that is given by a Contributor',
        breaks: async (azure) => {
          await azure.give(contributor, stranger.objectId, group);
          return azure.manage('PUT', assignment, roleVersion, { as: stranger, body: {} });
        },
        answer: denied('Microsoft.Authorization/roleAssignments/write', account),
      },
      {
        what: 'the resources of a group, for whom may see none',
        breaks: (azure) => azure.manage('GET', `${group}/resources`, '2021-04-01', { as: stranger }),
        answer: denied('Microsoft.Resources/subscriptions/resourceGroups/resources/read', group),
      },
      {
        what: 'a right that was given a moment ago (ORDER1)',
        breaks: async (azure) => {
          configure(azure, { propagationSeconds: 120 });
          await azure.give(reader, stranger.objectId, account);
          azure.world.clock.advance(119);
          return azure.manage('GET', account, storageVersion, { as: stranger });
        },
        answer: denied('Microsoft.Storage/storageAccounts/read', account),
      },
      {
        what: 'roles for an hour, without a licence for them',
        breaks: (azure) => azure.manage('GET', eligible, '2020-10-01'),
        answer: arm(400, 'AadPremiumLicenseRequired', 'The tenant needs to have Microsoft Entra ID P2 license.'),
      },
      {
        what: 'the same role twice',
        breaks: async (azure) => {
          await azure.give(reader, stranger.objectId, account);
          const properties = { roleDefinitionId: definition(reader), principalId: stranger.objectId };
          return azure.manage('PUT', assignment, roleVersion, { body: { properties } });
        },
        answer: arm(409, 'RoleAssignmentExists', 'The role assignment already exists.'),
      },
      {
        what: 'a role for nobody',
        breaks: (azure) => {
          const principalId = '00000000-0000-4000-8000-0000000000ee';
          const properties = { roleDefinitionId: definition(reader), principalId };
          return azure.manage('PUT', assignment, roleVersion, { body: { properties } });
        },
        answer: arm(
          400,
          'PrincipalNotFound',
          'Principal 00000000-0000-4000-8000-0000000000ee does not exist in the directory.',
        ),
      },
      {
        what: 'a condition that is none (ACCESS5)',
        breaks: (azure) => {
          const properties = {
            roleDefinitionId: definition(reader),
            principalId: stranger.objectId,
            condition: 'whoever',
            conditionVersion: '2.0',
          };
          return azure.manage('PUT', assignment, roleVersion, { body: { properties } });
        },
        answer: arm(400, 'RoleAssignmentConditionNotValid', 'The condition is not valid near position 7.'),
      },
    ],
  },
  {
    rule: 'locks, with what is beneath them (ORDER4)',
    refusals: [
      {
        what: 'the deletion of a role beneath a lock',
        breaks: async (azure) => {
          const id = await azure.give(reader, stranger.objectId, account);
          await azure.manage('PUT', lock, '2020-05-01', { body: { properties: { level: 'CanNotDelete' } } });
          const answer = await azure.manage('DELETE', id, roleVersion);
          return {
            ...answer,
            body: JSON.parse(JSON.stringify(answer.body).replace(id, 'the role')) as typeof answer.body,
          };
        },
        answer: locked('the role', 'delete'),
      },
      {
        what: 'the deletion of a diagnostic setting beneath a lock',
        breaks: async (azure) => {
          await azure.manage('PUT', lock, '2020-05-01', { body: { properties: { level: 'CanNotDelete' } } });
          return azure.manage(
            'DELETE',
            `${vault}/providers/Microsoft.Insights/diagnosticSettings/d`,
            '2021-05-01-preview',
          );
        },
        answer: locked(`${vault}/providers/Microsoft.Insights/diagnosticSettings/d`, 'delete'),
      },
      {
        what: 'the keys of an account beneath a lock against writing',
        breaks: async (azure) => {
          await azure.manage('PUT', lock, '2020-05-01', { body: { properties: { level: 'ReadOnly' } } });
          return azure.manage('POST', `${account}/listKeys`, storageVersion);
        },
        answer: locked(account, 'write'),
      },
    ],
  },
  {
    rule: 'operations that go on: states, other changes, deletions',
    refusals: [
      {
        what: 'a change of a workspace that is being changed',
        breaks: async (azure) => {
          configure(azure, { operationPolls: 2 });
          const body = { properties: { startIpAddress: '203.0.113.1', endIpAddress: '203.0.113.2' } };
          const rule = `${workspace}/firewallRules/r`;
          await azure.expect(201, azure.manage('PUT', rule, synapseVersion, { body }));
          return azure.manage('PUT', rule, synapseVersion, { body });
        },
        answer: arm(
          409,
          'AnotherOperationInProgress',
          "Another operation on 'r' is in progress (Provisioning). Wait until it is done.",
        ),
      },
      {
        what: 'something new in a group that is being deleted',
        breaks: async (azure) => {
          configure(azure, { operationPolls: 2 });
          await azure.expect(202, azure.manage('DELETE', group, groupVersion));
          return azure.manage('PUT', other, storageVersion, { body: accountBody });
        },
        answer: arm(
          409,
          'ResourceGroupBeingDeleted',
          "The resource group 'rg-oea-test' is in deprovisioning state and cannot perform this operation.",
        ),
      },
      {
        what: 'an operation that there never was',
        breaks: (azure) =>
          azure.manage('GET', `${subscription}/providers/Microsoft.Storage/operationStatuses/x`, storageVersion),
        answer: arm(404, 'OperationNotFound', 'The operation x was not found.'),
      },
    ],
  },
  {
    rule: 'operations that are not known: 501 with their names, and the run fails',
    refusals: [
      {
        what: 'a type that nothing of ours makes',
        breaks: (azure) => azure.manage('GET', `${group}/providers/Microsoft.Sql/servers/s`, '2021-11-01'),
        answer: unknown(`GET https://management.azure.com${group}/providers/Microsoft.Sql/servers/s`),
      },
      {
        what: 'a PATCH that is not documented',
        breaks: (azure) => azure.manage('PATCH', `${workspace}/firewallRules/me`, synapseVersion, { body: {} }),
        answer: unknown(`PATCH https://management.azure.com${workspace}/firewallRules/me`),
      },
    ],
  },
];
