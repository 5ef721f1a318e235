import { Construct, type IConstruct } from 'constructs';
import { nameLimits, refuseName } from '../../src/contract/resource-names';
import { StorageContainer } from '../core/azurerm';
import { Token } from '../core/cdktf';
import { refuse } from '../core/refuse';

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
}

/**
 * One container of the lake. Folders are not made here: they come with the first write (NET2).
 *
 * @example
 * new LakeStage(this, 'stage1', { containerName: 'stage1', storageAccountId: account.id });
 */
export class LakeStage extends Construct implements ILakeStage {
  readonly containerName: string;
  readonly containerId: string;

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
  }

  private validateContainerName(name: string): void {
    if (Token.isUnresolved(name) || refuseName('container', name) === undefined) return;
    const { minimumLength, maximumLength, rule } = nameLimits.container;
    throw refuse(this, 'containerName', name, `must be ${minimumLength} to ${maximumLength} characters of ${rule}`);
  }
}
