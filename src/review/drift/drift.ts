import type { RestClient } from '../../operations/rest-client';
import type { ReviewedStack } from '../stacks';
import { artifactDrift } from './artifact-drift';
import { endpointDrift } from './endpoint-drift';
import { networkDrift } from './network-drift';
import { roleDrift } from './role-drift';
import { serviceIdentities } from './service-identities';
import { studioDrift } from './studio-drift';

/** Something in Azure that is not as this revision would deploy it. */
export interface Drift {
  readonly kind: 'artifact' | 'role' | 'network';
  /** Name of the artifact, who and where, or the setting. */
  readonly at: string;
  /** `missing`: ours, and not there; `added`: there, and not ours; `changed`: there with other content. */
  readonly change: 'missing' | 'added' | 'changed';
  /** What differs, in a few words; no secret is among what is compared. */
  readonly detail: string;
}

export interface DriftReport {
  readonly environment: string;
  /** How many things of each kind were compared: an empty comparison proves nothing. */
  readonly compared: Readonly<Record<Drift['kind'], number>>;
  readonly drifts: readonly Drift[];
  /** Artifacts that people made where they may: outside production, where engineers publish (ACCESS2). No drift. */
  readonly byHand: readonly Drift[];
  /**
   * Roles in Studio that no plan gave, of whoever asks. Who deploys and who asks is often the same, and then they are what the
   * creation of the workspace gave; whether it is, whoever reads this knows. No drift.
   */
  readonly ofWhoAsks: readonly Drift[];
}

/** What a comparison of one kind comes to. */
export interface Comparison {
  readonly compared: number;
  readonly drifts: readonly Drift[];
}

/** Where an environment is, and how Azure is asked about it. */
export interface DriftPlace {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly resourceGroup: string;
  readonly storageAccount: string;
  readonly keyVault: string;
  readonly synapseWorkspace: string;
  readonly dataShareAccount: string;
  /** Whether nobody but deployers publishes, so that an artifact made by hand is one too many (ACCESS2). */
  readonly production: boolean;
  /** Object ids of identities that are said to deploy: rights in Studio that no plan gave them are known. */
  readonly deployers: readonly string[];
  /** Object id of the identity that asks; undefined where its token does not say. */
  readonly asking: string | undefined;
  readonly resourceManager: Pick<RestClient, 'send'>;
  readonly development: RestClient;
}

/**
 * Compares what is deployed with what the stacks of this revision say: artifacts by content, roles on the resource group and in
 * Studio, the ways in to account, vault and workspace and out of it. Reads only, and needs no state of Terraform.
 */
export async function findDrift(
  environment: string,
  stacks: readonly ReviewedStack[],
  place: DriftPlace,
): Promise<DriftReport> {
  const resources = stacks.flatMap((stack) => stack.resources);
  const identities = await serviceIdentities(place);
  const { byHand, ...artifact } = await artifactDrift(resources, place);
  const { ofWhoAsks, ...studio } = await studioDrift(resources, place, identities.workspace);
  const role = sumOf(await roleDrift(resources, place, identities), studio);
  const network = sumOf(await networkDrift(resources, place), await endpointDrift(resources, place));
  return {
    environment,
    compared: { artifact: artifact.compared, role: role.compared, network: network.compared },
    drifts: [...artifact.drifts, ...(place.production ? byHand : []), ...role.drifts, ...network.drifts],
    byHand: place.production ? [] : byHand,
    ofWhoAsks,
  };
}

function sumOf(one: Comparison, other: Comparison): Comparison {
  return { compared: one.compared + other.compared, drifts: [...one.drifts, ...other.drifts] };
}
