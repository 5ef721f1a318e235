import type { Environment } from './environment';
import { resourceNames, type ResourceNames } from './resource-names';

/**
 * The name of every Azure resource of an environment: by its suffix, and where the workspace is one that was there before,
 * its own names for group, workspace, account and vault (OWN3). Both stacks compute them, so that neither reads the other's
 * state.
 * @throws InsightsError RESOURCE_NAME_INVALID
 */
export function deployedNames({ suffix, workspace }: Pick<Environment, 'suffix' | 'workspace'>): ResourceNames {
  const names = resourceNames(suffix);
  if (workspace.mode === 'create') return names;
  const { resourceGroup, synapseWorkspace, storageAccount, keyVault } = workspace;
  return Object.freeze({ ...names, resourceGroup, synapseWorkspace, storageAccount, keyVault });
}
