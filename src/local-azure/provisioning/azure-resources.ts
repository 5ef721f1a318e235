import { InsightsError } from '../../contract/errors';
import type { RestClient } from '../../operations/rest-client';
import { azapiDataPlaneResource, azapiResource } from './azapi-resource';
import type { Answer, AzureResource } from './azure-request';
import { roleAssignment } from './azurerm-access';
import {
  dataShareAccount,
  diagnosticSetting,
  keyVault,
  logAnalyticsWorkspace,
  privateEndpoint,
  resourceGroup,
  savedSearch,
} from './azurerm-platform';
import { managementPolicy, storageAccount, storageContainer } from './azurerm-storage';

export interface Tenancy {
  readonly subscriptionId: string;
  readonly tenantId: string;
}

/**
 * What a resource of a synthesised stack is to Azure: the requests that Terraform's provider would send for it, as far as
 * the resource's settings go.
 * @param attributes resolved.
 * @throws InsightsError PROVISIONING_UNSUPPORTED for a type that no stack of ours has had.
 */
export async function azureResourceOf(
  type: string,
  attributes: Answer,
  tenancy: Tenancy,
  client: RestClient,
): Promise<AzureResource> {
  const subscriptionPath = `/subscriptions/${tenancy.subscriptionId}`;
  const groupPath = `${subscriptionPath}/resourceGroups/${String(attributes['resource_group_name'])}`;
  switch (type) {
    case 'azurerm_resource_group':
      return resourceGroup(attributes, subscriptionPath);
    case 'azurerm_storage_account':
      return storageAccount(attributes, groupPath, tenancy.tenantId);
    case 'azurerm_storage_container':
      return storageContainer(attributes);
    case 'azurerm_storage_management_policy':
      return managementPolicy(attributes);
    case 'azurerm_key_vault':
      return keyVault(attributes, groupPath);
    case 'azurerm_log_analytics_workspace':
      return logAnalyticsWorkspace(attributes, groupPath);
    case 'azurerm_log_analytics_saved_search':
      return savedSearch(attributes);
    case 'azurerm_monitor_diagnostic_setting':
      return diagnosticSetting(attributes);
    case 'azurerm_data_share_account':
      return dataShareAccount(attributes, groupPath);
    case 'azurerm_private_endpoint':
      return privateEndpoint(attributes, groupPath);
    case 'azurerm_role_assignment':
      return roleAssignment(attributes, client);
    case 'azapi_resource':
      return azapiResource(attributes);
    case 'azapi_data_plane_resource':
      return azapiDataPlaneResource(attributes);
    default:
      throw new InsightsError('PROVISIONING_UNSUPPORTED', `Resources of type ${type} are not provided for.`);
  }
}
