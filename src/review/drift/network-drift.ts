import type { JsonObject, JsonValue } from '../../artifacts/model';
import { isList, isObject } from '../../artifacts/walk-json';
import { listAll } from '../../operations/rest-client';
import { propertiesOf, textOf, type StackResource } from '../stacks';
import type { Comparison, Drift, DriftPlace } from './drift';
import { groupUrl } from './role-assignments';

/** A setting of the way in, as one line of text on both sides. */
type Setting = readonly [name: string, text: string];
type Settings = ReadonlyMap<string, string>;

/** Compares the way in to account, vault and workspace; what is not in the plan, because it is not ours, is left alone. */
export async function networkDrift(resources: readonly StackResource[], place: DriftPlace): Promise<Comparison> {
  const expected = new Map(resources.flatMap((resource) => expectedSettings(resource, place)));
  if (expected.has(firewall)) expected.set(firewall, rangesText(resources.flatMap(expectedRange)));
  const actual = new Map(
    [...(await accountSettings(place)), ...(await vaultSettings(place)), ...(await workspaceSettings(place))].filter(
      ([name]) => expected.has(name),
    ),
  );
  const drifts = [...expected].flatMap(([at, wanted]): Drift[] => {
    const found = actual.get(at);
    if (found === undefined) return [{ kind: 'network', at, change: 'missing', detail: 'is not there' }];
    return found === wanted
      ? []
      : [{ kind: 'network', at, change: 'changed', detail: `${wanted || 'nothing'} became ${found || 'nothing'}` }];
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

function expectedSettings(resource: StackResource, place: DriftPlace): readonly Setting[] {
  const { type, body } = resource;
  const isPublic = accessText(body['public_network_access_enabled'] !== false);
  if (type === 'azurerm_storage_account') {
    const rules = objectOf(body['network_rules']);
    return [
      ['account public access', isPublic],
      ['account default', textOf(rules['default_action'])],
      ['account addresses', listed(rules['ip_rules'], withoutBits)],
      ['account networks', listed(rules['virtual_network_subnet_ids'], lower)],
      ['account services', listed(rules['bypass'], lower)],
      ['account resources', resourcesText(rules['private_link_access'], place)],
      ['account keys', String(body['shared_access_key_enabled'] !== false)],
      ['account public blobs', String(body['allow_nested_items_to_be_public'] !== false)],
    ];
  }
  if (type === 'azurerm_key_vault') {
    const rules = objectOf(body['network_acls']);
    return [
      ['vault public access', isPublic],
      ['vault default', textOf(rules['default_action'])],
      ['vault addresses', listed(rules['ip_rules'], withoutBits)],
      ['vault networks', listed(rules['virtual_network_subnet_ids'], lower)],
      ['vault services', lower(textOf(rules['bypass']))],
      ['vault roles instead of policies', String(body['rbac_authorization_enabled'] === true)],
    ];
  }
  const azure = textOf(body['type']);
  if (azure.startsWith('Microsoft.Synapse/workspaces@')) {
    return [
      ['workspace public access', textOf(propertiesOf(resource)['publicNetworkAccess'])],
      [firewall, ''],
    ];
  }
  if (azure.startsWith('Microsoft.Synapse/workspaces/administrators@')) {
    return [['SQL administrator', lower(textOf(propertiesOf(resource)['sid']))]];
  }
  if (azure.startsWith('Microsoft.Synapse/workspaces/azureADOnlyAuthentications@')) {
    return [['SQL with Entra ID only', String(propertiesOf(resource)['azureADOnlyAuthentication'] === true)]];
  }
  return [];
}

function accessText(isEnabled: boolean): string {
  return isEnabled ? 'Enabled' : 'Disabled';
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** Texts of a list, sorted: their order means nothing. @param named member of each item that holds the text */
function listed(value: JsonValue | undefined, clean: (text: string) => string, named = 'value'): string {
  const items = isList(value) ? value : [];
  return items
    .map((item) => clean(isObject(item) ? textOf(item[named]) : textOf(item)))
    .filter((text) => text !== 'none')
    .sort()
    .join(', ');
}

function withoutBits(address: string): string {
  return address.replace(/\/32$/, '');
}

/** Azure gives ids and words of its own back in another case. */
function lower(text: string): string {
  return text.toLowerCase();
}

/** Ids of services that come in with their identity, with Terraform's references filled in. */
function resourcesText(rules: JsonValue | undefined, { subscriptionId, resourceGroup }: DriftPlace): string {
  return listed(
    rules,
    (id) =>
      lower(
        id
          .replaceAll('${data.azurerm_client_config.Client.subscription_id}', subscriptionId)
          .replaceAll(/\$\{azurerm_resource_group\.\w+\.name\}/g, resourceGroup),
      ),
    'endpoint_resource_id',
  );
}

async function accountSettings(place: DriftPlace): Promise<Settings> {
  const path = `Microsoft.Storage/storageAccounts/${place.storageAccount}?api-version=2023-05-01`;
  const properties = await ask(place, path);
  if (properties === undefined) return new Map();
  const rules = objectOf(properties['networkAcls']);
  return new Map([
    ['account public access', textOf(properties['publicNetworkAccess'] ?? 'Enabled')],
    ['account default', textOf(rules['defaultAction'])],
    ['account addresses', listed(rules['ipRules'], withoutBits)],
    ['account networks', listed(rules['virtualNetworkRules'], lower, 'id')],
    ['account services', listed(textOf(rules['bypass']).split(/, */), lower)],
    ['account resources', listed(rules['resourceAccessRules'], lower, 'resourceId')],
    ['account keys', String(properties['allowSharedKeyAccess'] !== false)],
    ['account public blobs', String(properties['allowBlobPublicAccess'] !== false)],
  ]);
}

async function vaultSettings(place: DriftPlace): Promise<Settings> {
  const properties = await ask(place, `Microsoft.KeyVault/vaults/${place.keyVault}?api-version=2023-07-01`);
  if (properties === undefined) return new Map();
  const rules = objectOf(properties['networkAcls']);
  return new Map([
    ['vault public access', textOf(properties['publicNetworkAccess'] ?? 'Enabled')],
    ['vault default', textOf(rules['defaultAction'])],
    ['vault addresses', listed(rules['ipRules'], withoutBits)],
    ['vault networks', listed(rules['virtualNetworkRules'], lower, 'id')],
    ['vault services', lower(textOf(rules['bypass']))],
    ['vault roles instead of policies', String(properties['enableRbacAuthorization'] === true)],
  ]);
}

async function workspaceSettings(place: DriftPlace): Promise<Settings> {
  const path = `Microsoft.Synapse/workspaces/${place.synapseWorkspace}`;
  const version = 'api-version=2021-06-01';
  const properties = await ask(place, `${path}?${version}`);
  if (properties === undefined) return new Map();
  const url = `${groupUrl(place)}/providers/${path}/firewallRules?${version}`;
  const rules = await listAll<JsonObject>(place.resourceManager, url);
  const administrator = await ask(place, `${path}/administrators/activeDirectory?${version}`);
  const entraOnly = await ask(place, `${path}/azureADOnlyAuthentications/default?${version}`);
  return new Map([
    ['workspace public access', textOf(properties['publicNetworkAccess'])],
    [firewall, rangesText(rules.map(({ properties: range }) => rangeText(objectOf(range))))],
    ['SQL administrator', lower(textOf(administrator?.['sid']))],
    ['SQL with Entra ID only', String(entraOnly?.['azureADOnlyAuthentication'] === true)],
  ]);
}

/** Undefined where it is not there. */
async function ask({ resourceManager, ...place }: DriftPlace, path: string): Promise<JsonObject | undefined> {
  const url = `${groupUrl(place)}/providers/${path}`;
  const { status, body } = await resourceManager.send({ method: 'GET', url, accept: [200, 404] });
  if (status === 404 || !isObject(body)) return undefined;
  return isObject(body['properties']) ? body['properties'] : {};
}
