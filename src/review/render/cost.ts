import { assumptions, prices } from '../cost/prices';
import type { CostChange, CostSection } from '../sections/cost';
import { code, shortCode, table } from './markdown-text';

const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: prices.currency });
const signed = new Intl.NumberFormat('en-US', { style: 'currency', currency: prices.currency, signDisplay: 'always' });

export function renderCost({ environments }: CostSection): string[] {
  return [
    ...environments.flatMap((change) => ['', ...renderEnvironment(change)]),
    '',
    `An estimate, not a bill: list prices of ${prices.region} as collected on ${prices.asOf}, without agreement or tax. Assumed: ` +
      `${assumptions.runsPerMonth.scheduled} runs a month where the schedule is on and ${assumptions.runsPerMonth.manual} where it is off, ` +
      `${assumptions.sessionMinutes} minutes of Spark a run on the smallest number of nodes, then idle until the pool pauses; ` +
      `${assumptions.lakeGigabytes} GB in the lake, ${assumptions.logGigabytesPerMonth} GB of logs a month. ` +
      'Not counted: serverless SQL, transactions, traffic, alerts.',
  ];
}

function renderEnvironment({ environment, before, after, difference, items }: CostChange): string[] {
  const amount = (value: number | undefined): string => (value === undefined ? '-' : money.format(value));
  const runs = [before?.perRun, after?.perRun];
  return [
    `${code(environment)}: **${signed.format(difference)}** a month (${amount(before?.total)} → ${amount(after?.total)}), ` +
      `a run ${amount(runs[0])} → ${amount(runs[1])}`,
    '',
    ...table(
      ['', 'before', 'after'],
      items.map(({ what, before: old, after: young }) => [
        code(what),
        old === undefined ? '-' : `${money.format(old.amount)} (${shortCode(old.basis)})`,
        young === undefined ? '-' : `${money.format(young.amount)} (${shortCode(young.basis)})`,
      ]),
    ),
  ];
}

export function costInShort({ environments }: CostSection): string {
  return environments
    .map(({ environment, difference }) => `${code(environment)} ${signed.format(difference)} a month`)
    .join(', ');
}
