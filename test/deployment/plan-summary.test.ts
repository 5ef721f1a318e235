import { describeCounts, summarise, type ResourceChange } from '../../src/deployment/plan-summary';

const change = (address: string, actions: string[], more: object = {}): ResourceChange => ({
  address,
  type: address.split('.')[0] ?? '',
  mode: 'managed',
  change: { actions, ...more },
});

test('the gravest first, data that would go apart, what stays and data sources left out', () => {
  const replaced = change('azurerm_storage_account.Lake', ['delete', 'create'], { after: { name: 'stoeadev' } });
  const summary = summarise({
    resource_changes: [
      change('terraform_data.Load', ['create']),
      change('azapi_data_plane_resource.Main', ['update'], { importing: { id: 'x' } }),
      change('azapi_resource.Pool', ['update']),
      change('azurerm_resource_group.Group', ['no-op']),
      { ...change('data.azurerm_client_config.Client', ['read']), mode: 'data' },
      change('azurerm_role_assignment.Read', ['delete'], { before: {} }),
      replaced,
    ],
  });
  const lost = { action: 'replace', address: replaced.address, type: 'azurerm_storage_account', name: 'stoeadev' };
  expect(summary).toEqual({
    counts: { create: 1, update: 1, replace: 1, destroy: 1, adopt: 1 },
    changes: [
      { action: 'destroy', address: 'azurerm_role_assignment.Read', type: 'azurerm_role_assignment' },
      lost,
      { action: 'update', address: 'azapi_resource.Pool', type: 'azapi_resource' },
      { action: 'adopt', address: 'azapi_data_plane_resource.Main', type: 'azapi_data_plane_resource' },
      { action: 'create', address: 'terraform_data.Load', type: 'terraform_data' },
    ],
    losses: [lost],
  });
  expect(describeCounts(summary.counts)).toBe('1 to destroy, 1 to replace, 1 to update, 1 to adopt, 1 to create');
});

test('a plan without changes', () => {
  const summary = summarise({});
  expect([summary.changes, describeCounts(summary.counts)]).toEqual([[], undefined]);
});
