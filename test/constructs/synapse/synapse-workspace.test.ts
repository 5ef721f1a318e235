import type { SynapseWorkspaceProps } from '../../../constructs/synapse/synapse-workspace';
import { SynapseWorkspace } from '../../../constructs/synapse/synapse-workspace';
import { LogWorkspace } from '../../../constructs/monitoring/log-workspace';
import type { TerraformStack } from '../../../constructs/core/cdktf';
import { refusal } from '../../support/refusal';
import { admins, createWorkspace, existingId, groupId, place, synapseBlocks, told } from './synapse-fixture';

const properties = {
  defaultDataLakeStorage: { accountUrl: 'https://stoeatest.dfs.core.windows.net', filesystem: 'synapse' },
  managedVirtualNetwork: 'default',
  managedVirtualNetworkSettings: { preventDataExfiltration: true },
  publicNetworkAccess: 'Disabled',
  sqlAdministratorLogin: 'sqladminuser',
  azureADOnlyAuthentication: true,
};

const body = {
  type: 'Microsoft.Synapse/workspaces@2021-06-01',
  name: 'syn-oea-test',
  parent_id: groupId,
  location: 'westeurope',
  tags: {},
  identity: [{ type: 'SystemAssigned' }],
  body: { properties },
  response_export_values: [],
  timeouts: { create: '60m' },
};

const retry = { error_message_regex: ['(?i)another operation|operation is in progress|being (updated|provisioned)'] };
const workspace = 'azapi_resource.Workspace_2F8C78CC';

const entraOnly = {
  type: 'Microsoft.Synapse/workspaces/azureADOnlyAuthentications@2021-06-01',
  resource_id: `\${${workspace}.id}/azureADOnlyAuthentications/default`,
  body: { properties: { azureADOnlyAuthentication: true } },
  response_export_values: [],
  retry,
};
const administrator = {
  type: 'Microsoft.Synapse/workspaces/administrators@2021-06-01',
  resource_id: `\${${workspace}.id}/administrators/activeDirectory`,
  body: {
    properties: {
      administratorType: 'ActiveDirectory',
      login: 'Edu admins',
      sid: admins.objectId,
      tenantId: 'tenant',
    },
  },
  response_export_values: [],
  retry,
};
const lifecycle = { replace_triggered_by: [`${workspace}.id`] };

describe('SynapseWorkspace', () => {
  test('is closed, in a managed network, by Entra ID only, on a file system of its own (ACCESS1, ACCESS6, NET5)', () => {
    expect(synapseBlocks((stack) => createWorkspace(stack))).toEqual({
      'Workspace/Resource': { address: workspace, body },
      'Workspace/EntraOnly/Write': {
        address: 'azapi_resource_action.Workspace_EntraOnly_Write_61EDCA34',
        body: { ...entraOnly, method: 'PUT', depends_on: [], lifecycle },
      },
      'Workspace/EntraOnly/Resource': {
        address: 'azapi_update_resource.Workspace_EntraOnly_962CA6EF',
        body: { ...entraOnly, depends_on: ['azapi_resource_action.Workspace_EntraOnly_Write_61EDCA34'] },
      },
    });
  });

  test('takes every setting over; Entra only waits for its administrator (ACCESS3)', () => {
    const maximal: Partial<SynapseWorkspaceProps> = {
      tags: { a: 'b' },
      administrator: admins,
      publicAccess: true,
      exfiltrationProtection: false,
    };
    const said: unknown[] = [];
    const blocks = synapseBlocks((stack) => {
      const made = createWorkspace(stack, maximal);
      said.push(made.exfiltrationProtection, made.dependables.length);
    });
    expect(said).toEqual([false, 3]);
    expect(blocks['Workspace/Resource']?.body).toEqual({
      ...body,
      tags: { a: 'b' },
      body: {
        properties: {
          ...properties,
          managedVirtualNetworkSettings: { preventDataExfiltration: false },
          publicNetworkAccess: 'Enabled',
        },
      },
    });
    expect(blocks['Workspace/Administrator/Write']?.body).toEqual({
      ...administrator,
      method: 'PUT',
      depends_on: [],
      lifecycle,
    });
    expect(blocks['Workspace/Administrator/Resource']?.body).toEqual({
      ...administrator,
      depends_on: ['azapi_resource_action.Workspace_Administrator_Write_0E37E60E'],
    });
    expect(blocks['Workspace/EntraOnly/Write']?.body).toEqual({
      ...entraOnly,
      method: 'PUT',
      depends_on: ['azapi_update_resource.Workspace_Administrator_0D7B627F'],
      lifecycle,
    });
  });

  test('is disposable: nothing stops Terraform from destroying it (OWN1)', () => {
    const blocks = synapseBlocks((stack) => createWorkspace(stack, { administrator: admins }));
    expect(Object.values(blocks).filter((block) => JSON.stringify(block).includes('prevent_destroy'))).toEqual([]);
  });

  test('has endpoints that wait for it, and an identity that grants take', () => {
    const said = told((stack) => {
      const made = createWorkspace(stack);
      const { workspaceName, workspaceId, developmentHost, developmentEndpoint, sqlEndpoint, identity } = made;
      return [workspaceName, workspaceId, developmentHost, developmentEndpoint, sqlEndpoint, identity.principals];
    });
    expect(said).toEqual([
      'syn-oea-test',
      `\${${workspace}.id}`,
      `\${${workspace}.name}.dev.azuresynapse.net`,
      `https://\${${workspace}.name}.dev.azuresynapse.net`,
      `\${${workspace}.name}-ondemand.sql.azuresynapse.net`,
      [
        {
          key: 'Workspace',
          objectId: `\${${workspace}.identity[0].principal_id}`,
          type: 'ServicePrincipal',
          displayName: 'Workspace',
        },
      ],
    ]);
  });

  test('sends its logs to Log Analytics', () => {
    const blocks = synapseBlocks((stack) =>
      LogWorkspace.fromName(stack, 'Logs', 'log-oea-test', place).collect(createWorkspace(stack)),
    );
    const categories = [
      'SynapseRbacOperations',
      'GatewayApiRequests',
      'BuiltinSqlReqsEnded',
      'IntegrationPipelineRuns',
      'IntegrationActivityRuns',
      'IntegrationTriggerRuns',
    ];
    expect(blocks['Workspace/Diagnostics']?.body).toEqual({
      name: 'education-insights',
      target_resource_id: `\${${workspace}.id}`,
      log_analytics_workspace_id: `${groupId}/providers/Microsoft.OperationalInsights/workspaces/log-oea-test`,
      enabled_log: categories.map((category) => ({ category })),
    });
  });

  test.each(['', 'Syn', '-syn', 'syn-ondemand', 's'.repeat(51)])(
    'validateWorkspaceName refuses "%s"',
    (workspaceName) => {
      expect(refusal(() => synapseBlocks((stack) => createWorkspace(stack, { workspaceName })))).toBe(
        `CONSTRUCT_INVALID: workspaceName is "${workspaceName}", but must be 1 to 50 characters of lower-case letters, digits and inner hyphens, without "-ondemand".\n` +
          '  where: test/Workspace\n  next:  Correct the value where the construct named above is created.',
      );
    },
  );
});

describe('SynapseWorkspace.fromName', () => {
  test('makes nothing, and knows its addresses (OWN3)', () => {
    const said: unknown[] = [];
    const blocks = synapseBlocks((stack) => {
      const { workspaceName, workspaceId, developmentEndpoint, sqlEndpoint, dependables, exfiltrationProtection } =
        SynapseWorkspace.fromName(stack, 'Workspace', 'syn-oea-old', place);
      said.push(workspaceName, workspaceId, developmentEndpoint, sqlEndpoint, dependables, exfiltrationProtection);
    });
    expect(blocks).toEqual({});
    expect(said).toEqual([
      'syn-oea-old',
      existingId,
      'https://syn-oea-old.dev.azuresynapse.net',
      'syn-oea-old-ondemand.sql.azuresynapse.net',
      [],
      false,
    ]);
  });

  test('looks its identity up once, when somebody grants it something', () => {
    const build = (stack: TerraformStack) => {
      const existing = SynapseWorkspace.fromName(stack, 'Workspace', 'syn-oea-old', place, true);
      const found = [existing.identity, existing.identity].map(({ principals }) => principals[0]?.objectId);
      return [existing.exfiltrationProtection, ...found];
    };
    const objectId = '${data.azurerm_synapse_workspace.Workspace_Found_5D96446E.identity[0].principal_id}';
    expect(told(build)).toEqual([true, objectId, objectId]);
    expect(synapseBlocks(build, 'data')['Workspace/Found']?.body).toEqual({
      name: 'syn-oea-old',
      resource_group_name: 'rg-oea-test',
    });
  });
});
