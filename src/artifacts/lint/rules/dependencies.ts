import { branchingTypes, containersOf, dependenciesOf, loopingTypes, predecessorsOf, type Activity } from '../activity';
import type { RuleFinding } from '../finding';
import { below, objectsAt, textAt } from '../json';
import type { ArtifactRule } from '../rule';
import { propertiesPointer, type Subject } from '../subject';

/** Newer documentation says 80 or 120; older workspaces refuse more than this (azure-facts §6.3). */
const mostActivities = 40;

export const dependencyRule: ArtifactRule = {
  id: 'depends-on',
  demand: 'An activity waits for activities beside it, each once, and never for itself.',
  check: ({ activities }) => activities.flatMap((activity) => checkDependencies(activity, activities)),
};

function checkDependencies(activity: Activity, all: readonly Activity[]): readonly RuleFinding[] {
  const names = dependenciesOf(activity);
  return objectsAt(activity.json, 'dependsOn').flatMap(([index, dependency]) => {
    const name = textAt(dependency, 'activity');
    if (name === undefined) return [];
    const pointer = below(activity.pointer, 'dependsOn', index, 'activity');
    const finding = (problem: string, mend: string): RuleFinding[] => [{ pointer, problem, mend }];
    if (names.indexOf(name) < index) return finding(`"${name}" is named twice.`, 'Join the conditions in one entry.');
    const awaited = activity.siblings.find((sibling) => sibling.name === name);
    if (awaited === undefined) {
      const isElsewhere = all.some((other) => other.name === name);
      return isElsewhere
        ? finding(`"${name}" does not stand beside this activity.`, 'Wait for an activity of the same list.')
        : finding(`There is no activity "${name}".`, 'Mend the name.');
    }
    const isCircle = awaited === activity || predecessorsOf(awaited).has(activity);
    return isCircle ? finding(`"${name}" waits for this activity, too.`, 'Remove one of the two dependencies.') : [];
  });
}

export const nestingRule: ArtifactRule = {
  id: 'nesting',
  demand:
    'IfCondition and Switch hold neither each other nor loops; loops hold no loops; containers hold no Validation (azure-facts §6.3).',
  check: ({ activities }) => activities.flatMap(checkNesting),
};

function checkNesting(activity: Activity): readonly RuleFinding[] {
  const outer = containersOf(activity);
  const isBranching = branchingTypes.has(activity.type);
  const isLooping = loopingTypes.has(activity.type);
  const refusing = outer.find(
    ({ type }) =>
      activity.type === 'Validation' ||
      (branchingTypes.has(type) && (isBranching || isLooping)) ||
      (loopingTypes.has(type) && isLooping),
  );
  if (refusing === undefined) return [];
  return [
    {
      pointer: activity.pointer,
      problem: `${activity.type} "${activity.name}" may not stand in ${refusing.type} "${refusing.name}".`,
      mend: 'Put it into a pipeline of its own and run that with ExecutePipeline.',
    },
  ];
}

export const activityCountRule: ArtifactRule = {
  id: 'activity-count',
  demand: 'A pipeline has at most 40 activities, inner ones included.',
  check: ({ activities }: Subject) =>
    activities.length <= mostActivities
      ? []
      : [
          {
            pointer: below(propertiesPointer, 'activities'),
            problem: `The pipeline has ${activities.length} activities, inner ones included; at most ${mostActivities} are safe.`,
            mend: 'Put some of them into a pipeline of their own.',
          },
        ],
};
