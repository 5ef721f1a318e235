import type { Artifact, JsonObject, JsonValue } from '../artifacts/model';
import { InsightsError } from '../contract/errors';

export type DependencyCondition = 'Succeeded' | 'Failed' | 'Skipped' | 'Completed';

export interface Dependency {
  readonly activity: string;
  readonly conditions: readonly DependencyCondition[];
}

/** An activity of a pipeline's JSON. Strings in it may be expressions, except where a type here says otherwise. */
export interface ActivityDefinition {
  readonly name: string;
  readonly type: string;
  readonly dependsOn: readonly Dependency[];
  readonly typeProperties: JsonObject;
  readonly policy: JsonObject;
  readonly userProperties: readonly JsonValue[];
  readonly linkedServiceName: JsonObject | undefined;
  readonly inputs: readonly JsonObject[];
  readonly outputs: readonly JsonObject[];
  /** What an inactive activity counts as; undefined for an active one. */
  readonly inactiveAs: 'Succeeded' | 'Failed' | 'Skipped' | undefined;
}

export interface ParameterDefinition {
  readonly name: string;
  /** Lower case: string, securestring, int, float, bool, array, object. */
  readonly type: string;
  /** Undefined where the caller must give one. */
  readonly defaultValue: JsonValue | undefined;
}

export interface PipelineDefinition {
  readonly name: string;
  readonly activities: readonly ActivityDefinition[];
  readonly parameters: readonly ParameterDefinition[];
  readonly variables: readonly ParameterDefinition[];
  /** Runs at a time; undefined for any number. */
  readonly concurrency: number | undefined;
  readonly annotations: readonly JsonValue[];
}

/**
 * Reads a pipeline artifact.
 * @throws InsightsError PIPELINE_INVALID for activities that are not what the service takes.
 */
export function readPipeline(artifact: Artifact): PipelineDefinition {
  const { properties } = artifact;
  const concurrency = properties['concurrency'];
  const activities = readActivities(properties['activities'], artifact.name);
  return {
    name: artifact.name,
    activities,
    parameters: readParameters(properties['parameters']),
    variables: readParameters(properties['variables']),
    concurrency: typeof concurrency === 'number' ? concurrency : undefined,
    annotations: asList(properties['annotations']),
  };
}

/** Parameters or variables of a pipeline, dataset or linked service. */
export function readParameters(json: JsonValue | undefined): ParameterDefinition[] {
  return Object.entries(asObject(json)).map(([name, definition]) => {
    const { type, defaultValue } = asObject(definition);
    return { name, type: typeof type === 'string' ? type.toLowerCase() : 'string', defaultValue };
  });
}

/** Activities of a pipeline or a container. @throws InsightsError PIPELINE_INVALID. */
export function readActivities(json: JsonValue | undefined, place: string): ActivityDefinition[] {
  const activities = asList(json).map((activity) => readActivity(asObject(activity), place));
  const names = new Set(activities.map(({ name }) => name));
  if (names.size < activities.length) throw invalid('Two activities have the same name.', place);
  for (const { name, dependsOn } of activities) {
    const missing = dependsOn.find(({ activity }) => !names.has(activity));
    if (missing === undefined) continue;
    throw invalid(`The activity ${name} depends on ${missing.activity}, which is not beside it.`, place);
  }
  const cycle = findCycle(activities);
  if (cycle !== undefined) throw invalid(`The activity ${cycle} depends on itself through others.`, place);
  return activities;
}

function readActivity(json: JsonObject, place: string): ActivityDefinition {
  const { name, type, state, onInactiveMarkAs, linkedServiceName } = json;
  if (typeof name !== 'string' || typeof type !== 'string') throw invalid('An activity has no name or type.', place);
  const mark = onInactiveMarkAs === 'Failed' || onInactiveMarkAs === 'Skipped' ? onInactiveMarkAs : 'Succeeded';
  return {
    name,
    type,
    dependsOn: asList(json['dependsOn']).map((dependency) => {
      const { activity, dependencyConditions } = asObject(dependency);
      const conditions = asList(dependencyConditions) as readonly DependencyCondition[];
      return { activity: typeof activity === 'string' ? activity : '', conditions };
    }),
    typeProperties: asObject(json['typeProperties']),
    policy: asObject(json['policy']),
    userProperties: asList(json['userProperties']),
    linkedServiceName: linkedServiceName === undefined ? undefined : asObject(linkedServiceName),
    inputs: asList(json['inputs']).map(asObject),
    outputs: asList(json['outputs']).map(asObject),
    inactiveAs: state === 'Inactive' ? mark : undefined,
  };
}

function findCycle(activities: readonly ActivityDefinition[]): string | undefined {
  const parents = new Map(activities.map(({ name, dependsOn }) => [name, dependsOn.map(({ activity }) => activity)]));
  const done = new Set<string>();
  // Takes away what depends on nothing that is left, until nothing can be taken.
  for (;;) {
    const free = [...parents].filter(([name, names]) => !done.has(name) && names.every((parent) => done.has(parent)));
    if (free.length === 0) return [...parents.keys()].find((name) => !done.has(name));
    for (const [name] of free) done.add(name);
  }
}

export function asObject(json: JsonValue | undefined): JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : {};
}

export function asList(json: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(json) ? (json as readonly JsonValue[]) : [];
}

function invalid(message: string, pipeline: string): InsightsError {
  return new InsightsError('PIPELINE_INVALID', message, { place: { path: `pipelines/${pipeline}` } });
}
