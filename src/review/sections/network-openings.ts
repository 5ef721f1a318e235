import type { Environment } from '../../contract/environment';
import type { AllowedAddress } from '../../contract/environment-settings';
import { isObject } from '../../artifacts/walk-json';
import { daysBetween } from '../days';
import { nameOf, propertiesOf, textOf, type StackResource } from '../stacks';

/** An address that may reach account, vault and workspace (NET1), and what becomes of it. */
export interface AddressChange extends AllowedAddress {
  readonly change: 'added' | 'removed' | 'changed';
  /** Days until it no longer holds; negative where it has ended. */
  readonly daysLeft: number;
}

/** Listed addresses that come, go, or have another owner, reason or end. @param today `yyyy-MM-dd`. */
export function compareAddresses(
  before: Environment | undefined,
  after: Environment | undefined,
  today: string,
): readonly AddressChange[] {
  const [old, young] = [addressesOf(before), addressesOf(after)];
  const describe = (address: AllowedAddress, change: AddressChange['change']): AddressChange => ({
    ...address,
    change,
    daysLeft: daysBetween(today, address.expires),
  });
  return [
    ...young.flatMap((address) => {
      const former = old.find((candidate) => candidate.address === address.address);
      if (former === undefined) return [describe(address, 'added')];
      const same =
        former.owner === address.owner && former.reason === address.reason && former.expires === address.expires;
      return same ? [] : [describe(address, 'changed')];
    }),
    ...old
      .filter(({ address }) => !young.some((candidate) => candidate.address === address))
      .map((address) => describe(address, 'removed')),
  ];
}

function addressesOf(environment: Environment | undefined): readonly AllowedAddress[] {
  return environment?.network.access === 'addresses' ? environment.network.addresses : [];
}

/** Settings that open or close account, vault and workspace; addresses are told by the environment. */
const networkSettings: readonly (readonly [type: string, path: readonly string[]])[] = [
  ['azurerm_storage_account', ['network_rules', 'default_action']],
  ['azurerm_storage_account', ['public_network_access_enabled']],
  ['azurerm_storage_account', ['shared_access_key_enabled']],
  ['azurerm_key_vault', ['network_acls', 'default_action']],
  ['azurerm_key_vault', ['public_network_access_enabled']],
  ['azapi_resource', ['body', 'properties', 'publicNetworkAccess']],
  ['azapi_resource', ['body', 'properties', 'azureADOnlyAuthentication']],
];

/** Settings of the way in that differ, as `default_action of stoeadev: Deny to Allow`. */
export function compareNetwork(before: readonly StackResource[], after: readonly StackResource[]): readonly string[] {
  const [old, young] = [networkOf(before), networkOf(after)];
  const known = [...new Set([...old.keys(), ...young.keys()])].sort();
  return known.flatMap((key) => {
    const [first, then] = [old.get(key) ?? 'not set', young.get(key) ?? 'not set'];
    return first === then ? [] : [`${key}: ${first} to ${then}`];
  });
}

function networkOf(resources: readonly StackResource[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const resource of resources) {
    for (const [type, path] of networkSettings) {
      if (resource.type !== type) continue;
      const value = path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), resource.body);
      if (value !== undefined) found.set(`${path.at(-1)} of ${nameOf(resource)}`, JSON.stringify(value));
    }
    for (const [name, range] of firewallRange(resource)) found.set(name, range);
  }
  return found;
}

function firewallRange(resource: StackResource): readonly (readonly [string, string])[] {
  if (!textOf(resource.body['type']).startsWith('Microsoft.Synapse/workspaces/firewallRules@')) return [];
  const { startIpAddress, endIpAddress } = propertiesOf(resource);
  return [[`firewall of the workspace (${nameOf(resource)})`, `${textOf(startIpAddress)}-${textOf(endIpAddress)}`]];
}
