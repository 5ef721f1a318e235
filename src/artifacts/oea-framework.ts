import type { Artifact } from './model';
import { artifactKey, targetOf, type ArtifactKey } from './order';
import { findReferences, replaceReferences } from './references';

/** What OEA's own installer puts into a workspace (upstream contract, "Names and inputs"). */
export const frameworkArtifacts: readonly ArtifactKey[] = [
  'linkedservices/LS_DataLake',
  'linkedservices/LS_KeyVault',
  'linkedservices/LS_SQL_Serverless',
  'linkedservices/LS_HTTP',
  'linkedservices/LS_REST',
  'linkedservices/LS_Azure_SQL_DB',
  'datasets/DS_datalake_file',
  'datasets/DS_datalake_folder',
  'datasets/DS_HTTP_binary',
  'datasets/DS_Azure_SQL_DB',
  'pipelines/land_data_from_URL',
  'pipelines/land_from_ls_datalake',
  'pipelines/land_metadata_from_URL',
  'pipelines/create_lake_db',
  'pipelines/create_sql_db',
  'pipelines/delete_dataset',
  'pipelines/ingest',
  'pipelines/refine',
];

/** The framework's pipelines that make our databases, whether or not a pipeline of ours calls them. */
const databasePipelines: readonly ArtifactKey[] = ['pipelines/create_lake_db', 'pipelines/create_sql_db'];

/** What a pipeline of the framework is called where we bring it along into a workspace that has its own. */
export function ownPipelineName(name: string): string {
  return `insights_${name}`;
}

/**
 * What is deployed into a workspace where OEA's framework is already (OWN3). Its linked services and data sets are referred
 * to and left alone. Its pipelines are left alone too; those that ours call, and those that make the databases, are
 * deployed beside them under names of their own, because OEA's have other parameters and defects (D19, D20).
 */
export function besideFramework(artifacts: readonly Artifact[]): readonly Artifact[] {
  const framework = new Set<ArtifactKey>(frameworkArtifacts);
  const known = new Map(artifacts.map((artifact) => [artifactKey(artifact), artifact]));
  const isOurs = (key: ArtifactKey): boolean => !framework.has(key) || databasePipelines.includes(key);
  const deployed = new Set(artifacts.filter((artifact) => isOurs(artifactKey(artifact))));
  for (const artifact of deployed) {
    for (const reference of findReferences(artifact)) {
      const target = known.get(targetOf(reference));
      if (target?.kind === 'pipelines') deployed.add(target);
    }
  }
  const isBrought = (key: ArtifactKey): boolean => framework.has(key) && key.startsWith('pipelines/');
  return [...deployed].map((artifact) => ({
    ...artifact,
    name: isBrought(artifactKey(artifact)) ? ownPipelineName(artifact.name) : artifact.name,
    properties: replaceReferences(artifact, (reference) =>
      isBrought(targetOf(reference)) ? ownPipelineName(reference.name) : undefined,
    ),
  }));
}
