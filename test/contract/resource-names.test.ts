import fc from 'fast-check';
import { nameLimits, refuseName, resourceNames } from '../../src/contract/resource-names';
import { refusal } from '../support/refusal';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const suffixes = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 12 });

describe('resourceNames', () => {
  test('follows upstream and lower-cases the longest suffix', () => {
    expect(resourceNames('Contoso12345')).toEqual({
      resourceGroup: 'rg-oea-contoso12345',
      storageAccount: 'stoeacontoso12345',
      synapseWorkspace: 'syn-oea-contoso12345',
      keyVault: 'kv-oea-contoso12345',
      applicationInsights: 'appi-oea-contoso12345',
      logAnalyticsWorkspace: 'log-oea-contoso12345',
      dataShareAccount: 'share-oea-contoso12345',
    });
  });

  test('makes names that Azure takes, from every suffix but one', () => {
    fc.assert(
      fc.property(
        suffixes.filter((suffix) => suffix.toLowerCase() !== 'ondemand'),
        (suffix) => {
          const names = Object.entries(resourceNames(suffix)) as [keyof typeof nameLimits, string][];
          expect(names.map(([kind, name]) => refuseName(kind, name))).toEqual(names.map(() => undefined));
        },
      ),
    );
  });

  test('keeps different suffixes apart in every name', () => {
    fc.assert(
      fc.property(suffixes, suffixes, (one, other) => {
        fc.pre(one.toLowerCase() !== other.toLowerCase() && !/ondemand/i.test(one + ' ' + other));
        const shared = Object.values(resourceNames(one)).filter((name) =>
          Object.values(resourceNames(other)).includes(name),
        );
        expect(shared).toEqual([]);
      }),
    );
  });

  test('refuses the suffix that Synapse keeps for its serverless endpoints', () => {
    expect(refusal(() => resourceNames('OnDemand'))).toBe(
      'RESOURCE_NAME_INVALID: Suffix "OnDemand" makes a synapseWorkspace name that Azure refuses: "syn-oea-ondemand" is ' +
        'not 1 to 50 characters of lower-case letters, digits and inner hyphens, without "-ondemand".\n' +
        '  next:  Choose another suffix: 1 to 12 letters and digits.',
    );
  });

  test.each(['', 'a-b', 'a_b', 'thirteenchars', 'ä', 'a\n', 'İ'])('refuses %j', (suffix) => {
    expect(refusal(() => resourceNames(suffix))).toBe(
      `RESOURCE_NAME_INVALID: ${JSON.stringify(suffix)} is not a suffix.\n` +
        '  next:  Choose another suffix: 1 to 12 letters and digits.',
    );
  });
});

describe('refuseName', () => {
  test.each([
    ['resourceGroup', 'a'.repeat(90), 'a'.repeat(91)],
    ['resourceGroup', 'rg.x', 'rg.'],
    ['storageAccount', 'a'.repeat(24), 'a'.repeat(25)],
    ['storageAccount', 'abc', 'ab'],
    ['storageAccount', 'abc', 'Abc'],
    ['synapseWorkspace', 'a'.repeat(50), 'a'.repeat(51)],
    ['synapseWorkspace', 'a-b', 'a-'],
    ['synapseWorkspace', 'ondemand', 'x-ondemand'],
    ['keyVault', 'k'.repeat(24), 'k'.repeat(25)],
    ['keyVault', 'k-v', 'k--v'],
    ['keyVault', 'kv1', '1kv'],
    ['applicationInsights', 'a'.repeat(255), 'a'.repeat(256)],
    ['logAnalyticsWorkspace', 'l'.repeat(63), 'l'.repeat(64)],
    ['logAnalyticsWorkspace', 'l-og', 'log-'],
    ['dataShareAccount', 's'.repeat(90), 's'.repeat(91)],
    ['dataShareAccount', 'a_b', 'a.b'],
    ['container', 'c'.repeat(63), 'c'.repeat(64)],
    ['container', 'a-b', 'a--b'],
  ] as const)('%s: takes %s, refuses %s', (kind, good, bad) => {
    const { minimumLength, maximumLength, rule } = nameLimits[kind];
    expect([refuseName(kind, good), refuseName(kind, bad)]).toEqual([
      undefined,
      `"${bad}" is not ${minimumLength} to ${maximumLength} characters of ${rule}.`,
    ]);
  });
});
