import type { ArtifactReference } from '../../model';
import { artifactKey, targetOf } from '../../order';
import { findReferences } from '../../references';
import type { RuleFinding } from '../finding';
import type { ArtifactRule } from '../rule';
import { propertiesPointer, type Subject, type Surroundings } from '../subject';

export const referenceRule: ArtifactRule = {
  id: 'reference',
  demand: 'Every artifact and pool that is referred to is deployed too, or is in the workspace already.',
  check: (subject, surroundings) =>
    findReferences(subject.artifact).flatMap((reference) => checkReference(reference, surroundings)),
};

function checkReference(reference: ArtifactReference, { known }: Surroundings): readonly RuleFinding[] {
  const target = targetOf(reference);
  if (known.has(target)) return [];
  const alike = [...known].find((key) => key.toLowerCase() === target.toLowerCase());
  return [
    {
      pointer: propertiesPointer + reference.place,
      problem: `There is no ${target}.`,
      mend:
        alike === undefined
          ? 'Mend the name, or add what is missing.'
          : `Write ${alike.slice(alike.indexOf('/') + 1)}.`,
    },
  ];
}

export const cycleRule: ArtifactRule = {
  id: 'cycle',
  demand: 'No artifact refers to itself, directly or through others: none could be deployed first.',
  check: (subject, { subjects }) =>
    findReferences(subject.artifact).flatMap((reference) => {
      const path = pathBetween(targetOf(reference), subject, subjects);
      if (path === undefined) return [];
      const circle = [subject.artifact.name, ...path].join(' -> ');
      const problem = `This closes a circle: ${circle}.`;
      return [{ pointer: propertiesPointer + reference.place, problem, mend: 'Remove one of the references.' }];
    }),
};

/** Names on the way from one artifact to another along references, both included; undefined where there is no way. */
function pathBetween(
  from: string,
  to: Subject,
  subjects: readonly Subject[],
  seen = new Set<string>(),
): readonly string[] | undefined {
  const subject = subjects.find(({ artifact }) => artifactKey(artifact) === from);
  if (subject === undefined || seen.has(from)) return undefined;
  if (subject === to) return [subject.artifact.name];
  seen.add(from);
  for (const reference of findReferences(subject.artifact)) {
    const rest = pathBetween(targetOf(reference), to, subjects, seen);
    if (rest !== undefined) return [subject.artifact.name, ...rest];
  }
  return undefined;
}
