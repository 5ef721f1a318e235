import { expiryTag } from '../../contract/environment-expiry';
import type { RestClient } from '../../operations/rest-client';

/** An environment whose last day is over. */
export interface Expired {
  readonly environment: string;
  readonly resourceGroup: string;
  /** `yyyy-MM-dd`. */
  readonly expires: string;
}

interface GroupPage {
  readonly value?: readonly { readonly name: string; readonly tags?: Readonly<Record<string, string>> }[];
  readonly nextLink?: string;
}

/**
 * Resource groups of a subscription that we made (`managed_by`) and whose tag says a day that is over, by name.
 * @param today `yyyy-MM-dd`; on its last day an environment is still there.
 */
export async function findExpired(
  subscriptionId: string,
  resourceManager: Pick<RestClient, 'send'>,
  today: string,
): Promise<readonly Expired[]> {
  const found: Expired[] = [];
  let url: string | undefined =
    `https://management.azure.com/subscriptions/${subscriptionId}/resourcegroups?api-version=2021-04-01`;
  while (url !== undefined) {
    const { body } = await resourceManager.send({ method: 'GET', url });
    const page = body as GroupPage;
    for (const { name, tags = {} } of page.value ?? []) {
      const { [expiryTag]: expires, environment, managed_by: maker } = tags;
      if (maker !== 'education-insights-cdk' || expires === undefined || environment === undefined) continue;
      if (expires < today) found.push({ environment, resourceGroup: name, expires });
    }
    url = page.nextLink;
  }
  return found.sort((one, other) => (one.resourceGroup < other.resourceGroup ? -1 : 1));
}
