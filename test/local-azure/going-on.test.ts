import { Faults, type Fault } from '../../src/local-azure/faults';
import { Gateway } from '../../src/local-azure/gateway';
import { Operations } from '../../src/local-azure/resource-manager/long-running';
import type { Json } from '../../src/local-azure/http';
import {
  account,
  accountBody,
  developmentHost,
  DirectAzure,
  group,
  subscription,
  vault,
  vaultBody,
  workspace,
  workspaceBody,
} from './direct-azure';

/** What takes its time: operations, deletions, and names that come free. */

let azure: DirectAzure;

beforeEach(async () => {
  azure = new DirectAzure();
  await azure.provision();
});

const synapse = '2021-06-01';
const logs = `${group}/providers/Microsoft.OperationalInsights/workspaces/log-oea-test`;
const logsVersion = '2022-10-01';
const deletedLogs = `${subscription}/providers/Microsoft.OperationalInsights/deletedWorkspaces`;

function slowly(polls: number): void {
  azure.world.settings = { ...azure.world.settings, operationPolls: polls };
}

async function stateOf(path: string, version: string): Promise<unknown> {
  const { status, body } = await azure.manage('GET', path, version);
  return status === 200 ? (body['properties'] as Json)['provisioningState'] : status;
}

test('a resource says that it is being made, for as long as its operation goes on', async () => {
  const other = workspace.replace('syn-oea-test', 'syn-oea-other');
  slowly(2);
  const { body, headers } = await azure.manage('PUT', other, synapse, { body: workspaceBody });
  expect((body['properties'] as Json)['provisioningState']).toBe('Provisioning');
  const operation = async () => (await azure.ask('GET', headers['azure-asyncoperation'] ?? '')).body['status'];
  expect([await stateOf(other, synapse), await operation(), await stateOf(other, synapse), await operation()]).toEqual([
    'Provisioning',
    'InProgress',
    'Succeeded',
    'Succeeded',
  ]);
  const changed = await azure.manage('PUT', account, '2023-05-01', { body: accountBody });
  expect((changed.body['properties'] as Json)['provisioningState']).toBe('Updating');
});

test('a deletion that goes on leaves all there until it ends', async () => {
  slowly(2);
  const { status, body } = await azure.manage('DELETE', workspace, synapse);
  expect([status, body]).toEqual([202, { text: '' }]);
  expect([
    await stateOf(workspace, synapse),
    await stateOf(workspace, synapse),
    await stateOf(workspace, synapse),
  ]).toEqual(['Deleting', 'Deleting', 404]);
  expect(await azure.refusal(azure.develop('GET', 'pipelines'))).toBe('404 WorkspaceNotFound');
});

describe('an operation that fails keeps nothing of what was sent', () => {
  /** Sends the request through a gateway in which this fault happens. */
  async function send(method: string, url: string, fault: Fault) {
    const faults = new Faults();
    faults.add({ host: /./, fault });
    const operations = new Operations(azure.world);
    const serviceOf = () => (): never => {
      throw new Error('It must not be asked.');
    };
    const gateway = new Gateway({ faults, operations, serviceOf, changed: () => undefined });
    const answer = await gateway.answer({ method, url: new URL(url), headers: {}, body: Buffer.from('{}') });
    if (answer === 'reset') throw new Error('The connection was cut.');
    return answer;
  }

  const failure = { kind: 'operation', code: 'NoCapacity', message: 'The region is full.' } as const;
  const error = { code: 'NoCapacity', message: 'The region is full.' };

  test.each([
    ['status', 200, { status: 'Failed', error }],
    ['refusal', 400, error],
  ] as const)('at a development endpoint, as a %s', async (failsAs, status, body) => {
    const url = `https://${developmentHost}/pipelines/P?api-version=2020-12-01`;
    const answer = await send('PUT', url, { ...failure, failsAs });
    expect(answer.status).toBe(202);
    const polled = await azure.ask('GET', answer.headers?.['location'] ?? '');
    expect([polled.status, polled.body]).toEqual([status, body]);
    expect(await azure.refusal(azure.develop('GET', 'pipelines/P'))).toBe('404 PipelineNotFound');
  });

  test('at the resource manager', async () => {
    const other = account.replace('stoeatest', 'stother');
    const url = `https://management.azure.com${other}?api-version=2023-05-01`;
    const answer = await send('PUT', url, { ...failure, failsAs: 'status' });
    const polled = await azure.ask('GET', answer.headers?.['azure-asyncoperation'] ?? '');
    expect([answer.status, polled.status, polled.body]).toEqual([
      202,
      200,
      { id: polled.body['id'], name: polled.body['id'], status: 'Failed', error },
    ]);
    expect(await stateOf(other, '2023-05-01')).toBe(404);
  });
});

describe('a log workspace that is deleted', () => {
  const make = async (): Promise<unknown> => {
    const { body } = await azure.expect(
      201,
      azure.manage('PUT', logs, logsVersion, { body: { location: 'westeurope' } }),
    );
    return (body['properties'] as Json)['customerId'];
  };
  const held = async () => ((await azure.manage('GET', deletedLogs, logsVersion)).body['value'] as unknown[]).length;

  test('comes back with its data at the same place, and only for fourteen days', async () => {
    const first = await make();
    await azure.expect(200, azure.manage('DELETE', logs, logsVersion));
    expect(await held()).toBe(1);
    expect(await make()).toBe(first);
    expect(await held()).toBe(0);
    await azure.expect(200, azure.manage('DELETE', logs, logsVersion));
    azure.world.clock.advance(14 * 86_400);
    expect(await held()).toBe(0);
    expect(await make()).not.toBe(first);
  });

  test('is gone at once where that is asked for', async () => {
    const first = await make();
    await azure.expect(200, azure.manage('DELETE', `${logs}?force=true`, logsVersion));
    expect(await held()).toBe(0);
    expect(await make()).not.toBe(first);
  });
});

test('a deleted vault is purged with its secrets when its days are over', async () => {
  const salt = `${vault}/secrets/oeaSalt`;
  const version = '2023-07-01';
  await azure.expect(201, azure.manage('PUT', salt, version, { body: { properties: { value: 'x' } } }));
  await azure.expect(200, azure.manage('DELETE', vault, version));
  azure.world.clock.advance(7 * 86_400);
  const deleted = `${subscription}/providers/Microsoft.KeyVault/deletedVaults`;
  expect((await azure.manage('GET', deleted, version)).body).toEqual({ value: [] });
  await azure.expect(200, azure.manage('PUT', vault, version, { body: vaultBody }));
  expect(await azure.refusal(azure.manage('GET', salt, version))).toBe('404 SecretNotFound');
});

test('a provider that somebody registers can be used (OWN5)', async () => {
  azure.world.settings = { ...azure.world.settings, unregisteredProviders: ['Microsoft.KeyVault'] };
  const provider = `${subscription}/providers/Microsoft.KeyVault`;
  const state = async (method: string, path: string) =>
    (await azure.manage(method, path, '2022-09-01')).body['registrationState'];
  expect(await state('GET', provider)).toBe('NotRegistered');
  expect(await state('POST', `${provider}/register`)).toBe('Registered');
  await azure.expect(200, azure.manage('PUT', vault, '2023-07-01', { body: vaultBody }));
});

test('artifacts are listed in pages, and told unchanged to who has them', async () => {
  const body = { properties: { activities: [] } };
  for (let number = 0; number < 101; number++) {
    await azure.expect(202, azure.develop('PUT', `pipelines/P${number}`, { body }));
  }
  const first = await azure.develop('GET', 'pipelines');
  const second = await azure.ask('GET', String(first.body['nextLink']));
  expect([(first.body['value'] as []).length, (second.body['value'] as []).length, second.body['nextLink']]).toEqual([
    100,
    1,
    undefined,
  ]);
  const { body: known } = await azure.develop('GET', 'pipelines/P0');
  const headers = { 'if-none-match': String(known['etag']) };
  expect((await azure.develop('GET', 'pipelines/P0', { headers })).status).toBe(304);
});
