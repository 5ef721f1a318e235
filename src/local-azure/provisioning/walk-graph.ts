import type { StackNode } from './synthesised-stack';

/** Nodes under way at once, as many as Terraform has. */
const parallelNodes = 10;

type GraphNode = Pick<StackNode, 'address' | 'dependencies'>;

/**
 * Visits each node once all that it depends on are done; several at once, and in the order of the list where there is a choice. After a
 * failure nothing more is begun, what is under way comes to its end, and the first error is thrown.
 * @param nodes without a cycle
 */
export async function walkGraph<Node extends GraphNode>(
  nodes: readonly Node[],
  visit: (node: Node) => Promise<void>,
): Promise<void> {
  const done = new Set<string>();
  const underWay = new Set<Promise<void>>();
  const errors: unknown[] = [];
  let waiting = [...nodes];
  const begin = (node: Node): void => {
    const visited = visit(node)
      .then(
        () => void done.add(node.address),
        (error: unknown) => void errors.push(error),
      )
      .finally(() => underWay.delete(visited));
    underWay.add(visited);
  };
  for (;;) {
    const ready = waiting.filter(({ dependencies }) => dependencies.every((address) => done.has(address)));
    const next = errors.length > 0 ? [] : ready.slice(0, parallelNodes - underWay.size);
    waiting = waiting.filter((node) => !next.includes(node));
    next.forEach(begin);
    if (underWay.size === 0) break;
    await Promise.race(underWay);
  }
  if (errors.length > 0) throw errors[0];
}
