/**
 * Works through items in their order, as many at a time as there are workers, such as connections to a database; stops
 * at the first error, after what is being worked on is done.
 */
export async function sideBySide<Item, Worker>(
  workers: readonly Worker[],
  items: readonly Item[],
  work: (item: Item, worker: Worker) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  let failed = false;
  const start = async (worker: Worker): Promise<void> => {
    for (const item of queue) {
      if (failed) return;
      try {
        await work(item, worker);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(workers.map(start));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
