import { Faults } from '../../src/local-azure/faults';
import { Gateway } from '../../src/local-azure/gateway';
import { json, ServiceError, UnknownOperation, type LocalRequest } from '../../src/local-azure/http';
import { blobTransport } from '../../src/local-azure/in-process/blob-transport';
import { restTransport } from '../../src/local-azure/in-process/rest-transport';
import { RestClient } from '../../src/operations/rest-client';
import { BlobServiceClient, newPipeline } from '@azure/storage-blob';
import { thrownBy } from '../support/thrown';

/** A gateway to one host that echoes what it is sent, and what it was told of changes. */
function echo() {
  const faults = new Faults();
  const asked: string[] = [];
  let changes = 0;
  const service = ({ method, url, body }: LocalRequest) => {
    asked.push(`${method} ${url.pathname} ${body.toString()}`);
    if (url.pathname === '/refused') throw new ServiceError(403, 'Forbidden', 'No.');
    if (url.pathname === '/unknown') throw new UnknownOperation('GET /unknown');
    if (url.pathname === '/defect') throw new TypeError('x is not a function');
    return json(url.pathname === '/c/b' ? 201 : 200, { said: body.toString() }, { 'x-own': 'yes' });
  };
  const serviceOf = (host: string) => (host.endsWith('.example') ? service : undefined);
  const gateway = new Gateway({ faults, serviceOf, changed: () => void (changes += 1) });
  return { faults, asked, gateway, changes: () => changes };
}

const request = (method: string, url: string): LocalRequest => ({
  method,
  url: new URL(url),
  headers: {},
  body: Buffer.from('hello'),
});

const never = async (): Promise<{ token: string; expiresOnTimestamp: number }> => ({
  token: 't',
  expiresOnTimestamp: Date.now() + 3_600_000,
});

test('requests are answered, written down, and what changes something is told', async () => {
  const { gateway, changes } = echo();
  expect(await gateway.answer(request('PUT', 'https://a.example/x'))).toEqual({
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-own': 'yes' },
    body: '{"said":"hello"}',
  });
  expect(await gateway.answer(request('GET', 'https://a.example/refused'))).toMatchObject({ status: 403 });
  expect(await gateway.answer(request('GET', 'https://a.example/unknown'))).toMatchObject({ status: 501 });
  expect(await gateway.answer(request('GET', 'https://a.example/defect'))).toMatchObject({ status: 500 });
  expect(await gateway.answer(request('GET', 'https://elsewhere.org/'))).toMatchObject({ status: 501 });
  expect(gateway.requests.map(({ path, status }) => `${path} ${status}`)).toEqual([
    '/x 200',
    '/refused 403',
    '/unknown 501',
    '/defect 500',
    '/ 501',
  ]);
  expect([...gateway.unknownOperations]).toEqual([
    'GET /unknown',
    'GET https://a.example/defect (TypeError: x is not a function)',
    'GET https://elsewhere.org/',
  ]);
  expect(changes()).toBe(1);
});

test('a cut connection is cut before or after the work is done', async () => {
  const { gateway, faults, asked } = echo();
  faults.add({ host: /./, fault: { kind: 'reset' } });
  faults.add({ host: /./, fault: { kind: 'reset', afterwards: true } });
  expect(await gateway.answer(request('PUT', 'https://a.example/first'))).toBe('reset');
  expect(await gateway.answer(request('PUT', 'https://a.example/second'))).toBe('reset');
  expect(asked).toEqual(['PUT /second hello']);
});

test('a client of this process has its own patience: a cut connection is asked again, a lasting one is told', async () => {
  const { gateway, faults, asked } = echo();
  const httpClient = restTransport((asking) => gateway.answer(asking));
  const retryOptions = { maxRetries: 2, retryDelayInMs: 1, maxRetryDelayInMs: 1 };
  const client = new RestClient({ credential: { getToken: never }, scope: 's', httpClient, retryOptions });
  faults.add({ host: /./, fault: { kind: 'reset' } });
  const { status, body } = await client.send({ method: 'PUT', url: 'https://a.example/x', body: { a: 1 } });
  expect([status, body, asked]).toEqual([200, { said: '{"a":1}' }, ['PUT /x {"a":1}']]);

  faults.clear();
  faults.add({ host: /./, fault: { kind: 'reset' }, times: 9 });
  expect(await thrownBy(() => client.send({ method: 'GET', url: 'https://a.example/x' }))).toEqual({
    code: 'AZURE_UNREACHABLE',
    message: 'a.example did not answer (ECONNRESET).',
    place: {},
  });
});

test('so has the storage client', async () => {
  const { gateway, faults, asked } = echo();
  const httpClient = blobTransport((asking) => gateway.answer(asking));
  const pipeline = newPipeline(undefined, { httpClient, retryOptions: { maxTries: 3, retryDelayInMs: 1 } });
  const blob = new BlobServiceClient('https://a.example', pipeline).getContainerClient('c').getBlockBlobClient('b');
  faults.add({ host: /./, fault: { kind: 'reset' } });
  faults.add({ host: /./, fault: { kind: 'status', status: 503, shape: 'xml' } });
  await blob.upload('bytes', 5);
  expect(asked).toEqual(['PUT /c/b bytes']);
});

test('a fault of the identity of a resource does not hit a client', () => {
  const faults = new Faults();
  faults.add({ host: /./, source: 'identity', fault: { kind: 'reset' } });
  const asked = request('GET', 'https://a.example/');
  expect([faults.next(asked), faults.next(asked, 'identity')?.kind]).toEqual([undefined, 'reset']);
});
