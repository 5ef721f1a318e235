import { withItem } from '../run/run-scope';
import { isArray, typeName } from '../expression/value';
import type { ActivityType } from '../run/activity-type';
import { ActivityFailure } from '../run/records';
import { conditionValue } from './condition';

/** Keeps the items for which the condition holds; `item()` is the item. */
export const filter: ActivityType = {
  type: 'Filter',
  kind: 'control',
  run: async (context) => {
    const { activity, scope } = context;
    const items = context.property('items');
    if (!isArray(items)) {
      const message = `The items of '${activity.name}' are of type '${typeName(items)}'. They must be a valid array.`;
      throw new ActivityFailure('InvalidTemplate', message);
    }
    const condition = activity.typeProperties['condition'];
    const kept = items.filter((item) => conditionValue(context.evaluate(condition, withItem(scope, item))));
    return { ItemsCount: BigInt(items.length), FilteredItemsCount: BigInt(kept.length), Value: kept };
  },
};
