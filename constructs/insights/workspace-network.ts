import type { Construct } from 'constructs';
import type { ITerraformDependable } from '../core/cdktf';
import type { ISecretVault } from '../key-vault/secret-vault';
import { ManagedEndpoints } from '../network/managed-endpoints';
import { PrivateEntrance } from '../network/private-entrance';
import { WorkspaceFirewall } from '../network/workspace-firewall';
import type { IDataLake } from '../storage/data-lake';
import type { ISynapseWorkspace } from '../synapse/synapse-workspace';
import type { Surroundings } from './surroundings';

/**
 * The way in of a workspace of ours (NET1): firewall rules for the listed addresses, or private endpoints. Somebody else's
 * network is checked by `insights doctor` and never written (OWN3).
 * @returns what `AwaitWorkspace` waits for.
 */
export function openWayIn(
  scope: Construct,
  workspace: ISynapseWorkspace,
  surroundings: Surroundings,
): readonly ITerraformDependable[] {
  const { environment, place } = surroundings;
  const { network } = environment;
  if (environment.workspace.mode === 'existing') return [];
  if (network.access === 'addresses') {
    const addresses = network.addresses.map(({ address }) => address);
    return new WorkspaceFirewall(scope, 'Firewall', { workspace, addresses }).dependables;
  }
  const entrance = new PrivateEntrance(scope, 'Entrance', { ...surroundings, ...place, network: network.private });
  return [
    entrance.leadTo('development', workspace.workspaceName, workspace.workspaceId),
    entrance.leadTo('serverless', workspace.workspaceName, workspace.workspaceId),
  ];
}

/**
 * The ways out of the managed network of a workspace of ours to lake and vault, approved (NET3). A workspace that is there
 * has the ways out that its owner gave it (OWN3).
 * @returns what triggers and operations on data wait for.
 */
export function openWayOut(
  scope: Construct,
  workspace: ISynapseWorkspace,
  targets: { readonly dataLake: IDataLake; readonly secretVault: ISecretVault },
  after: readonly ITerraformDependable[],
  { environment }: Surroundings,
): readonly ITerraformDependable[] {
  if (environment.workspace.mode === 'existing') return [];
  return new ManagedEndpoints(scope, 'ManagedEndpoints', {
    workspace,
    after,
    targets: [
      { service: 'dfs', targetId: targets.dataLake.accountId },
      { service: 'blob', targetId: targets.dataLake.accountId },
      { service: 'vault', targetId: targets.secretVault.vaultId },
    ],
  }).approved;
}
