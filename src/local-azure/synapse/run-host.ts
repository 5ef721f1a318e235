import type { Json } from '../http';
import type { Principal } from '../settings';
import type { WorkspacePlace } from './artifacts';

/** A start of a pipeline. */
export interface RunStart {
  readonly workspace: WorkspacePlace;
  readonly pipelineName: string;
  readonly parameters: Json;
  readonly startedBy: Principal;
}

/**
 * What runs the pipelines of workspaces. Runs and activity runs are JSON objects as the service returns them, and queries
 * and their pages too (azure-facts §4.2).
 */
export interface RunHost {
  /** Starts a run, returns its id at once. @throws ServiceError */
  start(run: RunStart): string;
  /** @throws ServiceError 404 */
  run(workspace: WorkspacePlace, runId: string): Json;
  /** @throws ServiceError 400 for a query that is none */
  queryRuns(workspace: WorkspacePlace, query: Json): Json;
  /** @throws ServiceError 404, 400 */
  queryActivities(workspace: WorkspacePlace, pipelineName: string, runId: string, query: Json): Json;
  /** @throws ServiceError 404 */
  cancel(workspace: WorkspacePlace, runId: string, isRecursive: boolean): void;
  /** @throws ServiceError 400 */
  queryTriggerRuns(workspace: WorkspacePlace, query: Json): Json;
  /** A trigger was started, and fires from now on by the host's clock, or was stopped. */
  switchTrigger(workspace: WorkspacePlace, name: string, isStarted: boolean): void;
  /** Ends what still runs, and every trigger. */
  close(): Promise<void>;
}
