import type { World } from '../../src/local-azure/world';
import type { StoredAssignment } from '../../src/local-azure/access/access';
import type { StoredResource } from '../../src/local-azure/resource-manager/resource-store';
import type { WorkspaceContent } from '../../src/local-azure/synapse/workspace-state';

type Content = Readonly<Record<string, unknown>>;

/** What two deployments of the same stacks must have in common, whoever applied them. */
export interface DeployedState {
  /** Place, tags, size, identity and properties of each resource, by its id in lower case; members and sets in one order. */
  readonly resources: Readonly<Record<string, unknown>>;
  /** `<role> <principal> <scope> <condition>`. */
  readonly roles: readonly string[];
  /** The artifacts as they were published, by kind and name. */
  readonly artifacts: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
}

/** Members that a service makes up or stamps with the time. */
const madeUp = new Set([
  'etag',
  'createdAt',
  'creationDate',
  'creationTime',
  'created',
  'updated',
  'customerId',
  'principalId',
  'secretUriWithVersion',
  'workspaceUID',
  'managedResourceGroupName',
]);

/** Lists whose order means nothing: sets and maps to azurerm, which sends them in an order of its own. */
const unordered = new Set(['blobTypes', 'ipRules', 'logs', 'prefixMatch', 'tags']);

/** The state of a local Azure without times, random ids and names that the provider makes up. */
export function deployedState(world: World): DeployedState {
  const name = (id: string): string => world.principal(id)?.displayName ?? id;
  const resources = [...world.collection<StoredResource>('resources').values()].map(({ content }) => content);
  const assignments = [...world.collection<StoredAssignment>('roleAssignments').values()];
  const workspaces = [...world.collection<WorkspaceContent>('workspaces').values()];
  return {
    resources: Object.fromEntries(
      resources.map((content) => [content.id.toLowerCase(), inOneOrder(withoutMadeUp(content))]),
    ),
    roles: assignments
      .map(({ scope, properties: { roleDefinitionId, principalId, condition } }) =>
        [
          String(roleDefinitionId).split('/').at(-1),
          name(String(principalId)),
          scope.toLowerCase(),
          typeof condition === 'string' ? condition : '',
        ].join(' '),
      )
      .sort(),
    artifacts: Object.fromEntries(
      workspaces.flatMap(({ artifacts }) =>
        Object.entries(artifacts).map(([key, artifact]) => [key, withoutMadeUp(artifact)]),
      ),
    ),
    secrets: [...world.collection('secrets').keys()].sort(),
  };
}

function withoutMadeUp(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMadeUp);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value as Content).filter(([key]) => !madeUp.has(key));
  return Object.fromEntries(members.map(([key, member]) => [key, withoutMadeUp(member)]));
}

function inOneOrder(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => inOneOrder(item));
    return unordered.has(name) ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value as Content).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, inOneOrder(member, key)]));
}
