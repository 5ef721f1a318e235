import { markedHash } from '../../artifacts/marker';
import { listArtifacts } from '../../deployment/adopt';
import { mapStrings } from '../../artifacts/walk-json';
import { artifactsOf, type ReviewedArtifact } from '../artifacts/reviewed-artifacts';
import { differencesOf, type JsonDifference } from '../json-difference';
import type { StackResource } from '../stacks';
import type { Comparison, Drift, DriftPlace } from './drift';

/**
 * Compares artifacts by what is in them: whoever edits one in Studio leaves our marker as it is. What the service adds to an
 * object by itself does not count; what is added to a list, such as a cell or an activity, does.
 */
export async function artifactDrift(
  resources: readonly StackResource[],
  { development, synapseWorkspace, tenantId }: Pick<DriftPlace, 'development' | 'synapseWorkspace' | 'tenantId'>,
): Promise<Comparison> {
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
  const left = [...there.values()]
    .filter((artifact) => markedHash(artifact) !== undefined)
    .map((artifact): Drift => ({
      kind: 'artifact',
      at: keyOf(artifact),
      change: 'added',
      detail: 'is ours, but no longer deployed',
    }));
  return { compared: expected.length, drifts: [...drifts, ...left] };
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
