import { InsightsError } from '../contract/errors';
import type { Artifact } from './model';
import { mapStrings } from './walk-json';

/**
 * What differs between environments in linked services, datasets, pipelines and triggers is written there as
 * `{{storageAccount}}`, inside any string. In a notebook only the pool is one: cells are Python, where such braces have a
 * meaning of their own; they are given parameters, and read the rest from the notebook `Insights_catalogue`.
 */
export const placeholderNames = [
  /** Name of the lake's storage account. */
  'storageAccount',
  /** Name of the vault with the salt. */
  'keyVault',
  /** Name of the Synapse workspace. */
  'synapseWorkspace',
  /** Host of the workspace's serverless SQL endpoint. */
  'sqlServerlessEndpoint',
  /** Names of the Spark pools, spark3p3sm and spark3p3med unless the environment has others. */
  'smallPool',
  'mediumPool',
  /** Workspace of the lake that the schedule processes, such as `prod`. */
  'workspace',
  /** Version of the data set, such as `1.14`. */
  'dataVersion',
  /** Committed test data set, `k12` or `hed`; empty where there is none. */
  'testDataSet',
  /** Folder of the share's drop in `pre_landing/data_shares`, `insights-<tenant id>`. */
  'dataShareDirectory',
  /** `Day` or `Hour`, as the share is offered. */
  'scheduleFrequency',
  /** First start of the schedule, `yyyy-MM-ddTHH:mm:ssZ`; later ones are at the same time of day. */
  'scheduleStart',
] as const;

export type PlaceholderName = (typeof placeholderNames)[number];
export type PlaceholderValues = Readonly<Partial<Record<PlaceholderName, string>>>;

/** Values as an environment may give them, for whoever looks at the files of assets/ without one. */
export const exampleValues: Readonly<Record<PlaceholderName, string>> = {
  storageAccount: 'stoeaexample',
  keyVault: 'kv-oea-example',
  synapseWorkspace: 'syn-oea-example',
  sqlServerlessEndpoint: 'syn-oea-example-ondemand.sql.azuresynapse.net',
  smallPool: 'spark3p3sm',
  mediumPool: 'spark3p3med',
  workspace: 'dev',
  dataVersion: '1.14',
  testDataSet: 'k12',
  dataShareDirectory: 'insights-00000000-0000-0000-0000-000000000000',
  scheduleFrequency: 'Day',
  scheduleStart: '2026-01-31T04:00:00Z',
};

const placeholder = /\{\{(\w+)\}\}/g;

/**
 * The artifact with the values in their places.
 * @throws InsightsError ARTIFACT_PLACEHOLDER_UNKNOWN, with file and JSON pointer, for one that has no value
 */
export function fillPlaceholders(artifact: Artifact, values: PlaceholderValues): Artifact {
  const given = values as Readonly<Record<string, string | undefined>>;
  const isCell = (pointer: string): boolean => artifact.kind === 'notebooks' && pointer.startsWith('/cells/');
  const properties = mapStrings(artifact.properties, (text, pointer) =>
    text.replace(placeholder, (written, name: string) => {
      if (isCell(pointer)) return written;
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (value !== undefined) return value;
      throw new InsightsError('ARTIFACT_PLACEHOLDER_UNKNOWN', `{{${name}}} has no value.`, {
        place: { file: artifact.file, path: pointer },
      });
    }),
  );
  return { ...artifact, properties };
}
