import type { StackResource } from '../stacks';

/**
 * What cannot be changed in place, by type, as the documentation of azurerm 4.55 and azapi 2.12 says ("changing this forces a
 * new resource"). Only a plan knows for certain: where one is given, it decides.
 */
const fixedByType: Readonly<Record<string, readonly string[]>> = {
  azapi_data_plane_resource: ['name', 'parent_id'],
  azapi_resource: ['name', 'parent_id', 'location', 'identity[0].type'],
  azurerm_consumption_budget_resource_group: ['name', 'resource_group_id', 'time_period'],
  azurerm_data_share_account: ['name', 'location', 'resource_group_name', 'identity'],
  azurerm_key_vault: ['name', 'location', 'resource_group_name'],
  azurerm_log_analytics_workspace: ['name', 'location', 'resource_group_name'],
  azurerm_monitor_diagnostic_setting: ['name', 'target_resource_id'],
  azurerm_private_endpoint: ['name', 'location', 'resource_group_name', 'subnet_id', 'private_service_connection'],
  azurerm_resource_group: ['name', 'location'],
  azurerm_role_assignment: [
    'name',
    'scope',
    'role_definition_name',
    'role_definition_id',
    'principal_id',
    'principal_type',
    'condition',
    'condition_version',
    'description',
  ],
  azurerm_storage_account: [
    'name',
    'location',
    'resource_group_name',
    'account_tier',
    'account_replication_type',
    'is_hns_enabled',
    'nfsv3_enabled',
    'infrastructure_encryption_enabled',
  ],
  azurerm_storage_container: ['name', 'storage_account_id'],
  azurerm_storage_management_policy: ['storage_account_id'],
  terraform_data: ['triggers_replace'],
};

/** Whether a change of an attribute makes the resource anew. `path` is that of a difference, such as `rule[0].name`. */
export function isFixed({ type }: Pick<StackResource, 'type'>, path: string): boolean {
  const fixed = fixedByType[type] ?? [];
  return fixed.some((name) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`));
}
