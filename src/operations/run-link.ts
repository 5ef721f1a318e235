/**
 * Where a person sees a run in Synapse Studio.
 * @param id the run's own path, in capitals, of which the workspace's ARM id is taken; without it Studio asks for the workspace.
 */
export function runLink(workspaceName: string, runId: string, id?: string): string {
  const page = `https://web.azuresynapse.net/en/monitoring/pipelineruns/${runId}`;
  const parts = /^\/SUBSCRIPTIONS\/([^/]+)\/RESOURCEGROUPS\/([^/]+)\/PROVIDERS\/MICROSOFT\.SYNAPSE\/WORKSPACES\//i.exec(
    id ?? '',
  );
  if (parts === null) return page;
  const [, subscription = '', group = ''] = parts.map((part) => part.toLowerCase());
  const workspace = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Synapse/workspaces/${workspaceName}`;
  return `${page}?workspace=${encodeURIComponent(workspace)}`;
}
