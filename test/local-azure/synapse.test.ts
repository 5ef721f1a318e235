import { defaultDeployer } from '../../src/local-azure/settings';
import type { RunHost } from '../../src/local-azure/synapse/run-host';
import type { Json } from '../../src/local-azure/http';
import { DirectAzure, stranger, workspace, workspaceBody } from './direct-azure';

let azure: DirectAzure;
const synapse = '2021-06-01';
const artifactUser = '53faaa0e-40b6-40c8-a2ff-e38f2d388875';
const credentialUser = '5eb298b4-692c-4241-9cf0-f58a3b42bb25';

beforeEach(async () => {
  azure = new DirectAzure();
  await azure.provision();
});

const notebook = { properties: { nbformat: 4, nbformat_minor: 2, metadata: {}, cells: [] } };
const pipelineOf = (name: string) => ({
  properties: {
    activities: [
      {
        name: 'Run',
        type: 'SynapseNotebook',
        typeProperties: { notebook: { referenceName: name, type: 'NotebookReference' } },
      },
    ],
  },
});
const triggerOf = (name: string) => ({
  properties: {
    type: 'ScheduleTrigger',
    pipelines: [{ pipelineReference: { referenceName: name, type: 'PipelineReference' } }],
  },
});

async function publish(...paths: (readonly [string, unknown])[]): Promise<void> {
  for (const [path, body] of paths) await azure.expect(202, azure.develop('PUT', path, { body }));
}

const give = (principalId: string, roleId: string) => {
  const id = `00000000-0000-4000-8000-${roleId.slice(-12)}`;
  const body = { roleId, principalId, scope: 'workspaces/syn-oea-test' };
  return azure.develop('PUT', `roleAssignments/${id}`, { body });
};

test('a notebook: accepted, polled at a place of its own, read with what the service adds', async () => {
  const { status, headers, body } = await azure.develop('PUT', 'notebooks/Insights_py', { body: notebook });
  expect([status, body['state'], body['type']]).toEqual([202, 'Creating', 'Notebook']);
  expect(headers['location']).toMatch(/^https:\/\/syn-oea-test\.dev\.azuresynapse\.net\/notebookOperationResults\//);
  const result = await azure.ask('GET', headers['location'] ?? '');
  expect(result.body['properties']).toEqual({
    entityState: null,
    renameOperationDetails: null,
    folder: null,
    ...notebook.properties,
  });
  expect((await azure.develop('GET', 'notebooks/insights_PY')).body['name']).toBe('Insights_py');
  const again = await azure.develop('PUT', 'notebooks/Insights_py', { body: notebook });
  expect(again.body['state']).toBe('Updating');
  const gone = await azure.develop('DELETE', 'notebooks/Insights_py');
  expect([gone.status, (await azure.ask('GET', gone.headers['location'] ?? '')).body]).toEqual([202, { text: '' }]);
  expect((await azure.develop('DELETE', 'notebooks/Insights_py')).status).toBe(204);
});

test('an operation goes on for a while', async () => {
  azure.world.settings = { ...azure.world.settings, operationPolls: 1 };
  const { headers } = await azure.develop('PUT', 'pipelines/p', { body: { properties: { activities: [] } } });
  const poll = async () => (await azure.ask('GET', headers['location'] ?? '')).status;
  expect([await poll(), await poll()]).toEqual([202, 200]);
});

test('the three shapes of 404', async () => {
  expect(await azure.develop('GET', 'pipelines/p')).toMatchObject({
    status: 404,
    body: {
      code: 'PipelineNotFound',
      message: `The Pipeline p was not found in (subscription=${azure.world.settings.subscriptionId} resourceGroup=rg-oea-test workspace=syn-oea-test)`,
    },
  });
  expect((await azure.develop('GET', 'notebooks/n')).body['code']).toBe(404);
  expect((await azure.develop('GET', 'roleAssignments/00000000-0000-4000-8000-000000000000')).body).toMatchObject({
    error: { code: 'RoleAssignmentNotFound' },
  });
});

test('what refers to nothing is refused; what is referred to cannot be deleted', async () => {
  const refusal = {
    code: 'BadRequest',
    message: "The document creation or update failed because of invalid reference 'N'.",
  };
  expect((await azure.develop('PUT', 'pipelines/P', { body: pipelineOf('N') })).body).toEqual(refusal);
  await publish(['notebooks/N', notebook], ['pipelines/P', pipelineOf('n')], ['triggers/T', triggerOf('P')]);
  expect((await azure.develop('DELETE', 'notebooks/N')).body).toEqual({
    code: 'BadRequest',
    message: 'The document cannot be deleted since it is referenced by P.',
  });
  for (const path of ['triggers/T', 'pipelines/P', 'notebooks/N'])
    await azure.expect(202, azure.develop('DELETE', path));
});

test('a pool that is referred to is a resource of the workspace', async () => {
  const body = {
    properties: { ...notebook.properties, bigDataPool: { referenceName: 'spark3p3sm', type: 'BigDataPoolReference' } },
  };
  expect(await azure.refusal(azure.develop('PUT', 'notebooks/N', { body }))).toBe('400 BadRequest');
  const pool = { location: 'westeurope', properties: { sparkVersion: '3.5', nodeCount: 3 } };
  await azure.expect(201, azure.manage('PUT', `${workspace}/bigDataPools/spark3p3sm`, synapse, { body: pool }));
  await publish(['notebooks/N', body]);
});

test('a started trigger is neither changed nor deleted', async () => {
  await publish(['pipelines/P', { properties: { activities: [] } }], ['triggers/T', triggerOf('P')]);
  expect((await azure.develop('GET', 'triggers/T')).body['properties']).toMatchObject({ runtimeState: 'Stopped' });
  await azure.expect(200, azure.develop('POST', 'triggers/T/start'));
  for (const method of ['PUT', 'DELETE']) {
    expect(await azure.refusal(azure.develop(method, 'triggers/T', { body: triggerOf('P') }))).toBe(
      '400 TriggerEnabledCannotUpdate',
    );
  }
  await azure.expect(200, azure.develop('POST', 'triggers/T/stop'));
  await azure.expect(202, azure.develop('DELETE', 'triggers/T'));
});

test('secrets of a linked service are not given back', async () => {
  const properties = {
    type: 'AzureBlobStorage',
    typeProperties: { url: 'https://x', password: { type: 'SecureString', value: 'secret' } },
  };
  await publish(['linkedservices/L', { properties }]);
  expect((await azure.develop('GET', 'linkedServices/L')).body['properties']).toEqual({
    type: 'AzureBlobStorage',
    typeProperties: { url: 'https://x' },
  });
});

test('names and etags', async () => {
  expect(await azure.refusal(azure.develop('PUT', 'pipelines/a.b', { body: { properties: {} } }))).toBe(
    '400 BadRequest',
  );
  expect(await azure.refusal(azure.develop('PUT', 'pipelines/a', { body: {} }))).toBe('400 InvalidRequest');
  await publish(['pipelines/a', { properties: {} }]);
  const headers = { 'if-match': 'old' };
  expect(await azure.refusal(azure.develop('PUT', 'pipelines/a', { body: { properties: {} }, headers }))).toBe(
    '412 PreconditionFailed',
  );
});

test('the firewall, by the address of the client, some time after a rule is made (NET1, ORDER1)', async () => {
  expect((await azure.develop('GET', 'pipelines')).status).toBe(200);
  azure.world.settings = { ...azure.world.settings, clientAddress: '198.51.100.7', propagationSeconds: 60 };
  expect((await azure.develop('GET', 'pipelines')).body).toEqual({
    code: 'ClientIpAddressNotAuthorized',
    message: 'Client Ip address : 198.51.100.7 is not authorized.',
  });
  const body = { properties: { startIpAddress: '198.51.100.0', endIpAddress: '198.51.100.255' } };
  await azure.expect(201, azure.manage('PUT', `${workspace}/firewallRules/net`, synapse, { body }));
  expect(await azure.refusal(azure.develop('GET', 'pipelines'))).toBe('403 ClientIpAddressNotAuthorized');
  azure.world.clock.advance(61);
  expect((await azure.develop('GET', 'pipelines')).status).toBe(200);
  const closed = { ...workspaceBody, properties: { ...workspaceBody.properties, publicNetworkAccess: 'Disabled' } };
  await azure.expect(200, azure.manage('PUT', workspace, synapse, { body: closed }));
  expect(await azure.refusal(azure.develop('GET', 'pipelines'))).toBe('403 ClientIpAddressNotAuthorized');
});

test('roles: the creator and the workspace itself administer; others need one, which works some time after', async () => {
  const { body } = await azure.develop('GET', 'roleAssignments');
  expect((body['value'] as Json[]).map(({ principalId }) => principalId)).toContain(defaultDeployer.objectId);
  expect(body['count']).toBe(2);
  expect(Array.isArray((await azure.develop('GET', 'roleDefinitions')).body)).toBe(true);
  expect(await azure.refusal(azure.develop('GET', 'pipelines', { as: stranger }))).toBe(
    '403 AccessControlUnauthorized',
  );
  azure.world.settings = { ...azure.world.settings, propagationSeconds: 60 };
  azure.world.clock.advance(61);
  expect((await give(stranger.objectId, artifactUser)).status).toBe(200);
  expect(await azure.refusal(azure.develop('GET', 'pipelines', { as: stranger }))).toBe(
    '403 AccessControlUnauthorized',
  );
  azure.world.clock.advance(61);
  expect((await azure.develop('GET', 'pipelines', { as: stranger })).status).toBe(200);
  expect(await azure.refusal(azure.develop('PUT', 'notebooks/N', { as: stranger, body: notebook }))).toBe(
    '403 AccessControlUnauthorized',
  );
  expect(await azure.refusal(azure.develop('PUT', 'roleAssignments/x', { as: stranger, body: {} }))).toBe(
    '403 AccessControlUnauthorized',
  );
});

test('one Synapse assignment per principal and role', async () => {
  await give(stranger.objectId, artifactUser);
  const body = { roleId: artifactUser, principalId: stranger.objectId, scope: 'workspaces/syn-oea-test' };
  expect(
    await azure.refusal(azure.develop('PUT', 'roleAssignments/00000000-0000-4000-8000-00000000000b', { body })),
  ).toBe('409 RoleAssignmentExists');
  const elsewhere = { ...body, scope: 'workspaces/other' };
  expect(
    await azure.refusal(
      azure.develop('PUT', 'roleAssignments/00000000-0000-4000-8000-00000000000c', { body: elsewhere }),
    ),
  ).toBe('400 InvalidScope');
});

test('a token for the resource manager, an api-version and a workspace that there are not', async () => {
  expect(await azure.refusal(azure.develop('GET', 'pipelines', { audience: 'https://management.azure.com' }))).toBe(
    '401 InvalidAuthenticationTokenAudience',
  );
  const host = 'https://syn-oea-test.dev.azuresynapse.net';
  expect(await azure.refusal(azure.ask('GET', `${host}/pipelines?api-version=1999-01-01`))).toBe(
    '400 InvalidApiVersion',
  );
  expect(
    await azure.refusal(azure.ask('GET', 'https://syn-gone.dev.azuresynapse.net/pipelines?api-version=2020-12-01')),
  ).toBe('404 WorkspaceNotFound');
  expect(await azure.refusal(azure.develop('GET', 'sparkPools'))).toBe('501 LocalAzureUnknownOperation');
});

describe('runs', () => {
  const calls: unknown[] = [];
  const page = (...words: unknown[]): Json => {
    calls.push(words);
    return { value: [] };
  };
  const host: RunHost = {
    start: ({ workspace: { name }, ...run }) => {
      calls.push([name, run]);
      return 'a';
    },
    run: (_, runId) => ({ runId, pipelineName: 'P' }),
    queryRuns: (_, query) => page('runs', query),
    queryTriggerRuns: (_, query) => page('trigger runs', query),
    queryActivities: (_, ...words) => page('activities', ...words),
    cancel: (_, ...words) => void calls.push(words),
    switchTrigger: (_, ...words) => void calls.push(words),
    close: async () => undefined,
  };

  beforeEach(async () => {
    calls.length = 0;
    azure = new DirectAzure({}, host);
    await azure.provision();
    await publish(['pipelines/P', { properties: { activities: [] } }]);
  });

  test('are started, read, queried and cancelled', async () => {
    const { status, body } = await azure.develop('POST', 'pipelines/P/createRun', { body: { workspace: 'dev' } });
    expect([status, body]).toEqual([202, { runId: 'a' }]);
    expect((await azure.develop('GET', 'pipelineruns/b')).body).toEqual({ runId: 'b', pipelineName: 'P' });
    const time = { lastUpdatedAfter: '2024-03-22T00:00:00Z' };
    expect((await azure.develop('POST', 'queryPipelineRuns', { body: time })).body).toEqual({ value: [] });
    expect((await azure.develop('POST', 'queryTriggerRuns', { body: time })).body).toEqual({ value: [] });
    await azure.expect(200, azure.develop('POST', 'pipelines/P/pipelineruns/a/queryActivityruns', { body: time }));
    const cancel =
      'https://syn-oea-test.dev.azuresynapse.net/pipelineruns/a/cancel?api-version=2020-12-01&isRecursive=true';
    await azure.expect(200, azure.ask('POST', cancel));
    expect(calls).toEqual([
      ['syn-oea-test', { pipelineName: 'P', parameters: { workspace: 'dev' }, startedBy: defaultDeployer }],
      ['runs', time],
      ['trigger runs', time],
      ['activities', 'P', 'a', time],
      ['a', true],
    ]);
  });

  test('a run is not run again in part', async () => {
    const again =
      'https://syn-oea-test.dev.azuresynapse.net/pipelines/P/createRun?api-version=2020-12-01&referencePipelineRunId=a';
    expect(await azure.refusal(azure.ask('POST', again))).toBe('501 LocalAzureUnknownOperation');
    expect(calls).toEqual([]);
  });

  test('a trigger that is started or stopped is told to what runs it', async () => {
    await publish(['triggers/T', triggerOf('P')]);
    for (const action of ['start', 'stop']) await azure.expect(200, azure.develop('POST', `triggers/T/${action}`));
    expect(calls).toEqual([
      ['T', true],
      ['T', false],
    ]);
  });

  test('need a pipeline that is there, and the right to use credentials', async () => {
    expect(await azure.refusal(azure.develop('POST', 'pipelines/Q/createRun'))).toBe('404 PipelineNotFound');
    await give(stranger.objectId, artifactUser);
    const start = () => azure.develop('POST', 'pipelines/P/createRun', { as: stranger });
    expect(await azure.refusal(start())).toBe('403 AccessControlUnauthorized');
    await give(stranger.objectId, credentialUser);
    expect((await start()).status).toBe(202);
    expect(await azure.refusal(azure.develop('POST', 'pipelineruns/a/cancel', { as: stranger }))).toBe(
      '403 AccessControlUnauthorized',
    );
  });
});

test('without anything that runs pipelines a start is 501', async () => {
  await publish(['pipelines/P', { properties: { activities: [] } }]);
  expect(await azure.refusal(azure.develop('POST', 'pipelines/P/createRun'))).toBe('501 LocalAzureUnknownOperation');
});
