import { InsightsError } from '../../src/contract/errors';
import { awaitWorkspace } from '../../src/operations/await-workspace';
import { SynapseClient } from '../../src/operations/synapse-client';
import { thrownBy } from '../support/thrown';
import { fakePorts, restClient } from './operation-fakes';

const developmentEndpoint = 'https://syn-oea-dev.dev.azuresynapse.net';
const input = { workspaceName: 'syn-oea-dev', developmentEndpoint, stabilitySeconds: 60, timeoutSeconds: 600 };

const closed = new InsightsError('AZURE_REFUSED', 'The firewall is closed.');
const noRole = new InsightsError('AZURE_REFUSED', 'You have no role.');

/** Answers in turn; the last for ever. */
function answering(...answers: (InsightsError | 'good')[]) {
  const ports = fakePorts();
  const probe = async (): Promise<void> => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof InsightsError) throw answer;
  };
  return { ...ports, probe };
}

test('three good answers over the stability time (ORDER1)', async () => {
  const ports = answering('good');
  expect(await awaitWorkspace(input, ports)).toEqual({ waitedSeconds: 60, attempts: 3 });
  expect(ports.clock.waits).toEqual([30_000, 30_000]);
});

test('a rehearsal passes a stability time of 0 and does not wait', async () => {
  const ports = answering('good');
  expect(await awaitWorkspace({ ...input, stabilitySeconds: 0 }, ports)).toEqual({ waitedSeconds: 0, attempts: 3 });
});

test('a bad answer in between starts again, and each new reason is told once', async () => {
  const ports = answering(closed, closed, 'good', 'good', noRole, 'good');
  expect(await awaitWorkspace(input, ports)).toEqual({ waitedSeconds: 135, attempts: 8 });
  expect(ports.lines).toEqual(['Not ready yet: The firewall is closed.', 'Not ready yet: You have no role.']);
});

test('gives up at the time limit and says what it heard last', async () => {
  const ports = answering(closed);
  expect(await thrownBy(() => awaitWorkspace(input, ports))).toEqual({
    code: 'WORKSPACE_NOT_READY',
    message: 'Workspace syn-oea-dev was not ready after 600 s. It last said: The firewall is closed.',
    place: { path: 'syn-oea-dev' },
  });
  expect(ports.clock.waits).toHaveLength(120);
});

test('gives up where the time limit is shorter than the stability time', async () => {
  expect(await thrownBy(() => awaitWorkspace({ ...input, timeoutSeconds: 10 }, answering('good')))).toEqual({
    code: 'WORKSPACE_NOT_READY',
    message: 'Workspace syn-oea-dev was not ready after 10 s. It answered, but not for long enough.',
    place: { path: 'syn-oea-dev' },
  });
});

test('does not wait for a credential, nor after an interrupt', async () => {
  const noSignIn = new InsightsError('AZURE_SIGN_IN', 'No credential.');
  expect((await thrownBy(() => awaitWorkspace(input, answering(noSignIn)))).code).toBe('AZURE_SIGN_IN');
  const interrupted = { ...answering('good'), signal: AbortSignal.abort() };
  expect((await thrownBy(() => awaitWorkspace(input, interrupted))).code).toBe('OPERATION_INTERRUPTED');
});

test('asks the development endpoint something that needs a role', async () => {
  const { client, service } = restClient([{ status: 200, body: { value: [] } }]);
  await new SynapseClient(client, developmentEndpoint).probe();
  expect(service.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    `GET ${developmentEndpoint}/pipelines?api-version=2020-12-01`,
  ]);
});
