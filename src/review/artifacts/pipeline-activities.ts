import type { JsonObject, JsonValue } from '../../artifacts/model';
import { isList, isObject } from '../../artifacts/walk-json';
import { differencesOf, type JsonDifference } from '../json-difference';
import { textOf } from '../stacks';

/** An activity of a pipeline, by itself: those inside of it are activities of their own. */
export interface Activity {
  /** Names from the outermost activity inwards, joined by ` / `. */
  readonly path: string;
  readonly name: string;
  readonly type: string;
  /** Path of the activity that holds this one. */
  readonly parent?: string;
  /** Paths of the activities that this one waits for. */
  readonly after: readonly string[];
  readonly body: JsonObject;
}

export interface ActivityChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly path: string;
  readonly type: string;
  readonly differences: readonly JsonDifference[];
}

/** Members of an activity that hold other activities. */
const branches = ['activities', 'ifTrueActivities', 'ifFalseActivities', 'defaultActivities'] as const;

/** Every activity of a pipeline, each before those inside of it. */
export function activitiesOf(properties: JsonObject): readonly Activity[] {
  return listOf(properties['activities']).flatMap((activity) => flatten(activity, undefined));
}

/** Activities that differ, those of the new pipeline first. */
export function compareActivities(before: JsonObject, after: JsonObject): readonly ActivityChange[] {
  const [old, young] = [activitiesOf(before), activitiesOf(after)];
  const former = new Map(old.map((activity) => [activity.path, activity]));
  const present = new Set(young.map(({ path }) => path));
  return [
    ...young.flatMap(({ path, type, body }): ActivityChange[] => {
      const known = former.get(path);
      if (known === undefined) return [{ change: 'added', path, type, differences: [] }];
      const differences = differencesOf(known.body, body);
      return differences.length === 0 ? [] : [{ change: 'changed', path, type, differences }];
    }),
    ...old
      .filter(({ path }) => !present.has(path))
      .map(({ path, type }): ActivityChange => ({ change: 'removed', path, type, differences: [] })),
  ];
}

function flatten(activity: JsonObject, parent: string | undefined): readonly Activity[] {
  const { name, type, typeProperties, dependsOn, ...others } = activity;
  const prefix = parent === undefined ? '' : `${parent} / `;
  const path = `${prefix}${textOf(name)}`;
  const held = isObject(typeProperties) ? typeProperties : {};
  const own = Object.fromEntries(Object.entries(held).filter(([key]) => !isBranch(key) && key !== 'cases'));
  const inside = [
    ...branches.flatMap((branch) => listOf(held[branch])),
    ...listOf(held['cases']).flatMap((one) => listOf(one['activities'])),
  ];
  return [
    {
      path,
      name: textOf(name),
      type: textOf(type),
      ...(parent === undefined ? {} : { parent }),
      after: listOf(dependsOn).map((dependency) => `${prefix}${textOf(dependency['activity'])}`),
      body: { ...others, dependsOn: dependsOn ?? [], typeProperties: own },
    },
    ...inside.flatMap((inner) => flatten(inner, path)),
  ];
}

function isBranch(key: string): boolean {
  return (branches as readonly string[]).includes(key);
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  return isList(value) ? value.filter(isObject) : [];
}
