import { findIn, type Rule } from '../rule';

/** What writes logs that say who read or changed what. */
const sources = ['azurerm_storage_account', 'azurerm_key_vault', 'azurerm_synapse_workspace'];

export const diagnostics: Rule = {
  id: 'diagnostics',
  demand:
    'Account, vault and workspace send their logs to Log Analytics: who read personal data must be known afterwards.',
  check: (input) => {
    const collected = input.resources
      .filter(({ type, body }) => {
        const logs = body['enabled_log'];
        const kept = Array.isArray(logs) && logs.length > 0 && body['log_analytics_workspace_id'] !== undefined;
        return type === 'azurerm_monitor_diagnostic_setting' && kept;
      })
      .map(({ body }) => String(body['target_resource_id']));
    return sources.flatMap((type) =>
      findIn(input, type, ({ address }) =>
        collected.some((target) => target.startsWith(`\${${address}.id}`)) ? undefined : 'its logs are not collected',
      ),
    );
  },
};
