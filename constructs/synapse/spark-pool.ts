import { Construct, type IConstruct } from 'constructs';
import { findSparkRuntime, sparkRuntimes } from '../../src/contract/spark-runtimes';
import { AzapiResource } from '../core/azapi';
import { Token, type ITerraformDependable } from '../core/cdktf';
import { refuse } from '../core/refuse';
import type { DiagnosticsSource } from '../monitoring/diagnostics-source';
import { synapseApiVersion, synapseBusy } from './synapse-api';
import type { ISynapseWorkspace } from './synapse-workspace';

export interface SparkPoolProps {
  readonly workspace: ISynapseWorkspace;
  /** 1 to 15 letters and digits, starting with a letter; notebooks and pipelines refer to it. */
  readonly poolName: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Small has 4 cores and 32 GB a node, each next size twice that. */
  readonly nodeSize: 'Small' | 'Medium' | 'Large';
  /** 3 to 200, one of them the driver. */
  readonly minNodes: number;
  /** Not below `minNodes`, at most 200. */
  readonly maxNodes: number;
  /** Minutes without work after which the pool costs nothing, 5 to 10,080. */
  readonly autoPauseMinutes: number;
  /** A runtime of the table in src/contract/spark-runtimes.ts. */
  readonly sparkVersion: string;
}

/** A pool, ours or one that was there before. */
export interface ISparkPool extends IConstruct {
  readonly poolName: string;
  /** ARM id of the pool. */
  readonly poolId: string;
  /** What is done once the pool is there; nothing where it was there before. */
  readonly dependables: readonly ITerraformDependable[];
}

/**
 * For people whose rights are limited to some folders: without the setting the driver asks the account for its root's ACL
 * first, and fails with their 403 (ACCESS5).
 */
const sparkConfiguration = 'spark.hadoop.fs.azure.account.hns.enabled true\n';

/**
 * A Spark pool that grows with the work and pauses without it.
 *
 * @example
 * new SparkPool(this, 'SmallPool', {
 *   workspace, poolName: 'spark3p3sm', location: 'westeurope', tags: {}, nodeSize: 'Small',
 *   minNodes: 3, maxNodes: 5, autoPauseMinutes: 15, sparkVersion: '3.5',
 * });
 */
export class SparkPool extends Construct implements ISparkPool, DiagnosticsSource {
  /** A pool that is there already; it is referred to and never changed (OWN3). */
  static fromName(scope: Construct, id: string, workspace: ISynapseWorkspace, poolName: string): ISparkPool {
    class ExistingPool extends Construct implements ISparkPool {
      readonly poolName = poolName;
      readonly poolId = `${workspace.workspaceId}/bigDataPools/${poolName}`;
      readonly dependables = [];
    }
    return new ExistingPool(scope, id);
  }

  readonly poolName: string;
  readonly poolId: string;
  readonly dependables: readonly ITerraformDependable[];
  readonly diagnostics: DiagnosticsSource['diagnostics'];

  constructor(scope: Construct, id: string, props: SparkPoolProps) {
    super(scope, id);
    this.validatePoolName(props.poolName);
    this.validateNodes(props.minNodes, props.maxNodes);
    this.validateAutoPause(props.autoPauseMinutes);
    this.validateSparkVersion(props.sparkVersion);

    const pool = this.createPool(props);
    this.poolName = props.poolName;
    this.poolId = pool.id;
    this.dependables = [pool];
    this.diagnostics = { targetId: pool.id, logCategories: ['BigDataPoolAppsEnded'] };
  }

  private createPool(props: SparkPoolProps): AzapiResource {
    const { minNodes, maxNodes, autoPauseMinutes, workspace } = props;
    return new AzapiResource(this, 'Resource', {
      type: `Microsoft.Synapse/workspaces/bigDataPools@${synapseApiVersion}`,
      name: props.poolName,
      parentId: workspace.workspaceId,
      location: props.location,
      tags: props.tags,
      body: {
        properties: {
          sparkVersion: props.sparkVersion,
          nodeSizeFamily: 'MemoryOptimized',
          nodeSize: props.nodeSize,
          autoScale: { enabled: true, minNodeCount: minNodes, maxNodeCount: maxNodes },
          autoPause: { enabled: true, delayInMinutes: autoPauseMinutes },
          // Sessions ask for the executors that they need.
          dynamicExecutorAllocation: { enabled: false },
          // A session that installs packages runs code that nobody published.
          sessionLevelPackagesEnabled: false,
          sparkConfigProperties: {
            configurationType: 'File',
            filename: 'education-insights.txt',
            content: sparkConfiguration,
          },
        },
      },
      dependsOn: [...workspace.dependables],
      retryOn: synapseBusy,
    });
  }

  private validatePoolName(name: string): void {
    if (Token.isUnresolved(name) || /^[A-Za-z][A-Za-z0-9]{0,14}$/.test(name)) return;
    throw refuse(this, 'poolName', name, 'must be 1 to 15 letters and digits, starting with a letter');
  }

  private validateNodes(minimum: number, maximum: number): void {
    if (!Number.isInteger(minimum) || minimum < 3 || minimum > 200) {
      throw refuse(this, 'minNodes', minimum, 'must be a whole number from 3 to 200');
    }
    if (!Number.isInteger(maximum) || maximum < minimum || maximum > 200) {
      throw refuse(this, 'maxNodes', maximum, `must be a whole number from minNodes (${minimum}) to 200`);
    }
  }

  private validateAutoPause(minutes: number): void {
    if (Number.isInteger(minutes) && minutes >= 5 && minutes <= 10_080) return;
    throw refuse(this, 'autoPauseMinutes', minutes, 'must be a whole number from 5 to 10080');
  }

  private validateSparkVersion(version: string): void {
    if (findSparkRuntime(version) !== undefined) return;
    const known = sparkRuntimes.map((runtime) => runtime.version).join(', ');
    throw refuse(this, 'sparkVersion', version, `must be a runtime of Synapse (${known})`);
  }
}
