import type { Artifact } from './model';
import { artifactKey, targetOf } from './order';
import { findReferences } from './references';

/** Linked services that lead to any address of the internet. */
const webServices: readonly unknown[] = ['HttpServer', 'RestService', 'Web'];

/** Whether data leaves or enters by a web address, which exfiltration protection does not let through (NET5). */
export function isWebService({ kind, properties }: Pick<Artifact, 'kind' | 'properties'>): boolean {
  return kind === 'linkedservices' && webServices.includes(properties['type']);
}

export interface Selection {
  readonly kept: readonly Artifact[];
  /** What was asked for, and everything that refers to it, directly or not. */
  readonly left: readonly Artifact[];
}

/** Leaves out some artifacts, with all that could not work without them; both parts keep their order. */
export function leaveOut(artifacts: readonly Artifact[], isUnwanted: (artifact: Artifact) => boolean): Selection {
  const left = new Set(artifacts.filter(isUnwanted));
  for (let before = -1; before < left.size;) {
    before = left.size;
    const keys = new Set([...left].map(artifactKey));
    const needs = (artifact: Artifact): boolean =>
      findReferences(artifact).some((reference) => keys.has(targetOf(reference)));
    for (const artifact of artifacts) if (needs(artifact)) left.add(artifact);
  }
  return {
    kept: artifacts.filter((artifact) => !left.has(artifact)),
    left: artifacts.filter((artifact) => left.has(artifact)),
  };
}
