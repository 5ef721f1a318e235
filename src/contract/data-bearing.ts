/** Terraform types whose destruction loses data, a name, or a subscription to data (OWN1). */
const dataBearingTypes: ReadonlySet<string> = new Set([
  'azurerm_data_share_account',
  'azurerm_key_vault',
  'azurerm_log_analytics_workspace',
  'azurerm_resource_group',
  'azurerm_storage_account',
  'azurerm_storage_container',
]);
const dataBearingByAzapi = /^Microsoft\.DataShare\/accounts\/shareSubscriptions(\/dataSetMappings)?@/;

/**
 * Whether a resource holds data or cannot be had again.
 * @param azapiType what azapi's own `type` says, such as `Microsoft.DataShare/accounts/shareSubscriptions@2021-08-01`.
 */
export function isDataBearing(type: string, azapiType?: unknown): boolean {
  if (type === 'azapi_resource') return typeof azapiType === 'string' && dataBearingByAzapi.test(azapiType);
  return dataBearingTypes.has(type);
}
