import { resolveEnvironment } from '../../src/contract/environment';
import { refusal } from '../support/refusal';
import { adoptedShare as dataShare } from '../support/environment-parts';

const minimal = { name: 'test', suffix: 'Contoso12345', location: 'westeurope' };

/** The findings, a line each, of an environment with these settings. */
function findings(settings: object): string[] {
  const lines = refusal(() => resolveEnvironment({ ...minimal, ...settings }, 'environments/test.json')).split('\n');
  return lines.slice(1, -2).map((line) => line.trim());
}

const budget = { amount: 100, startMonth: '2026-09', contacts: ['team@school.example'] };

describe('an environment is refused with place, value and remedy', () => {
  test.each<[string, object, string]>([
    ['a pool of another size', { pools: { large: {} } }, '/pools/large: unknown key; known here: small, medium.'],
    [
      'a pool name that Azure refuses',
      { pools: { small: { name: 'spark-small' } } },
      '/pools/small/name: "spark-small" must match pattern "^[A-Za-z][A-Za-z0-9]{0,14}$". 1 to 15 letters and digits, starting with a letter. spark3p5sm with workspace existing, where upstream\'s names are taken.',
    ],
    [
      'an unknown setting of a pool',
      { pools: { small: { nodes: 3 } } },
      '/pools/small/nodes: unknown key; known here: name, nodeSize, minNodes, maxNodes, autoPauseMinutes, sparkVersion.',
    ],
    [
      'a node size that costs more than anybody means',
      { pools: { medium: { nodeSize: 'XXLarge' } } },
      '/pools/medium/nodeSize: "XXLarge" must be equal to one of the allowed values (Small, Medium, Large). Small (4 cores, 32 GB), Medium (8 cores, 64 GB) or Large (16 cores, 128 GB) per node.',
    ],
    [
      'two nodes',
      { pools: { small: { minNodes: 2 } } },
      '/pools/small/minNodes: 2 must be >= 3. Fewest nodes while the pool runs: whole number, 3 to 200.',
    ],
    [
      'fewer nodes at most than at least, by default',
      { pools: { small: { minNodes: 6 } } },
      '/pools/small/maxNodes: 5 is below minNodes, 6. Write 6 to 200.',
    ],
    [
      'a pool that never pauses',
      { pools: { small: { autoPauseMinutes: 0 } } },
      '/pools/small/autoPauseMinutes: 0 must be >= 5. Idle minutes before the pool pauses and costs nothing: whole number, 5 to 10080.',
    ],
    [
      'a runtime with a patch',
      { pools: { small: { sparkVersion: '3.5.1' } } },
      '/pools/small/sparkVersion: "3.5.1" must match pattern "^[0-9]\\.[0-9]$". Spark runtime of Synapse, such as 3.5; one past its end of life is refused at synthesis.',
    ],
    [
      'one name for two pools, whatever its case',
      { pools: { medium: { name: 'SPARK3P3SM' } } },
      '/pools/medium/name: "SPARK3P3SM" is also the name of pool small. Give each pool its own.',
    ],
    [
      'a time of day beside a share (OWN2)',
      { dataShare, schedule: { time: '05:00' } },
      '/schedule/time: has no meaning with a share, whose time plus schedule.offsetHours counts. Leave it out.',
    ],
    [
      'an offset without a share (OWN2)',
      { schedule: { offsetHours: 4 } },
      '/schedule/offsetHours: has no meaning with dataShare off, where schedule.time counts. Leave it out.',
    ],
    [
      'an offset of a day',
      { dataShare, schedule: { offsetHours: 24 } },
      "/schedule/offsetHours: 24 must be <= 23. Hours after the share's own time: whole number, 0 to 23. Only with a share.",
    ],
    [
      'a time without minutes',
      { schedule: { time: '6' } },
      '/schedule/time: "6" must match pattern "^([01][0-9]|2[0-3]):[0-5][0-9]$". Time of day, UTC, as HH:mm. Only without a share.',
    ],
    [
      'a vacuum that readers do not survive',
      { maintenance: { vacuumRetentionHours: 0 } },
      '/maintenance/vacuumRetentionHours: 0 must be >= 24. Files that a table no longer uses are deleted after this many hours: whole number, 24 to 8760. Erased rows survive as long; a reader that takes longer fails.',
    ],
    [
      'a budget of nothing',
      { budget: { ...budget, amount: 0 } },
      '/budget/amount: 0 must be > 0. More than 0, in the currency of the billing account.',
    ],
    [
      'a budget without its month',
      { budget: { amount: 1, contacts: ['a@b.example'] } },
      '/budget/startMonth: missing. First month, as yyyy-MM: this month or a later one when the budget is made; stays as it is afterwards.',
    ],
    [
      'a month that no calendar has',
      { budget: { ...budget, startMonth: '2026-13' } },
      '/budget/startMonth: "2026-13" must match pattern "^20[0-9]{2}-(0[1-9]|1[0-2])$". First month, as yyyy-MM: this month or a later one when the budget is made; stays as it is afterwards.',
    ],
    [
      'a threshold twice',
      { budget: { ...budget, thresholdPercents: [80, 80] } },
      '/budget/thresholdPercents: [80,80] must NOT have duplicate items (items ## 1 and 0 are identical). Shares of the amount at which the contacts are told: 1 to 4, each once. 80 and 100 without this setting.',
    ],
    [
      'a budget that nobody is told of',
      { budget: { ...budget, contacts: [] } },
      '/budget/contacts: [] must NOT have fewer than 1 items. E-mail addresses that are told: 1 to 50, each once.',
    ],
    [
      'a contact that is no address',
      { alerts: { contacts: ['data team'] } },
      '/alerts/contacts/0: "data team" must match pattern "^[^\\s@"<>,;$%]+@[^\\s@"<>,;$%]+\\.[^\\s@"<>,;$%]+$". An e-mail address, such as data-team@school.example.',
    ],
    [
      'data that may be stale for longer than an alert looks back',
      { alerts: { freshnessHours: 49 } },
      '/alerts/freshnessHours: 49 must be <= 48. Hours without a successful run after which the data counts as stale: whole number, 1 to 48.',
    ],
    [
      'another spelling of a version that has one',
      { dataVersion: '1.15', sqlAliases: true },
      '/sqlAliases: true has no meaning with data version 1.15: only 1.14 and 1.4.0 are two spellings of one. Leave it out.',
    ],
  ])('%s', (_, settings, finding) => {
    expect(findings(settings)).toEqual([finding]);
  });

  test('with all findings at once', () => {
    const settings = {
      dataVersion: 'v1',
      sqlAliases: true,
      schedule: { offsetHours: 4 },
      pools: { small: { minNodes: 7 }, medium: { minNodes: 9, maxNodes: 8, name: 'spark3p3sm' } },
    };
    expect(findings(settings).map((line) => line.split(' ')[0])).toEqual([
      '/dataVersion:',
      '/pools/small/maxNodes:',
      '/pools/medium/maxNodes:',
      '/pools/medium/name:',
      '/schedule/offsetHours:',
    ]);
  });
});
