import { markedHash } from '../../artifacts/marker';
import { InsightsError } from '../../contract/errors';
import { preLandingFolder, reportsFolder, workbenchFolders } from '../../contract/lake-paths';
import { listArtifacts } from '../../deployment/adopt';
import type { PlannedChange } from '../../deployment/plan-summary';
import type { RestClient } from '../../operations/rest-client';
import type { LakeInventory } from '../../privacy/lake-inventory';
import { actualAssignments, describeAssignment } from '../drift/role-assignments';

/** What of an environment goes with the resources of a plan: names, counts and roles, nothing that a row or a secret says. */
export interface DeployedInventory {
  /** Tables, rows and files by stage; null where the account stays. */
  readonly lake: LakeInventory | null;
  /** `notebooks/Insights_py`, by kind and name; those that nobody deployed are lost for good. */
  readonly artifacts: readonly { readonly name: string; readonly isOurs: boolean }[];
  /** `Storage Blob Data Reader for <principal> on stage2`. */
  readonly roles: readonly string[];
  /** Names of secrets, never their values. */
  readonly secrets: readonly string[];
  /** What could not be listed, with the reason. */
  readonly unread: readonly { readonly what: string; readonly why: string }[];
}

export interface InventorySources {
  /** What a plan would destroy. */
  readonly going: readonly PlannedChange[];
  /** Whether the workspace with all that people made in it goes, or only what we added to it (OWN3). */
  readonly isWorkspaceOurs: boolean;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly synapseWorkspace: string;
  readonly resourceManager: Pick<RestClient, 'send'>;
  readonly development: RestClient;
  /** Counts what lies in folders of the account. */
  readonly countLake: (folders: readonly string[]) => Promise<LakeInventory>;
  /** Names of the vault's secrets. */
  readonly listSecrets: () => Promise<readonly string[]>;
}

/** Everything below which this project keeps data, of all workspaces; none inside another. */
const lakeFolders: readonly string[] = [
  preLandingFolder,
  ...workbenchFolders,
  reportsFolder,
  ...([1, 2, 3] as const).map((stage) => `stage${stage}`),
];

/** Lists what would go with the resources of a plan, while it can still be read. Only reads; a part that cannot be read is told. */
export async function takeDeployedInventory(sources: InventorySources): Promise<DeployedInventory> {
  const goes = (type: string): boolean => sources.going.some((change) => change.type === type);
  const unread: { what: string; why: string }[] = [];
  const read = async <T>(what: string, reader: () => Promise<T>, nothing: T): Promise<T> => {
    try {
      return await reader();
    } catch (error) {
      if (!(error instanceof InsightsError)) throw error;
      unread.push({ what, why: error.message });
      return nothing;
    }
  };
  const lake = goes('azurerm_storage_account')
    ? await read('the lake', () => sources.countLake(lakeFolders), null)
    : null;
  for (const { path, files } of lake?.holdings ?? []) {
    if (files === null) unread.push({ what: path, why: 'You may not read it.' });
  }
  const hasArtifacts = goes('azapi_data_plane_resource');
  const artifacts = hasArtifacts ? await read('the artifacts', () => artifactsOf(sources), []) : [];
  const hasRoles = goes('azurerm_role_assignment') || goes('azurerm_resource_group');
  const roles = hasRoles ? await read('the roles', () => rolesOf(sources, goes('azurerm_resource_group')), []) : [];
  const secrets = goes('azurerm_key_vault') ? await read('the secrets', sources.listSecrets, []) : [];
  return { lake, artifacts, roles, secrets: [...secrets].sort(), unread };
}

async function artifactsOf(sources: InventorySources): Promise<DeployedInventory['artifacts']> {
  const { development, synapseWorkspace, isWorkspaceOurs } = sources;
  const found = await listArtifacts(development, `${synapseWorkspace}.dev.azuresynapse.net`);
  return found
    .map((artifact) => ({
      name: `${artifact.kind}/${artifact.name}`,
      isOurs: markedHash(artifact) !== undefined,
    }))
    .filter(({ isOurs }) => isOurs || isWorkspaceOurs)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** With its group every assignment in it goes, whoever made it; else those that the plan names. */
async function rolesOf(sources: InventorySources, isGroupGoing: boolean): Promise<readonly string[]> {
  const planned = new Set(sources.going.flatMap(({ id }) => (id === undefined ? [] : [id.toLowerCase()])));
  const actual = await actualAssignments(sources);
  return actual
    .filter(({ id }) => isGroupGoing || (id !== undefined && planned.has(id.toLowerCase())))
    .map(describeAssignment)
    .sort();
}
