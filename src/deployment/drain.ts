import { InsightsError } from '../contract/errors';
import type { Clock } from '../operations/clock';
import { refusedStatus, type RestClient } from '../operations/rest-client';

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

interface GoingRun {
  readonly runId: string;
  readonly pipelineName: string;
}

const apiVersion = '2020-12-01';
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
  const deadline = clock.now() + timeoutMinutes * 60_000;
  let told = '';
  for (;;) {
    const going = await goingRuns(host, client, clock);
    if (going.length === 0) return;
    const names = [...new Set(going.map(({ pipelineName }) => pipelineName))].sort().join(', ');
    if (names !== told) print(`${cancel ? 'Cancelling' : 'Waiting for'} ${names}.`);
    told = names;
    if (cancel) {
      for (const { runId } of going) {
        const url = `https://${host}/pipelineruns/${runId}/cancel?api-version=${apiVersion}&isRecursive=true`;
        await client.send({ method: 'POST', url });
      }
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

/** None where there is no workspace: nothing runs there. */
async function goingRuns(host: string, client: RestClient, clock: Clock): Promise<readonly GoingRun[]> {
  const at = (time: number): string => new Date(time).toISOString();
  const body = {
    lastUpdatedAfter: at(clock.now() - longestRunDays * dayMilliseconds),
    lastUpdatedBefore: at(clock.now() + dayMilliseconds),
    filters: [{ operand: 'Status', operator: 'In', values: ['Queued', 'InProgress', 'Canceling'] }],
  };
  const url = `https://${host}/queryPipelineRuns?api-version=${apiVersion}`;
  const answer = await client.send({ method: 'POST', url, body }).catch((error: unknown) => {
    const isAbsent = error instanceof InsightsError && error.code === 'AZURE_UNREACHABLE';
    if (isAbsent || refusedStatus(error) === 404) return undefined;
    throw error;
  });
  return (answer?.body as { readonly value?: readonly GoingRun[] } | undefined)?.value ?? [];
}
