import { failedChecks } from '../../src/cli/commands/operation';
import { runCli } from '../../src/cli/program';
import { formatError } from '../../src/contract/errors';
import { verificationReport } from '../contract/lake-schema-examples';
import { captured } from './captured';

async function operation(words: readonly string[], input?: string) {
  const surroundings = captured({ environment: input === undefined ? {} : { INSIGHTS_OPERATION_INPUT: input } });
  const exitCode = await runCli(['operation', ...words], surroundings);
  return { exitCode, ...surroundings.printed() };
}

const vaultId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv-oea-dev';

test.each([
  [
    ['polish', 'create'],
    'There is no operation polish; there are: ensure-salt, await-workspace, load-test-data, run-pipeline, verify-stages.',
  ],
  [['ensure-salt', 'mend'], 'The action of an operation is create or delete.'],
  [['ensure-salt'], "Missing required argument 'action'."],
])('%j is a mistake of the caller', async (words, message) => {
  const { exitCode, stderr } = await operation(words);
  expect({ exitCode, first: stderr.split('\n')[0] }).toEqual({ exitCode: 2, first: `USAGE: ${message}` });
});

test('input that is missing', async () => {
  const { exitCode, stderr } = await operation(['ensure-salt', 'create']);
  expect({ exitCode, first: stderr.split('\n')[0] }).toEqual({
    exitCode: 2,
    first: 'OPERATION_INPUT_INVALID: The input of ensure-salt is not valid: INSIGHTS_OPERATION_INPUT is not set.',
  });
});

test('a delete that has nothing to undo reports null, and needs no sign-in', async () => {
  const input = JSON.stringify({ vaultId, secretName: 'oeaSalt-dev' });
  const { exitCode, stdout, stderr } = await operation(['ensure-salt', 'delete', '--json'], input);
  expect({ exitCode, stderr, document: JSON.parse(stdout) as unknown }).toEqual({
    exitCode: 0,
    stderr: '',
    document: { command: 'operation', exitCode: 0, result: null, error: null },
  });
});

test('a verification of the plan that finds something stops it, and names the checks', () => {
  const [check] = verificationReport.checks;
  const checks = [{ ...check!, status: 'failed' as const }, check!];
  const report = { checks: 2, failed: 1, warnings: 1, verification: { ...verificationReport, checks } };
  const error = failedChecks(report);
  expect([error?.exitCode, error && formatError(error)]).toEqual([
    1,
    [
      'VALIDATION_FAILED: 1 of 2 checks failed: ledger adds up.',
      '  next:  Run `insights verify` on the lake: it names what is wrong.',
    ].join('\n'),
  ]);
  expect([failedChecks({ ...report, failed: 0 }), failedChecks(null)]).toEqual([undefined, undefined]);
});
