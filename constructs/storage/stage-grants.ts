import type { Construct } from 'constructs';
import type { RoleAssignment } from '../core/azurerm';
import type { ITerraformDependable } from '../core/cdktf';
import { grant } from '../core/grant';
import type { IGrantee } from '../core/grantee';
import { folderCondition } from '../core/roles';

export type Access = 'read' | 'write';

const roleOf = { read: 'readBlobs', write: 'writeBlobs' } as const;

/**
 * The grants on one container. Azure has one assignment per principal, role and target, so a second folder for the same
 * principal widens the condition of the first instead of adding an assignment that Azure would refuse.
 */
export class StageGrants {
  /** Folders by assignment; `all` where the whole container was granted. */
  private readonly folders = new Map<RoleAssignment, readonly string[] | 'all'>();

  constructor(
    private readonly stage: Construct,
    private readonly containerId: string,
  ) {}

  /** @param folder in the container. @default all of it */
  grant(access: Access, grantee: IGrantee, folder?: string): readonly ITerraformDependable[] {
    const props = { role: roleOf[access], targetId: this.containerId };
    const assignments = grant(this.stage, access, grantee, props);
    for (const assignment of assignments) this.widen(assignment, access, folder);
    return assignments;
  }

  private widen(assignment: RoleAssignment, access: Access, folder: string | undefined): void {
    const before = this.folders.get(assignment) ?? [];
    if (folder === undefined || before === 'all') {
      this.folders.set(assignment, 'all');
      assignment.resetCondition();
      assignment.resetConditionVersion();
      return;
    }
    const folders = [...new Set([...before, folder])];
    this.folders.set(assignment, folders);
    assignment.condition = folderCondition(folders, access);
    assignment.conditionVersion = '2.0';
  }
}
