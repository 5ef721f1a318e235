import { AzapiResource } from '../../../constructs/core/azapi';
import { ManagedIdentity, People } from '../../../constructs/core/grantee';
import { nameGuid } from '../../../constructs/core/name-guid';
import { synapseRoles } from '../../../constructs/synapse/synapse-roles';
import { refusal } from '../../support/refusal';
import { createWorkspace, engineers, existingWorkspace, synapseBlocks } from './synapse-fixture';

const grantee = new People([engineers]);
const key = engineers.objectId.toLowerCase();

const assignment = (roleId: string, workspaceName: string, host: string, after: readonly string[]) => ({
  type: 'Microsoft.Synapse/workspaces/roleAssignments@2020-12-01',
  name: nameGuid(`workspaces/${workspaceName}/${roleId}/${key}`),
  parent_id: host,
  body: { roleId, principalId: engineers.objectId, principalType: 'Group', scope: `workspaces/${workspaceName}` },
  response_export_values: [],
  timeouts: { create: '5m' },
  depends_on: after,
});

describe('grants on a workspace', () => {
  test('are role assignments of the development endpoint that wait for it (ORDER1)', () => {
    const blocks = synapseBlocks((stack) => {
      const workspace = createWorkspace(stack);
      const after = [new AzapiResource(stack, 'Await', { type: 'X/y@1', name: 'a', parentId: '/' })];
      workspace.grantAdminister(grantee, after);
      workspace.grantPublish(grantee, after);
      workspace.grantRun(grantee, after);
      workspace.grantRead(grantee, after);
    });
    const ofRole = (roleId: string) =>
      assignment(roleId, 'syn-oea-test', '${azapi_resource.Workspace_2F8C78CC.name}.dev.azuresynapse.net', [
        'azapi_resource.Await',
      ]);
    const made = Object.entries(blocks).filter(([path]) => path.endsWith(key));
    expect(Object.fromEntries(made.map(([path, block]) => [path, block.body]))).toEqual({
      [`Workspace/administer-${key}`]: ofRole('6e4bf58a-b8e1-4cc3-bbf9-d73143322b78'),
      [`Workspace/publish-${key}`]: ofRole('05930f57-09a3-4c0d-9fa9-6d1eb91c178b'),
      [`Workspace/compute-${key}`]: ofRole('e3844cc7-4670-42cb-9349-9bdac1ee7881'),
      [`Workspace/credential-${key}`]: ofRole('5eb298b4-692c-4241-9cf0-f58a3b42bb25'),
      [`Workspace/read-${key}`]: ofRole('53faaa0e-40b6-40c8-a2ff-e38f2d388875'),
    });
  });

  test('are made once, on a workspace that was there too', () => {
    const counts: number[] = [];
    const blocks = synapseBlocks((stack) => {
      const workspace = existingWorkspace(stack);
      counts.push(workspace.grantRead(grantee, []).length, workspace.grantRead(grantee, []).length);
    });
    expect(counts).toEqual([1, 1]);
    expect(Object.values(blocks).map(({ body }) => body)).toEqual([
      assignment(synapseRoles.read.id, 'syn-oea-old', 'syn-oea-old.dev.azuresynapse.net', []),
    ]);
  });

  test('keep their names whatever the letters of the object id are', () => {
    const names = [engineers.objectId, key].map((objectId) => {
      const people = new People([{ ...engineers, objectId }]);
      const blocks = synapseBlocks((stack) => existingWorkspace(stack).grantRead(people, []));
      return Object.values(blocks)[0]?.body['name'];
    });
    expect(names[0]).toBe(names[1]);
  });

  test('refuse an identity that is not there yet', () => {
    const build = () =>
      synapseBlocks((stack) => {
        const { principalId } = new AzapiResource(stack, 'It', { type: 'X/y@1', name: 'a', parentId: '/' });
        existingWorkspace(stack).grantRead(new ManagedIdentity('It', principalId), []);
      });
    expect(refusal(build)).toBe(
      'CONSTRUCT_INVALID: objectId is "It", but must be known at synthesis: the assignment is named after it.\n' +
        '  where: test/Workspace\n  next:  Correct the value where the construct named above is created.',
    );
  });
});
