import type { Construct } from 'constructs';
import { loadCatalogue } from '../../src/catalogue/load';
import { lakeWorkspaces } from '../../src/contract/lake-workspaces';
import { pipelineSchedule } from '../../src/contract/pipeline-schedule';
import { AssetCatalogue } from '../artifacts/asset-catalogue';
import { catalogueNotebook, notebookSettings } from '../artifacts/catalogue-notebook';
import type { SynapseArtifactsProps } from '../artifacts/synapse-artifacts';
import { People } from '../core/grantee';
import { PublishedDatabases } from '../sql/published-databases';
import type { ISynapseWorkspace } from '../synapse/synapse-workspace';
import type { Surroundings } from './surroundings';

/**
 * The databases of the test data's workspace, or else of what the schedule processes, with their readers: the zones of the
 * lake, in SQL (ACCESS4). Those of other workspaces have the same definition, and come with a run of theirs.
 */
export function declareDatabases(scope: Construct, { environment, names }: Surroundings): PublishedDatabases {
  const { lake, dataVersion, people, sqlAliases } = environment;
  const { scheduled, tested } = lakeWorkspaces(environment);
  const databases = new PublishedDatabases(scope, 'Databases', {
    workspace: tested ?? scheduled,
    dataVersion,
    catalogue: loadCatalogue(lake.profile),
    storageAccount: names.storageAccount,
    timeZone: lake.timeZone,
    aliases: sqlAliases,
  });
  const officers = new People(people.privacyOfficers);
  const readers = [people.analysts, people.dataScientists, people.externalDataScientists].map(
    (groups) => new People(groups),
  );
  for (const grantee of [...readers, officers]) {
    databases.general.grantRead(grantee);
    databases.lakeGeneral.grantRead(grantee);
  }
  databases.sensitive.grantRead(officers);
  databases.lakeSensitive.grantRead(officers);
  return databases;
}

/** What is deployed to the workspace: the project's assets, the catalogue and the databases' definitions in them. */
export function assembleAssets(
  databases: PublishedDatabases,
  workspace: Pick<ISynapseWorkspace, 'exfiltrationProtection'>,
  { environment, names }: Surroundings,
): AssetCatalogue {
  const notebook = catalogueNotebook(loadCatalogue(environment.lake.profile), notebookSettings(environment, names));
  const assets = databases.define(AssetCatalogue.read().with(notebook)).judged('create_sql_db');
  const allowed = workspace.exfiltrationProtection ? assets.withoutWeb() : assets;
  return environment.workspace.mode === 'existing' ? allowed.besideFramework() : allowed;
}

/** The values of the placeholders in the assets. */
export function placeholderValues({ environment, names, tenantId }: Surroundings): SynapseArtifactsProps['values'] {
  const { scheduled } = lakeWorkspaces(environment);
  const { interval, startTime } = pipelineSchedule(environment);
  return {
    storageAccount: names.storageAccount,
    keyVault: names.keyVault,
    synapseWorkspace: names.synapseWorkspace,
    sqlServerlessEndpoint: `${names.synapseWorkspace}-ondemand.sql.azuresynapse.net`,
    workspace: scheduled,
    dataVersion: environment.dataVersion,
    testDataSet: scheduled === 'prod' || environment.testData === 'none' ? '' : environment.testData,
    dataShareDirectory: `insights-${tenantId}`,
    scheduleFrequency: interval,
    scheduleStart: startTime,
  };
}
