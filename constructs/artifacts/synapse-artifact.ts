import { Construct } from 'constructs';
import { markArtifact } from '../../src/artifacts/marker';
import type { Artifact, ArtifactReference, JsonObject } from '../../src/artifacts/model';
import { findReferences, referenceText } from '../../src/artifacts/references';
import { mapStrings } from '../../src/artifacts/walk-json';
import { AzapiDataPlaneResource } from '../core/azapi';
import type { ITerraformDependable } from '../core/cdktf';
import { LiteralJson } from '../core/literal-json';
import { escapeTemplate } from '../core/template-text';

export interface SynapseArtifactProps {
  /** Without tokens: its content hash would differ with every synthesis. */
  readonly artifact: Artifact;
  /** Host of the development endpoint, without a scheme. */
  readonly developmentHost: string;
  /** What Terraform knows another artifact of the plan by; undefined for what is there without being deployed. */
  readonly refer: (reference: ArtifactReference) => string | undefined;
  /** Tokens in the place of `{{placeholders}}` that the artifact still has. @default none */
  readonly tokens?: Readonly<Record<string, string>>;
  readonly after: readonly ITerraformDependable[];
}

export const artifactApiVersion = '2020-12-01';

/**
 * The provider takes an update that the service failed as done, and waits half an hour for a creation that failed: so the
 * hash has to come back, in the same apply, and a creation gets five minutes (providers-live §3).
 */
const createTimeout = '5m';

/**
 * One artifact of a workspace. It carries its content hash, which must come back from the service, and refers to others by
 * their resources, so that Terraform creates them before and destroys them after it.
 *
 * @example
 * new SynapseArtifact(this, 'ingest', { artifact, developmentHost, refer: () => undefined, after: [awaitWorkspace] });
 */
export class SynapseArtifact extends Construct {
  readonly resource: AzapiDataPlaneResource;
  /** SHA-256 of what was to be deployed. */
  readonly contentHash: string;

  constructor(scope: Construct, id: string, props: SynapseArtifactProps) {
    super(scope, id);
    const { developmentHost, refer, tokens = {}, after } = props;
    const artifact = markArtifact(withoutState(props.artifact));
    this.contentHash = artifact.hash;

    const properties = mapStrings(artifact.properties, escapeTemplate);
    const texts = new Map<string, string>();
    for (const [pointer, text] of tokenTexts(properties, tokens)) texts.set(pointer, text);
    for (const reference of findReferences(artifact)) {
      const name = refer(reference);
      if (name !== undefined) texts.set(reference.place, referenceText(reference, name));
    }
    this.resource = new AzapiDataPlaneResource(this, 'Resource', {
      type: `Microsoft.Synapse/workspaces/${artifact.kind}@${artifactApiVersion}`,
      name: artifact.name,
      parentId: developmentHost,
      body: { properties: new LiteralJson(properties, texts) },
      exportValues: { marker: artifact.markerPath },
      createTimeout,
      lifecycle: {
        postcondition: [
          {
            condition: `\${try(self.output.marker, "") == self.body.${artifact.markerPath}}`,
            errorMessage: `The service took ${artifact.kind}/${artifact.name}, but did not store it: see the workspace's activity log, then apply again.`,
          },
        ],
      },
      ...(after.length === 0 ? {} : { dependsOn: [...after] }),
    });
  }
}

/** Whether a trigger is started is no part of what it is: a started one would differ from the plan for ever. */
function withoutState(artifact: Artifact): Artifact {
  const { runtimeState: _, ...properties } = artifact.properties;
  return artifact.kind === 'triggers' ? { ...artifact, properties } : artifact;
}

/** The texts with `{{placeholders}}` that stand for tokens, by their pointers; those of cells are Python. */
function tokenTexts(
  properties: JsonObject,
  tokens: Readonly<Record<string, string>>,
): readonly (readonly [pointer: string, text: string])[] {
  const names = Object.keys(tokens);
  const found: (readonly [string, string])[] = [];
  const { cells: _, ...others } = properties;
  mapStrings(others, (text, pointer) => {
    const filled = names.reduce((changed, name) => changed.replaceAll(`{{${name}}}`, () => tokens[name] ?? ''), text);
    if (filled !== text) found.push([pointer, filled]);
    return text;
  });
  return found;
}
