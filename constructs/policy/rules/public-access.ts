import { parseAddressRange } from '../../../src/contract/address-range';
import { azapiBody, findIn, member, unlessEqual, type PolicyInput, type Rule } from '../rule';

/** A campus has no more; a wider network is somebody else's too. */
const widestPrefix = 16;

export const publicAccess: Rule = {
  id: 'public-access',
  demand:
    'Account, vault, containers and workspace are closed but for listed addresses, each of a single owner (NET1).',
  check: (input) => [
    ...findIn(input, 'azurerm_storage_account', ({ body }) => [
      ...clause('network_rules.default_action', member(body['network_rules'], 'default_action'), 'Deny'),
      ...clause('allow_nested_items_to_be_public', body['allow_nested_items_to_be_public'], false),
      ...clause('min_tls_version', body['min_tls_version'], 'TLS1_2'),
      ...tooWide(member(body['network_rules'], 'ip_rules')),
    ]),
    ...findIn(input, 'azurerm_storage_container', ({ body }) =>
      unlessEqual('container_access_type', body['container_access_type'], 'private'),
    ),
    ...findIn(input, 'azurerm_key_vault', ({ body }) => [
      ...clause('network_acls.default_action', member(body['network_acls'], 'default_action'), 'Deny'),
      ...tooWide(member(body['network_acls'], 'ip_rules')),
    ]),
    ...findIn(input, 'azapi_resource', (resource) => [
      ...workspaceClauses(input, azapiBody(resource, 'Microsoft.Synapse/workspaces')),
      ...firewallClauses(azapiBody(resource, 'Microsoft.Synapse/workspaces/firewallRules')),
    ]),
  ],
};

/** Passwords open a workspace from wherever it can be reached; in a private network it is not to be reached from outside. */
function workspaceClauses({ environment }: PolicyInput, workspace: unknown): readonly string[] {
  if (workspace === undefined) return [];
  const properties = member(workspace, 'properties');
  const setting = (name: string, wanted: boolean | string) => clause(name, member(properties, name), wanted);
  return [
    ...setting('azureADOnlyAuthentication', true),
    ...setting('managedVirtualNetwork', 'default'),
    ...(environment.network.access === 'private' ? setting('publicNetworkAccess', 'Disabled') : []),
  ];
}

function firewallClauses(rule: unknown): readonly string[] {
  if (rule === undefined) return [];
  const [first, last] = ['startIpAddress', 'endIpAddress'].map((name) =>
    String(member(member(rule, 'properties'), name)),
  );
  const width = addressNumber(last) - addressNumber(first);
  const proper = parseAddressRange(first ?? '') !== undefined && width >= 0 && width < 2 ** (32 - widestPrefix);
  return proper ? [] : [`${first} to ${last} is wider than /${widestPrefix}, or no public address`];
}

function addressNumber(dotted = ''): number {
  return dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function clause(name: string, actual: unknown, wanted: boolean | string): readonly string[] {
  return [unlessEqual(name, actual, wanted) ?? []].flat();
}

function tooWide(addresses: unknown): readonly string[] {
  const given = Array.isArray(addresses) ? addresses.map(String) : [];
  return given
    .filter((address) => (parseAddressRange(address)?.prefix ?? 0) < widestPrefix)
    .map((address) => `${address} is wider than /${widestPrefix}, or no address`);
}
