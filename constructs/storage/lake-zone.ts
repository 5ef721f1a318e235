import { Construct, type IConstruct } from 'constructs';
import type { ITerraformDependable } from '../core/cdktf';
import type { IGrantee } from '../core/grantee';
import type { ILakeStage } from './lake-stage';

export interface LakeZoneProps {
  readonly stage: ILakeStage;
  /** Folder in the stage's container, without a slash at either end. */
  readonly folder: string;
}

/** A folder of the lake that people get rights on. */
export interface ILakeZone extends IConstruct {
  readonly stage: ILakeStage;
  readonly folder: string;
  /** Read and list, in this folder and nowhere else. */
  grantRead(grantee: IGrantee): readonly ITerraformDependable[];
  /** Read, list, write and delete, in this folder and nowhere else. */
  grantReadWrite(grantee: IGrantee): readonly ITerraformDependable[];
  /** List, write and delete, in this folder and nowhere else; read no file of it. */
  grantDeliver(grantee: IGrantee): readonly ITerraformDependable[];
}

/**
 * One folder of a container as a privacy zone. Roles cannot be given on a folder, so a grant is a role on the container with
 * a condition on the path (ACCESS5). Nothing is made here but the grants.
 *
 * @example
 * new LakeZone(this, 'refinedGeneral', { stage: lake.stage2, folder: 'Refined/M365/v1.14/general' }).grantRead(analysts);
 */
export class LakeZone extends Construct implements ILakeZone {
  readonly stage: ILakeStage;
  readonly folder: string;

  constructor(scope: Construct, id: string, props: LakeZoneProps) {
    super(scope, id);
    this.stage = props.stage;
    this.folder = props.folder;
  }

  grantRead(grantee: IGrantee): readonly ITerraformDependable[] {
    return this.stage.grantFolder('read', grantee, this.folder);
  }

  grantReadWrite(grantee: IGrantee): readonly ITerraformDependable[] {
    return this.stage.grantFolder('write', grantee, this.folder);
  }

  grantDeliver(grantee: IGrantee): readonly ITerraformDependable[] {
    return this.stage.grantFolder('deliver', grantee, this.folder);
  }
}
