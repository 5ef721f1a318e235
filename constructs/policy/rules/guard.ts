import { member, type PolicyResource, type Rule } from '../rule';

/** What holds data or cannot be had again (OWN1). */
const stateful: readonly string[] = [
  'azurerm_data_share_account',
  'azurerm_key_vault',
  'azurerm_log_analytics_workspace',
  'azurerm_resource_group',
  'azurerm_storage_account',
  'azurerm_storage_container',
];
const statefulByAzapi = /^Microsoft\.DataShare\/accounts\/shareSubscriptions(\/dataSetMappings)?@/;

export const guard: Rule = {
  id: 'guard',
  demand:
    'In production Terraform refuses to destroy what holds data: one answer it does not expect plans a replacement.',
  check: ({ environment, resources }) =>
    environment.production
      ? resources
          .filter((resource) => holdsData(resource) && member(resource.body['lifecycle'], 'prevent_destroy') !== true)
          .map(({ path }) => ({ at: path, found: 'prevent_destroy is not true' }))
      : [],
};

function holdsData({ type, body }: PolicyResource): boolean {
  return stateful.includes(type) || (type === 'azapi_resource' && statefulByAzapi.test(String(body['type'])));
}
