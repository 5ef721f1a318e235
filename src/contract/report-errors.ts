import type { ErrorEntry } from './error-entry';

/** Measures, reports and dashboards. */
export const reportErrors = {
  MEASURE_UNKNOWN: {
    meaning: 'A measure or dimension was asked for that the model does not have.',
    nextStep: 'Take one of the names in the message; docs/dictionary.md says what each means.',
    exit: 'usage',
  },
  REPORTS_NEED_STRICT: {
    meaning: 'The lake’s general tables lack columns that reports need: it was not built with the strict profile.',
    nextStep:
      'Process the drops with the strict profile (the default) into a workspace of their own, and report on that.',
    exit: 'usage',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
