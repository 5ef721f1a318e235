import { account, type DirectAzure, group, stranger, vault, workspace, workspaceBody } from '../direct-azure';
import { arm, configure, flat, synapseVersion, type RefusalGroup } from './refusal';

const location = 'westeurope';
const artifactUser = '53faaa0e-40b6-40c8-a2ff-e38f2d388875';
const administrator = '6e4bf58a-b8e1-4cc3-bbf9-d73143322b78';
const other = workspace.replace('syn-oea-test', 'syn-oea-other');
const notebook = { properties: { nbformat: 4, nbformat_minor: 2, metadata: {}, cells: [] } };
const wait = { name: 'Wait', type: 'Wait', typeProperties: { waitTimeInSeconds: 1 } };
const pipeline = (...activities: readonly unknown[]) => ({ properties: { activities } });
const runs = (name: string) => ({
  name: 'Run',
  type: 'SynapseNotebook',
  typeProperties: { notebook: { referenceName: name, type: 'NotebookReference' } },
});
const trigger = {
  properties: {
    type: 'ScheduleTrigger',
    pipelines: [{ pipelineReference: { referenceName: 'P', type: 'PipelineReference' } }],
  },
};
const endpoint = 'managedVirtualNetworks/default/managedPrivateEndpoints/pe';
const leading = (privateLinkResourceId: string, groupId: string) => ({
  body: { properties: { privateLinkResourceId, groupId } },
});

async function publish(azure: DirectAzure, path: string, body: unknown): Promise<void> {
  await azure.expect(202, azure.develop('PUT', path, { body }));
}

const give = (azure: DirectAzure, roleId: string, scope = 'workspaces/syn-oea-test') =>
  azure.develop('PUT', `roleAssignments/00000000-0000-4000-8000-${roleId.slice(-12)}`, {
    body: { roleId, principalId: stranger.objectId, scope },
  });
const denied = (action: string) =>
  flat(
    403,
    'AccessControlUnauthorized',
    `The principal '${stranger.objectId}' does not have the required Synapse RBAC permission to perform this action. Required permission: Action: Microsoft.Synapse/workspaces/${action}, Scope: workspaces/syn-oea-test.`,
  );
const changed = (properties: object) => ({
  body: { ...workspaceBody, properties: { ...workspaceBody.properties, ...properties } },
});
const noWay = flat(403, 'ClientIpAddressNotAuthorized', 'Client Ip address : 198.51.100.7 is not authorized.');
const started = flat(
  400,
  'TriggerEnabledCannotUpdate',
  'Cannot update enabled Trigger; the trigger needs to be disabled first.',
);

async function startTrigger(azure: DirectAzure): Promise<void> {
  await publish(azure, 'pipelines/P', pipeline());
  await publish(azure, 'triggers/T', trigger);
  await azure.expect(200, azure.develop('POST', 'triggers/T/start'));
}

/** What workspaces and their development endpoints refuse. */
export const synapseRefusals: readonly RefusalGroup[] = [
  {
    rule: 'workspaces: account, network, exfiltration, Entra ID only (NET5, ACCESS6)',
    refusals: [
      {
        what: 'an account that is not there',
        breaks: (azure) =>
          azure.manage(
            'PUT',
            other,
            synapseVersion,
            changed({ defaultDataLakeStorage: { accountUrl: 'https://stgone.dfs.core.windows.net', filesystem: 'x' } }),
          ),
        answer: arm(
          400,
          'ValidationFailed',
          'The account of defaultDataLakeStorage does not exist or has no hierarchical namespace.',
        ),
      },
      {
        what: 'exfiltration protection that is taken back (NET5)',
        breaks: (azure) =>
          azure.manage(
            'PUT',
            workspace,
            synapseVersion,
            changed({ managedVirtualNetworkSettings: { preventDataExfiltration: false } }),
          ),
        answer: arm(
          409,
          'PropertyChangeNotAllowed',
          "Changing property 'properties.managedVirtualNetworkSettings.preventDataExfiltration' is not allowed.",
        ),
      },
      {
        what: 'an update with SQL settings, as azurerm sends it (ACCESS6)',
        breaks: (azure) =>
          azure.manage('PATCH', workspace, synapseVersion, {
            body: { properties: { sqlAdministratorLoginPassword: '' } },
          }),
        answer: arm(
          400,
          'AadOnlyAuthenticationIsEnabled',
          'SQL settings cannot be changed while Azure AD Only Authentication is enabled.',
        ),
      },
      {
        what: 'a pool of a runtime that is switched off',
        breaks: (azure) =>
          azure.manage('PUT', `${workspace}/bigDataPools/pool`, synapseVersion, {
            body: { location, properties: { sparkVersion: '3.3', nodeCount: 3 } },
          }),
        answer: arm(400, 'ValidationFailed', "Spark version '3.3' is not supported. Supported versions: 3.4, 3.5."),
      },
    ],
  },
  {
    rule: 'development endpoints: firewall and private endpoints (NET1, ORDER1)',
    refusals: [
      {
        what: 'an address that no rule names',
        breaks: (azure) => {
          configure(azure, { clientAddress: '198.51.100.7' });
          return azure.develop('GET', 'pipelines');
        },
        answer: noWay,
      },
      {
        what: 'an address, by a rule that was made a moment ago',
        breaks: async (azure) => {
          configure(azure, { clientAddress: '198.51.100.7', propagationSeconds: 60 });
          const body = { properties: { startIpAddress: '198.51.100.0', endIpAddress: '198.51.100.255' } };
          await azure.expect(201, azure.manage('PUT', `${workspace}/firewallRules/net`, synapseVersion, { body }));
          return azure.develop('GET', 'pipelines');
        },
        answer: noWay,
      },
      {
        what: 'a private endpoint that is for SQL',
        breaks: async (azure) => {
          const subnet = `${group}/providers/Microsoft.Network/virtualNetworks/v/subnets/s`;
          configure(azure, { clientAddress: '198.51.100.7', clientSubnet: subnet });
          const connection = {
            name: 'c',
            properties: { privateLinkServiceId: workspace, groupIds: ['SqlOnDemand'] },
          };
          const properties = { subnet: { id: subnet }, privateLinkServiceConnections: [connection] };
          const path = `${group}/providers/Microsoft.Network/privateEndpoints/pep`;
          await azure.expect(201, azure.manage('PUT', path, '2024-05-01', { body: { location, properties } }));
          return azure.develop('GET', 'pipelines');
        },
        answer: noWay,
      },
    ],
  },
  {
    rule: 'Synapse roles (ACCESS2, ORDER1)',
    refusals: [
      {
        what: 'a publishing by an Artifact User',
        breaks: async (azure) => {
          await azure.expect(200, give(azure, artifactUser));
          return azure.develop('PUT', 'notebooks/N', { as: stranger, body: notebook });
        },
        answer: denied('artifacts/write'),
      },
      {
        what: 'a run by an Artifact User, who has no credentials',
        breaks: async (azure) => {
          await azure.expect(200, give(azure, artifactUser));
          await publish(azure, 'pipelines/P', pipeline());
          return azure.develop('POST', 'pipelines/P/createRun', { as: stranger });
        },
        answer: denied('credentials/useSecret'),
      },
      {
        what: 'a reading by an administrator of a pool only',
        breaks: async (azure) => {
          const pool = { location, properties: { sparkVersion: '3.5', nodeCount: 3 } };
          await azure.expect(
            201,
            azure.manage('PUT', `${workspace}/bigDataPools/pool`, synapseVersion, { body: pool }),
          );
          await azure.expect(200, give(azure, administrator, 'workspaces/syn-oea-test/bigDataPools/pool'));
          return azure.develop('GET', 'pipelines', { as: stranger });
        },
        answer: denied('artifacts/read'),
      },
      {
        what: 'a role that was given a moment ago',
        breaks: async (azure) => {
          configure(azure, { propagationSeconds: 60 });
          azure.world.clock.advance(60);
          await azure.expect(200, give(azure, artifactUser));
          azure.world.clock.advance(59);
          return azure.develop('GET', 'pipelines', { as: stranger });
        },
        answer: denied('artifacts/read'),
      },
    ],
  },
  {
    rule: 'references of artifacts, in both directions (ORDER3)',
    refusals: [
      {
        what: 'a pipeline whose notebook is not there',
        breaks: (azure) => azure.develop('PUT', 'pipelines/P', { body: pipeline(runs('N')) }),
        answer: flat(400, 'BadRequest', "The document creation or update failed because of invalid reference 'N'."),
      },
      {
        what: 'the deletion of a notebook that a pipeline runs',
        breaks: async (azure) => {
          await publish(azure, 'notebooks/N', notebook);
          await publish(azure, 'pipelines/P', pipeline(runs('n')));
          return azure.develop('DELETE', 'notebooks/N');
        },
        answer: flat(400, 'BadRequest', 'The document cannot be deleted since it is referenced by P.'),
      },
    ],
  },
  {
    rule: 'artifacts: names, sizes, nesting, etags',
    refusals: [
      {
        what: 'a name with a dot',
        breaks: (azure) => azure.develop('PUT', 'pipelines/a.b', { body: pipeline() }),
        answer: flat(400, 'BadRequest', 'The service does not take the name "a.b".'),
      },
      {
        what: 'a loop in a condition',
        breaks: (azure) => {
          const loop = { name: 'Loop', type: 'ForEach', typeProperties: { items: {}, activities: [wait] } };
          const condition = { name: 'If', type: 'IfCondition', typeProperties: { ifTrueActivities: [loop] } };
          return azure.develop('PUT', 'pipelines/P', { body: pipeline(condition) });
        },
        answer: flat(400, 'BadRequest', 'ForEach "Loop" may not stand in IfCondition "If".'),
      },
      {
        what: 'a dependency on nothing',
        breaks: (azure) => {
          const dependsOn = [{ activity: 'Before', dependencyConditions: ['Succeeded'] }];
          return azure.develop('PUT', 'pipelines/P', { body: pipeline({ ...wait, dependsOn }) });
        },
        answer: flat(400, 'BadRequest', 'There is no activity "Before".'),
      },
      {
        what: 'a pipeline of more than 200 KB',
        breaks: (azure) =>
          azure.develop('PUT', 'pipelines/P', { body: pipeline({ ...wait, description: 'x'.repeat(200 * 1024) }) }),
        answer: flat(400, 'BadRequest', 'The artifact has 201 KB; the service takes 200.'),
      },
      {
        what: 'more than fifty parameters',
        breaks: (azure) => {
          const parameters = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`p${at}`, { type: 'string' }]));
          return azure.develop('PUT', 'pipelines/P', { body: { properties: { activities: [], parameters } } });
        },
        answer: flat(400, 'BadRequest', 'The artifact has 51 parameters; the service takes 50.'),
      },
      {
        what: 'a change of an older version',
        breaks: async (azure) => {
          await publish(azure, 'pipelines/P', pipeline());
          return azure.develop('PUT', 'pipelines/P', { body: pipeline(), headers: { 'if-match': 'old' } });
        },
        answer: flat(412, 'PreconditionFailed', 'The etag of the request does not match.'),
      },
    ],
  },
  {
    rule: 'triggers that are started (ORDER3)',
    refusals: (['PUT', 'DELETE'] as const).map((method) => ({
      what: `${method} of a started trigger`,
      breaks: async (azure: DirectAzure) => {
        await startTrigger(azure);
        return azure.develop(method, 'triggers/T', { body: trigger });
      },
      answer: started,
    })),
  },
  {
    rule: 'what is not there, in the three shapes of its parts',
    refusals: [
      {
        what: 'a pipeline',
        breaks: (azure) => azure.develop('GET', 'pipelines/P'),
        answer: flat(404, 'PipelineNotFound', notFound('Pipeline P')),
      },
      {
        what: 'a notebook',
        breaks: (azure) => azure.develop('GET', 'notebooks/N'),
        answer: {
          status: 404,
          body: {
            code: 404,
            message: `Failed Component = DataFactoryResourceProvider, ErrorMessage = ${notFound('Notebook N')}`,
            error: `Failed Component = DataFactoryResourceProvider, ErrorMessage = ${notFound('Notebook N')}`,
          },
        },
      },
      {
        what: 'a role assignment',
        breaks: (azure) => azure.develop('GET', 'roleAssignments/x'),
        answer: arm(404, 'RoleAssignmentNotFound', "The role assignment 'x' is not found."),
      },
    ],
  },
  {
    rule: 'managed private endpoints: to what is there, and to that only (NET3)',
    refusals: [
      {
        what: 'a group that the target does not have',
        breaks: (azure) => azure.develop('PUT', endpoint, leading(vault, 'dfs')),
        answer: flat(400, 'InvalidPrivateLinkResource', `There is no 'dfs' of '${vault}'.`),
      },
      {
        what: 'another target',
        breaks: async (azure) => {
          await azure.expect(201, azure.develop('PUT', endpoint, leading(account, 'dfs')));
          return azure.develop('PUT', endpoint, leading(account, 'blob'));
        },
        answer: flat(
          400,
          'ManagedPrivateEndpointCannotBeChanged',
          "The managed private endpoint 'pe' leads somewhere else; it cannot be changed.",
        ),
      },
      {
        what: 'an approval by somebody who is not the owner of the target',
        breaks: async (azure) => {
          await azure.expect(201, azure.develop('PUT', endpoint, leading(account, 'dfs')));
          const { body } = await azure.manage('GET', `${account}/privateEndpointConnections`, '2023-05-01');
          const [connection] = body['value'] as { id: string }[];
          const approval = { properties: { privateLinkServiceConnectionState: { status: 'Approved' } } };
          return azure.manage('PUT', connection?.id ?? '', '2023-05-01', { as: stranger, body: approval });
        },
        answer: arm(
          403,
          'AuthorizationFailed',
          `The client 'stranger@school.example' with object id '${stranger.objectId}' does not have authorization to perform action 'Microsoft.Storage/storageAccounts/privateEndpointConnections/write' over scope '${account}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
        ),
      },
    ],
  },
];

function notFound(what: string): string {
  const [, , subscriptionId] = workspace.split('/');
  return `The ${what} was not found in (subscription=${subscriptionId} resourceGroup=rg-oea-test workspace=syn-oea-test)`;
}
