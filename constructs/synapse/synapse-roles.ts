import type { Construct } from 'constructs';
import { AzapiDataPlaneResource } from '../core/azapi';
import { Token, type ITerraformDependable } from '../core/cdktf';
import type { IGrantee } from '../core/grantee';
import { nameGuid } from '../core/name-guid';
import { refuse } from '../core/refuse';

/**
 * The built-in roles of a workspace that grants use, by what they are used for. Ids are the same in every workspace.
 * Who publishes runs as the workspace identity, and so reads raw data and the salt (ACCESS2).
 */
export const synapseRoles = {
  administer: { name: 'Synapse Administrator', id: '6e4bf58a-b8e1-4cc3-bbf9-d73143322b78', publishes: true },
  publish: { name: 'Synapse Artifact Publisher', id: '05930f57-09a3-4c0d-9fa9-6d1eb91c178b', publishes: true },
  read: { name: 'Synapse Artifact User', id: '53faaa0e-40b6-40c8-a2ff-e38f2d388875', publishes: false },
  compute: { name: 'Synapse Compute Operator', id: 'e3844cc7-4670-42cb-9349-9bdac1ee7881', publishes: false },
  credential: { name: 'Synapse Credential User', id: '5eb298b4-692c-4241-9cf0-f58a3b42bb25', publishes: false },
} as const;

export type SynapseRole = keyof typeof synapseRoles;

/** Grants on a workspace. `after` is what must be done before: `AwaitWorkspace`, without which the endpoint may refuse (ORDER1). */
export interface ISynapseGrants {
  /** Everything, granting included: deployers, whose plan writes roles. */
  grantAdminister(grantee: IGrantee, after: readonly ITerraformDependable[]): readonly ITerraformDependable[];
  /** Change published artifacts: nobody but deployers in production (ACCESS2). */
  grantPublish(grantee: IGrantee, after: readonly ITerraformDependable[]): readonly ITerraformDependable[];
  /** Start Spark sessions and pipelines, which run as the workspace identity. */
  grantRun(grantee: IGrantee, after: readonly ITerraformDependable[]): readonly ITerraformDependable[];
  /** See published artifacts and runs. */
  grantRead(grantee: IGrantee, after: readonly ITerraformDependable[]): readonly ITerraformDependable[];
}

export interface SynapseGrantProps {
  readonly role: SynapseRole;
  readonly workspaceName: string;
  /** Host of the development endpoint, without a scheme. */
  readonly developmentHost: string;
  readonly after: readonly ITerraformDependable[];
}

const apiVersion = '2020-12-01';

/**
 * Gives a role on the whole workspace to each principal of the grantee, below `scope`; granting twice is harmless. The name
 * is derived from workspace, role and principal, because the service has one assignment of each.
 * @throws InsightsError CONSTRUCT_INVALID for a principal whose object id is known only once it is made.
 */
export function grantSynapseRole(
  scope: Construct,
  grantee: IGrantee,
  props: SynapseGrantProps,
): readonly ITerraformDependable[] {
  const { role, workspaceName, developmentHost, after } = props;
  const roleId = synapseRoles[role].id;
  const roleScope = `workspaces/${workspaceName}`;
  return grantee.principals.map(({ key, objectId, type }) => {
    if (Token.isUnresolved(objectId)) {
      throw refuse(scope, 'objectId', key, 'must be known at synthesis: the assignment is named after it');
    }
    const id = `${role}-${key}`;
    const before = scope.node.tryFindChild(id);
    if (before !== undefined) return before as AzapiDataPlaneResource;
    return new AzapiDataPlaneResource(scope, id, {
      type: `Microsoft.Synapse/workspaces/roleAssignments@${apiVersion}`,
      name: nameGuid(`${roleScope}/${roleId}/${objectId.toLowerCase()}`),
      parentId: developmentHost,
      body: { roleId, principalId: objectId, principalType: type, scope: roleScope },
      createTimeout: '5m',
      dependsOn: [...after],
    });
  });
}
