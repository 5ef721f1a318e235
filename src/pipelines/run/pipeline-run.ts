import { setMaxListeners } from 'node:events';
import type { JsonObject } from '../../artifacts/model';
import type { PipelineClock } from '../clock';
import type { PipelineDefinition } from '../definition';
import type { FunctionContext } from '../expression/arguments';
import type { Value, ValueObject } from '../expression/value';
import type { PipelinePorts } from '../ports';
import type { PublishedArtifacts } from '../published-artifacts';
import { ActivityLog } from './activity-log';
import { runActivities } from './activity-list';
import type { ActivityTypes, ChildResult, ChildRun, RunContext } from './activity-type';
import { Frame } from './frame';
import { parameterTexts } from './parameters';
import { ActivityFailure, type InvokedBy, type PipelineRunRecord, type PipelineRunStatus } from './records';
import type { ActivityRunner } from './run-activity';
import { runScope } from './run-scope';
import { Variables } from './variables';

/** What a run needs of its surroundings. */
export interface RunEnvironment {
  readonly clock: PipelineClock;
  readonly ports: PipelinePorts;
  readonly artifacts: PublishedArtifacts;
  readonly types: ActivityTypes;
  readonly newId: () => string;
  readonly random: () => number;
  /** Name of the workspace: `pipeline().DataFactory`. */
  readonly workspaceName: string;
  /** ARM id of the workspace, the head of the runs' ids. */
  readonly workspaceId: string;
  startChild(parent: PipelineRun, pipeline: string, parameters: Readonly<Record<string, Value>>): ChildRun;
}

/** Who started a run, and what `pipeline()` says of it. */
export interface Invocation {
  readonly invokedBy: InvokedBy;
  /** Run whose group this one belongs to; undefined for a group of its own. */
  readonly groupId?: string;
  /** ISO 8601; when the trigger fired. */
  readonly triggerTime?: string;
}

/** One run of a pipeline: its state, and the way through it. */
export class PipelineRun {
  private status: PipelineRunStatus = 'Queued';
  private message = '';
  private endedAt: number | undefined;
  private updatedAt: number;
  private readonly startedAt: number;
  private readonly controller = new AbortController();
  private readonly variables: Variables;
  private returnValues: Record<string, Value> | undefined;
  /** Gives the run its turn; harmless when it has had it. */
  readonly begin: () => void;
  private readonly turn: Promise<void>;
  readonly log: ActivityLog;
  /** Runs that activities of this one started. */
  readonly children: PipelineRun[] = [];

  constructor(
    private readonly environment: RunEnvironment,
    readonly definition: PipelineDefinition,
    private readonly parameters: Readonly<Record<string, Value>>,
    private readonly invocation: Invocation,
    readonly runId: string,
  ) {
    const { clock, newId } = environment;
    // Any number of activities may wait for the end of a run.
    setMaxListeners(0, this.controller.signal);
    let begin = (): void => undefined;
    this.turn = new Promise((resolve) => (begin = resolve));
    this.begin = begin;
    this.startedAt = clock.now();
    this.updatedAt = this.startedAt;
    this.variables = new Variables(definition.variables);
    const names = { pipelineName: definition.name, runId };
    this.log = new ActivityLog(names, clock, newId, () => (this.updatedAt = clock.now()));
  }

  get groupId(): string {
    return this.invocation.groupId ?? this.runId;
  }

  get hasEnded(): boolean {
    return this.status === 'Succeeded' || this.status === 'Failed' || this.status === 'Cancelled';
  }

  get isQueued(): boolean {
    return this.status === 'Queued';
  }

  /** Waits for its turn and runs every activity. Rejects only for a defect of the interpreter or a port. */
  async execute(): Promise<void> {
    await this.turn;
    if (this.hasEnded) return;
    this.setStatus('InProgress');
    const runner = this.activityRunner();
    try {
      const failed = await runActivities(runner, this.definition.activities, Frame.outermost(), this.controller.signal);
      if (this.controller.signal.aborted) this.finish('Cancelled', '');
      else if (failed === undefined) this.finish('Succeeded', '');
      else this.finish('Failed', `Operation on target ${failed.activity} failed: ${failed.failure.message}`);
    } catch (error) {
      this.finish('Failed', 'The interpreter of pipelines failed.');
      throw error;
    }
  }

  /** Stops the run: its activities end as cancelled. Nothing happens to one that has ended. */
  cancel(): void {
    if (this.hasEnded) return;
    if (this.isQueued) this.finish('Cancelled', '');
    else this.setStatus('Canceling');
    this.controller.abort();
    this.begin();
  }

  result(): ChildResult {
    const status = this.status === 'Succeeded' || this.status === 'Cancelled' ? this.status : 'Failed';
    return { status, message: this.message, returnValue: this.returnValues ?? null };
  }

  record(): PipelineRunRecord {
    const { name, parameters, annotations } = this.definition;
    const time = (milliseconds: number): string => new Date(milliseconds).toISOString();
    const noDimension: JsonObject = {};
    return {
      id: `${this.environment.workspaceId}/PIPELINERUNS/${this.runId}`.toUpperCase(),
      runId: this.runId,
      runGroupId: this.groupId,
      // Reruns of a run are not offered here, so every run is the latest of its group.
      isLatest: true,
      pipelineName: name,
      parameters: parameterTexts(parameters, this.parameters),
      invokedBy: this.invocation.invokedBy,
      runStart: time(this.startedAt),
      runEnd: this.endedAt === undefined ? null : time(this.endedAt),
      durationInMs: this.endedAt === undefined ? null : this.endedAt - this.startedAt,
      status: this.status,
      message: this.message,
      lastUpdated: time(this.updatedAt),
      annotations,
      runDimension: noDimension,
    };
  }

  private activityRunner(): ActivityRunner {
    const { types } = this.environment;
    const runner: ActivityRunner = {
      types,
      run: this.context(),
      log: this.log,
      runList: async (activities, frame, signal) => {
        const failed = await runActivities(runner, activities, frame, signal);
        if (failed === undefined) return;
        throw new ActivityFailure(
          'ActionFailed',
          `Activity failed because an inner activity failed; Inner activity name: ${failed.activity}, Error: ` +
            failed.failure.message,
        );
      },
    };
    return runner;
  }

  private context(): RunContext {
    const { clock, ports, artifacts, newId, random } = this.environment;
    const functions: FunctionContext = {
      get now() {
        return new Date(clock.now());
      },
      random,
      newGuid: newId,
    };
    const pipeline = this.pipelineRoot();
    return {
      runId: this.runId,
      pipelineName: this.definition.name,
      variables: this.variables,
      clock,
      ports,
      artifacts,
      newId,
      addReturnValues: (values) => {
        this.returnValues = { ...this.returnValues, ...values };
      },
      scopeFor: (frame) => runScope(functions, pipeline, this.variables, frame),
      startChild: (name, parameters) => this.environment.startChild(this, name, parameters),
    };
  }

  /** What `pipeline()` gives. */
  private pipelineRoot(): ValueObject {
    const { invokedBy, triggerTime } = this.invocation;
    return {
      DataFactory: this.environment.workspaceName,
      Pipeline: this.definition.name,
      RunId: this.runId,
      GroupId: this.groupId,
      TriggerType: invokedBy.invokedByType,
      TriggerId: invokedBy.id,
      TriggerName: invokedBy.name,
      TriggerTime: triggerTime ?? new Date(this.startedAt).toISOString(),
      TriggeredByPipelineName: invokedBy.pipelineName ?? null,
      TriggeredByPipelineRunId: invokedBy.pipelineRunId ?? null,
      parameters: this.parameters,
      globalParameters: {},
    };
  }

  private setStatus(status: PipelineRunStatus): void {
    this.status = status;
    this.updatedAt = this.environment.clock.now();
  }

  private finish(status: 'Succeeded' | 'Failed' | 'Cancelled', message: string): void {
    this.endedAt = this.environment.clock.now();
    this.message = message;
    this.setStatus(status);
  }
}
