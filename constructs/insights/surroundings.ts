import { deployedNames } from '../../src/contract/deployed-names';
import type { Environment } from '../../src/contract/environment';
import type { ResourceNames } from '../../src/contract/resource-names';
import { DataAzurermClientConfig } from '../core/azurerm';
import type { TerraformStack } from '../core/cdktf';
import type { ResourcePlace } from '../core/resource-id';
import { standardTags } from '../core/tags';

/** What every part of the disposable stack is made with. */
export interface Surroundings {
  readonly environment: Environment;
  readonly names: ResourceNames;
  readonly place: ResourcePlace;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly tenantId: string;
}

/** All from the environment and from who runs the plan; nothing from the platform stack's state. */
export function findSurroundings(stack: TerraformStack, environment: Environment): Surroundings {
  const client = new DataAzurermClientConfig(stack, 'Client', {});
  const names = deployedNames(environment);
  return {
    environment,
    names,
    place: { subscriptionId: client.subscriptionId, resourceGroupName: names.resourceGroup },
    location: environment.location,
    tags: standardTags(environment),
    tenantId: client.tenantId,
  };
}
