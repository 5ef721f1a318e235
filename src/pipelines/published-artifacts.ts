import type { Artifact, ArtifactKind } from '../artifacts/model';

/** The artifacts that a workspace has now. Names ignore case, as on the service; a deployment may change them at any time. */
export interface PublishedArtifacts {
  find(kind: ArtifactKind, name: string): Artifact | undefined;
}

/** Artifacts of a list. */
export function publishedFrom(artifacts: readonly Artifact[]): PublishedArtifacts {
  const byName = new Map(artifacts.map((artifact) => [`${artifact.kind}/${artifact.name.toLowerCase()}`, artifact]));
  return { find: (kind, name) => byName.get(`${kind}/${name.toLowerCase()}`) };
}
