import { randomUUID } from 'node:crypto';
import { artifactKinds, type Artifact, type ArtifactKind, type JsonObject } from '../../artifacts/model';
import type { ErrorCode } from '../../contract/error-catalogue';
import { InsightsError } from '../../contract/errors';
import { systemPipelineClock, type PipelineClock } from '../../pipelines/clock';
import type { PipelinePorts } from '../../pipelines/ports';
import type { PublishedArtifacts } from '../../pipelines/published-artifacts';
import type { RunQuery } from '../../pipelines/run/query';
import { PipelineRunner } from '../../pipelines/runner';
import { TriggerScheduler } from '../../pipelines/triggers/scheduler';
import { child, ServiceError, text, UnknownOperation, type Json } from '../http';
import type { World } from '../world';
import type { WorkspacePlace } from './artifacts';
import type { RunHost, RunStart } from './run-host';
import { workspaceContent } from './workspace-state';

export interface PipelineRunHostOptions {
  readonly world: World;
  /** What activities of a workspace's pipelines may touch; asked for at the first run. */
  readonly portsOf: (workspace: WorkspacePlace) => PipelinePorts;
  /** @default the machine's */
  readonly clock?: PipelineClock;
  /** Ends what ports have opened; called once nothing runs any more. @default they have opened nothing */
  readonly closed?: () => Promise<void>;
}

/** How the service says what the interpreter found wrong with a call. */
const refusals: Partial<Readonly<Record<ErrorCode, readonly [status: number, code: string]>>> = {
  RUN_NOT_FOUND: [404, 'PipelineRunNotFound'],
  PIPELINE_NOT_FOUND: [404, 'PipelineNotFound'],
  PIPELINE_INVALID: [400, 'BadRequest'],
  EXPRESSION_FAILED: [400, 'BadRequest'],
  EXPRESSION_INVALID: [400, 'BadRequest'],
  RUN_QUERY_INVALID: [400, 'BadRequest'],
  TRIGGER_INVALID: [400, 'BadRequest'],
  PIPELINE_QUEUE_FULL: [429, 'TooManyPipelineRuns'],
};

/** Runs the pipelines that are published in a workspace, from their JSON, by the interpreter of src/pipelines. */
export class PipelineRunHost implements RunHost {
  private readonly runners = new Map<string, PipelineRunner>();
  private readonly schedulers = new Map<string, TriggerScheduler>();

  constructor(private readonly options: PipelineRunHostOptions) {}

  start({ workspace, pipelineName, parameters, startedBy }: RunStart): string {
    const invokedBy = { id: startedBy.objectId, name: 'Manual', invokedByType: 'Manual' };
    return said(() => this.runnerOf(workspace).createRun(pipelineName, parameters as JsonObject, { invokedBy }));
  }

  run(workspace: WorkspacePlace, runId: string): Json {
    return said(() => ({ ...this.runnerOf(workspace).pipelineRun(runId) }));
  }

  queryRuns(workspace: WorkspacePlace, query: Json): Json {
    return said(() => ({ ...this.runnerOf(workspace).queryPipelineRuns(query as unknown as RunQuery) }));
  }

  queryActivities(workspace: WorkspacePlace, pipelineName: string, runId: string, query: Json): Json {
    const runner = this.runnerOf(workspace);
    return said(() => ({ ...runner.queryActivityRuns(pipelineName, runId, query as unknown as RunQuery) }));
  }

  cancel(workspace: WorkspacePlace, runId: string, isRecursive: boolean): void {
    said(() => this.runnerOf(workspace).cancel(runId, isRecursive));
  }

  queryTriggerRuns(workspace: WorkspacePlace, query: Json): Json {
    return said(() => ({ ...this.schedulerOf(workspace).queryRuns(query as unknown as RunQuery) }));
  }

  switchTrigger(workspace: WorkspacePlace, name: string, isStarted: boolean): void {
    const scheduler = this.schedulerOf(workspace);
    if (isStarted) said(() => scheduler.start(name));
    else scheduler.stop(name);
  }

  async close(): Promise<void> {
    for (const scheduler of this.schedulers.values()) scheduler.close();
    const always = { lastUpdatedAfter: '1970-01-01T00:00:00Z', lastUpdatedBefore: '9999-01-01T00:00:00Z' };
    const filters = [{ operand: 'Status', operator: 'In', values: ['Queued', 'InProgress'] }];
    for (const runner of this.runners.values()) {
      for (const { runId } of runner.queryPipelineRuns({ ...always, filters }).value) runner.cancel(runId, true);
      await runner.idle();
    }
    await this.options.closed?.();
  }

  private get clock(): PipelineClock {
    return this.options.clock ?? systemPipelineClock;
  }

  private schedulerOf(workspace: WorkspacePlace): TriggerScheduler {
    let scheduler = this.schedulers.get(workspace.name);
    if (scheduler === undefined) {
      scheduler = new TriggerScheduler({
        artifacts: publishedIn(this.options.world, workspace.name),
        runner: this.runnerOf(workspace),
        clock: this.clock,
        newId: randomUUID,
      });
      this.schedulers.set(workspace.name, scheduler);
    }
    return scheduler;
  }

  private runnerOf(workspace: WorkspacePlace): PipelineRunner {
    let runner = this.runners.get(workspace.name);
    if (runner === undefined) {
      runner = new PipelineRunner({
        artifacts: publishedIn(this.options.world, workspace.name),
        ports: this.options.portsOf(workspace),
        clock: this.clock,
        workspaceName: workspace.name,
        workspaceId: workspace.id,
      });
      this.runners.set(workspace.name, runner);
    }
    return runner;
  }
}

/** The artifacts that a workspace has at the moment in which they are asked for. */
export function publishedIn(world: World, workspace: string): PublishedArtifacts {
  return {
    find(kind: ArtifactKind, name: string): Artifact | undefined {
      const found = workspaceContent(world, workspace)?.artifacts[`${kind}/${name.toLowerCase()}`];
      if (found === undefined || !artifactKinds.includes(kind)) return undefined;
      const properties = child(found, 'properties') as JsonObject;
      return { kind, name: text(found['name']), properties, file: `${kind}/${text(found['name'])}` };
    },
  };
}

/** An error of the interpreter in the words of the service; anything else is a defect and goes on. */
function said<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof InsightsError)) throw error;
    if (error.code === 'PIPELINE_UNSUPPORTED') throw new UnknownOperation(error.message);
    const [status, code] = refusals[error.code] ?? [];
    if (status === undefined || code === undefined) throw error;
    throw new ServiceError(status, code, error.message, 'flat');
  }
}
