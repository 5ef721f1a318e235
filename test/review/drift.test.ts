import { createOutput } from '../../src/cli/output';
import { printDrift, printExpired } from '../../src/cli/commands/drift';
import { runCli } from '../../src/cli/program';
import { resolveEnvironment } from '../../src/contract/environment';
import { withExpiry } from '../../src/contract/environment-expiry';
import type { RestRequest } from '../../src/operations/rest-client';
import { findExpired } from '../../src/review/drift/expired';
import { captured } from '../cli/captured';
import { thrownBy } from '../support/thrown';

const environment = (name: string) =>
  resolveEnvironment({ name, suffix: 'a', location: 'westeurope', tags: { Owner: 'me' } }, 'x.json');

describe('the last day of an environment', () => {
  test('is a tag beside its own', () => {
    expect(withExpiry(environment('try'), '2026-12-06').tags).toEqual({ Owner: 'me', expires: '2026-12-06' });
    expect(withExpiry(environment('try'), undefined).tags).toEqual({ Owner: 'me' });
  });

  test.each([
    ['prod', '2026-12-06', 'Production has no last day.'],
    ['try', 'soon', '"soon" is not a day as yyyy-MM-dd.'],
    ['try', '2026-13-40', '"2026-13-40" is not a day as yyyy-MM-dd.'],
  ])('%s until %s is refused', async (name, expires, message) => {
    expect(await thrownBy(() => withExpiry(environment(name), expires))).toEqual({
      code: 'ENVIRONMENT_INVALID',
      message,
      place: {},
    });
  });
});

test('what has expired is ours, has the tag, and is past its day; all pages are read', async () => {
  const asked: string[] = [];
  const group = (name: string, expires?: string, maker = 'education-insights-cdk') => ({
    name,
    tags: { managed_by: maker, environment: name.slice(3), ...(expires === undefined ? {} : { expires }) },
  });
  const pages = [
    {
      value: [group('rg-b', '2026-11-28'), group('rg-today', '2026-11-29'), group('rg-lasting')],
      nextLink: 'https://next',
    },
    { value: [group('rg-a', '2026-01-01'), group('rg-other', '2020-01-01', 'somebody'), { name: 'rg-bare' }] },
  ];
  const resourceManager = {
    send: async ({ url }: RestRequest) => {
      asked.push(url);
      return { status: 200, body: pages[asked.length - 1] };
    },
  };
  expect(await findExpired('s', resourceManager, '2026-11-29')).toEqual([
    { environment: 'a', resourceGroup: 'rg-a', expires: '2026-01-01' },
    { environment: 'b', resourceGroup: 'rg-b', expires: '2026-11-28' },
  ]);
  expect(asked).toEqual([
    'https://management.azure.com/subscriptions/s/resourcegroups?api-version=2021-04-01',
    'https://next',
  ]);
});

test('both are printed line by line, with names of somebody else’s as text', () => {
  const surroundings = captured();
  const output = createOutput(surroundings.streams, false);
  const compared = { artifact: 49, role: 6, network: 6 };
  printDrift(
    {
      environment: 'dev',
      compared,
      drifts: [{ kind: 'artifact', at: 'pipelines/a\nb', change: 'missing', detail: 'is not in the workspace' }],
      byHand: [{ kind: 'artifact', at: 'notebooks/x\ny', change: 'added', detail: 'was made by hand' }],
      ofWhoAsks: [{ kind: 'role', at: 'Synapse Administrator for me', change: 'added', detail: 'is of whoever asks' }],
    },
    output,
  );
  printDrift({ environment: 'dev', compared, drifts: [], byHand: [], ofWhoAsks: [] }, output);
  printExpired([{ environment: 'try', resourceGroup: 'rg-oea-try', expires: '2026-11-28' }], output);
  printExpired([], output);
  expect(surroundings.printed().stdout.split('\n')).toEqual([
    'missing artifact pipelines/a?b: is not in the workspace',
    'no drift: artifact notebooks/x?y was made by hand',
    'no drift: role Synapse Administrator for me is of whoever asks',
    'dev: compared 49 artifacts, 6 roles and 6 settings of the network; 1 differ.',
    'dev: compared 49 artifacts, 6 roles and 6 settings of the network; nothing differs.',
    'rg-oea-try (try) ended on 2026-11-28',
    '  insights destroy --env try --platform --confirm try',
    'No environment has expired.',
    '',
  ]);
});

test('without a subscription neither asks anything', async () => {
  const surroundings = captured();
  expect([await runCli(['reap'], surroundings), surroundings.printed().stderr]).toEqual([
    2,
    'USAGE: ARM_SUBSCRIPTION_ID and ARM_TENANT_ID must say which subscription is meant.\n  next:  Set both; `insights doctor` says what else stands between this machine and a deployment.\n',
  ]);
});
