import { toText } from '../expression/content';
import { toJson, type Value } from '../expression/value';
import type { PipelineClock } from '../clock';
import type { ActivityFailure } from './records';
import { noError, type ActivityRunRecord, type ActivityStatus } from './records';

/** What an attempt begins with. */
export type ActivityStart = Pick<
  ActivityRunRecord,
  'activityName' | 'activityType' | 'retryAttempt' | 'linkedServiceName' | 'iterationHash'
>;

/** An attempt in the log, to be completed. */
export interface OpenActivity {
  readonly activityRunId: string;
  readonly startedAt: string;
  setInput(input: Value): void;
  setUserProperties(properties: Readonly<Record<string, Value>>): void;
  end(
    status: ActivityStatus,
    result: { readonly output?: Value; readonly failure?: ActivityFailure },
  ): ActivityRunRecord;
}

/** The activity runs of one pipeline run, in the order in which they began. */
export class ActivityLog {
  private readonly entries: ActivityRunRecord[] = [];

  constructor(
    private readonly run: { readonly pipelineName: string; readonly runId: string },
    private readonly clock: PipelineClock,
    private readonly newId: () => string,
    /** Called after every change. */
    private readonly changed: () => void,
  ) {}

  get records(): readonly ActivityRunRecord[] {
    return this.entries;
  }

  begin(start: ActivityStart, secure: { readonly input: boolean; readonly output: boolean }): OpenActivity {
    const index = this.entries.length;
    const activityRunId = this.newId();
    const startedAt = new Date(this.clock.now()).toISOString();
    this.entries.push({
      activityRunId,
      pipelineName: this.run.pipelineName,
      pipelineRunId: this.run.runId,
      status: 'InProgress',
      activityRunStart: startedAt,
      activityRunEnd: null,
      durationInMs: null,
      input: {},
      output: {},
      error: noError(start.activityName),
      userProperties: {},
      ...start,
    });
    this.changed();
    const update = (changes: Partial<ActivityRunRecord>): ActivityRunRecord => {
      const record = { ...(this.entries[index] as ActivityRunRecord), ...changes };
      this.entries[index] = record;
      this.changed();
      return record;
    };
    return {
      activityRunId,
      startedAt,
      setInput: (input) => {
        if (!secure.input) update({ input: toJson(input) });
      },
      setUserProperties: (properties) => {
        const texts = Object.entries(properties).map(([name, value]) => [name, toText(value)] as const);
        update({ userProperties: Object.fromEntries(texts) });
      },
      end: (status, { output = {}, failure }) =>
        update({
          status,
          activityRunEnd: new Date(this.clock.now()).toISOString(),
          durationInMs: this.clock.now() - Date.parse(startedAt),
          ...(secure.output ? {} : { output: toJson(output) }),
          ...(failure === undefined ? {} : { error: errorOf(start.activityName, failure) }),
        }),
    };
  }
}

function errorOf(target: string, { errorCode, message, failureType }: ActivityFailure): ActivityRunRecord['error'] {
  return { errorCode, message, failureType, target, details: '' };
}
