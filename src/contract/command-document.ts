import { errorCatalogue } from './error-catalogue';
import { InsightsError, type ExitCode } from './errors';

/** An error as data: all that a user may know of it. */
export type ToldError = Pick<InsightsError, 'code' | 'message' | 'place' | 'nextStep' | 'details'>;

/** What `--json` writes, for every command alike. */
export interface CommandDocument {
  readonly command: string;
  readonly exitCode: ExitCode;
  /** Null when the command was stopped by its error; beside one that is no more than what the work found wrong. */
  readonly result: unknown;
  readonly error: ToldError | null;
}

export function toldError({ code, message, place, nextStep, details }: InsightsError): ToldError {
  return { code, message, place, nextStep, details };
}

/**
 * The error of a command that ran as a process of its own, as if it had been thrown here: code, next step and exit code are
 * its own. Undefined where the text tells of none, such as that of a later version.
 */
export function errorOf(text: string): InsightsError | undefined {
  let document: Partial<CommandDocument> | null;
  try {
    document = JSON.parse(text) as Partial<CommandDocument> | null;
  } catch {
    return undefined;
  }
  const { code, message, ...told } = document?.error ?? {};
  if (code === undefined || message === undefined || !Object.hasOwn(errorCatalogue, code)) return undefined;
  return new InsightsError(code, message, told);
}
