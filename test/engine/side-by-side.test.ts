import { sideBySide } from '../../src/engine/side-by-side';

/** A worker's step: the test decides when it ends. */
function steps() {
  const ends: (() => void)[] = [];
  return { ends, next: () => new Promise<void>((resolve) => ends.push(resolve)) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('items are begun in their order, one for each worker, the next where one is free', async () => {
  const { ends, next } = steps();
  const seen: string[] = [];
  const work = sideBySide(['a', 'b'], [1, 2, 3], async (item, worker) => {
    seen.push(`${worker}${item}`);
    await next();
  });
  expect(seen).toEqual(['a1', 'b2']);
  ends[1]?.();
  await settled();
  expect(seen).toEqual(['a1', 'b2', 'b3']);
  for (const end of ends) end();
  await work;
});

test('after an error nothing is begun, and it is told when the others are done', async () => {
  const { ends, next } = steps();
  const seen: number[] = [];
  let told: unknown;
  const work = sideBySide(['a', 'b'], [1, 2, 3], async (item) => {
    seen.push(item);
    if (item === 1) throw new Error('broken');
    await next();
  }).catch((error: unknown) => (told = error));
  await settled();
  expect([seen, told]).toEqual([[1, 2], undefined]);
  ends[0]?.();
  await work;
  expect([seen, (told as Error).message]).toEqual([[1, 2], 'broken']);
});
