import { InsightsError } from '../contract/errors';
import type { Clock } from '../operations/clock';
import { isAbsent, type RestClient } from '../operations/rest-client';
import { SynapseClient, type PipelineRun } from '../operations/synapse-client';

export interface DrainRequest {
  /** `<workspace>.dev.azuresynapse.net`. */
  readonly host: string;
  /** Of the development endpoint. */
  readonly client: RestClient;
  readonly clock: Clock;
  /** Whether runs are cancelled instead of waited for: somebody's consent. */
  readonly cancel: boolean;
  readonly timeoutMinutes: number;
  readonly print: (line: string) => void;
}

const pauseMilliseconds = 10_000;
const dayMilliseconds = 24 * 3_600_000;

/** A run lasts a week at most (azure-facts §6.3). */
const longestRunDays = 8;

/**
 * Waits until no pipeline runs any more, or cancels what does, before anything is destroyed: stopping a trigger leaves its
 * runs going, and a run whose workspace goes leaves half-written batches (ORDER3).
 * @throws InsightsError DEPLOYMENT_RUNS_GOING when they do not end in time.
 */
export async function drainRuns(request: DrainRequest): Promise<void> {
  const { host, client, clock, cancel, timeoutMinutes, print } = request;
  const synapse = new SynapseClient(client, `https://${host}`);
  const deadline = clock.now() + timeoutMinutes * 60_000;
  let told = '';
  for (;;) {
    const going = await goingRuns(synapse, clock);
    if (going.length === 0) return;
    const names = [...new Set(going.map(({ pipelineName }) => pipelineName))].sort().join(', ');
    if (names !== told) print(`${cancel ? 'Cancelling' : 'Waiting for'} ${names}.`);
    told = names;
    if (cancel) {
      for (const { runId } of going) await synapse.cancel(runId);
    }
    if (clock.now() > deadline) {
      throw new InsightsError(
        'DEPLOYMENT_RUNS_GOING',
        `Pipelines still run after ${timeoutMinutes} minutes: ${names}.`,
        {
          place: { path: host },
        },
      );
    }
    await clock.wait(pauseMilliseconds);
  }
}

/** None where there is no workspace: nothing runs there. One that is there and does not answer is an error. */
async function goingRuns(synapse: SynapseClient, clock: Clock): Promise<readonly PipelineRun[]> {
  const at = (time: number): string => new Date(time).toISOString();
  const from = at(clock.now() - longestRunDays * dayMilliseconds);
  return synapse.goingRuns({ from, to: at(clock.now() + dayMilliseconds) }).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
}
