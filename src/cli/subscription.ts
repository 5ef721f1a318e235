import { InsightsError } from '../contract/errors';

/** Which subscription a command is about, as Terraform is told it. */
export interface Subscription {
  readonly subscriptionId: string;
  readonly tenantId: string;
}

/** @throws InsightsError USAGE where one of the variables is not set */
export function subscriptionOf(variables: Readonly<Record<string, string | undefined>>): Subscription {
  const { ARM_SUBSCRIPTION_ID: subscriptionId, ARM_TENANT_ID: tenantId } = variables;
  if (subscriptionId && tenantId) return { subscriptionId, tenantId };
  throw new InsightsError('USAGE', 'ARM_SUBSCRIPTION_ID and ARM_TENANT_ID must say which subscription is meant.', {
    nextStep: 'Set both; `insights doctor` says what else stands between this machine and a deployment.',
  });
}
