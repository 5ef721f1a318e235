import { contentHash } from './content-hash';
import type { Artifact, ArtifactKind, JsonObject } from './model';
import { isList } from './walk-json';

/**
 * Everything that we deploy says so, with its content hash, in a text that the service stores and gives back. It proves
 * that an update was stored, which the provider does not (providers-live §3), and it tells what is ours to adopt (OWN3).
 */
const markerPrefix = 'education-insights-cdk sha256:';
const markerPattern = /education-insights-cdk sha256:([0-9a-f]{64})/;

/**
 * Where the marker is: the first annotation, or the end of the description of what has no annotations (notebooks and
 * scripts, azure-facts §4.4).
 */
const places: Readonly<Record<ArtifactKind, 'annotations' | 'description'>> = {
  linkedservices: 'annotations',
  datasets: 'annotations',
  pipelines: 'annotations',
  triggers: 'annotations',
  notebooks: 'description',
  sqlScripts: 'description',
};

export interface MarkedArtifact extends Artifact {
  /** Of the artifact without its marker. */
  readonly hash: string;
  /** Path of the text with the marker in what the service gives back, as JMESPath and as a Terraform expression. */
  readonly markerPath: 'properties.annotations[0]' | 'properties.description';
}

/** The artifact with its marker. */
export function markArtifact(artifact: Artifact): MarkedArtifact {
  const hash = contentHash(artifact);
  const marker = `${markerPrefix}${hash}`;
  const { annotations, description } = artifact.properties;
  if (places[artifact.kind] === 'annotations') {
    const properties: JsonObject = {
      ...artifact.properties,
      annotations: [marker, ...(isList(annotations) ? annotations : [])],
    };
    return { ...artifact, properties, hash, markerPath: 'properties.annotations[0]' };
  }
  const text = typeof description === 'string' && description !== '' ? `${description} [${marker}]` : `[${marker}]`;
  const properties = { ...artifact.properties, description: text };
  return { ...artifact, properties, hash, markerPath: 'properties.description' };
}

/** The content hash that an artifact was deployed with; undefined for what is not ours (OWN3). */
export function markedHash({ kind, properties }: Pick<Artifact, 'kind' | 'properties'>): string | undefined {
  const { annotations, description } = properties;
  const text = places[kind] === 'description' ? description : isList(annotations) ? annotations[0] : undefined;
  return typeof text === 'string' ? markerPattern.exec(text)?.[1] : undefined;
}
