import { randomUUID } from 'node:crypto';
import { InsightsError } from '../contract/errors';
import { activityTypes } from './activities';
import type { Artifact } from '../artifacts/model';
import { checkPipeline } from './check-pipeline';
import type { PipelineClock } from './clock';
import { readPipeline, type PipelineDefinition } from './definition';
import type { Value } from './expression/value';
import type { PipelinePorts } from './ports';
import type { PublishedArtifacts } from './published-artifacts';
import type { ActivityTypes, ChildResult, ChildRun } from './run/activity-type';
import { bindParameters } from './run/parameters';
import { PipelineRun, type Invocation, type RunEnvironment } from './run/pipeline-run';
import { queryActivityRuns, queryPipelineRuns, type RunPage, type RunQuery } from './run/query';
import type { ActivityRunRecord, PipelineRunRecord } from './run/records';

export interface RunnerOptions {
  readonly artifacts: PublishedArtifacts;
  readonly ports: PipelinePorts;
  readonly clock: PipelineClock;
  /** @default random GUIDs */
  readonly newId?: () => string;
  /** In [0, 1). @default Math.random */
  readonly random?: () => number;
  /** @default workspace */
  readonly workspaceName?: string;
  /** ARM id of the workspace. @default one of zeros */
  readonly workspaceId?: string;
  /** @default all types of src/pipelines/activities */
  readonly types?: ActivityTypes;
}

/** Runs that may wait for one pipeline (azure-facts §6.3). */
const longestQueue = 100;

const manually: Invocation = { invokedBy: { id: '', name: 'Manual', invokedByType: 'Manual' } };

/** Runs the pipelines of a workspace from their JSON, and remembers the runs. */
export class PipelineRunner {
  private readonly runs = new Map<string, PipelineRun>();
  private readonly ends = new Map<string, Promise<void>>();
  private readonly environment: RunEnvironment;

  constructor(private readonly options: RunnerOptions) {
    const name = options.workspaceName ?? 'workspace';
    this.environment = {
      clock: options.clock,
      ports: options.ports,
      artifacts: options.artifacts,
      types: options.types ?? activityTypes,
      newId: options.newId ?? randomUUID,
      random: options.random ?? Math.random,
      workspaceName: name,
      workspaceId:
        options.workspaceId ??
        `/subscriptions/${'0'.repeat(8)}/resourceGroups/local/providers/Microsoft.Synapse/workspaces/${name}`,
      startChild: (parent, pipeline, parameters) => this.startChild(parent, pipeline, parameters),
    };
  }

  /**
   * Starts a run; it waits in a queue where the pipeline has its `concurrency` of runs already.
   * @returns its id
   * @throws InsightsError PIPELINE_NOT_FOUND, PIPELINE_INVALID, PIPELINE_UNSUPPORTED, EXPRESSION_INVALID,
   * EXPRESSION_FAILED for parameters, PIPELINE_QUEUE_FULL.
   */
  createRun(
    pipeline: string,
    parameters: Readonly<Record<string, Value>> = {},
    invocation: Invocation = manually,
  ): string {
    const artifact = this.publishedPipeline(pipeline);
    checkPipeline(artifact, this.options.artifacts, this.environment.types);
    return this.start(artifact, parameters, invocation).runId;
  }

  /**
   * Resolves with the record of a run that has ended.
   * @throws InsightsError RUN_NOT_FOUND; whatever a port threw that is no failure of an activity.
   */
  async finished(runId: string): Promise<PipelineRunRecord> {
    await this.ends.get(this.find(runId).runId);
    return this.pipelineRun(runId);
  }

  /** Resolves when no run is going on any more. */
  async idle(): Promise<void> {
    while ([...this.runs.values()].some((run) => !run.hasEnded)) await Promise.allSettled(this.ends.values());
  }

  /** Cancels a run, and on demand every run that it started. @throws InsightsError RUN_NOT_FOUND. */
  cancel(runId: string, isRecursive = false): void {
    const run = this.find(runId);
    if (isRecursive) for (const child of run.children) this.cancel(child.runId, true);
    run.cancel();
  }

  /** @throws InsightsError RUN_NOT_FOUND. */
  pipelineRun(runId: string): PipelineRunRecord {
    return this.find(runId).record();
  }

  /** Every run, in the order in which they were asked for. */
  pipelineRuns(): readonly PipelineRunRecord[] {
    return [...this.runs.values()].map((run) => run.record());
  }

  /** Every attempt of every activity of a run, in the order in which they began. @throws InsightsError RUN_NOT_FOUND. */
  activityRuns(runId: string): readonly ActivityRunRecord[] {
    return this.find(runId).log.records;
  }

  /** @throws InsightsError RUN_QUERY_INVALID. */
  queryPipelineRuns(query: RunQuery): RunPage<PipelineRunRecord> {
    return queryPipelineRuns(this.pipelineRuns(), query);
  }

  /** Of one run of the pipeline. @throws InsightsError RUN_NOT_FOUND, RUN_QUERY_INVALID. */
  queryActivityRuns(pipeline: string, runId: string, query: RunQuery): RunPage<ActivityRunRecord> {
    const run = this.find(runId);
    if (run.definition.name.toLowerCase() !== pipeline.toLowerCase()) throw notFound(runId);
    return queryActivityRuns(run.log.records, query);
  }

  private publishedPipeline(name: string): Artifact {
    const artifact = this.options.artifacts.find('pipelines', name);
    if (artifact !== undefined) return artifact;
    throw new InsightsError('PIPELINE_NOT_FOUND', `The Pipeline ${name} was not found.`);
  }

  private start(artifact: Artifact, parameters: Readonly<Record<string, Value>>, invocation: Invocation): PipelineRun {
    const definition = readPipeline(artifact);
    const bound = bindParameters(definition.parameters, parameters);
    const others = this.runsOf(definition.name);
    if (others.filter((run) => run.isQueued).length >= longestQueue) {
      const message = `The pipeline ${definition.name} has ${longestQueue} runs in its queue already.`;
      throw new InsightsError('PIPELINE_QUEUE_FULL', message);
    }
    const run = new PipelineRun(this.environment, definition, bound, invocation, this.environment.newId());
    this.runs.set(run.runId, run);
    const end = this.execute(run);
    // A defect is reported by `finished`; it must not end the process before somebody asks.
    end.catch(() => undefined);
    this.ends.set(run.runId, end);
    return run;
  }

  /** Runs a run when it is its turn, and gives the place to the next one afterwards. */
  private async execute(run: PipelineRun): Promise<void> {
    // Whoever asked for the run gets its id before anything happens.
    await Promise.resolve();
    this.admit(run.definition);
    try {
      await run.execute();
    } finally {
      this.admit(run.definition);
    }
  }

  /** The first runs of a pipeline have their turn, as many as its concurrency allows. */
  private admit({ name, concurrency }: PipelineDefinition): void {
    const going = this.runsOf(name).filter((run) => !run.hasEnded);
    for (const run of going.slice(0, concurrency ?? going.length)) run.begin();
  }

  /** In the order in which they were asked for. */
  private runsOf(pipeline: string): PipelineRun[] {
    return [...this.runs.values()].filter(({ definition }) => definition.name === pipeline);
  }

  private startChild(parent: PipelineRun, pipeline: string, parameters: Readonly<Record<string, Value>>): ChildRun {
    const invokedBy = {
      id: parent.runId,
      name: parent.definition.name,
      invokedByType: 'PipelineActivity',
      pipelineName: parent.definition.name,
      pipelineRunId: parent.runId,
    };
    const artifact = this.publishedPipeline(pipeline);
    const run = this.start(artifact, parameters, { invokedBy, groupId: parent.groupId });
    parent.children.push(run);
    const ended = async (): Promise<ChildResult> => {
      await this.ends.get(run.runId);
      return run.result();
    };
    return { runId: run.runId, pipelineName: run.definition.name, ended };
  }

  private find(runId: string): PipelineRun {
    const run = this.runs.get(runId);
    if (run === undefined) throw notFound(runId);
    return run;
  }
}

function notFound(runId: string): InsightsError {
  return new InsightsError('RUN_NOT_FOUND', `The pipeline run ${runId} was not found.`);
}
