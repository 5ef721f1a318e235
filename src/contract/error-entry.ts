/** What the catalogue of errors says of a code. */
export interface ErrorEntry {
  /** One sentence: what this error says about the world. */
  readonly meaning: string;
  /** What to do about it; a call site may give a more exact one. */
  readonly nextStep: string;
  /** A key of `exitCodes` in errors.ts. */
  readonly exit: 'checkFailed' | 'usage' | 'outside';
}
