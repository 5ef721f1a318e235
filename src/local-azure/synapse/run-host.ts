import type { Json } from '../http';
import type { Principal } from '../settings';

/** A start of a pipeline. */
export interface RunStart {
  readonly workspace: string;
  readonly pipelineName: string;
  readonly parameters: Json;
  readonly startedBy: Principal;
}

/**
 * What runs the pipelines of a workspace. Runs and activity runs are JSON objects as the service returns them
 * (azure-facts §4.2).
 */
export interface RunHost {
  /** Starts a run, returns its id at once. */
  start(run: RunStart): string;
  run(workspace: string, runId: string): Json | undefined;
  /** Every run of the workspace. */
  runs(workspace: string): readonly Json[];
  activities(workspace: string, runId: string): readonly Json[];
  cancel(workspace: string, runId: string, isRecursive: boolean): void;
  /** Ends what still runs. */
  close(): Promise<void>;
}
