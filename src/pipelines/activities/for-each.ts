import { asObject, readActivities } from '../definition';
import { isArray, typeName, type Value } from '../expression/value';
import type { ActivityContext, ActivityType } from '../run/activity-type';
import { ActivityFailure } from '../run/records';
import { conditionValue } from './condition';

/** Iterations at a time, where the activity says nothing, and at most (azure-facts §6.3). */
const defaultBatch = 20;
const largestBatch = 50;

/** More items than the service takes. */
const mostItems = 100_000;

/**
 * Runs its activities once for each item, in parallel unless it says otherwise. All iterations run, whether others fail
 * or not; the activity fails when one has.
 */
export const forEach: ActivityType = {
  type: 'ForEach',
  kind: 'control',
  run: async (context) => {
    const items = readItems(context);
    const { activity, frame } = context;
    const activities = readActivities(activity.typeProperties['activities'], activity.name);
    context.setInput({ itemsCount: BigInt(items.length) });
    const failures: (Error | undefined)[] = [];
    const iterate = async (index: number): Promise<void> => {
      try {
        await context.runInner(activities, frame.iteration(index, { item: items[index] ?? null }));
      } catch (error) {
        if (!(error instanceof ActivityFailure)) throw error;
        failures[index] = error;
      }
    };
    await inParallel(items.length, batchCount(context), context.signal, iterate);
    const failure = failures.find((one) => one !== undefined);
    if (failure !== undefined) throw failure;
    return {};
  },
};

function readItems(context: ActivityContext): readonly Value[] {
  const { name, typeProperties } = context.activity;
  const items = context.property('items');
  if (!isArray(items)) {
    const { value } = asObject(typeProperties['items']);
    const expression = typeof value === 'string' ? value : '';
    throw new ActivityFailure(
      'InvalidTemplate',
      `The execution of template action '${name}' failed: the result of the evaluation of 'foreach' expression ` +
        `'${expression}' is of type '${typeName(items)}'. The result must be a valid array.`,
    );
  }
  if (items.length > mostItems) {
    const message = `The number of items of '${name}' is ${items.length}; at most ${mostItems} are allowed.`;
    throw new ActivityFailure('BadRequest', message);
  }
  return items;
}

function batchCount(context: ActivityContext): number {
  const { activity } = context;
  if (conditionValue(context.property('isSequential') ?? false)) return 1;
  const count = context.property('batchCount');
  if (count === null) return defaultBatch;
  if (typeof count === 'bigint' && count >= 1n && count <= BigInt(largestBatch)) return Number(count);
  const message = `The batchCount of '${activity.name}' must be between 1 and ${largestBatch}.`;
  throw new ActivityFailure('BadRequest', message);
}

/** Does the work for 0, 1 … `count` - 1, at most `width` at a time; nothing more is begun once the signal is aborted. */
async function inParallel(
  count: number,
  width: number,
  signal: AbortSignal,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count && !signal.aborted) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker));
}
