import type { Environment, StateSettings } from '../../src/contract/environment';
import { AzapiProvider } from '../core/azapi';
import { AzurermProvider } from '../core/azurerm';
import { AzurermBackend, LocalBackend, type TerraformStack } from '../core/cdktf';

/** What every stack of an environment begins with: where its state is, and the two providers. */
export function layFoundation(stack: TerraformStack, environment: Pick<Environment, 'state' | 'teardown'>): void {
  createBackend(stack, environment.state);
  createProviders(stack, environment.teardown.deleteData);
}

/**
 * Explicit, because the library's default is a local file by its absolute path: other bytes on every machine. The local
 * path is relative to the stack's folder in cdktf.out, where terraform runs, and leads out of it: cdktf.out is disposable.
 */
function createBackend(stack: TerraformStack, state: StateSettings): void {
  if (state.backend === 'local') {
    new LocalBackend(stack, { path: `../../../terraform.${stack.node.id}.tfstate` });
    return;
  }
  new AzurermBackend(stack, {
    resourceGroupName: state.resourceGroup,
    storageAccountName: state.storageAccount,
    containerName: state.container,
    key: `${stack.node.id}.tfstate`,
    useAzureadAuth: true,
  });
}

/**
 * Subscription and tenant come from ARM_SUBSCRIPTION_ID and ARM_TENANT_ID. Without data plane (NET2) an account is done
 * when ARM says so: nothing waits for endpoints that its network rules close. Resource providers are registered once, by
 * an administrator (OWN5), so that a deployer needs no rights on the subscription. What may be destroyed is also purged,
 * so that its names are free again; anything else comes back when it is made again.
 */
function createProviders(stack: TerraformStack, deletable: boolean): void {
  new AzurermProvider(stack, 'Azurerm', {
    storageUseAzuread: true,
    resourceProviderRegistrations: 'none',
    features: [
      {
        resourceGroup: [{ preventDeletionIfContainsResources: true }],
        storage: [{ dataPlaneAvailable: false }],
        keyVault: [{ purgeSoftDeleteOnDestroy: deletable, recoverSoftDeletedKeyVaults: true }],
        logAnalyticsWorkspace: [{ permanentlyDeleteOnDestroy: deletable }],
      },
    ],
  });
  new AzapiProvider(stack, 'Azapi');
}
