import type { JsonObject, JsonValue } from '../../src/artifacts/model';
import type { Catalogue, Column, Table, Treatment } from '../../src/catalogue/model';
import { resolveEnvironment } from '../../src/contract/environment';
import { joinedTables } from '../../src/review/data/small-groups';
import type { Evidence } from '../../src/review/evidence';
import { parseStack, type ReviewedStack } from '../../src/review/stacks';

/** A small revision with one of everything, made by hand so that no change of the project changes what is expected of reviews. */

type Blocks = Record<string, Record<string, JsonObject>>;

const teachers = { objectId: 'aaaaaaaa-0000-0000-0000-000000000000', displayName: 'Teachers' };

export const environmentFile = {
  name: 'dev',
  suffix: 'a',
  location: 'westeurope',
  people: { analysts: [teachers] },
  network: {
    access: 'addresses',
    addresses: [{ address: '203.0.113.7', owner: 'IT', reason: 'CI', expires: '2026-12-31' }],
  },
};

const account = '${azurerm_storage_account.DataLake.id}';
const blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

/** The condition of a role on one folder, as constructs/core/roles.ts writes it. */
export const folderCondition = (folder: string): string =>
  `((!(ActionMatches{'${blobs}/read'})) OR (@Resource[${blobs}:path] StringEquals '${folder}' OR @Resource[${blobs}:path] StringStartsWith '${folder}/'))`;

const container = (name: string): JsonObject => ({
  name,
  storage_account_id: account,
  lifecycle: { prevent_destroy: true },
});

export const platform: Blocks = {
  azurerm_storage_account: {
    DataLake: {
      name: 'stoeaa',
      account_replication_type: 'ZRS',
      network_rules: { default_action: 'Deny', ip_rules: ['203.0.113.7'] },
      lifecycle: { prevent_destroy: true },
    },
  },
  azurerm_storage_container: { Stage1: container('stage1'), Stage2: container('stage2') },
  azurerm_storage_management_policy: {
    Retention: {
      storage_account_id: account,
      rule: [{ name: 'landed', actions: { base_blob: { delete_after_days_since_modification_greater_than: 365 } } }],
    },
  },
  azurerm_log_analytics_workspace: { Logs: { name: 'log-oea-a', retention_in_days: 90 } },
  azurerm_role_assignment: {
    ReadGeneral: {
      principal_id: teachers.objectId,
      role_definition_name: 'Storage Blob Data Reader',
      scope: '/subscriptions/s/blobServices/default/containers/stage2',
      condition: folderCondition('Refined/M365/v1.14/general'),
    },
  },
};

const artifact = (kind: string, name: string, properties: JsonObject): JsonObject => ({
  type: `Microsoft.Synapse/workspaces/${kind}@2020-12-01`,
  name,
  parent_id: 'syn-oea-a.dev.azuresynapse.net',
  body: { properties },
});

const pool = (name: string, minNodeCount: number): JsonObject => ({
  type: 'Microsoft.Synapse/workspaces/bigDataPools@2021-06-01',
  name,
  body: {
    properties: {
      nodeSize: 'Medium',
      sparkVersion: '3.5',
      autoScale: { enabled: true, minNodeCount, maxNodeCount: 10 },
      autoPause: { enabled: true, delayInMinutes: 15 },
    },
  },
});

export const insights: Blocks = {
  azapi_resource: {
    Workspace: {
      type: 'Microsoft.Synapse/workspaces@2021-06-01',
      name: 'syn-oea-a',
      body: { properties: { azureADOnlyAuthentication: true, publicNetworkAccess: 'Enabled' } },
    },
    Pool: pool('spark3p3med', 3),
  },
  azapi_data_plane_resource: {
    Driver: artifact('notebooks', 'Driver', {
      cells: [{ source: ['# Driver\n', 'Runs all.'] }, { source: ["workspace = 'dev'"] }, { source: ['run()'] }],
    }),
    Main: artifact('pipelines', '0_main_insights', {
      activities: [
        {
          name: 'Check',
          type: 'IfCondition',
          typeProperties: { ifTrueActivities: [{ name: 'Refuse', type: 'Fail' }] },
        },
        {
          name: 'Run all steps',
          type: 'SynapseNotebook',
          dependsOn: [{ activity: 'Check', dependencyConditions: ['Succeeded'] }],
          typeProperties: {
            notebook: { referenceName: '${azapi_data_plane_resource.Driver.name}', type: 'NotebookReference' },
            sparkPool: { referenceName: 'spark3p3med', type: 'BigDataPoolReference' },
          },
        },
      ],
    }),
    Views: artifact('sqlScripts', 'Insights_sdb_dev', {
      content: {
        query:
          "EXEC (N'CREATE OR ALTER VIEW [dbo].[AadUser] AS\nSELECT r.[ObjectId_pseudonym]\nFROM OPENROWSET(BULK N''AadUser'') WITH (\n" +
          "    [ObjectId_pseudonym] VARCHAR(64) COLLATE Latin1_General_100_BIN2_UTF8\n) AS r')",
      },
    }),
  },
};

const column = (name: string, treatment: Treatment, position: number): Column => ({
  name,
  type: 'string',
  treatment,
  position,
  required: position === 0,
  optional: false,
  description: '',
  line: position + 1,
});

export const aadUser: Table = {
  name: 'AadUser',
  source: 'roster',
  batchKind: 'snapshot',
  key: ['ObjectId'],
  required: true,
  columns: [column('ObjectId', { kind: 'hash' }, 0), column('Surname', { kind: 'mask' }, 1)],
  rowChecks: [],
  references: [],
  whenGone: 'remove',
  aboutPersons: true,
  protection: 'pseudonymous',
  description: '',
  descriptionSource: '',
};

export const catalogue: Catalogue = {
  profile: 'strict',
  tables: [aadUser],
  acceptedRelations: [],
  metadataText: '',
  fingerprint: '',
};

const buckets = (...counts: readonly number[]): readonly number[] => [
  ...counts,
  ...Array<number>(64 - counts.length).fill(0),
];

export const lake = {
  'general/AadUser': {
    rows: 10,
    columns: {
      ObjectId_pseudonym: { type: 'VARCHAR', nulls: 0, distinct: 10, buckets: buckets(5, 5) },
      Surname: { type: 'VARCHAR', nulls: 0, distinct: 1, buckets: buckets(10) },
    },
  },
};

export const smallGroups = { Person: { persons: 3, ofPersons: 40 }, [joinedTables]: { persons: 12, ofPersons: 40 } };

export const base: Evidence = {
  name: 'main (000000000000)',
  environments: [resolveEnvironment(environmentFile, 'dev.json')],
  stacks: [stack('dev-platform', platform), stack('dev-insights', insights)],
  catalogues: [{ catalogue, findings: [] }],
  sources: [],
  findings: [],
  notRun: [],
  versions: { ajv: '8.20.0', node: '>=22.4', 'provider hashicorp/azurerm': '4.55.0' },
  owners: '* @data-team\n/assets/catalogue/ @privacy-officer\n',
  lake,
  smallGroups,
};

export function stack(name: string, resource: Blocks): ReviewedStack {
  return parseStack(name, { resource });
}

/** Resources with one member set, by a path such as `azapi_resource.Pool.body.properties`. */
export function withMember(blocks: Blocks, path: string, value: JsonValue | undefined): Blocks {
  const copy = structuredClone(blocks);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const holder = keys.reduce<Record<string, unknown>>((inner, key) => inner[key] as Record<string, unknown>, copy);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

export { buckets, column };
