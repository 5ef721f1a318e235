import type { VerificationReport } from '../../src/contract/lake-format';
import type { OperationContracts, OperationName } from '../../src/operations/contracts';
import { contractProblems, operationNames, parseOperationInput } from '../../src/operations/check-contract';
import { refusal } from '../support/refusal';

const vaultId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv-oea-dev';
const developmentEndpoint = 'https://syn-oea-dev.dev.azuresynapse.net';
const blobEndpoint = 'https://stoeadev.blob.core.windows.net';
const workspaceName = 'syn-oea-dev';

/** A whole example of each contract, held to the types by the compiler and to the schemas by the tests. */
const examples: { readonly [N in OperationName]: Required<OperationContracts[N]> } = {
  'ensure-salt': { input: { vaultId, secretName: 'oeaSalt-dev' }, report: { created: true } },
  'await-workspace': {
    input: { workspaceName, developmentEndpoint, stabilitySeconds: 60, timeoutSeconds: 900 },
    report: { waitedSeconds: 60, attempts: 3 },
  },
  'load-test-data': {
    input: { blobEndpoint, set: 'k12', contentHash: 'h' },
    report: { uploaded: 1, skipped: 2, removed: 3, bytes: 4 },
  },
  'run-pipeline': {
    input: {
      workspaceName,
      developmentEndpoint,
      pipelineName: '0_main_insights',
      parameters: { workspace: 'dev' },
      timeoutMinutes: 60,
      contentHash: 'h',
      onInterrupt: 'leave',
    },
    report: { runId: 'r', status: 'Succeeded', durationSeconds: 1.5 },
  },
  'verify-stages': {
    input: {
      blobEndpoint,
      workspace: 'dev',
      dataVersion: '1.14',
      profile: 'strict',
      salt: { vaultId, secretName: 'oeaSalt' },
      contentHash: 'h',
    },
    report: { checks: 1, failed: 0, warnings: 0, verification: {} as VerificationReport },
  },
};

test.each(operationNames)('%s: the schema takes what the type allows, and nothing more or less', (name) => {
  const { input, report } = examples[name];
  expect(parseOperationInput(name, JSON.stringify(input))).toEqual(input);
  expect(contractProblems(name, 'report', report)).toEqual([]);
  for (const part of ['input', 'report'] as const) {
    const whole = examples[name][part] as unknown as Readonly<Record<string, unknown>>;
    expect(contractProblems(name, part, { ...whole, extra: 1 })).toEqual(['/extra is an unknown key']);
    for (const key of Object.keys(whole)) {
      const { [key]: _, ...rest } = whole;
      expect(contractProblems(name, part, rest)).toEqual(key === 'salt' ? [] : [`/${key} is missing`]);
      expect(contractProblems(name, part, { ...whole, [key]: null })).toHaveLength(1);
    }
  }
});

test('every operation has an example', () => {
  expect(Object.keys(examples)).toEqual([...operationNames]);
});

test.each([
  [undefined, 'INSIGHTS_OPERATION_INPUT is not set'],
  ['', 'INSIGHTS_OPERATION_INPUT is not set'],
  ['{', 'INSIGHTS_OPERATION_INPUT is not JSON'],
  ['{}', '/vaultId is missing; /secretName is missing'],
  [
    JSON.stringify({ vaultId: 'v', secretName: 'a b', salt: 'never shown' }),
    '/salt is an unknown key; /vaultId must match pattern ' +
      '"^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.KeyVault/vaults/[A-Za-z0-9-]{3,24}$"; ' +
      '/secretName must match pattern "^[A-Za-z0-9-]{1,127}$"',
  ],
])('input %j is refused', (text, problems) => {
  expect(refusal(() => parseOperationInput('ensure-salt', text))).toBe(
    [
      `OPERATION_INPUT_INVALID: The input of ensure-salt is not valid: ${problems}.`,
      '  where: INSIGHTS_OPERATION_INPUT',
      '  next:  Operations are started by Terraform. To run one by hand, give its input as src/operations/schemas says.',
    ].join('\n'),
  );
});

test('endpoints of other hosts are refused: a token goes to Azure only', () => {
  const { input } = examples['load-test-data'];
  for (const other of ['https://example.org', 'http://stoeadev.blob.core.windows.net', `${blobEndpoint}.example.org`]) {
    expect(contractProblems('load-test-data', 'input', { ...input, blobEndpoint: other })).toHaveLength(1);
  }
});
