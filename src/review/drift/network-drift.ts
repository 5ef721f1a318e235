import { isList, isObject } from '../../artifacts/walk-json';
import type { JsonObject } from '../../artifacts/model';
import { propertiesOf, textOf, type StackResource } from '../stacks';
import type { Comparison, Drift, DriftPlace } from './drift';
import { groupUrl } from './role-assignments';

/** A setting of the way in, as one line of text on both sides. */
type Settings = ReadonlyMap<string, string>;

/** Compares the way in to account, vault and workspace; what is not in the plan, because it is not ours, is left alone. */
export async function networkDrift(resources: readonly StackResource[], place: DriftPlace): Promise<Comparison> {
  const expected = new Map(resources.flatMap(expectedSettings));
  if (expected.has(firewall)) expected.set(firewall, rangesText(resources.flatMap(expectedRange)));
  const actual = new Map(
    [...(await accountSettings(place)), ...(await vaultSettings(place)), ...(await workspaceSettings(place))].filter(
      ([name]) => expected.has(name),
    ),
  );
  const drifts = [...expected].flatMap(([at, wanted]): Drift[] => {
    const found = actual.get(at);
    if (found === undefined) return [{ kind: 'network', at, change: 'missing', detail: 'is not there' }];
    return found === wanted ? [] : [{ kind: 'network', at, change: 'changed', detail: `${wanted} became ${found}` }];
  });
  return { compared: expected.size, drifts };
}

const firewall = 'workspace firewall';

function expectedRange(resource: StackResource): readonly string[] {
  if (!textOf(resource.body['type']).startsWith('Microsoft.Synapse/workspaces/firewallRules@')) return [];
  return [rangeText(propertiesOf(resource))];
}

function rangeText({ startIpAddress, endIpAddress }: JsonObject): string {
  return `${textOf(startIpAddress)}-${textOf(endIpAddress)}`;
}

function rangesText(ranges: readonly string[]): string {
  return [...ranges].sort().join(', ');
}

function expectedSettings(resource: StackResource): readonly (readonly [string, string])[] {
  const { type, body } = resource;
  if (type === 'azurerm_storage_account') {
    return [
      ...rulesOf('account', body['network_rules'], 'default_action', 'ip_rules'),
      ['account keys', String(body['shared_access_key_enabled'] !== false)],
    ];
  }
  if (type === 'azurerm_key_vault') return rulesOf('vault', body['network_acls'], 'default_action', 'ip_rules');
  if (textOf(body['type']).startsWith('Microsoft.Synapse/workspaces@')) {
    return [
      ['workspace public access', textOf(propertiesOf(resource)['publicNetworkAccess'])],
      [firewall, ''],
    ];
  }
  return [];
}

/** Default and listed addresses, sorted: their order means nothing. */
function rulesOf(
  what: string,
  rules: unknown,
  defaultName: string,
  addressName: string,
): readonly (readonly [string, string])[] {
  const given = isObject(rules) ? rules : {};
  const addresses = given[addressName];
  const listed = isList(addresses)
    ? addresses.map((one) => (isObject(one) ? textOf(one['value']) : textOf(one)).replace(/\/32$/, ''))
    : [];
  return [
    [`${what} default`, textOf(given[defaultName])],
    [`${what} addresses`, [...listed].sort().join(', ')],
  ];
}

async function accountSettings(place: DriftPlace): Promise<Settings> {
  const properties = await ask(
    place,
    `Microsoft.Storage/storageAccounts/${place.storageAccount}?api-version=2023-05-01`,
  );
  if (properties === undefined) return new Map();
  return new Map([
    ...rulesOf('account', properties['networkAcls'], 'defaultAction', 'ipRules'),
    ['account keys', String(properties['allowSharedKeyAccess'] !== false)],
  ]);
}

async function vaultSettings(place: DriftPlace): Promise<Settings> {
  const properties = await ask(place, `Microsoft.KeyVault/vaults/${place.keyVault}?api-version=2023-07-01`);
  return new Map(
    properties === undefined ? [] : rulesOf('vault', properties['networkAcls'], 'defaultAction', 'ipRules'),
  );
}

async function workspaceSettings(place: DriftPlace): Promise<Settings> {
  const path = `Microsoft.Synapse/workspaces/${place.synapseWorkspace}`;
  const properties = await ask(place, `${path}?api-version=2021-06-01`);
  if (properties === undefined) return new Map();
  const url = `${groupUrl(place)}/providers/${path}/firewallRules?api-version=2021-06-01`;
  const { body } = await place.resourceManager.send({ method: 'GET', url });
  const rules = isObject(body) && isList(body['value']) ? body['value'].filter(isObject) : [];
  const ranges = rules.map(({ properties: range }) => rangeText(isObject(range) ? range : {}));
  return new Map([
    ['workspace public access', textOf(properties['publicNetworkAccess'])],
    [firewall, rangesText(ranges)],
  ]);
}

/** Undefined where it is not there. */
async function ask({ resourceManager, ...place }: DriftPlace, path: string): Promise<JsonObject | undefined> {
  const url = `${groupUrl(place)}/providers/${path}`;
  const { status, body } = await resourceManager.send({ method: 'GET', url, accept: [200, 404] });
  if (status === 404 || !isObject(body)) return undefined;
  return isObject(body['properties']) ? body['properties'] : {};
}
