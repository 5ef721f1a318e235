import { readActivities } from '../definition';
import type { ActivityType } from '../run/activity-type';
import { conditionValue } from './condition';

/** Runs one of two lists of activities. */
export const ifCondition: ActivityType = {
  type: 'IfCondition',
  kind: 'control',
  run: async (context) => {
    const { activity, frame } = context;
    const holds = conditionValue(context.property('expression'));
    const list = activity.typeProperties[holds ? 'ifTrueActivities' : 'ifFalseActivities'];
    await context.runInner(readActivities(list, activity.name), frame.branch());
    return {};
  },
};
