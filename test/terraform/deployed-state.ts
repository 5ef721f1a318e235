import type { World } from '../../src/local-azure/world';
import type { StoredAssignment } from '../../src/local-azure/access/access';
import type { StoredResource } from '../../src/local-azure/resource-manager/resource-store';
import type { WorkspaceContent } from '../../src/local-azure/synapse/workspace-state';

/** What two deployments of the same stacks must have in common, whoever applied them. */
export interface DeployedState {
  readonly resources: readonly string[];
  /** `<role> <principal> <scope> <condition>`. */
  readonly roles: readonly string[];
  /** Hash markers of the artifacts, by kind and name. */
  readonly artifacts: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
}

/** The state of a local Azure without times, random ids and names that the provider makes up. */
export function deployedState(world: World): DeployedState {
  const name = (id: string): string => world.principal(id)?.displayName ?? id;
  const resources = [...world.collection<StoredResource>('resources').values()].map(({ content }) => content.id);
  const assignments = [...world.collection<StoredAssignment>('roleAssignments').values()];
  const workspaces = [...world.collection<WorkspaceContent>('workspaces').values()];
  return {
    resources: resources.map((id) => id.toLowerCase()).sort(),
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
        Object.entries(artifacts).map(([key, artifact]) => [key, withoutService(artifact)]),
      ),
    ),
    secrets: [...world.collection('secrets').keys()].sort(),
  };
}

/** An artifact as it was published: etags are the service's. */
function withoutService(artifact: Readonly<Record<string, unknown>>): unknown {
  const { etag: _, ...published } = artifact;
  return published;
}
