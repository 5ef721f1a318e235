import type { Construct } from 'constructs';
import type { RoleAssignment } from '../core/azurerm';
import type { ITerraformDependable } from '../core/cdktf';
import { grant } from '../core/grant';
import type { IGrantee } from '../core/grantee';
import { folderCondition } from '../core/roles';

/** `deliver`: write and list, and read no file. */
export type Access = 'read' | 'write' | 'deliver';

/** Whoever delivers has the role of who writes, so both are one assignment. */
const verbOf = { read: 'read', write: 'write', deliver: 'write' } as const;
const roleOf = { read: 'readBlobs', write: 'writeBlobs' } as const;

/** What the condition of an assignment lets in. */
interface Folders {
  readonly whole: readonly string[];
  readonly delivered: readonly string[];
}

/**
 * The grants on one container. Azure has one assignment per principal, role and target, so a second folder for the same
 * principal widens the condition of the first instead of adding an assignment that Azure would refuse.
 */
export class StageGrants {
  /** Folders by assignment; `all` where the whole container was granted. */
  private readonly folders = new Map<RoleAssignment, Folders | 'all'>();

  constructor(
    private readonly stage: Construct,
    private readonly containerId: string,
  ) {}

  /** @param folder in the container. @default all of it */
  grant(access: Access, grantee: IGrantee, folder?: string): readonly ITerraformDependable[] {
    const verb = verbOf[access];
    const assignments = grant(this.stage, verb, grantee, { role: roleOf[verb], targetId: this.containerId });
    for (const assignment of assignments) this.widen(assignment, access, folder);
    return assignments;
  }

  private widen(assignment: RoleAssignment, access: Access, folder: string | undefined): void {
    const before = this.folders.get(assignment) ?? { whole: [], delivered: [] };
    if (folder === undefined || before === 'all') {
      this.folders.set(assignment, 'all');
      assignment.resetCondition();
      assignment.resetConditionVersion();
      return;
    }
    const kind = access === 'deliver' ? 'delivered' : 'whole';
    const folders = { ...before, [kind]: [...new Set([...before[kind], folder])] };
    this.folders.set(assignment, folders);
    assignment.condition = folderCondition(folders.whole, verbOf[access], folders.delivered);
    assignment.conditionVersion = '2.0';
  }
}
