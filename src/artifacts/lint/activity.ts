import type { JsonObject, JsonValue } from '../model';
import { below, memberAt, objectsAt, textAt } from './json';

/** An activity of a pipeline, and where it stands. */
export interface Activity {
  readonly name: string;
  readonly type: string;
  readonly json: JsonObject;
  /** JSON pointer into the file. */
  readonly pointer: string;
  /** The activity whose inner activity this is. */
  readonly container?: Activity;
  /** The list that it stands in, itself included. */
  readonly siblings: readonly Activity[];
}

/** Activities that decide, and activities that repeat: what may stand in what depends on it (azure-facts §6.3). */
export const branchingTypes: ReadonlySet<string> = new Set(['IfCondition', 'Switch']);
export const loopingTypes: ReadonlySet<string> = new Set(['ForEach', 'Until']);

/** Members of `typeProperties` that hold inner activities; `cases` holds objects that do. */
export const innerMembers: ReadonlySet<string> = new Set([
  'activities',
  'ifTrueActivities',
  'ifFalseActivities',
  'cases',
  'defaultActivities',
]);

/** Every activity of a pipeline, inner ones after their container. What is no object is left to the schema. */
export function readActivities(pipeline: JsonObject, pointer: string): readonly Activity[] {
  return readList(pipeline['activities'], below(pointer, 'activities'), undefined);
}

function readList(list: JsonValue | undefined, pointer: string, container: Activity | undefined): readonly Activity[] {
  const siblings: Activity[] = [];
  for (const [index, json] of objectsAt(list)) {
    siblings.push({
      name: textAt(json, 'name') ?? '',
      type: textAt(json, 'type') ?? '',
      json,
      pointer: below(pointer, index),
      ...(container === undefined ? {} : { container }),
      siblings,
    });
  }
  return siblings.flatMap((activity) => [
    activity,
    ...innerLists(activity).flatMap((inner) => readInner(activity, inner)),
  ]);
}

function readInner(activity: Activity, path: readonly (string | number)[]): readonly Activity[] {
  let value: JsonValue | undefined = activity.json;
  for (const part of path)
    value = Array.isArray(value) ? (value as JsonValue[])[Number(part)] : memberAt(value, String(part));
  return readList(value, below(activity.pointer, ...path), activity);
}

/** Paths of the lists of inner activities. */
function innerLists(activity: Activity): readonly (readonly (string | number)[])[] {
  return [...innerMembers].flatMap((name) =>
    name === 'cases'
      ? objectsAt(activity.json, 'typeProperties', 'cases').map(([index]) => [
          'typeProperties',
          'cases',
          index,
          'activities',
        ])
      : [['typeProperties', name]],
  );
}

/** The containers of an activity, innermost first. */
export function containersOf(activity: Activity): readonly Activity[] {
  return activity.container === undefined ? [] : [activity.container, ...containersOf(activity.container)];
}

/** Names in `dependsOn`. */
export function dependenciesOf(activity: Activity): readonly string[] {
  return objectsAt(activity.json, 'dependsOn').flatMap(([, dependency]) => textAt(dependency, 'activity') ?? []);
}

/**
 * Activities whose output an activity may read: those beside it that it waits for, directly or through others, and those
 * that its containers wait for. Inner activities of another container are not among them.
 */
export function predecessorsOf(activity: Activity): ReadonlySet<Activity> {
  const found = new Set<Activity>();
  const add = (names: readonly string[], siblings: readonly Activity[]): void => {
    for (const sibling of siblings) {
      if (!names.includes(sibling.name) || found.has(sibling)) continue;
      found.add(sibling);
      add(dependenciesOf(sibling), siblings);
    }
  };
  for (const each of [activity, ...containersOf(activity)]) add(dependenciesOf(each), each.siblings);
  return found;
}
