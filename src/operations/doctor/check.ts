/**
 * `ok` nothing to do; `remark` works, but somebody should know; `problem` a deployment or a run would fail; `not-asked`
 * could not be found out from here, with the way to find out.
 */
export type CheckState = 'ok' | 'remark' | 'problem' | 'not-asked';

/** One thing that `insights doctor` looked at. */
export interface Check {
  /** Lower-case words with hyphens, unique within an environment. */
  readonly id: string;
  readonly state: CheckState;
  /** What was found, in a sentence. No value of a variable, no secret. */
  readonly message: string;
  /** What to do, a step or a command each. */
  readonly steps: readonly string[];
}

export function ok(id: string, message: string): Check {
  return { id, state: 'ok', message, steps: [] };
}

export function remark(id: string, message: string, ...steps: readonly string[]): Check {
  return { id, state: 'remark', message, steps };
}

export function problem(id: string, message: string, ...steps: readonly string[]): Check {
  return { id, state: 'problem', message, steps };
}

export function notAsked(id: string, message: string, ...steps: readonly string[]): Check {
  return { id, state: 'not-asked', message, steps };
}
