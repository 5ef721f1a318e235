import type { Construct } from 'constructs';
import type { Environment } from '../../src/contract/environment';
import type { PoolSettings } from '../../src/contract/environment-upkeep-settings';
import { lakeWorkspaces } from '../../src/contract/lake-workspaces';
import { saltName } from '../../src/contract/salt';
import { SynapseArtifacts, type SessionPool } from '../artifacts/synapse-artifacts';
import { AzapiProvider } from '../core/azapi';
import { TerraformStack, TerraformVariable, type ITerraformDependable } from '../core/cdktf';
import { SecretVault, type ISecretVault } from '../key-vault/secret-vault';
import { LogWorkspace, type ILogWorkspace } from '../monitoring/log-workspace';
import { AwaitWorkspace } from '../operations/await-workspace';
import { EnsureSalt } from '../operations/ensure-salt';
import type { PublishedDatabases } from '../sql/published-databases';
import type { IDataLake } from '../storage/data-lake';
import { ExistingDataLake } from '../storage/existing-data-lake';
import { SparkPool } from '../synapse/spark-pool';
import { grantStudio } from '../synapse/studio-grants';
import { SynapseWorkspace, type ISynapseWorkspace } from '../synapse/synapse-workspace';
import { grantWorkspaceRights } from '../synapse/workspace-rights';
import { DataOperations } from './data-operations';
import { createInsightsOutputs } from './insights-outputs';
import { assembleAssets, declareDatabases, placeholderValues } from './published-assets';
import { layFoundation } from './stack-foundation';
import { findSurroundings, type Surroundings } from './surroundings';
import { watch } from './watching';
import { openWayIn, openWayOut } from './workspace-network';

export interface InsightsStackProps {
  readonly environment: Environment;
}

type Dependables = readonly ITerraformDependable[];

/** How long a good answer of a new workspace may still be followed by a bad one (ORDER1). */
const defaultStabilitySeconds = 60;
const awaitTimeoutSeconds = 1800;

/**
 * What can be made again from the lake (OWN1): the Synapse workspace with its network, roles, pools and artifacts, and the
 * data operations. It knows the platform stack by computed names only, so neither stack reads the other's state; the platform
 * stack is applied first.
 *
 * Creation follows the constructor, and destruction is its reverse (ORDER3): workspace, way in, waiting (ORDER1), Synapse
 * roles, artifacts, triggers, operations. To a workspace that is there already, only pools, grants, artifacts, alerts and
 * operations are added (OWN3).
 *
 * @example
 * new InsightsStack(app, 'dev-insights', { environment: loadEnvironment('environments/dev.json') });
 */
export class InsightsStack extends TerraformStack {
  readonly dataLake: IDataLake;
  readonly secretVault: ISecretVault;
  readonly workspace: ISynapseWorkspace;
  private readonly logWorkspace: ILogWorkspace | undefined;

  constructor(scope: Construct, id: string, props: InsightsStackProps) {
    super(scope, id);
    const { environment } = props;
    layFoundation(this, environment);
    const surroundings = findSurroundings(this, environment);
    const { names, place } = surroundings;

    this.dataLake = new ExistingDataLake(this, 'DataLake', {
      accountName: names.storageAccount,
      place,
      dataVersion: environment.dataVersion,
    });
    this.secretVault = SecretVault.fromName(this, 'SecretVault', names.keyVault, place);
    this.logWorkspace = this.findLogs(surroundings);
    this.workspace = this.useWorkspace(surroundings);
    const pools = this.createPools(surroundings);

    const ready = this.awaitWorkspace(surroundings);
    const roles = grantStudio(this.workspace, environment, ready);
    const wayOut = openWayOut(this, this.workspace, this, ready, surroundings);
    const salts = this.ensureSalts(environment);
    const databases = declareDatabases(this, surroundings);
    const artifacts = new SynapseArtifacts(this, 'Artifacts', {
      workspace: this.workspace,
      development: this.createDevelopmentProvider(),
      assets: assembleAssets(databases, this.workspace, surroundings),
      pools,
      values: placeholderValues(surroundings),
      after: [...ready, ...roles],
      schedule: { enabled: environment.schedule.enabled, after: [...wayOut, ...salts] },
    });
    this.proveDeployment(surroundings, artifacts, databases, [...wayOut, ...salts, ...artifacts.dependables]);
    watch(this, { ...this, logWorkspace: this.logWorkspace }, surroundings);
    createInsightsOutputs(this, this.workspace, surroundings);
  }

  /** The platform stack's; there is none of ours where the workspace is not ours. */
  private findLogs({ environment, names, place }: Surroundings): ILogWorkspace | undefined {
    if (environment.workspace.mode === 'existing') return undefined;
    return LogWorkspace.fromName(this, 'LogWorkspace', names.logAnalyticsWorkspace, place);
  }

  private useWorkspace(surroundings: Surroundings): ISynapseWorkspace {
    const { environment, names, place } = surroundings;
    if (environment.workspace.mode === 'existing') {
      return SynapseWorkspace.fromName(this, 'Workspace', names.synapseWorkspace, place);
    }
    const [administrator] = environment.people.administrators;
    const workspace = new SynapseWorkspace(this, 'Workspace', {
      ...surroundings,
      workspaceName: names.synapseWorkspace,
      dataLake: this.dataLake,
      ...(administrator === undefined ? {} : { administrator }),
      publicAccess: environment.network.access === 'addresses',
    });
    this.logWorkspace?.collect(workspace);
    return workspace;
  }

  private createPools(surroundings: Surroundings) {
    const { small, medium } = surroundings.environment.pools;
    const create = (id: string, { name: poolName, ...settings }: PoolSettings): SessionPool => {
      const pool = new SparkPool(this, id, { ...surroundings, ...settings, workspace: this.workspace, poolName });
      this.logWorkspace?.collect(pool);
      return { poolName, dependables: pool.dependables, nodeSize: settings.nodeSize };
    };
    return { smallPool: create('SmallPool', small), mediumPool: create('MediumPool', medium) };
  }

  /**
   * Reaches the development endpoint as if it were the resource manager: triggers are started and stopped in the plan
   * (providers-live §6). Its host is written out, because a provider cannot wait for a resource.
   */
  private createDevelopmentProvider(): AzapiProvider {
    return new AzapiProvider(this, 'Development', {
      alias: 'development',
      endpoint: {
        url: `https://${this.workspace.workspaceName}.dev.azuresynapse.net`,
        audience: 'https://dev.azuresynapse.net',
      },
    });
  }

  /** Everything on the development endpoint comes after it (ORDER1). */
  private awaitWorkspace(surroundings: Surroundings): Dependables {
    const { workspace, dataLake, secretVault } = this;
    const ours = surroundings.environment.workspace.mode === 'create';
    const wayIn = openWayIn(this, workspace, surroundings);
    // The identity of a workspace that is there has its rights from OEA's installer (OWN3).
    const rights = ours ? grantWorkspaceRights(workspace, dataLake, secretVault) : [];
    const stability = new TerraformVariable(this, 'stability_seconds', {
      type: 'number',
      default: defaultStabilitySeconds,
      description: 'Seconds for which the development endpoint must answer before anything is deployed to it.',
    });
    const identity = workspace.identity.principals[0]?.objectId;
    const operation = new AwaitWorkspace(this, 'AwaitWorkspace', {
      input: {
        workspaceName: workspace.workspaceName,
        developmentEndpoint: workspace.developmentEndpoint,
        stabilitySeconds: stability.numberValue,
        timeoutSeconds: awaitTimeoutSeconds,
      },
      after: [...workspace.dependables, ...wayIn, ...rights],
      ...(ours && identity !== undefined ? { again: { identity } } : {}),
    });
    return [operation.resource];
  }

  /** One per workspace of the lake; with upstream's profile they share one (PRIV4). */
  private ensureSalts(environment: Environment): Dependables {
    const { vaultId } = this.secretVault;
    const names = lakeWorkspaces(environment).all.map((workspace) => saltName(workspace, environment.lake.profile));
    return [...new Set(names)].map(
      (secretName) => new EnsureSalt(this, secretName, { input: { vaultId, secretName } }).resource,
    );
  }

  private proveDeployment(
    surroundings: Surroundings,
    artifacts: SynapseArtifacts,
    databases: PublishedDatabases,
    after: Dependables,
  ): void {
    const { testData } = surroundings.environment;
    const { tested } = lakeWorkspaces(surroundings.environment);
    if (testData === 'none' || tested === undefined) return;
    const { workspace, secretVault } = this;
    const props = { surroundings, workspace, secretVault, artifacts, databases, after };
    new DataOperations(this, 'Data', { ...props, set: testData, tested });
  }
}
