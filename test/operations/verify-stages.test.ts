import type { VerificationCheck, VerificationReport } from '../../src/contract/lake-format';
import type { VerifyStagesInput } from '../../src/operations/contracts';
import { verifyStages } from '../../src/operations/verify-stages';
import { fakePorts } from './operation-fakes';

const salt = {
  vaultId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv',
  secretName: 'oeaSalt',
};
const input: VerifyStagesInput = {
  blobEndpoint: 'https://stoeadev.blob.core.windows.net',
  workspace: 'dev',
  dataVersion: '1.14',
  profile: 'strict',
  contentHash: 'h',
};

function check(name: string, status: VerificationCheck['status'], ...messages: string[]): VerificationCheck {
  const findings = messages.map((message) => ({ severity: 'error' as const, code: 'X', message }));
  return { check: name, rules: [], status, examined: 1, findings };
}

const checks = [
  check('a', 'passed'),
  check('b', 'failed', 'One row is gone.', 'Another too.'),
  check('c', 'warned', 'Old.'),
  check('d', 'skipped'),
];

test('counts the checks, tells those that did not pass, and hands on salt and erasure key (ERASE2)', async () => {
  const ports = fakePorts();
  const asked: unknown[] = [];
  const report = await verifyStages(
    { ...input, salt },
    {
      ...ports,
      readSalt: async (given) => `value of ${given.secretName}`,
      readErasureKey: async (given) => `value of ${given.secretName} in ${given.vaultId}`,
      verify: async (given, { salt: value, erasureKey }) => {
        asked.push([given, value, await erasureKey?.()]);
        return { checks } as unknown as VerificationReport;
      },
    },
  );
  expect(report).toEqual({ checks: 4, failed: 1, warnings: 1, verification: { checks } });
  expect(asked).toEqual([[{ ...input, salt }, 'value of oeaSalt', `value of oeaErasureKey-dev in ${salt.vaultId}`]]);
  expect(JSON.stringify(report)).not.toContain('value of');
  expect(ports.lines).toEqual([
    'failed: b: One row is gone. (and 1 more)',
    'warned: c: Old.',
    '4 checks, 1 failed, 1 with warnings.',
  ]);
});

test('without a salt no secret is asked for, and that is said', async () => {
  const ports = fakePorts();
  const given: unknown[] = [];
  await verifyStages(input, {
    ...ports,
    readSalt: () => Promise.reject(new Error('Nobody asked.')),
    readErasureKey: () => Promise.reject(new Error('Nobody asked.')),
    verify: async (_, value) => {
      given.push(value);
      return { checks: [] } as unknown as VerificationReport;
    },
  });
  expect({ given, lines: ports.lines }).toEqual({
    given: [{}],
    lines: [
      'Without the salt pseudonyms are checked against the lookups only.',
      '0 checks, 0 failed, 0 with warnings.',
    ],
  });
});
