import { systemPipelineClock, VirtualClock } from '../../src/pipelines/clock';

const origin = Date.UTC(2026, 0, 1);

test('sleeps end in the order of their times, at their times', async () => {
  const clock = new VirtualClock(origin);
  const order: [string, number][] = [];
  const sleep = async (name: string, seconds: number): Promise<void> => {
    await clock.wait(seconds * 1000);
    order.push([name, (clock.now() - origin) / 1000]);
  };
  const nested = async (): Promise<void> => {
    await sleep('a', 10);
    await sleep('b', 25);
  };
  await Promise.all([sleep('c', 30), nested(), sleep('d', 0)]);
  expect(order).toEqual([
    ['d', 0],
    ['a', 10],
    ['c', 30],
    ['b', 35],
  ]);
});

test('a deadline makes no time pass, but comes before a later sleep', async () => {
  const clock = new VirtualClock(origin);
  const rung: string[] = [];
  clock.at(origin + 5000, () => rung.push('five'));
  clock.at(origin + 50_000, () => rung.push('fifty'));
  const takeBack = clock.at(origin + 6000, () => rung.push('never'));
  takeBack();
  await new Promise((resolve) => setImmediate(resolve));
  expect([clock.now(), rung]).toEqual([origin, []]);
  await clock.wait(10_000);
  expect([clock.now() - origin, rung]).toEqual([10_000, ['five']]);
  await clock.advanceTo(origin + 60_000);
  expect(rung).toEqual(['five', 'fifty']);
});

test('time stands while somebody is busy', async () => {
  const clock = new VirtualClock(origin);
  let isAwake = false;
  const sleep = clock.wait(1000).then(() => (isAwake = true));
  const seen = await clock.busy(async () => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    return isAwake;
  });
  await sleep;
  expect([seen, isAwake, clock.now() - origin]).toEqual([false, true, 1000]);
});

test('an aborted sleep ends at once, and takes no time', async () => {
  const clock = new VirtualClock(origin);
  const controller = new AbortController();
  const sleep = clock.wait(1000, controller.signal);
  controller.abort();
  await sleep;
  await clock.wait(5000, controller.signal);
  expect(clock.now()).toBe(origin);
});

test('a deadline that has passed rings at once', async () => {
  const clock = new VirtualClock(origin);
  await new Promise<void>((resolve) => {
    clock.at(origin - 1, resolve);
  });
  expect(clock.now()).toBe(origin);
});

test("the machine's clock rings a deadline, and forgets one that is taken back", async () => {
  const rung: string[] = [];
  const takeBack = systemPipelineClock.at(Date.now() + 5, () => rung.push('never'));
  takeBack();
  await new Promise<void>((resolve) => {
    systemPipelineClock.at(Date.now() + 10, () => {
      rung.push('rang');
      resolve();
    });
    // The deadline alone would let the process end.
    setTimeout(() => undefined, 1000).unref();
  });
  expect(rung).toEqual(['rang']);
  expect(await systemPipelineClock.busy(async () => 7)).toBe(7);
});
