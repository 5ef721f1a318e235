import { ensureSalt, ResourceManagerSecrets, type SaltDataPlane } from '../../src/operations/ensure-salt';
import { thrownBy } from '../support/thrown';
import { fakePorts, restClient, type Reply } from './operation-fakes';

const vaultId = '/subscriptions/s/resourceGroups/rg-oea-dev/providers/Microsoft.KeyVault/vaults/kv-oea-dev';
const input = { vaultId, secretName: 'oeaSalt-dev' };
const vaultUrl = `https://management.azure.com${vaultId}?api-version=2023-07-01`;
const secretUrl = `https://management.azure.com${vaultId}/secrets/oeaSalt-dev?api-version=2023-07-01`;

class FakeDataPlane implements SaltDataPlane {
  readonly calls: string[] = [];
  constructor(
    private readonly state: 'there' | 'absent' | 'deleted',
    private readonly recoverable = true,
  ) {}

  async has(name: string): Promise<boolean> {
    this.calls.push(`has ${name}`);
    return this.state === 'there';
  }

  async create(name: string, value: string): Promise<'created' | 'deleted'> {
    this.calls.push(`create ${name} ${value}`);
    return this.state === 'deleted' ? 'deleted' : 'created';
  }

  async recover(name: string): Promise<void> {
    this.calls.push(`recover ${name}`);
    if (!this.recoverable) throw new Error('Forbidden');
  }
}

async function ensure(replies: Reply[], dataPlane: SaltDataPlane = new FakeDataPlane('absent')) {
  const { client, service } = restClient(replies);
  const { lines, print } = fakePorts();
  const ports = {
    resourceManager: new ResourceManagerSecrets(client, vaultId),
    dataPlane,
    print,
    makeSalt: () => 'SALT',
  };
  const report = await ensureSalt(input, ports);
  return { report, lines, requests: service.requests.map(({ method, url, body }) => ({ method, url, body })) };
}

const absent: Reply[] = [{ status: 404, body: { error: { code: 'SecretNotFound', message: '' } } }, { status: 200 }];

test('makes the salt through the resource manager where there is none (ORDER2)', async () => {
  expect(await ensure([...absent, { status: 201, body: {} }])).toEqual({
    report: { created: true },
    lines: ['The salt oeaSalt-dev was created.'],
    requests: [
      { method: 'GET', url: secretUrl, body: undefined },
      { method: 'GET', url: vaultUrl, body: undefined },
      { method: 'PUT', url: secretUrl, body: { properties: { value: 'SALT', contentType: 'text/plain' } } },
    ],
  });
});

test('leaves one that is there alone', async () => {
  expect(await ensure([{ status: 200, body: { properties: {} } }])).toEqual({
    report: { created: false },
    lines: ['The salt oeaSalt-dev is there.'],
    requests: [{ method: 'GET', url: secretUrl, body: undefined }],
  });
});

test('32 random bytes, another each time', async () => {
  const made = new Set<string>();
  for (let time = 0; time < 2; time++) {
    const { client, service } = restClient([...absent, { status: 200 }]);
    const resourceManager = new ResourceManagerSecrets(client, vaultId);
    await ensureSalt(input, { resourceManager, dataPlane: new FakeDataPlane('absent'), print: () => undefined });
    made.add((service.requests[2]?.body as { properties: { value: string } }).properties.value);
  }
  expect([...made].map((salt) => /^[0-9a-f]{64}$/.test(salt))).toEqual([true, true]);
});

test('recovers a deleted salt instead of making another', async () => {
  const dataPlane = new FakeDataPlane('deleted');
  const { report, lines } = await ensure(
    [...absent, { status: 409, body: { error: { code: 'Conflict' } } }],
    dataPlane,
  );
  expect({ report, lines, calls: dataPlane.calls }).toEqual({
    report: { created: false },
    lines: ['The salt oeaSalt-dev was deleted; it has been recovered.'],
    calls: ['recover oeaSalt-dev'],
  });
});

test('stops where a deleted salt cannot be recovered', async () => {
  const failed = ensure([...absent, { status: 409 }], new FakeDataPlane('deleted', false));
  expect(await thrownBy(() => failed)).toEqual({
    code: 'SALT_DELETED',
    message: 'The salt oeaSalt-dev is deleted, and could not be recovered.',
    place: {},
  });
});

test.each([400, 403, 405])(
  'a resource manager that answers %d is gone around through the data plane (ORDER2)',
  async (status) => {
    const dataPlane = new FakeDataPlane('absent');
    const { report, lines } = await ensure([{ status, body: { error: { code: 'X', message: 'No.' } } }], dataPlane);
    expect({ report, lines, calls: dataPlane.calls }).toEqual({
      report: { created: true },
      lines: [
        'The resource manager refuses secrets here; trying the vault itself.',
        'The salt oeaSalt-dev was created.',
      ],
      calls: ['has oeaSalt-dev', 'create oeaSalt-dev SALT'],
    });
  },
);

test('a salt that only the data plane can see is left alone as well', async () => {
  const dataPlane = new FakeDataPlane('there');
  const { report } = await ensure([...absent, { status: 403 }], dataPlane);
  expect({ report, calls: dataPlane.calls }).toEqual({ report: { created: false }, calls: ['has oeaSalt-dev'] });
});

test('a vault that is not there is said, and nothing is tried', async () => {
  const dataPlane = new FakeDataPlane('absent');
  expect(await thrownBy(() => ensure([{ status: 404 }, { status: 404 }], dataPlane))).toEqual({
    code: 'VAULT_MISSING',
    message: 'The vault is not there.',
    place: { path: vaultId },
  });
  expect(dataPlane.calls).toEqual([]);
});

test('throttling and dropped connections do not make a second salt', async () => {
  const { requests } = await ensure([
    { status: 429, headers: { 'retry-after': '0' } },
    ...absent,
    { status: 503, headers: { 'retry-after': '0' } },
    { status: 201 },
  ]);
  expect(requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'PUT', 'PUT']);
  const values = requests.slice(3).map(({ body }) => body);
  expect(values[0]).toEqual(values[1]);
});
