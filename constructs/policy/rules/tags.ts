import { reservedTags } from '../../../src/contract/environment-check';
import { member, type Rule } from '../rule';

/** What Azure gives no tags; anything that is not named here must have them. */
const untagged: readonly string[] = [
  'azapi_data_plane_resource',
  'azapi_resource_action',
  'azapi_update_resource',
  'azurerm_monitor_diagnostic_setting',
  'azurerm_role_assignment',
  'azurerm_storage_container',
  'azurerm_storage_management_policy',
  'terraform_data',
];

/** Types that azapi makes and Azure gives no tags: parts of an account or a workspace, and budgets. */
const untaggedByAzapi =
  /^Microsoft\.(DataShare\/accounts\/.|Synapse\/workspaces\/(?!bigDataPools@)|Consumption\/budgets@)/;

export const tags: Rule = {
  id: 'tags',
  demand:
    'Every resource says by its tags which environment it belongs to and what made it: bills and sweeps go by them. ' +
    'A type that Azure gives no tags is named in constructs/policy/rules/tags.ts.',
  check: ({ resources }) =>
    resources
      .filter(({ type, body }) => !untagged.includes(type) && !untaggedByAzapi.test(String(body['type'])))
      .flatMap(({ path, body }) => {
        const absent = reservedTags.filter((tag) => member(body['tags'], tag) === undefined);
        return absent.length === 0 ? [] : [{ at: path, found: `has no tag ${absent.join(', ')}` }];
      }),
};
