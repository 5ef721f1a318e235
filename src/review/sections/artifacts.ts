import { artifactKinds, type ArtifactKind, type JsonObject } from '../../artifacts/model';
import { compareCells, type CellChange } from '../artifacts/notebook-cells';
import { activitiesOf, compareActivities, type Activity, type ActivityChange } from '../artifacts/pipeline-activities';
import type { ReviewedArtifact } from '../artifacts/reviewed-artifacts';
import { compareViews, type ViewChange } from '../artifacts/view-columns';
import { differencesOf, sameJson, type JsonDifference } from '../json-difference';

/** What became of one artifact, in every environment in which the same became of it. */
export interface ArtifactChange {
  readonly kind: ArtifactKind;
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly environments: readonly string[];
  /** Of a notebook. */
  readonly cells: readonly CellChange[];
  /** Of a pipeline. */
  readonly activities: readonly ActivityChange[];
  /** The pipeline as it will be, for its graph; empty for anything else. */
  readonly graph: readonly Omit<Activity, 'body'>[];
  /** Of an SQL script. */
  readonly views: readonly ViewChange[];
  /** All that the lists above do not tell. */
  readonly others: readonly JsonDifference[];
}

export interface ArtifactsSection {
  readonly changed: boolean;
  readonly changes: readonly ArtifactChange[];
}

type SingleChange = Omit<ArtifactChange, 'environments'>;

/** The artifacts of one environment. */
export interface Workspace {
  readonly environment: string;
  readonly artifacts: readonly ReviewedArtifact[];
}

/** Artifacts that differ, by kind and name; what is the same in several environments is told once. */
export function compareArtifacts(before: readonly Workspace[], after: readonly Workspace[]): ArtifactsSection {
  const merged = new Map<string, ArtifactChange>();
  const environments = [...new Set([...before, ...after].map(({ environment }) => environment))].sort();
  for (const environment of environments) {
    const [old, young] = [before, after].map((side) => side.find((one) => one.environment === environment));
    for (const change of compareWorkspaces(old?.artifacts ?? [], young?.artifacts ?? [])) {
      const key = JSON.stringify(change);
      merged.set(key, { ...change, environments: [...(merged.get(key)?.environments ?? []), environment] });
    }
  }
  const changes = [...merged.values()].sort(compareNames);
  return { changed: changes.length > 0, changes };
}

function compareWorkspaces(
  before: readonly ReviewedArtifact[],
  after: readonly ReviewedArtifact[],
): readonly SingleChange[] {
  const key = ({ kind, name }: ReviewedArtifact): string => `${kind}/${name}`;
  const former = new Map(before.map((artifact) => [key(artifact), artifact]));
  const present = new Set(after.map(key));
  return [
    ...after.flatMap((artifact) => {
      const known = former.get(key(artifact));
      if (known === undefined) return [toChange('added', artifact, undefined, artifact.properties)];
      if (sameJson(known.properties, artifact.properties)) return [];
      return [toChange('changed', artifact, known.properties, artifact.properties)];
    }),
    ...before
      .filter((artifact) => !present.has(key(artifact)))
      .map((artifact) => toChange('removed', artifact, artifact.properties, undefined)),
  ];
}

function toChange(
  change: ArtifactChange['change'],
  { kind, name }: ReviewedArtifact,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): SingleChange {
  const [old, young] = [before ?? {}, after ?? {}];
  const isChanged = change === 'changed';
  return {
    kind,
    name,
    change,
    cells: kind === 'notebooks' && isChanged ? compareCells(old, young) : [],
    activities: kind === 'pipelines' && isChanged ? compareActivities(old, young) : [],
    graph: kind === 'pipelines' ? activitiesOf(young).map(({ body: _body, ...activity }) => activity) : [],
    views: kind === 'sqlScripts' ? compareViews(old, young) : [],
    others: isChanged ? differencesOf(withoutTold(kind, old), withoutTold(kind, young)) : [],
  };
}

/** Properties without what a list of its own tells. */
function withoutTold(kind: ArtifactKind, properties: JsonObject): JsonObject {
  const told: Partial<Record<ArtifactKind, string>> = {
    notebooks: 'cells',
    pipelines: 'activities',
    sqlScripts: 'content',
  };
  return Object.fromEntries(Object.entries(properties).filter(([name]) => name !== told[kind]));
}

function compareNames(one: ArtifactChange, other: ArtifactChange): number {
  const kinds = artifactKinds.indexOf(one.kind) - artifactKinds.indexOf(other.kind);
  return kinds || (one.name < other.name ? -1 : one.name > other.name ? 1 : 0);
}
