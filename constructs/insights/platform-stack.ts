import type { Construct } from 'constructs';
import type { Environment, StateSettings } from '../../src/contract/environment';
import { resourceNames } from '../../src/contract/resource-names';
import { AzurermProvider, ResourceGroup } from '../core/azurerm';
import { AzurermBackend, LocalBackend, TerraformStack } from '../core/cdktf';
import { standardTags } from '../core/tags';
import { DataLake, type IDataLake } from '../storage/data-lake';

export interface PlatformStackProps {
  readonly environment: Environment;
}

/** What the disposable stack needs of this one. */
export interface IPlatformStack {
  readonly resourceGroupName: string;
  readonly dataLake: IDataLake;
}

/**
 * What has data or cannot be had again (OWN1). Terraform refuses to destroy any of it (`prevent_destroy`) unless the
 * environment says `teardown.deleteData`; there is no lock, because a lock would also block changes beneath it (ORDER4).
 *
 * @example
 * new PlatformStack(app, 'dev-platform', { environment: loadEnvironment('environments/dev.json') });
 */
export class PlatformStack extends TerraformStack implements IPlatformStack {
  readonly resourceGroupName: string;
  readonly dataLake: DataLake;

  constructor(scope: Construct, id: string, props: PlatformStackProps) {
    super(scope, id);
    const { environment } = props;
    const names = resourceNames(environment.suffix);
    const tags = standardTags(environment);
    const deletable = environment.teardown.deleteData;

    this.createBackend(environment.state);
    this.createProvider();

    const group = new ResourceGroup(this, 'ResourceGroup', {
      name: names.resourceGroup,
      location: environment.location,
      tags,
      lifecycle: { preventDestroy: !deletable },
    });
    this.resourceGroupName = names.resourceGroup;

    this.dataLake = new DataLake(this, 'DataLake', {
      accountName: names.storageAccount,
      resourceGroupName: group.name,
      location: group.location,
      tags,
      replication: environment.storage.replication,
      softDeleteDays: environment.storage.softDeleteDays,
      deletable,
    });
  }

  /**
   * Explicit, because the library's default is a local file by its absolute path: other bytes on every machine. The local
   * path is relative to the stack's folder in cdktf.out, where terraform runs, and leads out of it: cdktf.out is disposable.
   */
  private createBackend(state: StateSettings): void {
    if (state.backend === 'local') {
      new LocalBackend(this, { path: `../../../terraform.${this.node.id}.tfstate` });
      return;
    }
    new AzurermBackend(this, {
      resourceGroupName: state.resourceGroup,
      storageAccountName: state.storageAccount,
      containerName: state.container,
      key: `${this.node.id}.tfstate`,
      useAzureadAuth: true,
    });
  }

  /**
   * Subscription and tenant come from ARM_SUBSCRIPTION_ID and ARM_TENANT_ID. Without data plane (NET2) an account is done
   * when ARM says so: nothing waits for endpoints that its network rules close. Resource providers are registered once, by
   * an administrator (OWN5), so that a deployer needs no rights on the subscription.
   */
  private createProvider(): void {
    new AzurermProvider(this, 'Azurerm', {
      storageUseAzuread: true,
      resourceProviderRegistrations: 'none',
      features: [
        {
          resourceGroup: [{ preventDeletionIfContainsResources: true }],
          storage: [{ dataPlaneAvailable: false }],
        },
      ],
    });
  }
}
