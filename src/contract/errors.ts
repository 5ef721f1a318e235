import { errorCatalogue, type ErrorCode } from './error-catalogue';
import { printable } from './printable';

/** What the command returns to its caller (design.md §8). */
export const exitCodes = {
  done: 0,
  checkFailed: 1,
  usage: 2,
  outside: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Where something went wrong: never a cell's content (ROW13), always enough to find the cell. */
export interface Place {
  /** A file as the user knows it: relative to the drop, the lake or the project. */
  readonly file?: string;
  /** 1-based physical line in `file`. */
  readonly line?: number;
  readonly table?: string;
  readonly column?: string;
  /** Anything else that has a path: a construct path, a JSON pointer, a resource id. */
  readonly path?: string;
}

export interface InsightsErrorOptions {
  readonly place?: Place;
  /** Replaces the catalogue's next step where the caller knows a better one. */
  readonly nextStep?: string;
  /** Facts for `--json` output. Numbers and names only, no cells, no secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Kept for debugging in memory; never printed, because engine errors quote rows (ROW13). */
  readonly cause?: unknown;
}

/** The one error type of the project: a code of the catalogue, the cause in one sentence, the place and the next step. */
export class InsightsError extends Error {
  readonly code: ErrorCode;
  readonly place: Place;
  readonly nextStep: string;
  readonly exitCode: ExitCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: InsightsErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'InsightsError';
    this.code = code;
    this.place = options.place ?? {};
    this.nextStep = options.nextStep ?? errorCatalogue[code].nextStep;
    this.exitCode = exitCodes[errorCatalogue[code].exit];
    this.details = options.details ?? {};
  }
}

/** `activity.csv:12, table AadUser, column Role`; empty where nothing is known. */
export function formatPlace(place: Place): string {
  const parts: string[] = [];
  if (place.file !== undefined) parts.push(place.line === undefined ? place.file : `${place.file}:${place.line}`);
  if (place.path !== undefined) parts.push(place.path);
  if (place.table !== undefined) parts.push(`table ${place.table}`);
  if (place.column !== undefined) parts.push(`column ${place.column}`);
  return parts.join(', ');
}

/** The text a person sees: code and cause, then place, then next step, a line each. */
export function formatError(error: InsightsError): string {
  const place = printable(formatPlace(error.place));
  return [
    `${error.code}: ${error.message}`,
    ...(place === '' ? [] : [`  where: ${place}`]),
    `  next:  ${error.nextStep}`,
  ].join('\n');
}
