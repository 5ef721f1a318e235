import { Construct, type IConstruct } from 'constructs';
import { nameLimits, refuseName } from '../../src/contract/resource-names';
import { KeyVault } from '../core/azurerm';
import { Token, type ITerraformDependable } from '../core/cdktf';
import { grant } from '../core/grant';
import type { IGrantee } from '../core/grantee';
import { refuse } from '../core/refuse';
import { resourceId, type ResourcePlace } from '../core/resource-id';
import type { DiagnosticsSource } from '../monitoring/diagnostics-source';

export interface SecretVaultProps {
  /** 3 to 24 letters, digits and single inner hyphens, unique in the whole of Azure. */
  readonly vaultName: string;
  readonly resourceGroupName: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly tenantId: string;
  /** Public IPv4 addresses and networks that may come in (NET1). @default none: public access is off */
  readonly allowedAddresses?: readonly string[];
  /** Days for which deleted secrets, and the vault, can be had again: 7 to 90; cannot be changed later. @default 90 */
  readonly softDeleteDays?: number;
  /** Whether nobody can purge before those days are over; cannot be taken back. @default true */
  readonly purgeProtection?: boolean;
  /** Whether Terraform may destroy the vault. @default false */
  readonly deletable?: boolean;
}

/** A vault, ours or one that was there before. */
export interface ISecretVault extends IConstruct {
  readonly vaultName: string;
  /** ARM id of the vault. */
  readonly vaultId: string;
  /** Read the values of all secrets: who can, can undo every pseudonym (ACCESS2). */
  grantReadSecrets(grantee: IGrantee): readonly ITerraformDependable[];
}

const defaultSoftDeleteDays = 90;

/**
 * The vault that holds the salt, with roles instead of access policies, closed but for the listed addresses. The plan makes
 * no secret, and needs no access to them: EnsureSalt writes the salt through ARM (ORDER2), which a closed vault takes.
 *
 * @example
 * new SecretVault(this, 'SecretVault', {
 *   vaultName: 'kv-oea-dev', resourceGroupName: group.name, location: group.location, tags: {}, tenantId: client.tenantId,
 * });
 */
export class SecretVault extends Construct implements ISecretVault, DiagnosticsSource {
  /** A vault that is there already; only grants are made on it (OWN3). */
  static fromName(scope: Construct, id: string, vaultName: string, place: ResourcePlace): ISecretVault {
    const vaultId = resourceId(place, 'Microsoft.KeyVault/vaults', vaultName);
    class ExistingVault extends Construct implements ISecretVault {
      readonly vaultName = vaultName;
      readonly vaultId = vaultId;

      grantReadSecrets(grantee: IGrantee): readonly ITerraformDependable[] {
        return grant(this, 'read-secrets', grantee, { role: 'readSecrets', targetId: vaultId });
      }
    }
    return new ExistingVault(scope, id);
  }

  readonly vaultName: string;
  readonly vaultId: string;
  readonly diagnostics: DiagnosticsSource['diagnostics'];

  constructor(scope: Construct, id: string, props: SecretVaultProps) {
    super(scope, id);
    this.validateVaultName(props.vaultName);
    this.validateSoftDeleteDays(props.softDeleteDays);

    const vault = this.createVault(props);
    this.vaultName = props.vaultName;
    this.vaultId = vault.id;
    this.diagnostics = { targetId: vault.id, logCategories: ['AuditEvent'] };
  }

  grantReadSecrets(grantee: IGrantee): readonly ITerraformDependable[] {
    return grant(this, 'read-secrets', grantee, { role: 'readSecrets', targetId: this.vaultId });
  }

  private createVault(props: SecretVaultProps): KeyVault {
    const ipRules = [...(props.allowedAddresses ?? [])];
    return new KeyVault(this, 'Resource', {
      name: props.vaultName,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      tags: { ...props.tags },
      tenantId: props.tenantId,
      skuName: 'standard',
      rbacAuthorizationEnabled: true,
      softDeleteRetentionDays: props.softDeleteDays ?? defaultSoftDeleteDays,
      purgeProtectionEnabled: props.purgeProtection ?? true,
      // Off where nobody is listed: private endpoints and ARM work without it.
      publicNetworkAccessEnabled: ipRules.length > 0,
      networkAcls: { defaultAction: 'Deny', bypass: 'None', ipRules },
      lifecycle: { preventDestroy: !(props.deletable ?? false) },
    });
  }

  private validateVaultName(name: string): void {
    if (Token.isUnresolved(name) || refuseName('keyVault', name) === undefined) return;
    const { minimumLength, maximumLength, rule } = nameLimits.keyVault;
    throw refuse(this, 'vaultName', name, `must be ${minimumLength} to ${maximumLength} characters of ${rule}`);
  }

  private validateSoftDeleteDays(days: number | undefined): void {
    if (days === undefined || Token.isUnresolved(days)) return;
    if (Number.isInteger(days) && days >= 7 && days <= 90) return;
    throw refuse(this, 'softDeleteDays', days, 'must be a whole number from 7 to 90');
  }
}
