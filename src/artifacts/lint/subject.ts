import { artifactKey, type ArtifactKey } from '../order';
import {
  ExpressionSyntaxError,
  parseTemplate,
  referencesOf,
  type ExpressionReference,
  type Template,
} from '../expression';
import type { Artifact, ArtifactKind, JsonObject } from '../model';
import { innerMembers, readActivities, type Activity } from './activity';
import { below, memberAt, visitTexts, type TextVisitor } from './json';

/** A string that the service evaluates. */
export interface Text {
  readonly text: string;
  readonly pointer: string;
  /** The innermost activity that it belongs to; none outside pipelines. */
  readonly activity?: Activity;
  /** Whether it stands in an object `{value, type: 'Expression'}`. */
  readonly isMarked: boolean;
  /** Undefined where it does not parse. */
  readonly template?: Template;
  /** Why it does not parse. */
  readonly syntaxError?: ExpressionSyntaxError;
  /** What it asks its surroundings for. */
  readonly references: readonly ExpressionReference[];
}

/** An artifact, taken apart once for all rules. */
export interface Subject {
  readonly artifact: Artifact;
  /** Of a pipeline; empty for anything else. */
  readonly activities: readonly Activity[];
  readonly texts: readonly Text[];
}

/** All that is deployed together, and what the workspace has already. */
export interface Surroundings {
  readonly subjects: readonly Subject[];
  /** Those, and what is there without being linted: pools, artifacts that OEA installed (OWN3). */
  readonly known: ReadonlySet<ArtifactKey>;
}

/** Where an artifact's properties are in its file. */
export const propertiesPointer = '/properties';

export function readSubject(artifact: Artifact): Subject {
  const activities = artifact.kind === 'pipelines' ? readActivities(artifact.properties, propertiesPointer) : [];
  const texts = activities.flatMap((activity) =>
    readTexts(activity.json, activity.pointer, (name) => isNoValue(name) || innerMembers.has(name), activity),
  );
  return { artifact, activities, texts: [...texts, ...otherTexts(artifact)] };
}

/** Members of an activity whose strings are names or words, never expressions. */
function isNoValue(name: string): boolean {
  return ['name', 'type', 'description', 'dependsOn'].includes(name);
}

/** Notebooks and scripts have no expressions: an `@` there is Python's or T-SQL's. */
function otherTexts({ kind, properties }: Artifact): readonly Text[] {
  const members: Partial<Record<ArtifactKind, readonly string[]>> = {
    datasets: ['linkedServiceName', 'typeProperties', 'schema', 'structure'],
    linkedservices: ['typeProperties'],
    triggers: ['pipelines', 'typeProperties'],
  };
  return (members[kind] ?? []).flatMap((member) =>
    readTexts(memberAt(properties, member), below(propertiesPointer, member), isNoValue),
  );
}

function readTexts(
  value: JsonObject[string] | undefined,
  pointer: string,
  isLeftOut: (name: string) => boolean,
  activity?: Activity,
): readonly Text[] {
  const found: Text[] = [];
  const owner = activity === undefined ? {} : { activity };
  const add: TextVisitor = (text, place, holder) => {
    const isMarked = holder?.['type'] === 'Expression' && holder['value'] === text;
    // A value that a pipeline returns is `{type, content}`, and computed only where the type says so.
    if (holder?.['content'] === text && typeof holder['type'] === 'string' && holder['type'] !== 'Expression') return;
    found.push({ text, pointer: place, ...owner, isMarked, ...parse(text) });
  };
  visitTexts(value, pointer, add, isLeftOut);
  return found;
}

function parse(text: string): Pick<Text, 'template' | 'syntaxError' | 'references'> {
  try {
    const template = parseTemplate(text);
    return { template, references: referencesOf(template) };
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return { syntaxError: error, references: [] };
    throw error;
  }
}

/** Whether the service computes a text, rather than take it as it is. */
export function isComputed({ template }: Pick<Text, 'template'>): boolean {
  return template === undefined || template.kind !== 'text';
}

export function readSurroundings(artifacts: readonly Artifact[], present: Iterable<ArtifactKey>): Surroundings {
  return { subjects: artifacts.map(readSubject), known: new Set([...artifacts.map(artifactKey), ...present]) };
}

/** The artifact of a kind and name, if it is deployed as well. */
export function findSubject(surroundings: Surroundings, kind: ArtifactKind, name: string): Subject | undefined {
  const key = artifactKey({ kind, name });
  return surroundings.subjects.find(({ artifact }) => artifactKey(artifact) === key);
}
