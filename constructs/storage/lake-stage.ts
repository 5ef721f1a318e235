import { Construct, type IConstruct } from 'constructs';
import { nameLimits, refuseName } from '../../src/contract/resource-names';
import { StorageContainer } from '../core/azurerm';
import { Token, type ITerraformDependable } from '../core/cdktf';
import type { IGrantee } from '../core/grantee';
import { refuse } from '../core/refuse';
import { StageGrants, type Access } from './stage-grants';

export interface LakeStageProps {
  /** Name of the container: 3 to 63 lower-case letters, digits and single inner hyphens. */
  readonly containerName: string;
  /** ARM id of the account. The container is then made through ARM, without data-plane access (NET2). */
  readonly storageAccountId: string;
  /** Whether Terraform may destroy the container with what is in it. @default false */
  readonly deletable?: boolean;
}

/** A container of the lake, ours or one that was there before. */
export interface ILakeStage extends IConstruct {
  readonly containerName: string;
  /** ARM id of the container: the scope of role assignments. */
  readonly containerId: string;
  /** Read, list, write and delete, in all of the container: for identities of services, never for people. */
  grantReadWrite(identity: IGrantee): readonly ITerraformDependable[];
  /** In one folder, without a slash at either end: what a zone grants through. */
  grantFolder(access: Access, grantee: IGrantee, folder: string): readonly ITerraformDependable[];
}

/**
 * One container of the lake. Folders are not made here: they come with the first write (NET2).
 *
 * @example
 * new LakeStage(this, 'stage1', { containerName: 'stage1', storageAccountId: account.id });
 */
export class LakeStage extends Construct implements ILakeStage {
  /** A container that is there already; only grants are made on it (OWN3). */
  static fromContainer(scope: Construct, id: string, containerName: string, containerId: string): ILakeStage {
    class ExistingStage extends Construct implements ILakeStage {
      readonly containerName = containerName;
      readonly containerId = containerId;
      private readonly grants = new StageGrants(this, containerId);

      grantReadWrite(identity: IGrantee): readonly ITerraformDependable[] {
        return this.grants.grant('write', identity);
      }

      grantFolder(access: Access, grantee: IGrantee, folder: string): readonly ITerraformDependable[] {
        return this.grants.grant(access, grantee, folder);
      }
    }
    return new ExistingStage(scope, id);
  }

  readonly containerName: string;
  readonly containerId: string;
  private readonly grants: StageGrants;

  constructor(scope: Construct, id: string, props: LakeStageProps) {
    super(scope, id);
    this.validateContainerName(props.containerName);

    const container = new StorageContainer(this, 'Resource', {
      name: props.containerName,
      storageAccountId: props.storageAccountId,
      containerAccessType: 'private',
      lifecycle: { preventDestroy: !(props.deletable ?? false) },
    });
    this.containerName = props.containerName;
    this.containerId = container.id;
    this.grants = new StageGrants(this, container.id);
  }

  private validateContainerName(name: string): void {
    if (Token.isUnresolved(name) || refuseName('container', name) === undefined) return;
    const { minimumLength, maximumLength, rule } = nameLimits.container;
    throw refuse(this, 'containerName', name, `must be ${minimumLength} to ${maximumLength} characters of ${rule}`);
  }

  grantReadWrite(identity: IGrantee): readonly ITerraformDependable[] {
    return this.grants.grant('write', identity);
  }

  grantFolder(access: Access, grantee: IGrantee, folder: string): readonly ITerraformDependable[] {
    return this.grants.grant(access, grantee, folder);
  }
}
