import {
  referenceTypes,
  type Artifact,
  type ArtifactReference,
  type JsonObject,
  type JsonValue,
  type ReferenceType,
} from './model';
import { isList, isObject, replaceTexts, visitObjects } from './walk-json';

const runLine = /^%run (.+)$/;

/**
 * Everything that an artifact refers to, in document order: the service's reference objects at any depth, and the
 * notebooks that a notebook runs by `%run`. `place` points to the string that holds the name (for `%run`, after the word).
 * References of other types, such as integration runtimes, are not ours to order and are left out.
 */
export function findReferences(artifact: Pick<Artifact, 'kind' | 'properties'>): readonly ArtifactReference[] {
  const found: ArtifactReference[] = [];
  const { cells, ...others } = artifact.properties;
  const isNotebook = artifact.kind === 'notebooks';
  visitObjects(isNotebook ? others : artifact.properties, (object, pointer) => {
    const { type, referenceName } = object;
    if (isReferenceType(type) && typeof referenceName === 'string') {
      found.push({ type, name: referenceName, place: `${pointer}/referenceName` });
    }
  });
  return isNotebook ? [...found, ...findRuns(cells)] : found;
}

/** The text that a reference with this name would be at its place. */
export function referenceText({ place }: ArtifactReference, name: string): string {
  return place.startsWith('/cells/') ? `%run ${name}` : name;
}

/**
 * The properties with other names in its references.
 * @param rename the new name, or undefined where it stays as it is.
 */
export function replaceReferences(
  artifact: Pick<Artifact, 'kind' | 'properties'>,
  rename: (reference: ArtifactReference) => string | undefined,
): JsonObject {
  const texts = findReferences(artifact).flatMap((reference) => {
    const name = rename(reference);
    return name === undefined ? [] : [[reference.place, referenceText(reference, name)] as const];
  });
  return replaceTexts(artifact.properties, new Map(texts));
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
