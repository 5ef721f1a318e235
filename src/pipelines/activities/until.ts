import { readActivities } from '../definition';
import type { ActivityType } from '../run/activity-type';
import { parseTimeSpan } from '../run/policy';
import { ActivityFailure } from '../run/records';
import { conditionValue } from './condition';

const defaultTimeout = '7.00:00:00';

/** What an iteration that takes no time of its own takes on the service, in milliseconds. */
const shortestIteration = 1000;

/**
 * Runs its activities until the condition holds after them, or the time is over. An iteration that fails does not stop it,
 * as the service's documentation says; it fails when the last iteration did. The condition sees the activities of the last
 * iteration.
 */
export const until: ActivityType = {
  type: 'Until',
  kind: 'control',
  run: async (context) => {
    const { activity, frame, run, signal } = context;
    const { clock } = run;
    const written = context.property('timeout') ?? defaultTimeout;
    const timeout = typeof written === 'string' ? parseTimeSpan(written) : undefined;
    if (timeout === undefined) {
      throw new ActivityFailure('BadRequest', `The timeout of '${activity.name}' is not of the form d.hh:mm:ss.`);
    }
    const activities = readActivities(activity.typeProperties['activities'], activity.name);
    const end = clock.now() + timeout;
    for (let iteration = 0; ; iteration += 1) {
      const start = clock.now();
      const inner = frame.iteration(iteration);
      const failure = await failureOf(context.runInner(activities, inner));
      if (signal.aborted) return {};
      const scope = run.scopeFor(inner);
      if (conditionValue(context.evaluate(activity.typeProperties['expression'], scope))) {
        if (failure !== undefined) throw failure;
        return {};
      }
      if (clock.now() === start) await clock.wait(shortestIteration, signal);
      if (signal.aborted) return {};
      if (clock.now() >= end) {
        const message = `The activity '${activity.name}' did not end within its timeout.`;
        throw new ActivityFailure('ActivityTimeout', message);
      }
    }
  },
};

async function failureOf(iteration: Promise<void>): Promise<ActivityFailure | undefined> {
  try {
    await iteration;
    return undefined;
  } catch (error) {
    if (error instanceof ActivityFailure) return error;
    throw error;
  }
}
