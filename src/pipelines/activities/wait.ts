import type { ActivityType } from '../run/activity-type';
import { ActivityFailure } from '../run/records';

/** Waits some seconds, by the injected clock. */
export const wait: ActivityType = {
  type: 'Wait',
  kind: 'control',
  run: async (context) => {
    const written = context.property('waitTimeInSeconds');
    const text = typeof written === 'bigint' || typeof written === 'string' ? String(written) : '';
    if (!/^\d+$/.test(text)) {
      const message = `The waitTimeInSeconds of '${context.activity.name}' must be a whole number.`;
      throw new ActivityFailure('BadRequest', message);
    }
    context.setInput({ waitTimeInSeconds: BigInt(text) });
    await context.run.clock.wait(Number(text) * 1000, context.signal);
    return {};
  },
};
