import { AssetCatalogue } from '../../../constructs/artifacts/asset-catalogue';
import { SynapseArtifacts, type SynapseArtifactsProps } from '../../../constructs/artifacts/synapse-artifacts';
import { AzapiProvider, AzapiResource } from '../../../constructs/core/azapi';
import { DataAzurermClientConfig } from '../../../constructs/core/azurerm';
import type { TerraformStack } from '../../../constructs/core/cdktf';
import { TerraformData } from '../../../constructs/core/terraform-data';
import { combinedHash } from '../../../src/artifacts/content-hash';
import { markArtifact } from '../../../src/artifacts/marker';
import type { Artifact, JsonObject } from '../../../src/artifacts/model';
import { notebookProperties, withSessionOn, type NodeSize } from '../../../src/artifacts/notebook-artifact';
import { blocksOf, synthesiseStack, type Block, type Json } from '../synthesised';

const host = 'w.dev.azuresynapse.net';

function artifact(kind: Artifact['kind'], name: string, properties: JsonObject): Artifact {
  return { kind, name, properties, file: `assets/${kind}/${name}.json` };
}

const service = artifact('linkedservices', 'LS', { typeProperties: { url: 'https://{{storageAccount}}.dfs' } });
const library = artifact(
  'notebooks',
  'Library',
  notebookProperties({ cells: [{ kind: 'code', text: 'f"{{x}} ${y} %{z}"\n1' }], description: 'Shared.' }),
);
const driver = artifact(
  'notebooks',
  'Driver-1',
  notebookProperties({ cells: [{ kind: 'run', text: '%run Library' }], pool: 'spark3p3med' }),
);
const pipeline = artifact('pipelines', 'Main', {
  activities: [
    { notebook: { referenceName: 'Driver-1', type: 'NotebookReference' } },
    { pool: { referenceName: '{{smallPool}}', type: 'BigDataPoolReference' } },
    { service: { referenceName: 'LS', type: 'LinkedServiceReference' } },
  ],
  annotations: ['Insights'],
});
const trigger = artifact('triggers', 'Daily', {
  runtimeState: 'Stopped',
  pipelines: [
    {
      pipelineReference: { referenceName: 'Main', type: 'PipelineReference' },
      parameters: { directory: '{{dataShareDirectory}}' },
    },
  ],
});

/** The artifacts below `Artifacts` in a stack with what they wait for; `Client` gives a token. */
function build(scope: TerraformStack, artifacts: readonly Artifact[], change: Partial<SynapseArtifactsProps> = {}) {
  new AzapiProvider(scope, 'Azapi');
  const client = new DataAzurermClientConfig(scope, 'Client', {});
  const pool = new AzapiResource(scope, 'Pool', { type: 'Microsoft.X/y@2020-01-01', name: 'p', parentId: '/w' });
  return new SynapseArtifacts(scope, 'Artifacts', {
    workspace: { developmentHost: host },
    development: new AzapiProvider(scope, 'Development', { alias: 'development' }),
    assets: new AssetCatalogue(artifacts),
    pools: {
      smallPool: { poolName: 'small', nodeSize: 'Large', dependables: [pool] },
      mediumPool: { poolName: 'medium', nodeSize: 'Small', dependables: [] },
    },
    values: { storageAccount: 'stoea', dataShareDirectory: `insights-${client.tenantId}` },
    after: [new TerraformData(scope, 'Await')],
    schedule: { enabled: false, after: [new TerraformData(scope, 'Approval')] },
    ...change,
  });
}

/** The block of an artifact whose properties, its marker included, are `properties` before other names are put in. */
function block(id: string, of: Artifact, properties: unknown, ...pools: readonly string[]): Block {
  const path = of.kind === 'notebooks' ? 'properties.description' : 'properties.annotations[0]';
  return {
    address: `azapi_data_plane_resource.${id}`,
    body: {
      type: `Microsoft.Synapse/workspaces/${of.kind}@2020-12-01`,
      name: of.name,
      parent_id: host,
      body: { properties },
      response_export_values: { marker: path },
      timeouts: { create: '5m' },
      depends_on: ['terraform_data.Await', ...pools],
      lifecycle: {
        postcondition: [
          {
            condition: `\${try(self.output.marker, "") == self.body.${path}}`,
            error_message: `The service took ${of.kind}/${of.name}, but did not store it: see the workspace's activity log, then apply again.`,
          },
        ],
      },
    },
  };
}

/** The properties of a notebook on a pool, with the session that its nodes have room for. */
const onPool = ({ properties }: Artifact, referenceName: string, size: NodeSize): JsonObject =>
  withSessionOn(size, { ...properties, bigDataPool: { referenceName, type: 'BigDataPoolReference' } });

const marker = (of: Artifact): string => `education-insights-cdk sha256:${markArtifact(of).hash}`;

describe('artifacts of a workspace', () => {
  test('of every kind: whole blocks, ordered by the names of what they refer to, literals escaped', () => {
    const stack = synthesiseStack((scope) => {
      build(scope, [trigger, pipeline, driver, library, service]);
    });
    const blocks = blocksOf(stack);
    const id = (path: string): string => (blocks[path] as Block).address.split('.')[1] ?? '';
    const paths = {
      service: 'Artifacts/linkedservices/LS/Resource',
      library: 'Artifacts/notebooks/Library/Resource',
      driver: 'Artifacts/notebooks/Driver-1/Resource',
      pipeline: 'Artifacts/pipelines/Main/Resource',
      trigger: 'Artifacts/triggers/Daily/Resource',
    };
    const nameOf = (path: string): string => `\${azapi_data_plane_resource.${id(path)}.name}`;

    const url = { typeProperties: { url: 'https://stoea.dfs' } };
    const onSmall = onPool(library, 'small', 'Large');
    const onMedium = onPool(driver, 'medium', 'Small');
    const [notebookReference, poolReference, serviceReference] = ['Driver-1', 'small', 'LS'];
    const activities = (notebook: string, service: string) => [
      { notebook: { referenceName: notebook, type: 'NotebookReference' } },
      { pool: { referenceName: poolReference, type: 'BigDataPoolReference' } },
      { service: { referenceName: service, type: 'LinkedServiceReference' } },
    ];
    const filledPipeline = { ...pipeline.properties, activities: activities(notebookReference, serviceReference) };
    const state = 'left stopped by the deployment';
    const filledTrigger = { pipelines: trigger.properties['pipelines'] ?? [], annotations: [state] };

    expect({
      service: blocks[paths.service],
      library: blocks[paths.library],
      driver: blocks[paths.driver],
      pipeline: blocks[paths.pipeline],
      trigger: blocks[paths.trigger],
    }).toEqual({
      service: block(id(paths.service), service, {
        ...url,
        annotations: [marker({ ...service, properties: url })],
      }),
      library: block(
        id(paths.library),
        library,
        {
          ...onSmall,
          description: `Shared. [${marker({ ...library, properties: onSmall })}]`,
          cells: [{ cell_type: 'code', metadata: {}, source: ['f"{{x}} $${y} %%{z}"\n', '1'] }],
        },
        'azapi_resource.Pool',
      ),
      driver: block(id(paths.driver), driver, {
        ...onMedium,
        description: `[${marker({ ...driver, properties: onMedium })}]`,
        cells: [{ cell_type: 'code', metadata: {}, source: [`%run ${nameOf(paths.library)}`] }],
      }),
      pipeline: block(
        id(paths.pipeline),
        pipeline,
        {
          activities: activities(nameOf(paths.driver), nameOf(paths.service)),
          annotations: [marker({ ...pipeline, properties: filledPipeline }), 'Insights'],
        },
        'azapi_resource.Pool',
      ),
      trigger: block(id(paths.trigger), trigger, {
        pipelines: [
          {
            pipelineReference: { referenceName: nameOf(paths.pipeline), type: 'PipelineReference' },
            parameters: { directory: 'insights-${data.azurerm_client_config.Client.tenant_id}' },
          },
        ],
        annotations: [marker({ ...trigger, properties: filledTrigger }), state],
      }),
    });
  });

  test('one hash stands for all of them, whatever a token turns out to be; resources are found by name', () => {
    synthesiseStack((scope) => {
      const artifacts = build(scope, [service, library]);
      const filled = { ...service, properties: { typeProperties: { url: 'https://stoea.dfs' } } };
      const onSmall = onPool(library, 'small', 'Large');
      expect(artifacts.contentHash).toBe(
        combinedHash([markArtifact(filled).hash, markArtifact({ ...library, properties: onSmall }).hash]),
      );
      expect(artifacts.dependables).toEqual([
        artifacts.artifact('linkedservices', 'LS').resource,
        artifacts.artifact('notebooks', 'Library').resource,
      ]);
      expect(() => artifacts.artifact('pipelines', 'LS')).toThrow(new RangeError('pipelines/LS is not deployed.'));
    });
  });

  test('the same synthesis twice gives the same hash', () => {
    const hashes = [1, 2].map((round) => {
      let hash = '';
      synthesiseStack((scope) => {
        for (let index = 0; index < round; index += 1) new DataAzurermClientConfig(scope, `Other${index}`, {});
        hash = build(scope, [trigger, pipeline, driver, library, service]).contentHash;
      });
      return hash;
    });
    expect(hashes[0]).toBe(hashes[1]);
  });

  test.each([
    ['a dangling reference', [driver], 'ARTIFACT_REFERENCE_DANGLING', 'there is no notebooks/Library'],
    [
      'a circle',
      [artifact('notebooks', 'Library', notebookProperties({ cells: [{ kind: 'run', text: '%run Library' }] }))],
      'ARTIFACT_CYCLE',
      'These refer to each other: notebooks/Library -> notebooks/Library.',
    ],
    [
      'an unknown placeholder',
      [artifact('datasets', 'D', { a: '{{storageAcount}}' })],
      'ARTIFACT_PLACEHOLDER_UNKNOWN',
      '{{storageAcount}} has no value.',
    ],
  ])('%s fails synthesis by name', (_, artifacts, code, message) => {
    expect(() => synthesiseStack((scope) => void build(scope, artifacts))).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test('what the workspace has already keeps its name and is not in the plan (OWN3)', () => {
    const dataset = artifact('datasets', 'D', { a: { referenceName: 'LS', type: 'LinkedServiceReference' } });
    const blocks = blocksOf(
      synthesiseStack(
        (scope) => void build(scope, [], { assets: new AssetCatalogue([dataset], ['linkedservices/LS']) }),
      ),
    );
    const { body } = blocks['Artifacts/datasets/D/Resource'] as Block;
    expect((body['body'] as { properties: Json }).properties['a']).toEqual(dataset.properties['a']);
    expect(Object.keys(blocks).sort()).toEqual(['Approval', 'Artifacts/datasets/D/Resource', 'Await', 'Pool']);
  });
});
