import type { Construct, IConstruct } from 'constructs';
import { nameLimits, refuseName } from '../../src/contract/resource-names';
import { StorageAccount } from '../core/azurerm';
import { Token } from '../core/cdktf';
import { refuse } from '../core/refuse';
import type { DiagnosticsSource } from '../monitoring/diagnostics-source';
import { LakeStage, type ILakeStage } from './lake-stage';
import { ZonedLake, type ILakeZones } from './zoned-lake';

export interface DataLakeProps {
  /** 3 to 24 lower-case letters and digits, unique in the whole of Azure. */
  readonly accountName: string;
  readonly resourceGroupName: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Version of the data that the zones hold, such as `1.14`. */
  readonly dataVersion: string;
  /** Public IPv4 addresses and networks that may come in (NET1). @default none */
  readonly allowedAddresses?: readonly string[];
  /** ARM ids of services that may come in with their identity (NET4); they need not be there yet. @default none */
  readonly allowedResourceIds?: readonly string[];
  /** Copies within the region; copies in another one are not offered. @default ZRS */
  readonly replication?: 'LRS' | 'ZRS';
  /** Days for which deleted blobs and containers can be had again, 1 to 365. @default 7 */
  readonly softDeleteDays?: number;
  /** Whether Terraform may destroy account and containers. @default false */
  readonly deletable?: boolean;
}

/** The account of a lake and its containers, ours or one that was there before. */
export interface IDataLake extends IConstruct, ILakeZones {
  readonly accountName: string;
  /** ARM id of the account. */
  readonly accountId: string;
  /** Pre-landing, test drops, reports, and the stages of `dev` and the sandboxes. */
  readonly oea: ILakeStage;
  /** Landed, of the workspace `prod`. */
  readonly stage1: ILakeStage;
  /** Ingested, corrected, rejected and refined, of the workspace `prod`. */
  readonly stage2: ILakeStage;
  /** Digital engagement, of the workspace `prod`. */
  readonly stage3: ILakeStage;
  /** Default file system of the Synapse workspace, so that no stage is (ACCESS1). */
  readonly synapse: ILakeStage;
}

const containerNames = ['oea', 'stage1', 'stage2', 'stage3', 'synapse'] as const;

export type ContainerName = (typeof containerNames)[number];

const defaultReplication = 'ZRS';
const defaultSoftDeleteDays = 7;

/**
 * The ADLS Gen2 account with one container per stage. Closed from its creation on: no shared keys, no public blobs, and
 * network rules that let nobody in. Everything here goes through ARM (NET2), so a closed account can be created, read
 * and changed from anywhere. The rules are part of the account, because destroying a separate
 * azurerm_storage_account_network_rules would open it (NET4).
 *
 * @example
 * new DataLake(this, 'DataLake', {
 *   accountName: 'stoeadev', resourceGroupName: group.name, location: group.location, tags: {}, dataVersion: '1.14',
 * });
 */
export class DataLake extends ZonedLake implements IDataLake, DiagnosticsSource {
  readonly accountName: string;
  readonly accountId: string;
  readonly oea: LakeStage;
  readonly stage1: LakeStage;
  readonly stage2: LakeStage;
  readonly stage3: LakeStage;
  readonly synapse: LakeStage;
  readonly diagnostics: DiagnosticsSource['diagnostics'];

  constructor(scope: Construct, id: string, props: DataLakeProps) {
    super(scope, id, props.dataVersion);
    this.validateAccountName(props.accountName);
    this.validateSoftDeleteDays(props.softDeleteDays);

    const account = this.createAccount(props);
    this.accountName = props.accountName;
    this.accountId = account.id;

    const stages = this.createStages(account.id, props.deletable ?? false);
    this.oea = stages.oea;
    this.stage1 = stages.stage1;
    this.stage2 = stages.stage2;
    this.stage3 = stages.stage3;
    this.synapse = stages.synapse;
    this.diagnostics = {
      // Of the blob service, where reads of data are seen; the account itself logs nothing.
      targetId: `${account.id}/blobServices/default`,
      logCategories: ['StorageRead', 'StorageWrite', 'StorageDelete'],
    };
  }

  private createAccount(props: DataLakeProps): StorageAccount {
    const days = props.softDeleteDays ?? defaultSoftDeleteDays;
    return new StorageAccount(this, 'Resource', {
      name: props.accountName,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      tags: { ...props.tags },
      accountKind: 'StorageV2',
      accountTier: 'Standard',
      accountReplicationType: props.replication ?? defaultReplication,
      isHnsEnabled: true,
      sharedAccessKeyEnabled: false,
      localUserEnabled: false,
      defaultToOauthAuthentication: true,
      minTlsVersion: 'TLS1_2',
      httpsTrafficOnlyEnabled: true,
      allowNestedItemsToBePublic: false,
      crossTenantReplicationEnabled: false,
      // Versions and point-in-time restore are refused with a hierarchical namespace; soft delete is not.
      blobProperties: {
        deleteRetentionPolicy: { days },
        containerDeleteRetentionPolicy: { days },
      },
      networkRules: {
        defaultAction: 'Deny',
        bypass: ['None'],
        ipRules: [...(props.allowedAddresses ?? [])],
        privateLinkAccess: (props.allowedResourceIds ?? []).map((endpointResourceId) => ({ endpointResourceId })),
      },
      lifecycle: { preventDestroy: !(props.deletable ?? false) },
    });
  }

  private createStages(storageAccountId: string, deletable: boolean): Record<ContainerName, LakeStage> {
    const stages = containerNames.map((containerName) => [
      containerName,
      new LakeStage(this, containerName, { containerName, storageAccountId, deletable }),
    ]);
    return Object.fromEntries(stages) as Record<ContainerName, LakeStage>;
  }

  private validateAccountName(name: string): void {
    if (Token.isUnresolved(name) || refuseName('storageAccount', name) === undefined) return;
    const { minimumLength, maximumLength, rule } = nameLimits.storageAccount;
    throw refuse(this, 'accountName', name, `must be ${minimumLength} to ${maximumLength} characters of ${rule}`);
  }

  private validateSoftDeleteDays(days: number | undefined): void {
    if (days === undefined || Token.isUnresolved(days)) return;
    if (Number.isInteger(days) && days >= 1 && days <= 365) return;
    throw refuse(this, 'softDeleteDays', days, 'must be a whole number from 1 to 365');
  }
}
