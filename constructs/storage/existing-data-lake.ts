import type { Construct } from 'constructs';
import { resourceId, type ResourcePlace } from '../core/resource-id';
import type { ContainerName, IDataLake } from './data-lake';
import { LakeStage, type ILakeStage } from './lake-stage';
import { ZonedLake } from './zoned-lake';

export interface ExistingDataLakeProps {
  readonly accountName: string;
  readonly place: ResourcePlace;
  /** Data version of the zones, such as `1.14`. */
  readonly dataVersion: string;
}

/**
 * The lake of an OEA workspace that is there already, by name: nothing of it is imported or changed, only grants are added
 * (OWN3). Whether it is there, and closed, is asked by `insights doctor`, not by the plan.
 *
 * @example
 * new ExistingDataLake(this, 'DataLake', { accountName: 'stoeaold', place, dataVersion: '1.14' });
 */
export class ExistingDataLake extends ZonedLake implements IDataLake {
  readonly accountName: string;
  readonly accountId: string;
  readonly oea: ILakeStage;
  readonly stage1: ILakeStage;
  readonly stage2: ILakeStage;
  readonly stage3: ILakeStage;
  readonly synapse: ILakeStage;

  constructor(scope: Construct, id: string, props: ExistingDataLakeProps) {
    super(scope, id, props.dataVersion);
    const { accountName, place } = props;
    this.accountName = accountName;
    this.accountId = resourceId(place, 'Microsoft.Storage/storageAccounts', accountName);
    const stage = (container: ContainerName): ILakeStage => {
      const type = 'Microsoft.Storage/storageAccounts/blobServices/containers';
      const containerId = resourceId(place, type, accountName, 'default', container);
      return LakeStage.fromContainer(this, container, container, containerId);
    };
    this.oea = stage('oea');
    this.stage1 = stage('stage1');
    this.stage2 = stage('stage2');
    this.stage3 = stage('stage3');
    this.synapse = stage('synapse');
  }
}
