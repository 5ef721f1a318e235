import { ResourceGroup } from '../../../constructs/core/azurerm';
import { Token } from '../../../constructs/core/cdktf';
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
