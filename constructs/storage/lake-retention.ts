import { Construct } from 'constructs';
import type { RetentionSettings } from '../../src/contract/environment-settings';
import { LakePaths, preLandingFolder, reportsFolder } from '../../src/contract/lake-paths';
import { StorageManagementPolicy } from '../core/azurerm';
import { refuse } from '../core/refuse';
import type { IDataLake } from './data-lake';

export interface LakeRetentionProps {
  readonly dataLake: IDataLake;
  /** Whole days, 1 to 99,999 each. */
  readonly retention: Pick<RetentionSettings, 'preLandingDays' | 'landedDays' | 'reportDays'>;
}

/** Landed files of the workspaces that every lake has; sandboxes are their owners' to clean. */
const landedPrefixes = ['prod', 'dev'].map((workspace) => `${new LakePaths(workspace, '').stage(1)}/`);

/**
 * Deletes by age what only age may delete: drops, landed files and reports (OWN4). Delta tables are not among it, because a
 * live log refers to old files (ERASE6). An account has one such policy, so this is the only one.
 *
 * @example
 * new LakeRetention(this, 'LakeRetention', { dataLake, retention: environment.retention });
 */
export class LakeRetention extends Construct {
  constructor(scope: Construct, id: string, props: LakeRetentionProps) {
    super(scope, id);
    const { preLandingDays, landedDays, reportDays } = props.retention;
    new StorageManagementPolicy(this, 'Resource', {
      storageAccountId: props.dataLake.accountId,
      rule: [
        this.rule('pre-landing', [`${preLandingFolder}/`], preLandingDays),
        this.rule('landed', landedPrefixes, landedDays),
        this.rule('reports', [`${reportsFolder}/`], reportDays),
      ],
    });
  }

  private rule(name: string, prefixMatch: string[], days: number) {
    this.validateDays(name, days);
    return {
      name,
      enabled: true,
      filters: { blobTypes: ['blockBlob'], prefixMatch },
      actions: { baseBlob: { deleteAfterDaysSinceModificationGreaterThan: days } },
    };
  }

  private validateDays(name: string, days: number): void {
    if (Number.isInteger(days) && days >= 1 && days <= 99_999) return;
    throw refuse(this, `retention of ${name}`, days, 'must be a whole number from 1 to 99999');
  }
}
