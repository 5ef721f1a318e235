import { printableName } from './azure-errors';
import type { ActivityRun, Period, PipelineRun } from './synapse-client';

/** Reads runs and their activities. */
export interface RunReader {
  run(runId: string): Promise<PipelineRun>;
  activities(run: Pick<PipelineRun, 'runId' | 'pipelineName'>, period: Period): Promise<readonly ActivityRun[]>;
}

/** The activity that made a run fail, with the activities above it: `Run all > Refine > Check`. */
export interface FailedActivity {
  readonly path: string;
  readonly error: ActivityRun['error'];
}

/** Deeper than any pipeline may be nested. */
const deepest = 10;

/**
 * Prints each activity whose state differs from what `seen` has, of this run and of the runs that it started, and
 * remembers it there. True when anything was printed.
 */
export async function printChanges(
  reader: RunReader,
  run: Pick<PipelineRun, 'runId' | 'pipelineName'>,
  period: Period,
  seen: Map<string, string>,
  print: (line: string) => void,
  above = '',
): Promise<boolean> {
  let changed = false;
  for (const activity of await reader.activities(run, period)) {
    const path = `${above}${printableName(activity.activityName)}`;
    if (seen.get(activity.activityRunId) !== activity.status) {
      seen.set(activity.activityRunId, activity.status);
      print(`${path}: ${printableName(activity.status)}`);
      changed = true;
    }
    const { childRunId } = activity;
    // Of a run that ended and was shown as ended nothing changes any more.
    if (childRunId === undefined || seen.get(childRunId) === activity.status || depth(path) > deepest) continue;
    const child = await reader.run(childRunId);
    changed = (await printChanges(reader, child, period, seen, print, `${path} > `)) || changed;
    if (hasEnded(activity)) seen.set(childRunId, activity.status);
  }
  return changed;
}

/** The deepest failed activity; undefined when no activity is failed. */
export async function findFailure(
  reader: RunReader,
  run: Pick<PipelineRun, 'runId' | 'pipelineName'>,
  period: Period,
  above = '',
): Promise<FailedActivity | undefined> {
  const failed = (await reader.activities(run, period)).filter(({ status }) => status === 'Failed');
  // A container fails because of what is in it, which comes later in the list or in a run of its own.
  const activity = failed.find((each) => !containers.has(each.activityType)) ?? failed[0];
  if (activity === undefined) return undefined;
  const path = `${above}${printableName(activity.activityName)}`;
  const { childRunId } = activity;
  if (childRunId === undefined || depth(path) > deepest) return { path, error: activity.error };
  const below = await findFailure(reader, await reader.run(childRunId), period, `${path} > `);
  return below ?? { path, error: activity.error };
}

const containers = new Set(['ForEach', 'IfCondition', 'Switch', 'Until']);

function hasEnded({ status }: ActivityRun): boolean {
  return ['Succeeded', 'Failed', 'Cancelled', 'Skipped'].includes(status);
}

function depth(path: string): number {
  return path.split(' > ').length;
}
