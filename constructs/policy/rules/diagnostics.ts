import { azapiBody, type PolicyInput, type PolicyResource, type Rule } from '../rule';

/** What writes logs that say who read or changed what. */
const sources: readonly string[] = ['azurerm_storage_account', 'azurerm_key_vault', 'azurerm_synapse_workspace'];
const sourcesByAzapi = ['Microsoft.Synapse/workspaces', 'Microsoft.Synapse/workspaces/bigDataPools'];

export const diagnostics: Rule = {
  id: 'diagnostics',
  demand:
    'Account, vault, workspace and pools send their logs to Log Analytics: who read personal data must be known afterwards.',
  check: (input) => {
    // Where the workspace was there before, its owner says where logs go; there are none of ours (OWN3).
    if (input.environment.workspace.mode === 'existing') return [];
    const collected = collectedTargets(input);
    return input.resources
      .filter((resource) => sources.includes(resource.type) || isSourceByAzapi(resource))
      .filter(({ address }) => !collected.some((target) => target.startsWith(`\${${address}.id}`)))
      .map(({ path }) => ({ at: path, found: 'its logs are not collected' }));
  },
};

function isSourceByAzapi(resource: PolicyResource): boolean {
  return sourcesByAzapi.some((type) => azapiBody(resource, type) !== undefined);
}

function collectedTargets({ resources }: PolicyInput): readonly string[] {
  return resources
    .filter(({ type, body }) => {
      const logs = body['enabled_log'];
      const kept = Array.isArray(logs) && logs.length > 0 && body['log_analytics_workspace_id'] !== undefined;
      return type === 'azurerm_monitor_diagnostic_setting' && kept;
    })
    .map(({ body }) => String(body['target_resource_id']));
}
