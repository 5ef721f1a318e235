import type { Construct } from 'constructs';
import { RoleAssignment } from './azurerm';
import type { IGrantee } from './grantee';
import { azureRoles, type AzureRole } from './roles';

export interface GrantProps {
  readonly role: AzureRole;
  /** ARM id of what the role is given on. */
  readonly targetId: string;
}

/**
 * Gives a role to each principal of the grantee, below `scope`. Granting twice is harmless: the first assignment is kept,
 * because Azure has one per principal, role and target.
 * @param verb what the grantee may do with `scope`, such as `read`: with the principal, the id of the assignment.
 * @returns the assignments, for what must wait for them.
 */
export function grant(scope: Construct, verb: string, grantee: IGrantee, props: GrantProps): readonly RoleAssignment[] {
  return grantee.principals.map(({ key, objectId, type, displayName }) => {
    const id = `${verb}-${key}`;
    const before = scope.node.tryFindChild(id);
    if (before !== undefined) return before as RoleAssignment;
    return new RoleAssignment(scope, id, {
      scope: props.targetId,
      roleDefinitionName: azureRoles[props.role],
      principalId: objectId,
      // Said, so that Azure does not look up an identity that its directory does not know yet.
      principalType: type,
      description: `${displayName}: ${verb} ${scope.node.id}`,
    });
  });
}
