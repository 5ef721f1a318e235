import { InsightsError, type Place } from '../../src/contract/errors';

/** What a user learns of an error. */
export interface Told {
  readonly code: string;
  readonly message: string;
  readonly place: Place;
}

/** Runs `action`, which must throw an InsightsError, and returns what it tells. */
export async function thrownBy(action: () => unknown): Promise<Told> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof InsightsError)) throw error;
    return { code: error.code, message: error.message, place: error.place };
  }
  throw new Error('An InsightsError was expected, but nothing was thrown.');
}
