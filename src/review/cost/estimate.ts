import { nameOf, textOf, type ReviewedStack, type StackResource } from '../stacks';
import { assumptions, prices } from './prices';
import { runCost } from './run-cost';

/** One line of an estimate. */
export interface CostItem {
  readonly what: string;
  /** How the amount comes about, in words and figures. */
  readonly basis: string;
  /** In the currency of the price table; a month, or one run. */
  readonly amount: number;
}

export interface Estimate {
  readonly environment: string;
  readonly items: readonly CostItem[];
  /** A month. */
  readonly total: number;
  /** One run of the pipeline; undefined where it is not deployed. */
  readonly perRun?: number;
}

/** What an environment costs a month, by its synthesised stacks, the price table and its assumptions. */
export function estimate(environment: string, stacks: readonly ReviewedStack[]): Estimate {
  const resources = stacks.filter((stack) => stack.environment === environment).flatMap((stack) => stack.resources);
  const run = runCost(resources);
  const { scheduled, manual } = assumptions.runsPerMonth;
  const runs = isScheduled(resources) ? scheduled : manual;
  const items = [
    ...run.map(({ what, basis, amount }) => ({ what, basis: `${runs} runs, each ${basis}`, amount: amount * runs })),
    ...storageCost(resources),
    ...logCost(resources),
    ...endpointCost(resources),
  ];
  return { environment, items, total: sum(items), ...(run.length === 0 ? {} : { perRun: sum(run) }) };
}

function sum(items: readonly CostItem[]): number {
  return items.reduce((total, { amount }) => total + amount, 0);
}

function storageCost(resources: readonly StackResource[]): readonly CostItem[] {
  return resources
    .filter(({ type }) => type === 'azurerm_storage_account')
    .map((account) => {
      const copies = textOf(account.body['account_replication_type']) === 'LRS' ? 'LRS' : 'ZRS';
      const price = prices.storageGigabyteMonth[copies];
      const basis = `${assumptions.lakeGigabytes} GB ${copies} at ${price}`;
      return { what: `lake ${nameOf(account)}`, basis, amount: assumptions.lakeGigabytes * price };
    });
}

/** Taken in once, and kept for longer than the 31 days that are included. */
function logCost(resources: readonly StackResource[]): readonly CostItem[] {
  return resources
    .filter(({ type }) => type === 'azurerm_log_analytics_workspace')
    .map(({ body }) => {
      const days = typeof body['retention_in_days'] === 'number' ? body['retention_in_days'] : 30;
      const gigabytes = assumptions.logGigabytesPerMonth;
      const keptGigabytes = (gigabytes * Math.max(0, days - 31)) / 30;
      const basis = `${gigabytes} GB at ${prices.logGigabyte}, kept for ${days} days at ${prices.logGigabyteMonth}`;
      const amount = gigabytes * prices.logGigabyte + keptGigabytes * prices.logGigabyteMonth;
      return { what: 'Log Analytics', basis, amount };
    });
}

function endpointCost(resources: readonly StackResource[]): readonly CostItem[] {
  const endpoints = resources.filter(
    ({ type, body }) =>
      type === 'azurerm_private_endpoint' || textOf(body['type']).includes('/managedPrivateEndpoints@'),
  );
  if (endpoints.length === 0) return [];
  const { hoursPerMonth } = assumptions;
  const basis = `${endpoints.length} for ${hoursPerMonth} hours at ${prices.endpointHour}`;
  return [{ what: 'private endpoints', basis, amount: endpoints.length * hoursPerMonth * prices.endpointHour }];
}

/** Whether something starts the trigger: its state is an action beside it. */
function isScheduled(resources: readonly StackResource[]): boolean {
  return resources.some(
    ({ type, body }) => type === 'azapi_resource_action' && /^triggers\/.*\/start$/.test(textOf(body['action'])),
  );
}
