import { InsightsError } from '../contract/errors';
import { interrupted } from './azure-errors';
import type { Clock } from './clock';
import type { AwaitWorkspaceInput, AwaitWorkspaceReport } from './contracts';

export interface AwaitWorkspacePorts {
  /** One question to the development endpoint that needs a role there; throws what it answers. */
  readonly probe: () => Promise<void>;
  readonly clock: Clock;
  readonly print: (line: string) => void;
  readonly signal?: AbortSignal;
}

const goodAnswers = 3;
/** Between failed probes, in milliseconds. */
const pause = 5000;

/**
 * Waits until the development endpoint and the caller's role answer well three times in a row, spread over the stability
 * time (ORDER1): a firewall rule or role that is reported as done takes minutes to work, and works on and off until then.
 * @throws InsightsError WORKSPACE_NOT_READY after the time limit with the last answer, OPERATION_INTERRUPTED
 */
export async function awaitWorkspace(
  input: AwaitWorkspaceInput,
  ports: AwaitWorkspacePorts,
): Promise<AwaitWorkspaceReport> {
  const { clock, print, signal } = ports;
  const started = clock.now();
  const deadline = started + input.timeoutSeconds * 1000;
  const spread = (input.stabilitySeconds * 1000) / (goodAnswers - 1);
  let attempts = 0;
  let good = 0;
  let last = '';
  for (;;) {
    if (signal?.aborted === true) throw interrupted();
    attempts += 1;
    const problem = await probe(ports);
    good = problem === undefined ? good + 1 : 0;
    if (good === goodAnswers) return { waitedSeconds: Math.round((clock.now() - started) / 1000), attempts };
    if (problem !== undefined && problem !== last) print(`Not ready yet: ${problem}`);
    last = problem ?? last;
    const wait = problem === undefined ? spread : pause;
    if (clock.now() + wait > deadline) throw notReady(input, last);
    await clock.wait(wait, signal);
  }
}

/** What stands against the workspace being usable, in a sentence. */
async function probe(ports: AwaitWorkspacePorts): Promise<string | undefined> {
  try {
    await ports.probe();
    return undefined;
  } catch (error) {
    // A missing credential does not come with time.
    if (!(error instanceof InsightsError) || error.code === 'AZURE_SIGN_IN') throw error;
    return error.message;
  }
}

function notReady({ workspaceName, timeoutSeconds }: AwaitWorkspaceInput, last: string): InsightsError {
  const said = last === '' ? ' It answered, but not for long enough.' : ` It last said: ${last}`;
  return new InsightsError(
    'WORKSPACE_NOT_READY',
    `Workspace ${workspaceName} was not ready after ${timeoutSeconds} s.${said}`,
    { place: { path: workspaceName } },
  );
}
