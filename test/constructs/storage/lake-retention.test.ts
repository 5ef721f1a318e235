import { ExistingDataLake } from '../../../constructs/storage/existing-data-lake';
import { LakeRetention } from '../../../constructs/storage/lake-retention';
import { LakePaths } from '../../../src/contract/lake-paths';
import { refusal } from '../../support/refusal';
import { synthesiseBlocks } from '../synthesised';

const retention = { preLandingDays: 90, landedDays: 365, reportDays: 730 };

function blocks(changed: Partial<typeof retention> = {}) {
  return synthesiseBlocks((stack) => {
    const place = { subscriptionId: 's', resourceGroupName: 'rg' };
    const dataLake = new ExistingDataLake(stack, 'DataLake', { accountName: 'st', place, dataVersion: '1.14' });
    new LakeRetention(stack, 'LakeRetention', { dataLake, retention: { ...retention, ...changed } });
  });
}

const rule = (name: string, prefixes: string[], days: number) => ({
  name,
  enabled: true,
  filters: { blob_types: ['blockBlob'], prefix_match: prefixes },
  actions: { base_blob: { delete_after_days_since_modification_greater_than: days } },
});

describe('LakeRetention', () => {
  test('deletes drops, landed files and reports by age, and nothing else (OWN4, ERASE6)', () => {
    expect(blocks()).toEqual({
      'LakeRetention/Resource': {
        address: 'azurerm_storage_management_policy.LakeRetention_8E40ED39',
        body: {
          storage_account_id: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st',
          rule: [
            rule('pre-landing', ['oea/pre_landing/'], 90),
            rule('landed', ['stage1/', 'oea/dev/stage1/'], 365),
            rule('reports', ['oea/reports/'], 730),
          ],
        },
      },
    });
  });

  test('reaches no Delta table and no ledger of any workspace (ERASE6)', () => {
    const rules = blocks()['LakeRetention/Resource']?.body['rule'] as ReturnType<typeof rule>[];
    const prefixes = rules.flatMap(({ filters }) => filters.prefix_match);
    const kept = ['prod', 'dev', 'stage1'].flatMap((workspace) => {
      const paths = new LakePaths(workspace, '1.14');
      return [
        paths.stage(3),
        paths.metadata,
        paths.landingLedger,
        paths.ingested('AadUser'),
        paths.corrected('AadUser'),
        paths.rejected('AadUser'),
        paths.general('AadUser'),
        paths.lookup('AadUser'),
      ];
    });
    expect(kept.filter((path) => prefixes.some((prefix) => `${path}/`.startsWith(prefix)))).toEqual([]);
    const landed = new LakePaths('prod', '1.14').landedTable('AadUser');
    expect(prefixes.some((prefix) => landed.startsWith(prefix))).toBe(true);
  });

  test.each([0, 1.5, 100_000])('validateDays refuses %d', (landedDays) => {
    expect(refusal(() => blocks({ landedDays }))).toBe(
      `CONSTRUCT_INVALID: retention of landed is ${landedDays}, but must be a whole number from 1 to 99999.\n` +
        '  where: test/LakeRetention\n  next:  Correct the value where the construct named above is created.',
    );
  });
});
