import { InsightsError } from '../../contract/errors';
import type { Clock } from '../../operations/clock';
import { refusedStatus, type RestAnswer, type RestClient } from '../../operations/rest-client';
import { block } from './azure-request';

const patienceMilliseconds = 10 * 60_000;
/** Between questions where the service does not say, in milliseconds: the stand-in has done most at once. */
const pauses = { first: 10, factor: 2, longest: 1000 } as const;

interface Write {
  readonly client: RestClient;
  readonly clock: Clock;
  /** Of the resource itself, with its api-version. */
  readonly url: string;
  readonly constructPath: string;
}

/**
 * Sees a write to its end, however the service tells it: by an operation to ask, by the provisioning state of the resource,
 * or at once. A failure that is told with status 200 is a failure (providers-live §3).
 * @returns the resource as the service gives it back.
 * @throws InsightsError PROVISIONING_NOT_STORED
 */
export async function finishWrite(write: Write, answer: RestAnswer): Promise<Readonly<Record<string, unknown>>> {
  const { client, clock, url } = write;
  const deadline = clock.now() + patienceMilliseconds;
  if (answer.status === 202 || answer.operation !== undefined) await finishOperation(write, answer, deadline);
  for (let pause: number = pauses.first; ; pause = longer(pause)) {
    const { body } = await client.send({ method: 'GET', url });
    const state = block(block(body)['properties'])['provisioningState'];
    if (state === 'Failed' || state === 'Canceled') throw notStored(write, String(state));
    if (state === undefined || state === 'Succeeded') return block(body);
    if (clock.now() > deadline) throw notStored(write, `still ${JSON.stringify(state)}`);
    await clock.wait(pause);
  }
}

/** The same for a deletion: done when the resource is not found. */
export async function finishDelete(write: Write, answer: RestAnswer): Promise<void> {
  const { client, clock, url } = write;
  const deadline = clock.now() + patienceMilliseconds;
  if (answer.operation !== undefined && answer.status === 202) await finishOperation(write, answer, deadline);
  for (let pause: number = pauses.first; ; pause = longer(pause)) {
    const { status } = await client.send({ method: 'GET', url, accept: [200, 404] });
    if (status === 404) return;
    if (clock.now() > deadline) throw notStored(write, 'still there');
    await clock.wait(pause);
  }
}

async function finishOperation({ client, clock, ...write }: Write, first: RestAnswer, deadline: number): Promise<void> {
  let { operation } = first;
  for (let pause: number = pauses.first; operation !== undefined; pause = longer(pause)) {
    const asked = operation.retryAfterSeconds ?? 0;
    await clock.wait(asked === 0 ? pause : asked * 1000);
    const answer: RestAnswer = await client
      .send({ method: 'GET', url: operation.url, accept: [200, 201, 202, 204, 404] })
      .catch((error: unknown) => {
        throw refusedStatus(error) === undefined ? error : notStored(write, (error as InsightsError).message);
      });
    const status = block(answer.body)['status'];
    if (status === 'Failed' || status === 'Canceled') throw notStored(write, String(status));
    const isRunning = answer.status === 202 || status === 'InProgress' || status === 'Accepted' || status === 'Running';
    if (!isRunning) return;
    if (clock.now() > deadline) throw notStored(write, 'the operation does not end');
    operation = answer.operation ?? operation;
  }
}

function longer(pause: number): number {
  return Math.min(pause * pauses.factor, pauses.longest);
}

function notStored({ constructPath, url }: Pick<Write, 'constructPath' | 'url'>, what: string): InsightsError {
  return new InsightsError('PROVISIONING_NOT_STORED', `${constructPath} did not come to be: ${what}.`, {
    place: { path: url },
  });
}
