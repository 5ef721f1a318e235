import { ManagedIdentity, People } from '../../../constructs/core/grantee';
import { folderCondition } from '../../../constructs/core/roles';
import { ExistingDataLake } from '../../../constructs/storage/existing-data-lake';
import { LakeStage, type ILakeStage } from '../../../constructs/storage/lake-stage';
import { LakeZone } from '../../../constructs/storage/lake-zone';
import { synthesiseBlocks } from '../synthesised';

const teachers = { objectId: 'AAAAAAAA-0000-0000-0000-000000000000', displayName: 'Teachers' };
const officers = { objectId: 'bbbbbbbb-0000-0000-0000-000000000000', displayName: 'Officers' };

/** The role assignments alone, by construct path. */
function assignments(build: (stage: ILakeStage) => void) {
  const blocks = synthesiseBlocks((stack) => {
    build(LakeStage.fromContainer(stack, 'stage2', 'stage2', '/account/stage2'));
  });
  return Object.fromEntries(Object.entries(blocks).map(([path, { body }]) => [path, body]));
}

const assignment = (verb: string, { objectId, displayName }: typeof teachers, condition?: string) => ({
  scope: '/account/stage2',
  role_definition_name: verb === 'read' ? 'Storage Blob Data Reader' : 'Storage Blob Data Contributor',
  principal_id: objectId,
  principal_type: 'Group',
  description: `${displayName}: ${verb} stage2`,
  ...(condition === undefined ? {} : { condition, condition_version: '2.0' }),
});

describe('LakeZone', () => {
  test('grants reading to every group of a role, on the container, for the folder only (ACCESS5)', () => {
    const made = assignments((stage) => {
      const zone = new LakeZone(stage, 'general', { stage, folder: 'general' });
      zone.grantRead(new People([teachers, officers]));
    });
    expect(made).toEqual({
      'stage2/read-aaaaaaaa-0000-0000-0000-000000000000': assignment(
        'read',
        teachers,
        folderCondition(['general'], 'read'),
      ),
      'stage2/read-bbbbbbbb-0000-0000-0000-000000000000': assignment(
        'read',
        officers,
        folderCondition(['general'], 'read'),
      ),
    });
  });

  test('widens the condition for a second folder: Azure has one assignment per principal, role and container', () => {
    const made = assignments((stage) => {
      for (const folder of ['general', 'sensitive', 'general']) {
        new LakeZone(stage, `zone${stage.node.children.length}`, { stage, folder }).grantRead(new People([officers]));
      }
    });
    expect(made).toEqual({
      'stage2/read-bbbbbbbb-0000-0000-0000-000000000000': assignment(
        'read',
        officers,
        folderCondition(['general', 'sensitive'], 'read'),
      ),
    });
  });

  test('gives reading and writing as two roles', () => {
    const made = assignments((stage) => {
      const zone = new LakeZone(stage, 'dev', { stage, folder: 'dev' });
      zone.grantRead(new People([officers]));
      zone.grantReadWrite(new People([officers]));
    });
    expect(made).toEqual({
      'stage2/read-bbbbbbbb-0000-0000-0000-000000000000': assignment(
        'read',
        officers,
        folderCondition(['dev'], 'read'),
      ),
      'stage2/write-bbbbbbbb-0000-0000-0000-000000000000': assignment(
        'write',
        officers,
        folderCondition(['dev'], 'write'),
      ),
    });
  });

  test('gives delivering as the role of writing, and both to one principal as one assignment', () => {
    const made = assignments((stage) => {
      const zone = (folder: string) => new LakeZone(stage, folder, { stage, folder });
      zone('in').grantDeliver(new People([teachers, officers]));
      zone('dev').grantReadWrite(new People([officers]));
    });
    expect(made).toEqual({
      'stage2/write-aaaaaaaa-0000-0000-0000-000000000000': assignment(
        'write',
        teachers,
        folderCondition([], 'write', ['in']),
      ),
      'stage2/write-bbbbbbbb-0000-0000-0000-000000000000': assignment(
        'write',
        officers,
        folderCondition(['dev'], 'write', ['in']),
      ),
    });
  });

  test('gives nobody anything where a role has no groups', () => {
    const made = assignments((stage) => {
      new LakeZone(stage, 'general', { stage, folder: 'general' }).grantRead(new People([]));
    });
    expect(made).toEqual({});
  });

  test.each(['before', 'after'])('a whole container, granted %s a folder, needs no condition', (when) => {
    const identity = new ManagedIdentity('Workspace', '/principal');
    const made = assignments((stage) => {
      if (when === 'before') stage.grantReadWrite(identity);
      stage.grantFolder('write', identity, 'dev');
      if (when === 'after') stage.grantReadWrite(identity);
    });
    expect(made).toEqual({
      'stage2/write-Workspace': {
        scope: '/account/stage2',
        role_definition_name: 'Storage Blob Data Contributor',
        principal_id: '/principal',
        principal_type: 'ServicePrincipal',
        description: 'Workspace: write stage2',
      },
    });
  });
});

describe('ExistingDataLake', () => {
  test('makes nothing but the grants that are asked for (OWN3)', () => {
    const told: unknown[] = [];
    const blocks = synthesiseBlocks((stack) => {
      const place = { subscriptionId: 's', resourceGroupName: 'rg-old' };
      const lake = new ExistingDataLake(stack, 'DataLake', { accountName: 'stold', place, dataVersion: '1.4.0' });
      const { oea, stage1, stage2, stage3, synapse } = lake;
      told.push(lake.accountName, lake.accountId);
      told.push(...[oea, stage1, stage2, stage3, synapse].map(({ containerId }) => containerId));
      lake.refinedGeneral.grantRead(new People([teachers]));
      lake.oea.grantReadWrite(new ManagedIdentity('DataShare', '/share'));
    });
    const account = '/subscriptions/s/resourceGroups/rg-old/providers/Microsoft.Storage/storageAccounts/stold';
    const container = (name: string) => `${account}/blobServices/default/containers/${name}`;
    expect(told).toEqual(['stold', account, ...['oea', 'stage1', 'stage2', 'stage3', 'synapse'].map(container)]);
    expect(Object.entries(blocks).map(([path, { body }]) => [path, body['scope'], body['condition']])).toEqual([
      ['DataLake/oea/write-DataShare', container('oea'), undefined],
      [
        'DataLake/stage2/read-aaaaaaaa-0000-0000-0000-000000000000',
        container('stage2'),
        folderCondition(['Refined/M365/v1.4.0/general'], 'read'),
      ],
    ]);
  });
});
