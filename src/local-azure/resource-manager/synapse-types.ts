import { randomUUID } from 'node:crypto';
import { child, ServiceError, text, type Json } from '../http';
import { isBetween } from '../access/network-rules';
import { nameLimits } from '../../contract/resource-names';
import { forgetWorkspace, openWorkspace } from '../synapse/workspace-state';
import { dropConnections, withConnections } from './private-connections';
import type { Change, ResourceType } from './resource-type';

const workspace = 'Microsoft.Synapse/workspaces';
const versions = ['2020-12-01', '2021-03-01', '2021-05-01', '2021-06-01', '2021-06-01-preview'];

const poolName = {
  minimumLength: 1,
  maximumLength: 15,
  pattern: /^[A-Za-z][A-Za-z0-9]*$/,
  rule: 'letters and digits, starting with a letter',
};
/** Runtimes that are not switched off (azure-facts §7.1). */
const runtimes = ['3.4', '3.5'];

export const synapseTypes: readonly ResourceType[] = [
  {
    type: workspace,
    versions,
    name: nameLimits.synapseWorkspace,
    isGlobal: true,
    needsLocation: true,
    isLongRunning: true,
    creatingState: 'Provisioning',
    isPatchable: true,
    deletesSlowly: true,
    fixed: [
      'properties.defaultDataLakeStorage',
      'properties.managedVirtualNetwork',
      'properties.managedVirtualNetworkSettings.preventDataExfiltration',
      'properties.sqlAdministratorLogin',
      'properties.managedResourceGroupName',
      'properties.virtualNetworkProfile.computeSubnetId',
    ],
    accept: acceptWorkspace,
    show: withConnections,
    afterDelete: ({ id, name }, { world }) => {
      dropConnections(world, id);
      forgetWorkspace(world, name);
    },
  },
  {
    type: `${workspace}/bigDataPools`,
    versions,
    name: poolName,
    needsLocation: true,
    isLongRunning: true,
    creatingState: 'Provisioning',
    isPatchable: true,
    deletesSlowly: true,
    accept: acceptPool,
  },
  {
    type: `${workspace}/firewallRules`,
    versions,
    isLongRunning: true,
    creatingState: 'Provisioning',
    deletesSlowly: true,
    absentCode: 'IpFirewallRuleNotFound',
    accept: ({ body }) => {
      const { startIpAddress, endIpAddress } = child(body, 'properties');
      const [first, last] = [text(startIpAddress), text(endIpAddress)];
      if (isAddress(first) && isAddress(last) && isBetween(last, first, '255.255.255.255')) return {};
      throw new ServiceError(
        400,
        'InvalidIpFirewallRule',
        `The addresses '${first}' to '${last}' of the firewall rule are not valid.`,
      );
    },
  },
  {
    type: `${workspace}/managedIdentitySqlControlSettings`,
    versions,
    createdStatus: 200,
    initial: (_parent, _services, name) =>
      name === 'default'
        ? { properties: { grantSqlControlToManagedIdentity: { desiredState: 'Disabled', actualState: 'Disabled' } } }
        : undefined,
    accept: ({ body }) => {
      const { desiredState } = child(child(body, 'properties'), 'grantSqlControlToManagedIdentity');
      return {
        properties: {
          grantSqlControlToManagedIdentity: { desiredState, actualState: desiredState },
          provisioningState: 'Succeeded',
        },
      };
    },
  },
  {
    type: `${workspace}/azureADOnlyAuthentications`,
    versions,
    isLongRunning: true,
    initial: (parent, _services, name) =>
      name === 'default'
        ? {
            properties: {
              azureADOnlyAuthentication: parent.properties['azureADOnlyAuthentication'] === true,
              state: 'Consistent',
            },
          }
        : undefined,
    accept: acceptEntraOnly,
  },
  ...['administrators', 'sqlAdministrators'].map((kind) => ({
    type: `${workspace}/${kind}`,
    versions,
    isLongRunning: true,
    deletesSlowly: true,
    accept: ({ body }: Change): Json => {
      const { sid, tenantId, login } = child(body, 'properties');
      if ([sid, tenantId, login].every((value) => text(value) !== '')) return {};
      throw new ServiceError(
        400,
        'InvalidActiveDirectoryAdministrator',
        'An administrator needs login, sid and tenantId.',
      );
    },
  })),
];

function acceptWorkspace({ body, path, services, before, principal }: Change): Json {
  const given = child(body, 'properties');
  const { world, store } = services;
  if (child(body, 'identity')['principalId'] === undefined) {
    throw new ServiceError(400, 'ValidationFailed', 'A workspace needs a system-assigned identity.');
  }
  const lake = child(given, 'defaultDataLakeStorage');
  const [, account] = /^https:\/\/([a-z0-9]+)\.dfs\.core\.windows\.net\/?$/.exec(text(lake['accountUrl'])) ?? [];
  const found = store.named('Microsoft.Storage/storageAccounts', account ?? '');
  if (account === undefined || found?.content.properties['isHnsEnabled'] !== true) {
    throw new ServiceError(
      400,
      'ValidationFailed',
      'The account of defaultDataLakeStorage does not exist or has no hierarchical namespace.',
    );
  }
  // Entra-only was open issue 25755 of azurerm: an update that sends SQL settings is refused (ACCESS6).
  if (before?.properties['azureADOnlyAuthentication'] === true && 'sqlAdministratorLoginPassword' in given) {
    throw new ServiceError(
      400,
      'AadOnlyAuthenticationIsEnabled',
      'SQL settings cannot be changed while Azure AD Only Authentication is enabled.',
    );
  }
  const prevented = child(given, 'managedVirtualNetworkSettings')['preventDataExfiltration'];
  if (prevented === true && given['managedVirtualNetwork'] !== 'default') {
    throw new ServiceError(400, 'ValidationFailed', 'Data exfiltration protection needs a managed virtual network.');
  }
  const { sqlAdministratorLoginPassword: _, ...kept } = given;
  const host = `${path.name}.dev.azuresynapse.net`;
  const { principalId } = child(body, 'identity');
  openWorkspace(world, path.name, { creator: principal.objectId, identity: text(principalId) });
  return {
    properties: {
      ...child(before, 'properties'),
      ...kept,
      sqlAdministratorLogin:
        kept['sqlAdministratorLogin'] ?? before?.properties['sqlAdministratorLogin'] ?? 'sqladminuser',
      publicNetworkAccess: kept['publicNetworkAccess'] ?? 'Enabled',
      azureADOnlyAuthentication: kept['azureADOnlyAuthentication'] ?? false,
      connectivityEndpoints: {
        web: `https://web.azuresynapse.net?workspace=${encodeURIComponent(path.id)}`,
        dev: `https://${host}`,
        sqlOnDemand: `${path.name}-ondemand.sql.azuresynapse.net`,
        sql: `${path.name}.sql.azuresynapse.net`,
      },
      managedResourceGroupName:
        kept['managedResourceGroupName'] ??
        before?.properties['managedResourceGroupName'] ??
        `synapseworkspace-managedrg-${randomUUID()}`,
      workspaceUID: before?.properties['workspaceUID'] ?? randomUUID(),
      extraProperties: { WorkspaceType: 'Normal', IsScopeEnabled: false },
      encryption: { doubleEncryptionEnabled: false },
      provisioningState: 'Succeeded',
    },
  };
}

function acceptPool({ body }: Change): Json {
  const given = child(body, 'properties');
  const version = text(given['sparkVersion']);
  if (!runtimes.includes(version)) {
    throw new ServiceError(
      400,
      'ValidationFailed',
      `Spark version '${version}' is not supported. Supported versions: ${runtimes.join(', ')}.`,
    );
  }
  const scale = child(given, 'autoScale');
  const counts = scale['enabled'] === true ? [scale['minNodeCount'], scale['maxNodeCount']] : [given['nodeCount']];
  if (counts.some((count) => typeof count !== 'number' || count < 3 || count > 200)) {
    throw new ServiceError(400, 'ValidationFailed', 'The number of nodes must be from 3 to 200.');
  }
  const pause = child(given, 'autoPause');
  const minutes = pause['delayInMinutes'];
  if (pause['enabled'] === true && (typeof minutes !== 'number' || minutes < 5 || minutes > 10_080)) {
    throw new ServiceError(400, 'ValidationFailed', 'The delay of auto-pause must be from 5 to 10080 minutes.');
  }
  const executors = child(given, 'dynamicExecutorAllocation');
  // Without the member a provider crashes on the answer (providers-live §7.1).
  const dynamicExecutorAllocation = { enabled: false, ...executors };
  return { properties: { ...given, dynamicExecutorAllocation, provisioningState: 'Succeeded' } };
}

/** Keeps the setting at the workspace too, where it decides what an update may send. */
function acceptEntraOnly({ body, path, services }: Change): Json {
  const parent = services.store.get(path.parentId ?? '');
  const { azureADOnlyAuthentication } = child(body, 'properties');
  if (typeof azureADOnlyAuthentication !== 'boolean') {
    throw new ServiceError(400, 'ValidationFailed', 'azureADOnlyAuthentication must be given.');
  }
  if (parent !== undefined) {
    services.store.put({ ...parent.content, properties: { ...parent.content.properties, azureADOnlyAuthentication } });
  }
  return {
    properties: { azureADOnlyAuthentication, state: 'Consistent', creationDate: services.world.clock.timestamp() },
  };
}

function isAddress(value: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(value) && value.split('.').every((part) => Number(part) <= 255);
}
