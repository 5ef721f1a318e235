import { InsightsError } from '../../contract/errors';
import { guidOf } from '../../local-azure/settings';
import { purgeVault } from '../../local-azure/resource-manager/vault-types';
import { VaultStore } from '../../local-azure/vault-store';
import { SynapseClient } from '../../operations/synapse-client';
import type { StoredAssignment } from '../../local-azure/access/access';
import { workspaceIdOf, type FaultStage } from './stage';

/** What somebody else, or a service itself, does to an environment: nothing of this goes through its clients. */

export function deleteSalt({ bench, saltName }: FaultStage): void {
  new VaultStore(bench.azure.services.world).delete(bench.names.keyVault, saltName);
}

/** What an administrator of the vault does about it. */
export function recoverSalt({ bench, saltName }: FaultStage): void {
  new VaultStore(bench.azure.services.world).recover(bench.names.keyVault, saltName);
}

/** Makes an end of every vault that is deleted and only holds its name. */
export function purgeVaults({ bench }: FaultStage): void {
  const { world } = bench.azure.services;
  for (const name of world.collection('deletedVaults').keys()) purgeVault({ world }, name);
}

/** Takes all roles of the workspace's identity away; what is returned gives them back. */
export function takeRoles({ bench }: FaultStage): () => void {
  const { assignments } = bench.azure.services.access;
  const workspace = bench.azure.services.store.get(workspaceIdOf(bench));
  const { principalId } = (workspace?.content['identity'] ?? {}) as { readonly principalId?: string };
  const taken = [...assignments].filter(([, { properties }]) => properties['principalId'] === principalId);
  for (const [id] of taken) assignments.delete(id);
  return () => taken.forEach(([id, assignment]) => assignments.set(id, assignment));
}

/** Who uploads a drop needs a role on the account. */
export function letUpload(stage: FaultStage): void {
  giveRole(
    stage,
    'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    `Microsoft.Storage/storageAccounts/${stage.bench.names.storageAccount}`,
  );
}

/** Who brings a deleted secret back needs a role on the vault; a deployment gives it to nobody. */
export function letRecover(stage: FaultStage): void {
  giveRole(stage, 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7', `Microsoft.KeyVault/vaults/${stage.bench.names.keyVault}`);
}

/** Gives the deployer a role that an administrator would have given, until the faults end. */
function giveRole(stage: FaultStage, role: string, resource: string): void {
  const { access, world } = stage.bench.azure.services;
  const [deployer] = world.settings.principals;
  const subscription = `/subscriptions/${world.settings.subscriptionId}`;
  const scope = `${subscription}/resourceGroups/${stage.bench.names.resourceGroup}/providers/${resource}`;
  const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${guidOf(`${role} of ${stage.workspace}`)}`;
  const properties = {
    principalId: deployer?.objectId,
    roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
  };
  const assignment: StoredAssignment = { id, scope, properties, madeAt: 0 };
  access.assignments.set(id.toLowerCase(), assignment);
  stage.mendLater(() => void access.assignments.delete(id.toLowerCase()));
}

/** Lets the lease of a holder that died run out, as it does after a minute. */
export async function endLease({ bench, paths }: FaultStage): Promise<void> {
  const [container = '', ...rest] = paths.lock.split('/');
  const lock = bench.azure.emulator.client(bench.names.storageAccount).getContainerClient(container);
  await lock
    .getBlobClient(rest.join('/'))
    .getBlobLeaseClient()
    .breakLease(0)
    .catch((error: unknown) => {
      // Nobody holds it: the run was able to release it.
      if ((error as { readonly statusCode?: number }).statusCode !== 409) throw error;
    });
}

/** Refuses as many statements of the SQL activities. */
export function refuseSql(stage: FaultStage, times: number): void {
  let refused = 0;
  stage.bench.portFaults.sql = async (run) => {
    if (refused >= times) return run();
    refused += 1;
    stage.strike();
    throw new Error('Login failed for the workspace.');
  };
}

/** Cancels a run as Studio does, and those that it started. */
export async function cancelRun({ bench, developmentHost }: FaultStage, runId: string): Promise<void> {
  await new SynapseClient(bench.clients.development(), `https://${developmentHost}`).cancel(runId);
}

/** How many runs of the main pipeline this stage's workspace has seen. */
export async function countRuns({ bench, developmentHost, workspace }: FaultStage): Promise<number> {
  const client = new SynapseClient(bench.clients.development(), `https://${developmentHost}`);
  const day = 24 * 3_600_000;
  const at = (time: number): string => new Date(time).toISOString();
  const runs = await client.runsOf('0_main_insights', { from: at(Date.now() - day), to: at(Date.now() + day) });
  return runs.filter(({ parameters }) => parameters['workspace'] === workspace).length;
}

/** Gives a globally unique name to somebody in another subscription; what is returned gives it back. */
export function takeName({ bench }: FaultStage, type: string, name: string): () => void {
  const { store } = bench.azure.services;
  const id = `/subscriptions/${guidOf('somebody else')}/resourceGroups/theirs/providers/${type}/${name}`;
  if (store.get(id) !== undefined) throw new InsightsError('USAGE', `${name} is taken already.`);
  store.put({ id, name, type, location: 'westeurope', properties: {} });
  return () => void store.remove(id);
}
