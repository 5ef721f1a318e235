import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { walkGraph } from '../../../src/local-azure/provisioning/walk-graph';

/** Each node may depend on those before it. */
const graphs = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 30 }).map((all) =>
  all.map((picks, index) => ({
    address: `x.${index}`,
    dependencies: index === 0 ? [] : [...new Set(picks.map((pick) => `x.${pick % index}`))],
  })),
);

test('every node is visited once, after all that it depends on, and never more than ten at once', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, async (nodes) => {
      const done: string[] = [];
      let [underWay, most] = [0, 0];
      await walkGraph(nodes, async ({ address, dependencies }) => {
        expect(done).toEqual(expect.arrayContaining(dependencies));
        most = Math.max(most, (underWay += 1));
        await nextTurn();
        underWay -= 1;
        done.push(address);
      });
      expect([...done].sort()).toEqual(nodes.map(({ address }) => address).sort());
      expect(most).toBeLessThanOrEqual(10);
    }),
    { numRuns: 50 },
  );
});

test('what does not depend on each other is under way at once', async () => {
  const nodes = ['a', 'b', 'c'].map((address) => ({ address, dependencies: address === 'c' ? ['a', 'b'] : [] }));
  const events: string[] = [];
  await walkGraph(nodes, async ({ address }) => {
    events.push(`begin ${address}`);
    await nextTurn();
    events.push(`end ${address}`);
  });
  expect(events).toEqual(['begin a', 'begin b', 'end a', 'end b', 'begin c', 'end c']);
});

test('after a failure what is under way ends, nothing more begins, and the first error is thrown', async () => {
  const nodes = [
    { address: 'bad', dependencies: [] },
    { address: 'slow', dependencies: [] },
    { address: 'after', dependencies: ['slow'] },
  ];
  const ended: string[] = [];
  const walked = walkGraph(nodes, async ({ address }) => {
    if (address === 'bad') throw new Error('refused');
    await nextTurn();
    ended.push(address);
  });
  await expect(walked).rejects.toThrow('refused');
  expect(ended).toEqual(['slow']);
});
