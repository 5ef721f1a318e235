import { setMaxListeners } from 'node:events';
import type { JsonValue } from '../../artifacts/model';
import { InsightsError } from '../../contract/errors';
import { asObject, type ActivityDefinition } from '../definition';
import { evaluateJson } from '../expression/evaluate';
import { toText } from '../expression/content';
import { fromJson, type Value } from '../expression/value';
import type { ActivityLog, OpenActivity } from './activity-log';
import type { ActivityContext, ActivityTypes, RunContext } from './activity-type';
import type { Frame } from './frame';
import type { ActivityOutcome } from './outcome';
import { readPolicy, type ActivityPolicy } from './policy';
import { ActivityFailure, type ActivityStatus } from './records';

/** The types of activities, and how a container runs its own. */
export interface ActivityRunner {
  readonly types: ActivityTypes;
  readonly run: RunContext;
  readonly log: ActivityLog;
  runList(activities: readonly ActivityDefinition[], frame: Frame, signal: AbortSignal): Promise<void>;
}

/** How an activity ended. */
export interface ActivityEnd {
  readonly outcome: ActivityOutcome;
  /** Of one that failed. */
  readonly failure?: ActivityFailure;
}

/** Runs an activity whose dependencies are met, with its retries. Never rejects for what an activity does. */
export async function runActivity(
  runner: ActivityRunner,
  activity: ActivityDefinition,
  frame: Frame,
  signal: AbortSignal,
): Promise<ActivityEnd> {
  if (activity.inactiveAs !== undefined) return markInactive(runner, activity, frame, activity.inactiveAs);
  for (let attempt = 0; ; attempt += 1) {
    const { end, policy } = await runAttempt(runner, activity, frame, signal, attempt);
    if (end.outcome !== 'Failed' || policy === undefined || attempt >= policy.retries) return end;
    await runner.run.clock.wait(policy.retryMilliseconds, signal);
    if (signal.aborted) return { outcome: 'Cancelled' };
  }
}

/** Leaves a record of an activity that does not run. */
export function skipActivity(runner: ActivityRunner, activity: ActivityDefinition, frame: Frame): ActivityEnd {
  const open = begin(runner, activity, frame, 0);
  open.end('Skipped', {});
  frame.setState(activity.name, { ActivityName: activity.name, ActivityType: activity.type, Status: 'Skipped' });
  return { outcome: 'Skipped' };
}

function markInactive(
  runner: ActivityRunner,
  activity: ActivityDefinition,
  frame: Frame,
  outcome: 'Succeeded' | 'Failed' | 'Skipped',
): ActivityEnd {
  const open = begin(runner, activity, frame, 0);
  open.end('Inactive', {});
  frame.setState(activity.name, { ActivityName: activity.name, ActivityType: activity.type, Status: outcome });
  if (outcome !== 'Failed') return { outcome };
  const message = `The activity '${activity.name}' is inactive and marked as failed.`;
  return { outcome, failure: new ActivityFailure('Inactive', message) };
}

async function runAttempt(
  runner: ActivityRunner,
  activity: ActivityDefinition,
  frame: Frame,
  signal: AbortSignal,
  attempt: number,
): Promise<{ readonly end: ActivityEnd; readonly policy: ActivityPolicy | undefined }> {
  const open = begin(runner, activity, frame, attempt);
  const controller = new AbortController();
  // A loop hands its signal to many activities.
  setMaxListeners(0, controller.signal);
  const abort = (): void => controller.abort();
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  let takeBack = (): void => undefined;
  let isLate = false;
  let policy: ActivityPolicy | undefined;
  try {
    const context = makeContext(runner, activity, frame, controller.signal, open);
    open.setUserProperties(userPropertiesOf(activity, context));
    const type = runner.types.get(activity.type.toLowerCase());
    if (type === undefined) throw unknownType(activity);
    if (type.kind === 'execution') {
      policy = readPolicy(activity, (name) => context.evaluate(activity.policy[name]));
      takeBack = runner.run.clock.at(runner.run.clock.now() + policy.timeoutMilliseconds, () => {
        isLate = true;
        abort();
      });
    }
    const output = await untilAborted(type.run(context), controller.signal);
    close(activity, frame, open, 'Succeeded', { output });
    return { end: { outcome: 'Succeeded' }, policy };
  } catch (error) {
    const wasCancelled = signal.aborted && !isLate;
    const failure = wasCancelled
      ? new ActivityFailure('', 'The activity was cancelled.')
      : isLate
        ? new ActivityFailure('ActivityTimeout', timeoutMessage(activity))
        : asFailure(error);
    close(activity, frame, open, wasCancelled ? 'Cancelled' : 'Failed', { failure });
    return { end: { outcome: wasCancelled ? 'Cancelled' : 'Failed', failure }, policy };
  } finally {
    takeBack();
    signal.removeEventListener('abort', abort);
  }
}

function begin(runner: ActivityRunner, activity: ActivityDefinition, frame: Frame, attempt: number): OpenActivity {
  const { linkedServiceName, policy } = activity;
  const service = linkedServiceName?.['referenceName'];
  return runner.log.begin(
    {
      activityName: activity.name,
      activityType: activity.type,
      retryAttempt: attempt === 0 ? null : attempt,
      linkedServiceName: typeof service === 'string' ? service : '',
      iterationHash: frame.iterationHash,
    },
    { input: policy['secureInput'] === true, output: policy['secureOutput'] === true },
  );
}

function makeContext(
  runner: ActivityRunner,
  activity: ActivityDefinition,
  frame: Frame,
  signal: AbortSignal,
  open: OpenActivity,
): ActivityContext {
  const scope = runner.run.scopeFor(frame);
  const evaluate = (json: JsonValue | undefined, inScope = scope): Value =>
    json === undefined ? null : evaluateJson(json, inScope);
  return {
    activity,
    run: runner.run,
    frame,
    scope,
    signal,
    evaluate,
    property: (name) => evaluate(activity.typeProperties[name]),
    setInput: (input) => open.setInput(input),
    runInner: (activities, inner) => runner.runList(activities, inner, signal),
  };
}

/** What a user shows of an activity in its record; a failure of the activity where it cannot be evaluated. */
function userPropertiesOf({ userProperties }: ActivityDefinition, context: ActivityContext): Record<string, Value> {
  return Object.fromEntries(
    userProperties.map(asObject).map(({ name, value }) => [toText(fromJson(name ?? '')), context.evaluate(value)]),
  );
}

/** Ends the record, and lets the activities after this one see it. */
function close(
  activity: ActivityDefinition,
  frame: Frame,
  open: OpenActivity,
  status: ActivityStatus,
  result: { readonly output?: Value; readonly failure?: ActivityFailure },
): void {
  const record = open.end(status, result);
  frame.setState(activity.name, {
    ActivityName: activity.name,
    ActivityType: activity.type,
    ActivityRunId: open.activityRunId,
    Status: status,
    ExecutionStartTime: open.startedAt,
    ExecutionEndTime: record.activityRunEnd ?? '',
    // The record may hide the output; activities see it all the same.
    ...(result.output === undefined ? {} : { output: result.output }),
    ...(result.failure === undefined ? {} : { output: {}, error: fromJson({ ...record.error }) }),
  });
}

/** The work's result, or a rejection as soon as the signal is aborted, even when the work does not heed it. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => reject(new ActivityFailure('', 'The activity was stopped.'));
    signal.addEventListener('abort', leave);
    if (signal.aborted) leave();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
    work.catch(() => undefined);
    aborted.catch(() => undefined);
  }
}

function asFailure(error: unknown): ActivityFailure {
  if (error instanceof ActivityFailure) return error;
  if (error instanceof InsightsError) {
    const isTemplate = error.code === 'EXPRESSION_FAILED' || error.code === 'EXPRESSION_INVALID';
    return new ActivityFailure(isTemplate ? 'InvalidTemplate' : error.code, error.message);
  }
  throw error;
}

function unknownType(activity: ActivityDefinition): ActivityFailure {
  const message = `The activity type '${toText(activity.type)}' of '${activity.name}' is not one that can run here.`;
  return new ActivityFailure('NotImplemented', message);
}

function timeoutMessage(activity: ActivityDefinition): string {
  return `The activity '${activity.name}' did not end within its timeout.`;
}
