import { Construct } from 'constructs';
import { AzapiResource } from '../core/azapi';
import { refuse } from '../core/refuse';
import { resourceGroupId, type ResourcePlace } from '../core/resource-id';

export interface BudgetProps {
  /** 1 to 63 letters, digits, `_` and `-`. */
  readonly budgetName: string;
  /** The resource group whose costs are counted. */
  readonly place: ResourcePlace;
  /** A month's costs in the currency of the subscription, more than 0. */
  readonly amount: number;
  /** The month it counts from, `yyyy-MM`: a fixed one, because Azure refuses a new budget that starts in the past. */
  readonly startMonth: string;
  /** E-mail addresses that are told, at least one. */
  readonly contacts: readonly string[];
  /** Parts of the amount at which they are told, in percent, 1 to 1,000. @default 50, 80, 100 */
  readonly thresholdPercents?: readonly number[];
}

const defaultThresholds = [50, 80, 100] as const;

/** Azure takes five notifications per budget, one of which is the forecast. */
const mostThresholds = 4;

/** What Azure calls a month, from its first moment. */
const month = /^20\d\d-(0[1-9]|1[0-2])$/;

/**
 * Tells people what a month costs before it is over: at each threshold, and as soon as the forecast passes the amount. It
 * stops nothing. Costs are known some hours after they are made.
 *
 * @example
 * new Budget(this, 'Budget', {
 *   budgetName: 'budget-oea-dev', place, amount: 300, startMonth: '2026-09', contacts: ['data@school.example'],
 * });
 */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, props: BudgetProps) {
    super(scope, id);
    const thresholds = props.thresholdPercents ?? defaultThresholds;
    this.validateName(props.budgetName);
    this.validateAmount(props.amount);
    this.validateStartMonth(props.startMonth);
    this.validateContacts(props.contacts);
    this.validateThresholds(thresholds);

    new AzapiResource(this, 'Resource', {
      type: 'Microsoft.Consumption/budgets@2023-11-01',
      name: props.budgetName,
      parentId: resourceGroupId(props.place),
      body: {
        properties: {
          category: 'Cost',
          amount: props.amount,
          timeGrain: 'Monthly',
          timePeriod: { startDate: `${props.startMonth}-01T00:00:00Z` },
          notifications: {
            ...Object.fromEntries(
              thresholds.map((threshold) => [`actual-${threshold}`, notification('Actual', threshold, props.contacts)]),
            ),
            'forecast-100': notification('Forecasted', 100, props.contacts),
          },
        },
      },
    });
  }

  private validateName(name: string): void {
    if (/^[\w-]{1,63}$/.test(name)) return;
    throw refuse(this, 'budgetName', name, 'must be 1 to 63 letters, digits, _ and -');
  }

  private validateAmount(amount: number): void {
    if (Number.isFinite(amount) && amount > 0) return;
    throw refuse(this, 'amount', amount, 'must be more than 0');
  }

  private validateStartMonth(startMonth: string): void {
    if (month.test(startMonth)) return;
    throw refuse(this, 'startMonth', startMonth, 'must be a month as yyyy-MM');
  }

  private validateContacts(contacts: readonly string[]): void {
    if (contacts.length > 0) return;
    throw refuse(this, 'contacts', contacts, 'must be at least one address: a budget that tells nobody is none');
  }

  private validateThresholds(thresholds: readonly number[]): void {
    const proper = thresholds.every((percent) => Number.isInteger(percent) && percent >= 1 && percent <= 1000);
    const counted = thresholds.length >= 1 && thresholds.length <= mostThresholds;
    if (proper && counted && new Set(thresholds).size === thresholds.length) return;
    throw refuse(
      this,
      'thresholdPercents',
      thresholds,
      `must be 1 to ${mostThresholds} different whole numbers from 1 to 1000`,
    );
  }
}

function notification(thresholdType: 'Actual' | 'Forecasted', threshold: number, contacts: readonly string[]) {
  return { enabled: true, operator: 'GreaterThanOrEqualTo', threshold, thresholdType, contactEmails: [...contacts] };
}
