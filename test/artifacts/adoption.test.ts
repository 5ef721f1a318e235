import {
  importFile,
  planAdoption,
  plannedArtifacts,
  plannedParts,
  type ExistingArtifact,
} from '../../src/artifacts/adoption';
import { markArtifact } from '../../src/artifacts/marker';
import type { ArtifactKind, JsonObject } from '../../src/artifacts/model';

const host = 'syn-oea-dev.dev.azuresynapse.net';
const typeOf = (kind: string): string => `Microsoft.Synapse/workspaces/${kind}@2020-12-01`;

const stack = {
  resource: {
    azapi_resource: { Pool: { type: typeOf('bigDataPools'), name: 'p' } },
    azapi_data_plane_resource: {
      Main: { type: typeOf('pipelines'), name: 'Main', body: {} },
      Shared: { type: typeOf('notebooks'), name: 'Shared' },
      Daily: { type: typeOf('triggers'), name: 'Daily' },
      Role: { type: typeOf('roleAssignments'), name: 'guid' },
      Broken: { name: 'x' },
    },
  },
} as const;
const planned = plannedArtifacts(stack);

function ours(kind: ArtifactKind, name: string, properties: JsonObject = {}): ExistingArtifact {
  return { kind, name, properties: markArtifact({ kind, name, properties, file: 'f' }).properties };
}

describe('adopting what an interrupted deployment left', () => {
  test('the artifacts of a stack are those of its data-plane resources that are artifacts', () => {
    expect(planned).toEqual([
      { kind: 'pipelines', name: 'Main', address: 'azapi_data_plane_resource.Main', type: typeOf('pipelines') },
      { kind: 'notebooks', name: 'Shared', address: 'azapi_data_plane_resource.Shared', type: typeOf('notebooks') },
      { kind: 'triggers', name: 'Daily', address: 'azapi_data_plane_resource.Daily', type: typeOf('triggers') },
    ]);
    expect([plannedArtifacts({}), plannedArtifacts(null), plannedArtifacts({ resource: {} })]).toEqual([[], [], []]);
  });

  test('ours and not in the state are imported, whatever content they were left with', () => {
    const existing = [ours('pipelines', 'Main', { activities: [] }), ours('notebooks', 'Shared')];
    expect(planAdoption(planned, [], existing, host)).toEqual({
      imports: [
        {
          to: 'azapi_data_plane_resource.Main',
          id: `${host}/pipelines/Main|Microsoft.Synapse/workspaces/pipelines@2020-12-01`,
        },
        {
          to: 'azapi_data_plane_resource.Shared',
          id: `${host}/notebooks/Shared|Microsoft.Synapse/workspaces/notebooks@2020-12-01`,
        },
      ],
      startedTriggers: [],
      foreign: [],
    });
  });

  test('what the state knows, what the plan does not have and what is not there is left alone', () => {
    const existing = [ours('pipelines', 'Main'), ours('pipelines', 'Retired'), ours('datasets', 'Shared')];
    expect(planAdoption(planned, ['azapi_data_plane_resource.Main'], existing, host)).toEqual({
      imports: [],
      startedTriggers: [],
      foreign: [],
    });
  });

  test('what is not ours is named and never imported, nor what differs in case only (OWN3)', () => {
    const existing: readonly ExistingArtifact[] = [
      { kind: 'pipelines', name: 'Main', properties: { annotations: ['OEA'] } },
      ours('notebooks', 'SHARED'),
    ];
    expect(planAdoption(planned, [], existing, host)).toEqual({
      imports: [],
      startedTriggers: [],
      foreign: ['pipelines/Main', 'notebooks/SHARED'],
    });
  });

  test.each([
    ['Started', ['Daily']],
    ['Stopped', []],
  ])('a trigger that is %s has to be stopped: %j', (runtimeState, startedTriggers) => {
    const { properties, ...trigger } = ours('triggers', 'Daily');
    const existing = [{ ...trigger, properties: { ...properties, runtimeState } }];
    expect(planAdoption(planned, [], existing, host)).toEqual({
      imports: [
        {
          to: 'azapi_data_plane_resource.Daily',
          id: `${host}/triggers/Daily|Microsoft.Synapse/workspaces/triggers@2020-12-01`,
        },
      ],
      startedTriggers,
      foreign: [],
    });
  });

  test('the file is Terraform JSON, and there is none without blocks', () => {
    expect(importFile([{ to: 'azapi_data_plane_resource.Main', id: 'x|y' }])).toBe(
      '{\n  "import": [\n    {\n      "to": "azapi_data_plane_resource.Main",\n      "id": "x|y"\n    }\n  ]\n}\n',
    );
    expect(importFile([])).toBeUndefined();
  });
});

test('roles and ways out are found by their paths on the endpoint; artifacts are not among them', () => {
  const parent = '${azapi_resource.Workspace.name}.dev.azuresynapse.net';
  const block = (type: string, name: string, parent_id: string) => ({
    type: `Microsoft.Synapse/workspaces/${type}@2020-12-01`,
    name,
    parent_id,
  });
  const stack = {
    resource: {
      azapi_data_plane_resource: {
        Role: block('roleAssignments', 'a7025ac0-4f91-575a-b426-43a5be428ac0', parent),
        Blob: block(
          'managedVirtualNetworks/managedPrivateEndpoints',
          'pe-blob',
          `${parent}/managedVirtualNetworks/default`,
        ),
        Main: block('pipelines', 'main', parent),
      },
    },
  };
  expect(plannedParts(stack).map(({ address, path }) => [address, path])).toEqual([
    ['azapi_data_plane_resource.Role', 'roleAssignments/a7025ac0-4f91-575a-b426-43a5be428ac0'],
    ['azapi_data_plane_resource.Blob', 'managedVirtualNetworks/default/managedPrivateEndpoints/pe-blob'],
  ]);
});
