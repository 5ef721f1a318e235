/**
 * Every error that a user can meet: what it means, what to do, and which exit code it leads to.
 * Codes are stable names; a message may change, a code may not. `exit` is a key of `exitCodes` in errors.ts.
 */
interface ErrorEntry {
  /** One sentence: what this error says about the world. */
  readonly meaning: string;
  /** What to do about it; a call site may give a more exact one. */
  readonly nextStep: string;
  readonly exit: 'checkFailed' | 'usage' | 'outside';
}

const entries = {
  // Command line
  USAGE: { meaning: 'The command was called in a way it does not know.', nextStep: 'See `insights --help`.', exit: 'usage' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof entries;

export const errorCatalogue: Readonly<Record<ErrorCode, ErrorEntry>> = entries;
