import type { ITerraformDependable } from '../core/cdktf';
import type { ISecretVault } from '../key-vault/secret-vault';
import type { IDataLake } from '../storage/data-lake';
import type { ISynapseWorkspace } from './synapse-workspace';

/**
 * What pipelines and notebooks need to run, which is everything: every container, its own file system included, and the
 * salt. Whoever can publish can use it (ACCESS2). A role works some minutes after it is given (ORDER1).
 * @returns the assignments, which `AwaitWorkspace` and data operations wait for.
 */
export function grantWorkspaceRights(
  workspace: Pick<ISynapseWorkspace, 'identity'>,
  lake: IDataLake,
  vault: ISecretVault,
): readonly ITerraformDependable[] {
  const { identity } = workspace;
  const containers = [lake.oea, lake.stage1, lake.stage2, lake.stage3, lake.synapse];
  return [
    ...containers.flatMap((container) => container.grantReadWrite(identity)),
    ...vault.grantReadSecrets(identity),
  ];
}
