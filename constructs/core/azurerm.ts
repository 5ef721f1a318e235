/**
 * The only file that names the azurerm bindings (ADR 1). A file per resource is imported, because the package's index
 * loads more than a thousand of them.
 */
export { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
export { DataAzurermClientConfig } from '@cdktf/provider-azurerm/lib/data-azurerm-client-config';
export { DataAzurermSynapseWorkspace } from '@cdktf/provider-azurerm/lib/data-azurerm-synapse-workspace';
export { DataShareAccount } from '@cdktf/provider-azurerm/lib/data-share-account';
export { KeyVault } from '@cdktf/provider-azurerm/lib/key-vault';
export { LogAnalyticsSavedSearch } from '@cdktf/provider-azurerm/lib/log-analytics-saved-search';
export { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
export { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting';
export { PrivateEndpoint } from '@cdktf/provider-azurerm/lib/private-endpoint';
export { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
export { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
export { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
export { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
export { StorageManagementPolicy } from '@cdktf/provider-azurerm/lib/storage-management-policy';
