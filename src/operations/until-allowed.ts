import { InsightsError } from '../contract/errors';
import { interrupted } from './azure-errors';
import type { Clock } from './clock';

export interface UntilAllowedOptions {
  readonly clock: Clock;
  readonly print: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** For how long a role or network rule may take to work, and between tries; in milliseconds. */
const limit = 600_000;
const pause = 10_000;

/**
 * Runs `action`, and again while the account refuses it with 403: a role and a network rule take minutes to work after
 * they are reported done (ORDER1).
 * @throws what `action` throws, after ten minutes also a 403
 */
export async function untilAllowed<T>(action: () => Promise<T>, options: UntilAllowedOptions): Promise<T> {
  const { clock, print, signal } = options;
  const until = clock.now() + limit;
  let told = '';
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!isForbidden(error) || clock.now() + pause > until) throw error;
      if (error.message !== told) print(`Waiting for roles and network rules to work. ${error.message}`);
      told = error.message;
    }
    await clock.wait(pause, signal);
    if (signal?.aborted === true) throw interrupted();
  }
}

/** Whether an error of the lake's store or of a client stands for a 403. */
function isForbidden(error: unknown): error is InsightsError {
  if (!(error instanceof InsightsError)) return false;
  return error.details['status'] === 403 || (error.cause as { statusCode?: unknown } | undefined)?.statusCode === 403;
}
