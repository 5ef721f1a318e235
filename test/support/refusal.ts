import { InsightsError, formatError } from '../../src/contract/errors';

/** The whole text, code and next step included, that a user reads when `run` is refused; fails when it is not. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InsightsError) return formatError(error);
    throw error;
  }
  throw new Error('Nothing was refused.');
}
