import { createHash } from 'node:crypto';
import type { World } from '../local-azure/world';

/** Everything that an Azure holds, by what names it, with a hash of what it is. */
export type Inventory = Readonly<Record<string, string>>;

/** Where one Azure has more than the other, or something else. */
export interface InventoryChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** What is counted: resources, rights, identities, the content of workspaces, and what holds a name after its deletion. */
const collections = {
  resource: 'resources',
  role: 'roleAssignments',
  identity: 'identities',
  connection: 'privateConnections',
  workspace: 'workspaces',
  'deleted vault': 'deletedVaults',
  'deleted log workspace': 'deletedWorkspaces',
  secret: 'secrets',
} as const;

/**
 * Lists everything that a local Azure holds. The value of nothing is in it: two inventories are compared by hashes.
 * Times of writing do not count.
 */
export function takeInventory(world: World): Inventory {
  const inventory: Record<string, string> = {};
  for (const [kind, collection] of Object.entries(collections)) {
    for (const [id, value] of world.collection<unknown>(collection)) {
      const content = collection === 'resources' ? (value as { readonly content: unknown }).content : value;
      inventory[`${kind} ${id}`] = createHash('sha256').update(JSON.stringify(content)).digest('hex');
    }
  }
  return inventory;
}

export function compareInventories(before: Inventory, after: Inventory): InventoryChange {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return {
    added: names.filter((name) => !(name in before)),
    removed: names.filter((name) => !(name in after)),
    changed: names.filter((name) => name in before && name in after && before[name] !== after[name]),
  };
}
