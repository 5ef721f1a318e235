import { blocksOf, type Json } from './synthesised';

/**
 * Everything that Terraform makes before a resource (and destroys after it), by address: what it refers to and what it
 * depends on, through any number of others.
 */
export function dependenciesOf(stack: Json): ReadonlyMap<string, ReadonlySet<string>> {
  const blocks = [...Object.values(blocksOf(stack)), ...dataBlocks(stack)];
  const addresses = new Set(blocks.map(({ address }) => address));
  const direct = new Map(blocks.map(({ address, body }) => [address, referencesIn(body, addresses)]));
  return new Map([...addresses].map((address) => [address, reach(address, direct)]));
}

function dataBlocks(stack: Json) {
  return Object.values(blocksOf(stack, 'data')).map(({ address, body }) => ({ address: `data.${address}`, body }));
}

function referencesIn(body: Json, addresses: ReadonlySet<string>): readonly string[] {
  const words = JSON.stringify(body).match(/(data\.)?[a-z]\w*\.[\w-]+/g) ?? [];
  return [...new Set(words)].filter((word) => addresses.has(word));
}

function reach(address: string, direct: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...(direct.get(address) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    open.push(...(direct.get(next) ?? []));
  }
  return reached;
}
