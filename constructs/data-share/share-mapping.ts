import { Construct } from 'constructs';
import { deliveredFolder, inContainer } from '../../src/contract/lake-paths';
import { AzapiResource, DataAzapiResourceAction } from '../core/azapi';
import type { ITerraformDependable } from '../core/cdktf';
import type { ResourcePlace } from '../core/resource-id';
import type { IDataLake } from '../storage/data-lake';
import { shareApiVersion } from './share-api';

export interface ShareMappingProps {
  /** ARM id of the share subscription. */
  readonly subscriptionId: string;
  /** Name of the data set as the sender gave it, without quotes and backslashes. */
  readonly dataSetName: string;
  readonly dataLake: IDataLake;
  /** Where the account of the lake is. */
  readonly lakePlace: ResourcePlace;
  /** The grant without which nothing can be written. */
  readonly dependsOn: readonly ITerraformDependable[];
  /** @default false */
  readonly deletable?: boolean;
}

/**
 * Where one data set of a share is put: the folder of pre-landing where the engine looks (design of the lake, "pre-landing").
 * The data set's id is looked up by its name once the subscription is there (OWN2).
 */
export class ShareMapping extends Construct {
  readonly resource: AzapiResource;

  constructor(scope: Construct, id: string, props: ShareMappingProps) {
    super(scope, id);
    const { dataSetName, lakePlace } = props;
    const { container, path } = inContainer(deliveredFolder);

    const source = new DataAzapiResourceAction(this, 'Source', {
      type: `Microsoft.DataShare/accounts/shareSubscriptions@${shareApiVersion}`,
      resourceId: props.subscriptionId,
      action: 'consumerSourceDataSets',
      method: 'GET',
      exportValues: { id: `value[?properties.dataSetName=='${dataSetName}'].properties.dataSetId | [0]` },
      lifecycle: {
        postcondition: [
          {
            condition: '${try(self.output.id, null) != null}',
            errorMessage: `The share has no data set "${dataSetName}". Correct dataShare.dataSets in the environment: the portal lists the names under Received shares.`,
          },
        ],
      },
    });
    this.resource = new AzapiResource(this, 'Resource', {
      type: `Microsoft.DataShare/accounts/shareSubscriptions/dataSetMappings@${shareApiVersion}`,
      name: mappingName(dataSetName),
      parentId: props.subscriptionId,
      body: {
        kind: 'AdlsGen2Folder',
        properties: {
          dataSetId: source.output('id'),
          subscriptionId: lakePlace.subscriptionId,
          resourceGroup: lakePlace.resourceGroupName,
          storageAccountName: props.dataLake.accountName,
          fileSystem: container,
          folderPath: path,
        },
      },
      dependsOn: [...props.dependsOn],
      // A grant that is reported as done takes minutes to work (ORDER1).
      retryOn: ['(?i)permission|authoriz|forbidden'],
      createTimeout: '15m',
      lifecycle: { preventDestroy: !(props.deletable ?? false) },
    });
  }
}

/** Letters and digits of the data set's name, with `-` between them; also the construct id, so that reordering moves nothing. */
export function mappingName(dataSetName: string): string {
  return dataSetName.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
}
