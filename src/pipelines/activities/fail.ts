import { toText } from '../expression/content';
import type { ActivityType } from '../run/activity-type';
import { ActivityFailure } from '../run/records';

/** Fails, with a message and code of the pipeline's own. */
export const fail: ActivityType = {
  type: 'Fail',
  kind: 'control',
  run: async (context) => {
    const [message, errorCode] = [context.property('message'), context.property('errorCode')].map(toText);
    context.setInput({ message: message ?? '', errorCode: errorCode ?? '' });
    throw new ActivityFailure(errorCode ?? '', message ?? '');
  },
};
