import { thrownBy } from '../support/thrown';
import { droppedConnection, FakeCredential, restClient } from './operation-fakes';

const url = 'https://workspace.dev.azuresynapse.net/pipelines?api-version=2020-12-01';

test('sends JSON with a token and gives status and body', async () => {
  const { client, service } = restClient([{ status: 202, body: { runId: '1' } }]);
  expect(await client.send({ method: 'POST', url, body: { a: 'b' } })).toEqual({ status: 202, body: { runId: '1' } });
  expect(service.requests).toEqual([{ method: 'POST', url, body: { a: 'b' }, authorization: 'Bearer token-1' }]);
});

test('asks for the page after one that says there is another', async () => {
  const { client, service } = restClient([
    { status: 200, body: [1], headers: { 'x-ms-continuation': 'two' } },
    { status: 200, body: [2] },
  ]);
  expect(await client.send({ method: 'GET', url })).toEqual({ status: 200, body: [1], continuation: 'two' });
  expect(await client.send({ method: 'GET', url, continuation: 'two' })).toEqual({ status: 200, body: [2] });
  expect(service.requests.map(({ continuation }) => continuation)).toEqual([undefined, 'two']);
});

test.each([
  ['429 with Retry-After', { status: 429, headers: { 'retry-after': '0' } }],
  ['503 with Retry-After', { status: 503, headers: { 'retry-after': '0' } }],
  ['503', { status: 503 }],
  ['500', { status: 500 }],
  ['a dropped connection', droppedConnection()],
  ['a name that is not yet known', droppedConnection('ENOTFOUND')],
])('%s is tried again', async (_, fault) => {
  const { client, service } = restClient([fault, fault, { status: 200, body: [] }]);
  expect(await client.send({ method: 'GET', url })).toEqual({ status: 200, body: [] });
  expect(service.requests).toHaveLength(3);
});

test('429 without Retry-After is tried again too', async () => {
  const { client, service } = restClient([{ status: 429 }, { status: 200 }]);
  expect(await client.send({ method: 'GET', url })).toEqual({ status: 200, body: undefined });
  expect(service.requests).toHaveLength(2);
});

test('what does not go away in time is an error', async () => {
  const storm = Array.from({ length: 4 }, () => ({ status: 503, headers: { 'retry-after': '0' } }));
  expect(await thrownBy(() => restClient(storm).client.send({ method: 'GET', url }))).toEqual({
    code: 'AZURE_REFUSED',
    message: 'workspace.dev.azuresynapse.net refused GET (503).',
    place: { path: '/pipelines' },
  });
  const drops = Array.from({ length: 4 }, () => droppedConnection());
  expect(await thrownBy(() => restClient(drops).client.send({ method: 'GET', url }))).toEqual({
    code: 'AZURE_UNREACHABLE',
    message: 'workspace.dev.azuresynapse.net did not answer (ECONNRESET).',
    place: {},
  });
});

test('a request of which nobody knows what it did is sent once; one that was refused is sent again', async () => {
  const lost = restClient([droppedConnection()]);
  const request = { method: 'POST', url, once: true } as const;
  expect((await thrownBy(() => lost.client.send(request))).code).toBe('AZURE_UNREACHABLE');
  const failed = restClient([{ status: 500 }]);
  expect((await thrownBy(() => failed.client.send(request))).code).toBe('AZURE_REFUSED');
  const throttled = restClient([{ status: 429, headers: { 'retry-after': '0' } }, { status: 200 }]);
  expect(await throttled.client.send(request)).toEqual({ status: 200, body: undefined });
});

test('a token that has expired is replaced', async () => {
  const { client, service } = restClient([{ status: 200 }, { status: 200 }], new FakeCredential(-1));
  await client.send({ method: 'GET', url });
  await client.send({ method: 'GET', url });
  expect(service.requests.map(({ authorization }) => authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
});

test('a token that is good is kept', async () => {
  const { client, credential } = restClient([{ status: 200 }, { status: 200 }]);
  await client.send({ method: 'GET', url });
  await client.send({ method: 'GET', url });
  expect(credential.issued).toBe(1);
});

test.each([
  [{ error: { code: 'AuthorizationFailed', message: 'No right.\nMore.' } }, '(403 AuthorizationFailed). No right.'],
  [
    { code: 'PipelineNotFound', message: 'The Pipeline x was not found' },
    '(403 PipelineNotFound). The Pipeline x was not found.',
  ],
  [{ code: 404, message: 'Failed Component' }, '(403 404). Failed Component.'],
  [{ code: 'X', message: `a${'b'.repeat(500)}` }, `(403 X). a${'b'.repeat(396)}...`],
  ['text', '(403).'],
])('the shapes of an error: %j', async (body, words) => {
  const { client } = restClient([{ status: 403, body }]);
  expect((await thrownBy(() => client.send({ method: 'GET', url }))).message).toBe(
    `workspace.dev.azuresynapse.net refused GET ${words}`,
  );
});

test('no credential is an error of its own', async () => {
  const credential = new FakeCredential();
  credential.getToken = () =>
    Promise.reject(Object.assign(new Error('secret'), { name: 'CredentialUnavailableError' }));
  expect(await thrownBy(() => restClient([], credential).client.send({ method: 'GET', url }))).toEqual({
    code: 'AZURE_SIGN_IN',
    message: 'No credential could sign in for workspace.dev.azuresynapse.net.',
    place: {},
  });
});

test('an interrupted request says so', async () => {
  const { client } = restClient([droppedConnection()]);
  expect(await thrownBy(() => client.send({ method: 'GET', url, signal: AbortSignal.abort() }))).toEqual({
    code: 'OPERATION_INTERRUPTED',
    message: 'The operation was interrupted.',
    place: {},
  });
});
