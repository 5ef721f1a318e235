import { deployedNames } from '../../src/contract/deployed-names';
import { resourceNames } from '../../src/contract/resource-names';

describe('deployedNames', () => {
  test('follow from the suffix where the workspace is made', () => {
    expect(deployedNames({ suffix: 'Contoso12345', workspace: { mode: 'create' } })).toEqual(
      resourceNames('contoso12345'),
    );
  });

  test('are the given ones for what is there, and our own beside them (OWN3)', () => {
    const workspace = {
      mode: 'existing',
      resourceGroup: 'rg-old',
      synapseWorkspace: 'syn-old',
      storageAccount: 'stold',
      keyVault: 'kv-old',
    } as const;
    expect(deployedNames({ suffix: 'new', workspace })).toEqual({
      resourceGroup: 'rg-old',
      storageAccount: 'stold',
      synapseWorkspace: 'syn-old',
      keyVault: 'kv-old',
      applicationInsights: 'appi-oea-new',
      logAnalyticsWorkspace: 'log-oea-new',
      dataShareAccount: 'share-oea-new',
    });
  });
});
