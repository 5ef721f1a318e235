import type { ISynapseWorkspace } from '../synapse/synapse-workspace';

/**
 * Why pipelines that fetch from URLs are not deployed to a workspace, as sentences for its reader; undefined where they are.
 * Exfiltration protection lets data pass by approved private endpoints only, and a web address is none (NET5).
 */
export function urlPipelinesRefused(workspace: Pick<ISynapseWorkspace, 'exfiltrationProtection'>): string | undefined {
  if (!workspace.exfiltrationProtection) return undefined;
  return (
    'Pipelines that fetch from URLs are not deployed: data exfiltration protection, which is fixed when a workspace is ' +
    'created, lets none of them out. Test data is loaded by the deployment, and drops arrive by Data Share.'
  );
}
