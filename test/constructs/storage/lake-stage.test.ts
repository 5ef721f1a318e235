import { ResourceGroup } from '../../../constructs/core/azurerm';
import { Token } from '../../../constructs/core/cdktf';
import { ManagedIdentity, People } from '../../../constructs/core/grantee';
import { folderCondition } from '../../../constructs/core/roles';
import { LakeStage, type LakeStageProps } from '../../../constructs/storage/lake-stage';
import { refusal } from '../../support/refusal';
import { synthesiseBlocks } from '../synthesised';

const minimal: LakeStageProps = { containerName: 'stage1', storageAccountId: '/subscriptions/s/account' };

const body = {
  name: 'stage1',
  storage_account_id: '/subscriptions/s/account',
  container_access_type: 'private',
  lifecycle: { prevent_destroy: true },
};

describe('LakeStage', () => {
  test('is one private container, made through ARM, that Terraform refuses to destroy', () => {
    expect(synthesiseBlocks((stack) => new LakeStage(stack, 'Stage', minimal))).toEqual({
      'Stage/Resource': { address: 'azurerm_storage_container.Stage_0E8C2AF5', body },
    });
  });

  test('can be destroyed where that was asked for', () => {
    expect(synthesiseBlocks((stack) => new LakeStage(stack, 'Stage', { ...minimal, deletable: true }))).toEqual({
      'Stage/Resource': {
        address: 'azurerm_storage_container.Stage_0E8C2AF5',
        body: { ...body, lifecycle: { prevent_destroy: false } },
      },
    });
  });

  test('tells its name and the id that roles are assigned on', () => {
    const blocks = synthesiseBlocks((stack) => {
      const { containerName, containerId } = new LakeStage(stack, 'Stage', minimal);
      new ResourceGroup(stack, 'Told', { name: 'told', location: 'x', tags: { containerName, containerId } });
    });
    expect(blocks['Told']?.body['tags']).toEqual({
      containerName: 'stage1',
      containerId: '${azurerm_storage_container.Stage_0E8C2AF5.id}',
    });
  });

  test('grants all of itself to the identity of a service, and a folder to people', () => {
    const blocks = synthesiseBlocks((stack) => {
      const stage = new LakeStage(stack, 'Stage', minimal);
      stage.grantReadWrite(new ManagedIdentity('DataShare', '/share'));
      stage.grantFolder('read', new People([{ objectId: 'A', displayName: 'Teachers' }]), 'reports');
    });
    const scope = '${azurerm_storage_container.Stage_0E8C2AF5.id}';
    expect([blocks['Stage/write-DataShare']?.body, blocks['Stage/read-a']?.body]).toEqual([
      {
        scope,
        role_definition_name: 'Storage Blob Data Contributor',
        principal_id: '/share',
        principal_type: 'ServicePrincipal',
        description: 'DataShare: write Stage',
      },
      {
        scope,
        role_definition_name: 'Storage Blob Data Reader',
        principal_id: 'A',
        principal_type: 'Group',
        description: 'Teachers: read Stage',
        condition: folderCondition(['reports'], 'read'),
        condition_version: '2.0',
      },
    ]);
  });

  describe('validateContainerName', () => {
    test.each(['ab', 'Stage1', 'a--b', '-ab', 'a_b', 'a'.repeat(64)])('refuses %s', (containerName) => {
      const build = () => synthesiseBlocks((stack) => new LakeStage(stack, 'Stage', { ...minimal, containerName }));
      expect(refusal(build)).toBe(
        `CONSTRUCT_INVALID: containerName is "${containerName}", but must be 3 to 63 characters of lower-case letters, ` +
          'digits and single inner hyphens.\n' +
          '  where: test/Stage\n' +
          '  next:  Correct the value where the construct named above is created.',
      );
    });

    test('skips a name that only the plan knows', () => {
      const containerName = Token.asString({ resolve: () => '${var.container}' });
      const blocks = synthesiseBlocks((stack) => new LakeStage(stack, 'Stage', { ...minimal, containerName }));
      expect(blocks['Stage/Resource']?.body).toEqual({ ...body, name: '${var.container}' });
    });
  });
});
