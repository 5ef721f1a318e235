import { Budget, type BudgetProps } from '../../../constructs/monitoring/budget';
import { refusal } from '../../support/refusal';
import { groupId, place, synapseBlocks } from '../synapse/synapse-fixture';

const minimal: BudgetProps = {
  budgetName: 'budget-oea-test',
  place,
  amount: 300,
  startMonth: '2026-09',
  contacts: ['data@school.example'],
};

const build = (props: Partial<BudgetProps> = {}) =>
  synapseBlocks((stack) => new Budget(stack, 'Budget', { ...minimal, ...props }));

const told = (thresholdType: string, threshold: number, contactEmails: readonly string[]) => ({
  enabled: true,
  operator: 'GreaterThanOrEqualTo',
  threshold,
  thresholdType,
  contactEmails,
});

const body = {
  type: 'Microsoft.Consumption/budgets@2023-11-01',
  name: 'budget-oea-test',
  parent_id: groupId,
  body: {
    properties: {
      category: 'Cost',
      amount: 300,
      timeGrain: 'Monthly',
      timePeriod: { startDate: '2026-09-01T00:00:00Z' },
      notifications: {
        'actual-50': told('Actual', 50, minimal.contacts),
        'actual-80': told('Actual', 80, minimal.contacts),
        'actual-100': told('Actual', 100, minimal.contacts),
        'forecast-100': told('Forecasted', 100, minimal.contacts),
      },
    },
  },
  response_export_values: [],
};

describe('Budget', () => {
  test('tells at half, at most and at all of it, from a fixed month on', () => {
    expect(build()).toEqual({ 'Budget/Resource': { address: 'azapi_resource.Budget_69569A1A', body } });
  });

  test('takes every setting over', () => {
    const contacts = ['a@school.example', 'b@school.example'];
    expect(build({ amount: 12.5, contacts, thresholdPercents: [90] })['Budget/Resource']?.body['body']).toEqual({
      properties: {
        ...body.body.properties,
        amount: 12.5,
        notifications: { 'actual-90': told('Actual', 90, contacts), 'forecast-100': told('Forecasted', 100, contacts) },
      },
    });
  });

  test.each<[Partial<BudgetProps>, string]>([
    [{ budgetName: 'a b' }, 'budgetName is "a b", but must be 1 to 63 letters, digits, _ and -'],
    [{ amount: 0 }, 'amount is 0, but must be more than 0'],
    [{ startMonth: '2026-13' }, 'startMonth is "2026-13", but must be a month as yyyy-MM'],
    [{ startMonth: '2026-09-01' }, 'startMonth is "2026-09-01", but must be a month as yyyy-MM'],
    [{ contacts: [] }, 'contacts is [], but must be at least one address: a budget that tells nobody is none'],
    ...[[], [0], [50.5], [1001], [50, 50], [1, 2, 3, 4, 5]].map((thresholdPercents): [Partial<BudgetProps>, string] => [
      { thresholdPercents },
      `thresholdPercents is ${JSON.stringify(thresholdPercents)}, but must be 1 to 4 different whole numbers from 1 to 1000`,
    ]),
  ])('refuses %j', (props, message) => {
    expect(refusal(() => build(props))).toBe(
      `CONSTRUCT_INVALID: ${message}.\n` +
        '  where: test/Budget\n  next:  Correct the value where the construct named above is created.',
    );
  });
});
