/** What a workspace calls an artifact, and the part of its development endpoint's URL that names the collection. */
export const artifactKinds = [
  'linkedservices',
  'datasets',
  'notebooks',
  'pipelines',
  'triggers',
  'sqlScripts',
] as const;

export type ArtifactKind = (typeof artifactKinds)[number];

/** The `type` of a reference in the service's JSON, and what it refers to. A pool is no artifact, but is referred to like one. */
export const referenceTypes = {
  LinkedServiceReference: 'linkedservices',
  DatasetReference: 'datasets',
  NotebookReference: 'notebooks',
  PipelineReference: 'pipelines',
  BigDataPoolReference: 'bigDataPools',
} as const;

export type ReferenceType = keyof typeof referenceTypes;

/** A JSON object as the service stores it. */
export type JsonObject = { readonly [key: string]: JsonValue };
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** Who refers to what: `place` is the JSON pointer of the reference in the artifact's properties. */
export interface ArtifactReference {
  readonly type: ReferenceType;
  readonly name: string;
  readonly place: string;
}

/** One artifact of a workspace, ready to be sent: `{name, properties}` is the body that the service takes. */
export interface Artifact {
  readonly kind: ArtifactKind;
  readonly name: string;
  /** As the service stores it, so that nothing differs after it was read back (providers-live §2). */
  readonly properties: JsonObject;
  /** Where it comes from, relative to the project, for messages. */
  readonly file: string;
}
