import type { Artifact, JsonObject } from '../../artifacts/model';
import { InsightsError } from '../../contract/errors';
import type { PipelineClock } from '../clock';
import { asList, asObject } from '../definition';
import { evaluateJson } from '../expression/evaluate';
import { isObject, type Value } from '../expression/value';
import type { PublishedArtifacts } from '../published-artifacts';
import type { PipelineRunner } from '../runner';
import { queryTriggerRuns, type RunPage, type RunQuery } from '../run/query';
import type { TriggerRunRecord } from '../run/records';
import { plainScope, withRoot } from '../run/run-scope';
import { nextOccurrence, readRecurrence } from './recurrence';

/** The triggers of a workspace: started ones fire by the clock, and start their pipelines. */
export class TriggerScheduler {
  private readonly started = new Map<string, () => void>();
  private readonly fired: TriggerRunRecord[] = [];

  constructor(
    private readonly options: {
      readonly artifacts: PublishedArtifacts;
      readonly runner: PipelineRunner;
      readonly clock: PipelineClock;
      readonly newId: () => string;
    },
  ) {}

  /** Every firing so far, oldest first. */
  get runs(): readonly TriggerRunRecord[] {
    return this.fired;
  }

  /** @throws InsightsError RUN_QUERY_INVALID. */
  queryRuns(query: RunQuery): RunPage<TriggerRunRecord> {
    return queryTriggerRuns(this.fired, query);
  }

  isStarted(name: string): boolean {
    return this.started.has(name.toLowerCase());
  }

  /**
   * Starts a trigger: it fires at its next time from now on; times that have passed are left out. Nothing happens to one
   * that is started.
   * @throws InsightsError TRIGGER_NOT_FOUND, TRIGGER_INVALID.
   */
  start(name: string): void {
    if (this.isStarted(name)) return;
    const artifact = this.options.artifacts.find('triggers', name);
    if (artifact === undefined) throw new InsightsError('TRIGGER_NOT_FOUND', `The Trigger ${name} was not found.`);
    if (artifact.properties['type'] !== 'ScheduleTrigger') {
      throw new InsightsError('TRIGGER_INVALID', 'The trigger is no schedule trigger; others cannot be started here.', {
        place: { path: `triggers/${artifact.name}` },
      });
    }
    this.arm(artifact, this.options.clock.now());
  }

  /** Stops a trigger; runs that it started go on. */
  stop(name: string): void {
    this.started.get(name.toLowerCase())?.();
    this.started.delete(name.toLowerCase());
  }

  /** Stops all triggers, so that nothing waits for the clock any more. */
  close(): void {
    for (const name of [...this.started.keys()]) this.stop(name);
  }

  private arm(artifact: Artifact, after: number): void {
    const { clock } = this.options;
    const recurrence = asObject(asObject(artifact.properties['typeProperties'])['recurrence']);
    const next = nextOccurrence(readRecurrence(recurrence, artifact.name), after);
    const key = artifact.name.toLowerCase();
    if (next === undefined) {
      this.started.set(key, () => undefined);
      return;
    }
    const takeBack = clock.at(next, () => {
      this.arm(artifact, next);
      this.fire(artifact, next);
    });
    this.started.set(key, takeBack);
  }

  private fire(artifact: Artifact, scheduled: number): void {
    const { clock, newId } = this.options;
    const scheduledTime = new Date(scheduled).toISOString();
    const startTime = new Date(clock.now()).toISOString();
    const triggerRunId = newId();
    const triggeredPipelines: Record<string, string> = {};
    const failures: string[] = [];
    for (const pipeline of asList(artifact.properties['pipelines']).map(asObject)) {
      try {
        const [name, runId] = this.startPipeline(artifact, pipeline, { startTime, scheduledTime, triggerRunId });
        triggeredPipelines[name] = runId;
      } catch (error) {
        if (!(error instanceof InsightsError)) throw error;
        failures.push(error.message);
      }
    }
    this.fired.push({
      triggerRunId,
      triggerName: artifact.name,
      triggerType: 'ScheduleTrigger',
      triggerRunTimestamp: startTime,
      status: failures.length === 0 ? 'Succeeded' : 'Failed',
      message: failures.join(' '),
      properties: { TriggerTime: startTime, ScheduleTime: scheduledTime },
      triggeredPipelines,
    });
  }

  private startPipeline(
    artifact: Artifact,
    pipeline: JsonObject,
    times: { readonly startTime: string; readonly scheduledTime: string; readonly triggerRunId: string },
  ): [name: string, runId: string] {
    const { clock, newId, runner } = this.options;
    const { startTime, scheduledTime, triggerRunId } = times;
    const trigger: Value = { name: artifact.name, startTime, scheduledTime };
    const functions = { now: new Date(clock.now()), random: () => 0, newGuid: newId };
    const scope = withRoot(plainScope(functions), 'trigger', () => trigger);
    const parameters = evaluateJson(pipeline['parameters'] ?? {}, scope);
    const { referenceName } = asObject(pipeline['pipelineReference']);
    const name = typeof referenceName === 'string' ? referenceName : '';
    const invokedBy = { id: triggerRunId, name: artifact.name, invokedByType: 'ScheduleTrigger' };
    const runId = runner.createRun(name, isObject(parameters) ? parameters : {}, {
      invokedBy,
      triggerTime: startTime,
    });
    return [name, runId];
  }
}
