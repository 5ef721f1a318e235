import { join } from 'node:path';
import { Construct } from 'constructs';
import { combinedHash } from '../../src/artifacts/content-hash';
import { testSetHash } from '../../src/contract/committed-test-data';
import { saltName } from '../../src/contract/salt';
import type { SynapseArtifacts } from '../artifacts/synapse-artifacts';
import type { ITerraformDependable } from '../core/cdktf';
import type { ISecretVault } from '../key-vault/secret-vault';
import { LoadTestData } from '../operations/load-test-data';
import { RunPipeline } from '../operations/run-pipeline';
import { VerifyStages } from '../operations/verify-stages';
import type { PublishedDatabases } from '../sql/published-databases';
import type { ISynapseWorkspace } from '../synapse/synapse-workspace';
import type { Surroundings } from './surroundings';

export interface DataOperationsProps {
  readonly surroundings: Surroundings;
  readonly set: 'k12' | 'hed';
  /** Workspace of the lake that the set is processed in. */
  readonly tested: string;
  readonly workspace: ISynapseWorkspace;
  readonly secretVault: ISecretVault;
  readonly artifacts: SynapseArtifacts;
  readonly databases: PublishedDatabases;
  /** The way to lake and vault (NET3), the salts, and all artifacts, so that operations are destroyed first (ORDER3). */
  readonly after: readonly ITerraformDependable[];
}

const testDataFolder = join(__dirname, '..', '..', 'test_data');
const mainPipeline = '0_main_insights';

/** A cold pool, and a set of some thousand rows. */
const runTimeoutMinutes = 120;

/**
 * The proof that a deployment works, where the environment has test data: it is loaded, processed by the pipeline that
 * processes everything, and published as databases and verified. It runs again when test data or artifacts change.
 *
 * Elsewhere there is no data yet when the plan is applied: the databases come with the first run of the pipeline, which
 * ends with making them.
 */
export class DataOperations extends Construct {
  constructor(scope: Construct, id: string, props: DataOperationsProps) {
    super(scope, id);
    const { workspace, artifacts, databases, after } = props;
    const setHash = testSetHash(testDataFolder, props.set);
    // Of all that a run depends on: with another one it has to run, and to be verified, again.
    const runHash = combinedHash([artifacts.contentHash, setHash]);
    const loaded = this.load(props, setHash);
    const run = this.run(props, runHash, [...after, loaded]);
    // Both only read what the run has made, so they need not wait for each other.
    databases.create({ synapse: workspace, artifacts, after: [run] });
    this.verify(props, runHash, [run]);
  }

  private load({ surroundings, set, after }: DataOperationsProps, contentHash: string): ITerraformDependable {
    const blobEndpoint = blobEndpointOf(surroundings);
    return new LoadTestData(this, 'TestData', { input: { blobEndpoint, set, contentHash }, after }).resource;
  }

  private run(
    { surroundings, set, tested, workspace, artifacts }: DataOperationsProps,
    contentHash: string,
    after: readonly ITerraformDependable[],
  ): ITerraformDependable {
    const { dataVersion } = surroundings.environment;
    const { resource } = artifacts.artifact('pipelines', mainPipeline);
    return new RunPipeline(this, 'FirstRun', {
      input: {
        workspaceName: workspace.workspaceName,
        developmentEndpoint: workspace.developmentEndpoint,
        pipelineName: resource.name,
        parameters: { workspace: tested, run_k12_or_hed_test_data: set, version: dataVersion },
        timeoutMinutes: runTimeoutMinutes,
        contentHash,
        onInterrupt: 'cancel',
      },
      after,
    }).resource;
  }

  private verify(
    { surroundings, tested, secretVault }: DataOperationsProps,
    contentHash: string,
    after: readonly ITerraformDependable[],
  ): void {
    const { dataVersion, lake, workspace } = surroundings.environment;
    const secretName = saltName(tested, lake.profile);
    new VerifyStages(this, 'Verification', {
      input: {
        blobEndpoint: blobEndpointOf(surroundings),
        workspace: tested,
        dataVersion,
        profile: lake.profile,
        // A vault that is there may have policies instead of roles, so nobody was let in to read it (OWN3).
        ...(workspace.mode === 'existing' ? {} : { salt: { vaultId: secretVault.vaultId, secretName } }),
        contentHash,
      },
      after,
    });
  }
}

function blobEndpointOf({ names }: Surroundings): string {
  return `https://${names.storageAccount}.blob.core.windows.net`;
}
