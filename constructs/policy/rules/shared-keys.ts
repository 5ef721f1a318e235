import { findIn, unlessEqual, type Rule } from '../rule';

export const sharedKeys: Rule = {
  id: 'shared-keys',
  demand: 'Storage accounts take tokens only: a key or a local user is a right without a name, which no zone limits.',
  check: (input) =>
    findIn(input, 'azurerm_storage_account', ({ body }) =>
      ['shared_access_key_enabled', 'local_user_enabled'].flatMap(
        (setting) => unlessEqual(setting, body[setting], false) ?? [],
      ),
    ),
};
