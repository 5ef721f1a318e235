import { errorCatalogue } from '../contract/error-catalogue';
import { InsightsError } from '../contract/errors';
import { interrupted, oneLine } from './azure-errors';
import type { Clock } from './clock';
import type { RunPipelineInput, RunPipelineReport } from './contracts';
import { refusedStatus } from './rest-client';
import { findFailure, printChanges, type RunReader } from './run-activities';
import { runLink } from './run-link';
import type { PipelineRun } from './synapse-client';

/** What following a run needs of the workspace. */
export interface RunService extends RunReader {
  createRun(pipeline: string, parameters: Readonly<Record<string, string>>): Promise<string>;
  run(runId: string): Promise<PipelineRun>;
  runsOf(pipeline: string, period: { readonly from: string; readonly to: string }): Promise<readonly PipelineRun[]>;
  cancel(runId: string): Promise<void>;
}

export interface RunPipelinePorts {
  readonly service: RunService;
  readonly clock: Clock;
  readonly print: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Between polls, in milliseconds: short while things change, longer while nothing does, and never much against what was waited already. */
const pauses = { first: 200, factor: 1.2, longest: 30_000 } as const;
/** After a lost answer, and between looks at a run that is to end, in milliseconds. */
const patience = 2000;
/** For how long a run that was just started may not be known yet, and a clock of another machine may differ. */
const tolerance = 120_000;
/** How long a cancelled run is given to end. */
const drain = 300_000;

/**
 * Starts a pipeline and follows it to its end, telling each change of an activity's state.
 * @throws InsightsError RUN_FAILED (the failing activity, its error, a link), RUN_CANCELLED, RUN_TIMED_OUT,
 * OPERATION_INTERRUPTED, and what the service answers
 */
export async function runPipeline(input: RunPipelineInput, ports: RunPipelinePorts): Promise<RunPipelineReport> {
  const started = ports.clock.now();
  const runId = await startRun(input, ports, started);
  ports.print(`Run ${runId} of ${input.pipelineName} started.`);
  const run = await follow(input, ports, runId, started);
  const durationSeconds = Math.round((ports.clock.now() - started) / 1000);
  if (run.status === 'Succeeded') return { runId, status: 'Succeeded', durationSeconds };
  throw await failure(input, ports, run, started);
}

/**
 * Starting is not repeated when its answer is lost, because the run may have started: then the run is looked for, and only
 * when there is none it is started again.
 */
async function startRun(input: RunPipelineInput, ports: RunPipelinePorts, started: number): Promise<string> {
  const { service } = ports;
  try {
    return await service.createRun(input.pipelineName, input.parameters);
  } catch (error) {
    const isLost = error instanceof InsightsError && error.code === 'AZURE_UNREACHABLE';
    if (!isLost && (refusedStatus(error) ?? 0) < 500) throw error;
    ports.print('The answer to the start was lost; looking for the run.');
  }
  await ports.clock.wait(patience, ports.signal);
  const runs = await service.runsOf(input.pipelineName, period(ports.clock, started - 1000));
  const own = runs.find(({ status, parameters }) => isUnderWay(status) && isEqual(parameters, input.parameters));
  return own?.runId ?? service.createRun(input.pipelineName, input.parameters);
}

async function follow(
  input: RunPipelineInput,
  ports: RunPipelinePorts,
  runId: string,
  started: number,
): Promise<PipelineRun> {
  const { clock, signal } = ports;
  const deadline = started + input.timeoutMinutes * 60_000;
  const seen = new Map<string, string>();
  let pause: number = pauses.first;
  for (;;) {
    if (signal?.aborted === true) await interrupt(input, ports, runId);
    const run = await readRun(ports, runId, started);
    const changed =
      run !== undefined &&
      (await printChanges(ports.service, run, period(clock, started - tolerance), seen, ports.print));
    if (run !== undefined && !isUnderWay(run.status)) return run;
    if (clock.now() >= deadline) await giveUp(input, ports, runId);
    pause = changed ? pauses.first : Math.min(pause * pauses.factor, pauses.longest);
    await clock.wait(pause, signal);
  }
}

/** Undefined while the service does not know the run that it has just started. */
async function readRun(ports: RunPipelinePorts, runId: string, started: number): Promise<PipelineRun | undefined> {
  try {
    return await ports.service.run(runId);
  } catch (error) {
    if (refusedStatus(error) === 404 && ports.clock.now() < started + tolerance) return undefined;
    throw error;
  }
}

async function interrupt(input: RunPipelineInput, ports: RunPipelinePorts, runId: string): Promise<never> {
  if (input.onInterrupt === 'leave') {
    throw interrupted(`Run ${runId} goes on; follow it at ${runLink(input.workspaceName, runId)}.`);
  }
  await cancelAndDrain(ports, runId);
  throw interrupted(
    `Run ${runId} was cancelled. Run the same command again: the lake continues from what is committed.`,
  );
}

async function giveUp(input: RunPipelineInput, ports: RunPipelinePorts, runId: string): Promise<never> {
  await cancelAndDrain(ports, runId);
  throw new InsightsError(
    'RUN_TIMED_OUT',
    `Run ${runId} of ${input.pipelineName} took longer than ${input.timeoutMinutes} minutes and was cancelled.`,
    { place: { path: runLink(input.workspaceName, runId) } },
  );
}

/** Cancels, and waits until nothing of the run writes any more. */
async function cancelAndDrain(ports: RunPipelinePorts, runId: string): Promise<void> {
  const { service, clock } = ports;
  const until = clock.now() + drain;
  await service.cancel(runId);
  while (clock.now() < until && isUnderWay((await service.run(runId)).status)) await clock.wait(patience);
}

async function failure(
  input: RunPipelineInput,
  ports: RunPipelinePorts,
  run: PipelineRun,
  started: number,
): Promise<InsightsError> {
  const place = { path: runLink(input.workspaceName, run.runId, run.id) };
  if (run.status === 'Cancelled') {
    return new InsightsError('RUN_CANCELLED', `Run ${run.runId} of ${input.pipelineName} was cancelled.`, { place });
  }
  const failed = await findFailure(ports.service, run, period(ports.clock, started - tolerance));
  const where = failed === undefined ? '' : ` at activity ${failed.path}`;
  const words = oneLine(failed?.error?.message || run.message || 'The service gave no reason');
  const code = failed?.error?.code ? `${failed.error.code}: ` : '';
  const own = ownCodeIn(words);
  return new InsightsError('RUN_FAILED', `Run ${run.runId} of ${input.pipelineName} failed${where}. ${code}${words}`, {
    place,
    ...(own === undefined
      ? {}
      : { nextStep: `See what to do about ${own}: insights explain ${own}. ${errorCatalogue.RUN_FAILED.nextStep}` }),
    details: {
      runId: run.runId,
      ...(failed === undefined ? {} : { activity: failed.path, errorCode: failed.error?.code }),
    },
  });
}

/** The code with which a notebook stopped, in the words of the service; a run that failed says so itself. */
function ownCodeIn(words: string): string | undefined {
  const found = words.match(/\b[A-Z][A-Z0-9_]{3,}\b/g) ?? [];
  return found.find((word) => word !== 'RUN_FAILED' && Object.hasOwn(errorCatalogue, word));
}

function isUnderWay(status: PipelineRun['status']): boolean {
  return status === 'Queued' || status === 'InProgress' || status === 'Canceling';
}

/** From a time to a little after now: the service's clock may be ahead of ours. */
function period(clock: Clock, from: number): { readonly from: string; readonly to: string } {
  return { from: new Date(from).toISOString(), to: new Date(clock.now() + tolerance).toISOString() };
}

function isEqual(left: Readonly<Record<string, unknown>>, right: Readonly<Record<string, string>>): boolean {
  return Object.entries(right).every(([name, value]) => left[name] === value);
}
