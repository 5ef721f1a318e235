import type { Construct } from 'constructs';
import { databaseNames } from '../../src/contract/database-names';
import { lakeWorkspaces } from '../../src/contract/lake-workspaces';
import { TerraformOutput } from '../core/cdktf';
import { urlPipelinesRefused } from '../network/url-pipelines';
import type { ISynapseWorkspace } from '../synapse/synapse-workspace';
import type { Surroundings } from './surroundings';

/** Tells a person where things are; no secret among it. `scope` is the stack, so that names stay as they are written. */
export function createInsightsOutputs(
  scope: Construct,
  workspace: ISynapseWorkspace,
  surroundings: Surroundings,
): void {
  const { place, names, tenantId, environment } = surroundings;
  const output = (name: string, description: string, value: unknown): void => {
    new TerraformOutput(scope, name, { description, value });
  };
  const path = [
    '/subscriptions',
    place.subscriptionId,
    'resourceGroups',
    place.resourceGroupName,
    'providers/Microsoft.Synapse/workspaces',
    names.synapseWorkspace,
  ].join('/');
  output('development_endpoint', 'Where artifacts are published to', workspace.developmentEndpoint);
  output('sql_endpoint', 'Serverless SQL, for Power BI and other clients', workspace.sqlEndpoint);
  output(
    'databases',
    'Databases by workspace of the lake; made by its first run',
    Object.fromEntries(
      lakeWorkspaces(environment).all.map((name) => [name, databaseNames(name, environment.dataVersion)]),
    ),
  );
  output('studio_url', 'Synapse Studio', `https://web.azuresynapse.net?workspace=${path}`);
  output(
    'workspace_portal_url',
    'The workspace in the portal',
    `https://portal.azure.com/#@${tenantId}/resource${path}`,
  );
  output(
    'url_pipelines',
    'Whether pipelines that fetch from URLs are deployed (NET5)',
    urlPipelinesRefused(workspace) ?? 'Deployed.',
  );
}
