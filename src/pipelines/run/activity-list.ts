import type { ActivityDefinition } from '../definition';
import type { Frame } from './frame';
import { decidingFailure, isMet, type ActivityOutcome } from './outcome';
import { ActivityFailure } from './records';
import { runActivity, skipActivity, type ActivityEnd, type ActivityRunner } from './run-activity';

/** The activity that made a list of activities fail, and why. */
export interface ListFailure {
  readonly activity: string;
  readonly failure: ActivityFailure;
}

/**
 * Runs activities beside each other, each as soon as those it depends on have ended.
 * @returns undefined when they succeed together, by the service's rule (outcome.ts).
 */
export async function runActivities(
  runner: ActivityRunner,
  activities: readonly ActivityDefinition[],
  frame: Frame,
  signal: AbortSignal,
): Promise<ListFailure | undefined> {
  const byName = new Map(activities.map((activity) => [activity.name, activity]));
  const ends = new Map<string, Promise<ActivityEnd>>();
  const endOf = (activity: ActivityDefinition): Promise<ActivityEnd> => {
    const begun = ends.get(activity.name);
    if (begun !== undefined) return begun;
    const end = afterDependencies(activity);
    ends.set(activity.name, end);
    return end;
  };
  const afterDependencies = async (activity: ActivityDefinition): Promise<ActivityEnd> => {
    const met = await Promise.all(
      activity.dependsOn.map(async (dependency) => {
        const parent = byName.get(dependency.activity);
        return parent !== undefined && isMet(dependency, (await endOf(parent)).outcome);
      }),
    );
    // What had not begun when the run was cancelled leaves no record.
    if (signal.aborted) return { outcome: 'Cancelled' };
    return met.every(Boolean) ? runActivity(runner, activity, frame, signal) : skipActivity(runner, activity, frame);
  };
  // Every activity ends before anything is thrown: a defect must not leave others running behind it.
  const results = await Promise.allSettled(activities.map(endOf));
  const outcomes = new Map<string, ActivityOutcome>();
  const failures = new Map<string, ActivityFailure>();
  results.forEach((result, index) => {
    if (result.status === 'rejected') throw result.reason as Error;
    const name = activities[index]?.name ?? '';
    outcomes.set(name, result.value.outcome);
    if (result.value.failure !== undefined) failures.set(name, result.value.failure);
  });
  const deciding = decidingFailure(activities, outcomes);
  if (deciding === undefined) return undefined;
  const cancelled = new ActivityFailure('', 'The activity was cancelled.');
  return { activity: deciding.name, failure: failures.get(deciding.name) ?? cancelled };
}
