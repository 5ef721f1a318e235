import { findIn, unlessEqual, type Rule } from '../rule';

export const hierarchicalNamespace: Rule = {
  id: 'hierarchical-namespace',
  demand: 'Storage accounts have a hierarchical namespace: Spark renames folders, and it cannot be switched on later.',
  check: (input) =>
    findIn(input, 'azurerm_storage_account', ({ body }) => unlessEqual('is_hns_enabled', body['is_hns_enabled'], true)),
};
