import type { JsonValue } from '../../artifacts/model';
import type { PipelineClock } from '../clock';
import type { ActivityDefinition } from '../definition';
import type { Scope } from '../expression/evaluate';
import type { Value } from '../expression/value';
import type { PipelinePorts } from '../ports';
import type { PublishedArtifacts } from '../published-artifacts';
import type { Frame } from './frame';
import type { Variables } from './variables';

/** One type of activity. Each is a file of src/pipelines/activities, and an entry of its table. */
export interface ActivityType {
  readonly type: string;
  /** Only execution activities have a policy of timeout and retries. */
  readonly kind: 'control' | 'execution';
  /**
   * Runs an activity and returns its output.
   * @throws ActivityFailure with the service's code and words; EvaluationError of an expression becomes `InvalidTemplate`.
   */
  run(context: ActivityContext): Promise<Value>;
}

/** Types by lower-case name: the service does not distinguish cases. */
export type ActivityTypes = ReadonlyMap<string, ActivityType>;

/** What an activity is given. */
export interface ActivityContext {
  readonly activity: ActivityDefinition;
  readonly run: RunContext;
  readonly frame: Frame;
  readonly scope: Scope;
  /** Aborted when the activity is cancelled or has had its time. */
  readonly signal: AbortSignal;
  /** The evaluated property of `typeProperties`; null where there is none. */
  property(name: string): Value;
  /** In the activity's scope, or in a wider one, such as that of a data set. */
  evaluate(json: JsonValue | undefined, scope?: Scope): Value;
  /** What the record shows as input. */
  setInput(input: Value): void;
  /** Runs the activities of a container. @throws ActivityFailure ActionFailed when they do not succeed together. */
  runInner(activities: readonly ActivityDefinition[], frame: Frame): Promise<void>;
}

/** What all activities of a run share. */
export interface RunContext {
  readonly runId: string;
  readonly pipelineName: string;
  readonly variables: Variables;
  readonly clock: PipelineClock;
  readonly ports: PipelinePorts;
  readonly artifacts: PublishedArtifacts;
  readonly newId: () => string;
  /** Sets values of `pipelineReturnValue`. */
  addReturnValues(values: Readonly<Record<string, Value>>): void;
  scopeFor(frame: Frame): Scope;
  /** Starts the run of another pipeline. @throws InsightsError as PipelineRunner.createRun. */
  startChild(pipeline: string, parameters: Readonly<Record<string, Value>>): ChildRun;
}

export interface ChildRun {
  readonly runId: string;
  readonly pipelineName: string;
  /** Ends with the run; its message is empty when it succeeded. Asked for by who waits only: a defect that nobody hears of ends nothing. */
  ended(): Promise<ChildResult>;
}

export interface ChildResult {
  readonly status: 'Succeeded' | 'Failed' | 'Cancelled';
  readonly message: string;
  /** Null where the run set none. */
  readonly returnValue: Value;
}
