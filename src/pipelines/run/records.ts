import type { JsonObject, JsonValue } from '../../artifacts/model';

export type PipelineRunStatus = 'Queued' | 'InProgress' | 'Succeeded' | 'Failed' | 'Canceling' | 'Cancelled';

export type ActivityStatus = 'Queued' | 'InProgress' | 'Succeeded' | 'Failed' | 'Cancelled' | 'Skipped' | 'Inactive';

export interface InvokedBy {
  readonly id: string;
  readonly name: string;
  /** `Manual`, `PipelineActivity` or the type of a trigger. */
  readonly invokedByType: string;
  /** Of a run that another run started. */
  readonly pipelineName?: string;
  readonly pipelineRunId?: string;
}

/** A pipeline run as the service answers it (azure-facts §4.2). Times are ISO 8601 in UTC. */
export interface PipelineRunRecord {
  /** Upper-cased ARM path. */
  readonly id: string;
  readonly runId: string;
  readonly runGroupId: string;
  readonly isLatest: boolean;
  readonly pipelineName: string;
  /** Values as text; those of secure strings are hidden. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly invokedBy: InvokedBy;
  readonly runStart: string;
  readonly runEnd: string | null;
  readonly durationInMs: number | null;
  readonly status: PipelineRunStatus;
  readonly message: string;
  readonly lastUpdated: string;
  readonly annotations: readonly JsonValue[];
  readonly runDimension: JsonObject;
}

export interface ActivityErrorRecord {
  readonly errorCode: string;
  readonly message: string;
  readonly failureType: 'UserError' | 'SystemError' | '';
  /** Name of the activity. */
  readonly target: string;
  readonly details: string;
}

/** An attempt of an activity as the service answers it. */
export interface ActivityRunRecord {
  readonly activityRunId: string;
  readonly activityName: string;
  readonly activityType: string;
  readonly pipelineName: string;
  readonly pipelineRunId: string;
  readonly status: ActivityStatus;
  readonly activityRunStart: string;
  readonly activityRunEnd: string | null;
  readonly durationInMs: number | null;
  /** 1 for the first retry; null for the first attempt. */
  readonly retryAttempt: number | null;
  /** Empty where the policy hides it. */
  readonly input: JsonValue;
  readonly output: JsonValue;
  readonly error: ActivityErrorRecord;
  readonly userProperties: JsonObject;
  readonly linkedServiceName: string;
  /** Tells the iterations of a loop apart; empty outside loops. */
  readonly iterationHash: string;
}

/** A firing of a trigger, as the service answers it. */
export interface TriggerRunRecord {
  readonly triggerRunId: string;
  readonly triggerName: string;
  readonly triggerType: string;
  readonly triggerRunTimestamp: string;
  readonly status: 'Succeeded' | 'Failed';
  readonly message: string;
  readonly properties: { readonly TriggerTime: string; readonly ScheduleTime: string };
  /** Run id of each pipeline that it started. */
  readonly triggeredPipelines: Readonly<Record<string, string>>;
}

/** Why an activity failed, as the service words it. */
export class ActivityFailure extends Error {
  constructor(
    /** The service's code, such as `InvalidTemplate` or `ActionFailed`. */
    readonly errorCode: string,
    message: string,
    readonly failureType: 'UserError' | 'SystemError' = 'UserError',
  ) {
    super(message);
    this.name = 'ActivityFailure';
  }
}

export const noError = (target: string): ActivityErrorRecord => ({
  errorCode: '',
  message: '',
  failureType: '',
  target,
  details: '',
});
