import { defaultSparkVersion, findSparkRuntime, runtimeState, sparkRuntimes } from '../../src/contract/spark-runtimes';

describe('sparkRuntimes', () => {
  test('are those that Synapse has or had, with the days on which they end', () => {
    expect(sparkRuntimes.map(({ version, endOfSupport, endOfLife }) => [version, endOfSupport, endOfLife])).toEqual([
      ['3.3', '2025-03-31', '2025-03-31'],
      ['3.4', '2026-03-31', '2026-03-31'],
      ['3.5', '2027-11-01', '2028-11-01'],
    ]);
  });

  test('the default is one of them', () => {
    expect(findSparkRuntime(defaultSparkVersion)?.deltaLake).toBe('3.2');
  });

  test.each([
    ['3.4', '2025-09-28', 'supported'],
    ['3.4', '2025-09-29', 'ending'],
    ['3.4', '2026-03-30', 'ending'],
    ['3.4', '2026-03-31', 'ended'],
    ['3.3', '2026-01-31', 'ended'],
    ['3.5', '2026-09-01', 'supported'],
    ['4.0', '2026-09-01', 'unknown'],
  ])('Spark %s is on %s %s', (version, today, state) => {
    expect(runtimeState(version, today)).toBe(state);
  });
});
