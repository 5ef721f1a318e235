import type { Profile } from '../contract/environment';
import type { VerificationReport } from '../contract/lake-format';

/**
 * What the data operations of a deployment are given and report: the constructs write the input into the plan
 * (`terraform_data`), the scripts read it. No secret is in either. Times are in seconds unless a name says otherwise.
 */

/** Creates the salt where there is none; never reads or changes one that is there (ORDER2). */
export interface EnsureSaltInput {
  /** ARM id of the vault. */
  readonly vaultId: string;
  /** Name of the secret, `oeaSalt` or `oeaSalt-<workspace>` (PRIV4). */
  readonly secretName: string;
}

export interface EnsureSaltReport {
  readonly created: boolean;
}

/** Waits until the workspace's development endpoint and the caller's role work, three times in a row (ORDER1). */
export interface AwaitWorkspaceInput {
  readonly workspaceName: string;
  /** `https://<workspace>.dev.azuresynapse.net`. */
  readonly developmentEndpoint: string;
  /** Over which the three good answers must spread. */
  readonly stabilitySeconds: number;
  readonly timeoutSeconds: number;
}

export interface AwaitWorkspaceReport {
  readonly waitedSeconds: number;
  readonly attempts: number;
}

/** Uploads a committed test set to pre-landing; removed again with the resource, and only what it wrote. */
export interface LoadTestDataInput {
  /** `https://<account>.blob.core.windows.net`. */
  readonly blobEndpoint: string;
  readonly set: 'k12' | 'hed';
  /** SHA-256 of the set's hash list: another set is another input, and so another upload. */
  readonly contentHash: string;
}

export interface LoadTestDataReport {
  readonly uploaded: number;
  readonly skipped: number;
  readonly removed: number;
  readonly bytes: number;
}

/** Starts a pipeline and follows it to its end. */
export interface RunPipelineInput {
  readonly workspaceName: string;
  readonly developmentEndpoint: string;
  readonly pipelineName: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly timeoutMinutes: number;
  /** Changes when what the run does changes (artifacts, test data), so that it runs again. */
  readonly contentHash: string;
  /** What an interrupt does with the run that it leaves behind. */
  readonly onInterrupt: 'cancel' | 'leave';
}

export interface RunPipelineReport {
  readonly runId: string;
  readonly status: 'Succeeded' | 'Failed' | 'Cancelled';
  readonly durationSeconds: number;
}

/** `insights verify` on the lake of the environment; reads only. */
export interface VerifyStagesInput {
  readonly blobEndpoint: string;
  readonly workspace: string;
  readonly dataVersion: string;
  readonly profile: Profile;
  /** ARM id of the vault and name of the secret; absent: pseudonyms are checked against the lookups only. */
  readonly salt?: { readonly vaultId: string; readonly secretName: string };
  /** Changes when the lake is to be verified again. */
  readonly contentHash: string;
}

export interface VerifyStagesReport {
  readonly checks: number;
  readonly failed: number;
  readonly warnings: number;
  /** All of it: checks with findings, rows of each table. No personal data. */
  readonly verification: VerificationReport;
}

/** Input and report of each operation, by the name that the command line knows it by. */
export interface OperationContracts {
  readonly 'ensure-salt': { readonly input: EnsureSaltInput; readonly report: EnsureSaltReport };
  readonly 'await-workspace': { readonly input: AwaitWorkspaceInput; readonly report: AwaitWorkspaceReport };
  readonly 'load-test-data': { readonly input: LoadTestDataInput; readonly report: LoadTestDataReport };
  readonly 'run-pipeline': { readonly input: RunPipelineInput; readonly report: RunPipelineReport };
  readonly 'verify-stages': { readonly input: VerifyStagesInput; readonly report: VerifyStagesReport };
}

export type OperationName = keyof OperationContracts;
