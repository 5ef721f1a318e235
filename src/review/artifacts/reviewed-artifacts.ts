import { artifactKinds, type ArtifactKind, type JsonObject } from '../../artifacts/model';
import { mapStrings } from '../../artifacts/walk-json';
import { nameOf, propertiesOf, textOf, type StackResource } from '../stacks';

/** An artifact of a synthesised stack as people know it: names instead of Terraform's references, without our marker. */
export interface ReviewedArtifact {
  readonly kind: ArtifactKind;
  readonly name: string;
  readonly properties: JsonObject;
}

const type = /^Microsoft\.Synapse\/workspaces\/(\w+)@/;
const reference = /\$\{(azapi_data_plane_resource\.[\w-]+)\.name\}/g;
const marker = / ?\[?education-insights-cdk sha256:[0-9a-f]{64}\]?/g;

/** The artifacts among the resources of a stack, in the order of their addresses. */
export function artifactsOf(resources: readonly StackResource[]): readonly ReviewedArtifact[] {
  const names = new Map(resources.map((resource) => [resource.address, nameOf(resource)]));
  return resources.flatMap((resource) => {
    const kind = kindOf(resource);
    if (kind === undefined) return [];
    const properties = mapStrings(propertiesOf(resource), (text) =>
      text
        .replaceAll(reference, (whole, address: string) => names.get(address) ?? whole)
        .replaceAll('$${', '${')
        .replaceAll(marker, ''),
    );
    return [{ kind, name: nameOf(resource), properties }];
  });
}

/** The kind of an artifact; undefined for any other resource. */
export function kindOf({ body }: StackResource): ArtifactKind | undefined {
  const word = type.exec(textOf(body['type']))?.[1];
  return artifactKinds.find((kind) => kind === word);
}
