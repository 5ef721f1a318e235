import { AssetCatalogue } from '../../../constructs/artifacts/asset-catalogue';
import { SynapseArtifacts } from '../../../constructs/artifacts/synapse-artifacts';
import { AzapiProvider } from '../../../constructs/core/azapi';
import type { TerraformStack } from '../../../constructs/core/cdktf';
import { TerraformData } from '../../../constructs/core/terraform-data';
import { ManagedIdentity, People } from '../../../constructs/core/grantee';
import { PublishedDatabases } from '../../../constructs/sql/published-databases';
import { canonicalJson, combinedHash } from '../../../src/artifacts/content-hash';
import type { Artifact, JsonObject } from '../../../src/artifacts/model';
import { loadCatalogue } from '../../../src/catalogue/load';
import { lakeDatabases } from '../../../src/catalogue/render/lake-database-sql';
import { sqlBatches } from '../../../src/catalogue/render/t-sql-batches';
import { sqlZoneSteps } from '../../../src/catalogue/render/t-sql-database';
import { lakeReaderSteps } from '../../../src/catalogue/render/t-sql-lake-readers';
import { fillSqlStatements } from '../../../src/catalogue/render/t-sql-statement';
import { generalViews, lookupViews } from '../../../src/catalogue/render/t-sql-views';
import { blocksOf, synthesiseStack, type Block } from '../synthesised';

const catalogue = loadCatalogue('strict');
const analysts = { objectId: 'A0000000-0000-0000-0000-000000000000', displayName: 'Analysts' };
const officers = { objectId: 'B0000000-0000-0000-0000-000000000000', displayName: 'Officers\n2' };
const sql = { catalogue, storageAccount: 'stoeadev', timeZone: 'UTC' };
const props = { ...sql, workspace: 'dev', dataVersion: '1.14' };

function pipeline(name: string, parameters: JsonObject = {}): Artifact {
  return { kind: 'pipelines', name, properties: { parameters }, file: `assets/pipelines/${name}.json` };
}
const createSql = pipeline('create_sql_db', { statements: { type: 'array', defaultValue: [] } });
const createLake = pipeline('create_lake_db');
const assets = new AssetCatalogue([createSql, createLake]);

/** The databases with their readers, declared in a stack. */
function declare(scope: TerraformStack): PublishedDatabases {
  const databases = new PublishedDatabases(scope, 'Databases', props);
  for (const database of [databases.general, databases.lakeGeneral]) {
    database.grantRead(new People([analysts, officers]));
    database.grantRead(new People([{ ...analysts, objectId: analysts.objectId.toLowerCase() }]));
  }
  for (const database of [databases.sensitive, databases.lakeSensitive]) database.grantRead(new People([officers]));
  return databases;
}

/** What `check` sees of the databases in a stack that is then synthesised. */
function inStack(check: (scope: TerraformStack) => void) {
  return synthesiseStack((scope) => {
    new AzapiProvider(scope, 'Azapi');
    check(scope);
  });
}

describe('databases of a workspace', () => {
  test("have upstream's names and a table or view per table of their zone", () => {
    inStack((scope) => {
      const { general, sensitive, lakeRaw, lakeGeneral, lakeSensitive } = declare(scope);
      const all = [general, sensitive, lakeRaw, lakeGeneral, lakeSensitive];
      const names = catalogue.tables.map(({ name }) => name);
      expect(all.map(({ databaseName, tables }) => [databaseName, tables.length])).toEqual([
        ['sdb_dev_s2r_m365_v1p14', names.length],
        ['sdb_dev_s2r_m365_v1p14_sensitive', sensitive.tables.length],
        ['ldb_dev_s2i_m365_v1p14', 2 * names.length],
        ['ldb_dev_s2r_m365_v1p14', names.length],
        ['ldb_dev_s2r_m365_v1p14_sensitive', sensitive.tables.length],
      ]);
      expect(general.tables).toEqual(names);
      expect(sensitive.tables).toEqual(lakeSensitive.tables);
      const views = lookupViews(catalogue, 'x').map(({ name }) => name);
      expect(sensitive.tables).toEqual(views);
      expect(generalViews(catalogue, 'x', 'UTC').map(({ name }) => name)).toEqual(names);
      expect(sensitive.tables.every((name) => name.endsWith('_lookup'))).toBe(true);
    });
  });

  test('fill the statements of create_sql_db: each zone with its own readers, each reader once', () => {
    inStack((scope) => {
      const defined = declare(scope).define(assets);
      const reader = { ...analysts, objectId: analysts.objectId.toLowerCase() };
      const statements = sqlBatches([
        ...sqlZoneSteps(sql, 'general', [reader, officers]),
        ...sqlZoneSteps(sql, 'sensitive', [officers]),
        ...lakeReaderSteps('general', [reader, officers]),
        ...lakeReaderSteps('sensitive', [officers]),
      ]);
      expect(statements.map(({ database }) => database)).toEqual([
        'master',
        'sdb_<<owner>>_s2r_m365_v<<edition>>',
        'sdb_<<owner>>_s2r_m365_v<<edition>>_sensitive',
      ]);
      expect(defined.artifacts.find(({ name }) => name === 'create_sql_db')).toEqual({
        ...createSql,
        properties: { parameters: { statements: { type: 'array', defaultValue: statements } } },
      });
    });
  });

  test('are scripts for people to read, batch by batch, for their own workspace', () => {
    inStack((scope) => {
      const { artifacts } = declare(scope).define(assets);
      const batches = fillSqlStatements(sqlBatches(sqlZoneSteps(sql, 'sensitive', [officers])), 'dev', '1.14');
      const name = 'Insights_sdb_dev_s2r_m365_v1p14_sensitive';
      const script = artifacts.find((artifact) => artifact.name === name);
      expect(script).toEqual({
        kind: 'sqlScripts',
        name,
        file: 'assets/catalogue',
        properties: {
          description:
            'What create_sql_db runs for sdb_dev_s2r_m365_v1p14_sensitive. Rendered from the catalogue; changes here change nothing.',
          type: 'SqlQuery',
          content: {
            query: batches.map(({ database, text }) => `USE [${database}];\nGO\n${text}\nGO\n`).join('\n'),
            metadata: { language: 'sql' },
            currentConnection: { type: 'SqlOnDemand', name: 'master', poolName: 'Built-in', databaseName: 'master' },
            resultLimit: 5000,
          },
          folder: { name: 'Insights' },
        },
      });
      expect(artifacts.map((artifact) => artifact.name)).toEqual([
        'create_lake_db',
        'create_sql_db',
        'Insights_sdb_dev_s2r_m365_v1p14',
        name,
      ]);
    });
  });

  test.each([['general'], ['lakeGeneral']] as const)('take no reader once %s is rendered', (which) => {
    inStack((scope) => {
      const databases = declare(scope);
      databases.define(assets);
      expect(() => databases[which].grantRead(new People([analysts]))).toThrow(
        'grantRead is "Analysts", but must come before the definition is rendered.',
      );
    });
  });

  test('have no readers of what is not pseudonymised, and none whose name is not known', () => {
    inStack((scope) => {
      const { lakeRaw, general } = declare(scope);
      expect(() => lakeRaw.grantRead(new People([analysts]))).toThrow(
        'zone is "raw", but must be general or sensitive to have readers.',
      );
      const unknown = {
        principals: [{ ...new ManagedIdentity('X', 'id').principals[0]!, displayName: '${TfToken[T.1]}' }],
      };
      expect(() => general.grantRead(unknown)).toThrow('must be known at synthesis.');
      expect(lakeRaw.definition()).toEqual([]);
    });
  });
});

describe('creating the databases', () => {
  /** The blocks of the two runs, and the hashes of the pipelines that they run. */
  function create(brought: boolean) {
    let hashes: readonly string[] = [];
    const stack = inStack((scope) => {
      const databases = declare(scope);
      const defined = databases.define(assets);
      const pool = { poolName: 'p', nodeSize: 'Small', dependables: [] } as const;
      const artifacts = new SynapseArtifacts(scope, 'Artifacts', {
        workspace: { developmentHost: 'w.dev.azuresynapse.net' },
        development: new AzapiProvider(scope, 'Development', { alias: 'development' }),
        assets: brought ? defined.besideFramework() : defined,
        pools: { smallPool: pool, mediumPool: pool },
        values: {},
        after: [],
        schedule: { enabled: false, after: [] },
      });
      const prefix = brought ? 'insights_' : '';
      hashes = ['create_lake_db', 'create_sql_db'].map(
        (name) => artifacts.artifact('pipelines', prefix + name).contentHash,
      );
      databases.create({
        synapse: { workspaceName: 'w', developmentEndpoint: 'https://w.dev.azuresynapse.net' },
        artifacts,
        after: [new TerraformData(scope, 'FirstRun')],
      });
    });
    return { blocks: blocksOf(stack), hashes };
  }

  test("runs the lake's pipeline, then the other, and again when a definition changes", () => {
    const { blocks, hashes } = create(false);
    const [lakeHash = '', sqlHash = ''] = hashes;
    const nameOf = (path: string): string => `\${${(blocks[path] as Block).address}.name}`;
    const lake = {
      workspaceName: 'w',
      developmentEndpoint: 'https://w.dev.azuresynapse.net',
      pipelineName: nameOf('Artifacts/pipelines/create_lake_db/Resource'),
      parameters: { workspace: 'dev', datasetFullPath: 'stage2/Refined/M365/v1.14' },
      contentHash: combinedHash([
        lakeHash,
        ...lakeDatabases(catalogue, 'dev', '1.14').map((database) => canonicalJson({ ...database } as never)),
      ]),
    };
    const serverless = {
      ...lake,
      pipelineName: nameOf('Artifacts/pipelines/create_sql_db/Resource'),
      parameters: { workspace: 'dev', version: '1.14' },
      contentHash: combinedHash([sqlHash]),
    };
    const { provisioner: _, ...lakeBody } = blocks['Databases/CreateLake/Resource']?.body ?? {};
    const { provisioner: __, ...serverlessBody } = blocks['Databases/CreateServerless/Resource']?.body ?? {};
    expect([lakeBody, serverlessBody]).toEqual([
      {
        input: { ...lake, timeoutMinutes: 60, onInterrupt: 'cancel' },
        triggers_replace: lake,
        depends_on: ['terraform_data.FirstRun'],
      },
      {
        input: { ...serverless, timeoutMinutes: 60, onInterrupt: 'cancel' },
        triggers_replace: serverless,
        depends_on: ['terraform_data.FirstRun', blocks['Databases/CreateLake/Resource']?.address],
      },
    ]);
  });

  test("runs our own pipelines beside OEA's (OWN3)", () => {
    const { blocks } = create(true);
    const names = ['CreateLake', 'CreateServerless'].map((run) => {
      const { input } = blocks[`Databases/${run}/Resource`]?.body as { input: { pipelineName: string } };
      return input.pipelineName;
    });
    const addressOf = (name: string): string => (blocks[`Artifacts/pipelines/${name}/Resource`] as Block).address;
    expect(names).toEqual([
      `\${${addressOf('insights_create_lake_db')}.name}`,
      `\${${addressOf('insights_create_sql_db')}.name}`,
    ]);
  });
});
