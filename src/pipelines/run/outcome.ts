import type { ActivityDefinition, Dependency } from '../definition';

/** How an activity ended, for those that depend on it. */
export type ActivityOutcome = 'Succeeded' | 'Failed' | 'Skipped' | 'Cancelled';

/** Whether a dependency is met. `Completed` means that the activity ran, whether it succeeded or failed. */
export function isMet(dependency: Dependency, outcome: ActivityOutcome): boolean {
  return dependency.conditions.some((condition) =>
    condition === 'Completed' ? outcome === 'Succeeded' || outcome === 'Failed' : condition === outcome,
  );
}

/**
 * The service's rule for the end of a run, and of the activities in a container: it looks at the leaves, the activities
 * on which no other depends; where a leaf was skipped, at those it depends on instead. All must have succeeded.
 * @returns the first activity, in the order of the definition, that keeps it from success; undefined for success.
 */
export function decidingFailure(
  activities: readonly ActivityDefinition[],
  outcomes: ReadonlyMap<string, ActivityOutcome>,
): ActivityDefinition | undefined {
  const byName = new Map(activities.map((activity) => [activity.name, activity]));
  const parents = new Set(activities.flatMap(({ dependsOn }) => dependsOn.map(({ activity }) => activity)));
  const deciding = new Set<ActivityDefinition>();
  const visit = (activity: ActivityDefinition): void => {
    if (outcomes.get(activity.name) !== 'Skipped' || activity.dependsOn.length === 0) {
      deciding.add(activity);
      return;
    }
    for (const { activity: name } of activity.dependsOn) {
      const parent = byName.get(name);
      if (parent !== undefined) visit(parent);
    }
  };
  activities.filter(({ name }) => !parents.has(name)).forEach(visit);
  return activities.find((activity) => deciding.has(activity) && hasFailed(outcomes.get(activity.name)));
}

function hasFailed(outcome: ActivityOutcome | undefined): boolean {
  return outcome === 'Failed' || outcome === 'Cancelled';
}
