import { asList, asObject, readActivities } from '../definition';
import { toText } from '../expression/content';
import type { ActivityType } from '../run/activity-type';

/** Runs the activities of the case whose value is that of `on`, else the default ones. */
export const switchActivity: ActivityType = {
  type: 'Switch',
  kind: 'control',
  run: async (context) => {
    const { typeProperties, name } = context.activity;
    const on = toText(context.property('on'));
    const found = asList(typeProperties['cases'])
      .map(asObject)
      .find((one) => one['value'] === on);
    const list = found === undefined ? typeProperties['defaultActivities'] : found['activities'];
    context.setInput({ on });
    await context.runInner(readActivities(list, name), context.frame.branch());
    return {};
  },
};
