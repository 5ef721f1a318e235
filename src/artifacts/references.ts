import {
  referenceTypes,
  type Artifact,
  type ArtifactReference,
  type JsonObject,
  type JsonValue,
  type ReferenceType,
} from './model';
import { isList, isObject, mapStrings, visitObjects } from './walk-json';

const runLine = /^%run (.+)$/;

/**
 * Everything that an artifact refers to, in document order: the service's reference objects at any depth, and the
 * notebooks that a notebook runs by `%run`. `place` points to the string that holds the name (for `%run`, after the word).
 * References of other types, such as integration runtimes, are not ours to order and are left out.
 */
export function findReferences(artifact: Pick<Artifact, 'kind' | 'properties'>): readonly ArtifactReference[] {
  const found: ArtifactReference[] = [];
  visitObjects(artifact.properties, (object, pointer) => {
    const { type, referenceName } = object;
    if (isReferenceType(type) && typeof referenceName === 'string') {
      found.push({ type, name: referenceName, place: `${pointer}/referenceName` });
    }
  });
  return artifact.kind === 'notebooks' ? [...found, ...findRuns(artifact.properties['cells'])] : found;
}

/**
 * The properties with other names in its references.
 * @param rename the new name, or undefined where it stays as it is.
 */
export function replaceReferences(
  artifact: Pick<Artifact, 'kind' | 'properties'>,
  rename: (reference: ArtifactReference) => string | undefined,
): JsonObject {
  const names = new Map<string, string>();
  for (const reference of findReferences(artifact)) {
    const name = rename(reference);
    if (name !== undefined) names.set(reference.place, reference.place.startsWith('/cells/') ? `%run ${name}` : name);
  }
  return mapStrings(artifact.properties, (text, pointer) => names.get(pointer) ?? text);
}

/** A cell is a run only where that is all of it: elsewhere the line is text. */
function findRuns(cells: JsonValue | undefined): readonly ArtifactReference[] {
  if (!isList(cells)) return [];
  return cells.flatMap((cell, index) => {
    if (!isObject(cell) || cell['cell_type'] !== 'code') return [];
    const source = cell['source'];
    const line = isList(source) && source.length === 1 ? source[0] : undefined;
    const name = typeof line === 'string' ? runLine.exec(line)?.[1] : undefined;
    return name === undefined ? [] : [{ type: 'NotebookReference', name, place: `/cells/${index}/source/0` } as const];
  });
}

function isReferenceType(value: JsonValue | undefined): value is ReferenceType {
  return typeof value === 'string' && Object.hasOwn(referenceTypes, value);
}
