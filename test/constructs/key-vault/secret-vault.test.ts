import { ManagedIdentity } from '../../../constructs/core/grantee';
import { SecretVault, type SecretVaultProps } from '../../../constructs/key-vault/secret-vault';
import { refusal } from '../../support/refusal';
import { synthesiseBlocks } from '../synthesised';

const minimal: SecretVaultProps = {
  vaultName: 'kv-oea-test',
  resourceGroupName: 'rg-oea-test',
  location: 'westeurope',
  tags: {},
  tenantId: 'tenant',
};

const body = {
  name: 'kv-oea-test',
  resource_group_name: 'rg-oea-test',
  location: 'westeurope',
  tags: {},
  tenant_id: 'tenant',
  sku_name: 'standard',
  rbac_authorization_enabled: true,
  soft_delete_retention_days: 90,
  purge_protection_enabled: true,
  public_network_access_enabled: false,
  network_acls: { default_action: 'Deny', bypass: 'None', ip_rules: [] },
  lifecycle: { prevent_destroy: true },
};

const workspace = new ManagedIdentity('Workspace', '/principal');
const grantOn = (scope: string, name: string) => ({
  scope,
  role_definition_name: 'Key Vault Secrets User',
  principal_id: '/principal',
  principal_type: 'ServicePrincipal',
  description: `Workspace: read-secrets ${name}`,
});

describe('SecretVault', () => {
  test('is closed, protected from purging and from Terraform, and makes no secret (NET1, ORDER2)', () => {
    expect(synthesiseBlocks((stack) => new SecretVault(stack, 'Vault', minimal))).toEqual({
      'Vault/Resource': { address: 'azurerm_key_vault.Vault_23237E5B', body },
    });
  });

  test('takes every setting over; listed addresses switch public access on (NET1)', () => {
    const maximal: SecretVaultProps = {
      ...minimal,
      tags: { a: 'b' },
      allowedAddresses: ['203.0.113.7'],
      softDeleteDays: 7,
      purgeProtection: false,
      deletable: true,
    };
    expect(synthesiseBlocks((stack) => new SecretVault(stack, 'Vault', maximal))['Vault/Resource']?.body).toEqual({
      ...body,
      tags: { a: 'b' },
      soft_delete_retention_days: 7,
      purge_protection_enabled: false,
      public_network_access_enabled: true,
      network_acls: { default_action: 'Deny', bypass: 'None', ip_rules: ['203.0.113.7'] },
      lifecycle: { prevent_destroy: false },
    });
  });

  test('grants reading of secrets', () => {
    const blocks = synthesiseBlocks((stack) => new SecretVault(stack, 'Vault', minimal).grantReadSecrets(workspace));
    expect(blocks['Vault/read-secrets-Workspace']?.body).toEqual(
      grantOn('${azurerm_key_vault.Vault_23237E5B.id}', 'Vault'),
    );
  });

  test('that was there before gets grants and nothing else (OWN3)', () => {
    const told: string[] = [];
    const blocks = synthesiseBlocks((stack) => {
      const place = { subscriptionId: 's', resourceGroupName: 'rg-old' };
      const vault = SecretVault.fromName(stack, 'Vault', 'kv-old', place);
      vault.grantReadSecrets(workspace);
      told.push(vault.vaultName, vault.vaultId);
    });
    const id = '/subscriptions/s/resourceGroups/rg-old/providers/Microsoft.KeyVault/vaults/kv-old';
    expect(told).toEqual(['kv-old', id]);
    expect(Object.entries(blocks).map(([path, block]) => [path, block.body])).toEqual([
      ['Vault/read-secrets-Workspace', grantOn(id, 'Vault')],
    ]);
  });

  const build = (props: Partial<SecretVaultProps>) => () =>
    synthesiseBlocks((stack) => new SecretVault(stack, 'Vault', { ...minimal, ...props }));
  const place = '  where: test/Vault\n  next:  Correct the value where the construct named above is created.';

  test.each(['kv', '1kv', 'k--v', 'k'.repeat(25)])('validateVaultName refuses %s', (vaultName) => {
    expect(refusal(build({ vaultName }))).toBe(
      `CONSTRUCT_INVALID: vaultName is "${vaultName}", but must be 3 to 24 characters of letters, digits and single inner hyphens, starting with a letter.\n${place}`,
    );
  });

  test.each([6, 91, 7.5])('validateSoftDeleteDays refuses %d', (softDeleteDays) => {
    expect(refusal(build({ softDeleteDays }))).toBe(
      `CONSTRUCT_INVALID: softDeleteDays is ${softDeleteDays}, but must be a whole number from 7 to 90.\n${place}`,
    );
  });
});
