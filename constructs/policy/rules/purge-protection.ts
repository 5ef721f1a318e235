import { findIn, unlessEqual, type Rule } from '../rule';

export const purgeProtection: Rule = {
  id: 'purge-protection',
  demand: 'In production nobody can purge the vault: without its salt no later drop joins to an earlier one.',
  check: (input) =>
    input.environment.production
      ? findIn(input, 'azurerm_key_vault', ({ body }) =>
          unlessEqual('purge_protection_enabled', body['purge_protection_enabled'], true),
        )
      : [],
};
