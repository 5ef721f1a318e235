import type { ExistingArtifact } from '../../artifacts/adoption';
import { markedHash } from '../../artifacts/marker';
import { listArtifacts } from '../../deployment/adopt';
import { mapStrings } from '../../artifacts/walk-json';
import { artifactsOf, type ReviewedArtifact } from '../artifacts/reviewed-artifacts';
import { differencesOf, type JsonDifference } from '../json-difference';
import type { StackResource } from '../stacks';
import type { Comparison, Drift, DriftPlace } from './drift';
import { ownsWorkspace } from './owns-workspace';

/**
 * Compares artifacts by what is in them: whoever edits one in Studio leaves our marker as it is. What the service adds to an
 * object by itself does not count; what is added to a list, such as a cell or an activity, does. What is of nobody's
 * deployment was made by hand; in a workspace that was there before that is its owner's, and not told.
 */
export async function artifactDrift(
  resources: readonly StackResource[],
  { development, synapseWorkspace, tenantId }: Pick<DriftPlace, 'development' | 'synapseWorkspace' | 'tenantId'>,
): Promise<Comparison & { readonly byHand: readonly Drift[] }> {
  const expected = artifactsOf(resources);
  const existing = await listArtifacts(development, `${synapseWorkspace}.dev.azuresynapse.net`);
  const there = new Map(existing.map((artifact) => [keyOf(artifact), artifact]));
  const drifts: Drift[] = expected.flatMap((artifact): Drift[] => {
    const at = keyOf(artifact);
    const found = there.get(at);
    there.delete(at);
    if (found === undefined) return [{ kind: 'artifact', at, change: 'missing', detail: 'is not in the workspace' }];
    const [first, ...others] = differencesOf(
      withTenant(artifact, tenantId).properties,
      withoutMarker(found).properties,
    ).filter(isOurs);
    if (first === undefined) return [];
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return [{ kind: 'artifact', at, change: 'changed', detail: `differs in ${first.path}${more}` }];
  });
  const added =
    (detail: string) =>
    (artifact: ExistingArtifact): Drift => ({
      kind: 'artifact',
      at: keyOf(artifact),
      change: 'added',
      detail,
    });
  const left = [...there.values()];
  const ours = left.filter((artifact) => markedHash(artifact) !== undefined);
  const others = left.filter((artifact) => !ours.includes(artifact) && !isBuiltIn(artifact, synapseWorkspace));
  return {
    compared: expected.length,
    drifts: [...drifts, ...ours.map(added('is ours, but no longer deployed'))],
    byHand: ownsWorkspace(resources) ? others.map(added('was made by hand')) : [],
  };
}

/** What every workspace comes with. */
function isBuiltIn({ kind, name }: Pick<ExistingArtifact, 'kind' | 'name'>, workspace: string): boolean {
  return (
    kind === 'linkedservices' &&
    ['Storage', 'SqlServer'].some((what) => name.toLowerCase() === `${workspace}-WorkspaceDefault${what}`.toLowerCase())
  );
}

function keyOf({ kind, name }: Pick<ReviewedArtifact, 'kind' | 'name'>): string {
  return `${kind}/${name}`;
}

function withTenant(artifact: ReviewedArtifact, tenantId: string): ReviewedArtifact {
  const tenant = '${data.azurerm_client_config.Client.tenant_id}';
  return { ...artifact, properties: mapStrings(artifact.properties, (text) => text.replaceAll(tenant, tenantId)) };
}

/** As `artifactsOf` takes our marker out of what is expected. */
function withoutMarker(artifact: ReviewedArtifact): ReviewedArtifact {
  const marker = / ?\[?education-insights-cdk sha256:[0-9a-f]{64}\]?/g;
  return { ...artifact, properties: mapStrings(artifact.properties, (text) => text.replaceAll(marker, '')) };
}

/** The service adds members to objects, never items to lists; a value that Terraform fills in is not known here. */
function isOurs({ path, before }: JsonDifference): boolean {
  if (before === undefined) return path.endsWith(']');
  return !JSON.stringify(before).includes('${azurerm_') && !JSON.stringify(before).includes('${azapi_');
}
