import type { ErrorEntry } from './error-entry';

/** Expressions and runs of pipelines. */
export const pipelineErrors = {
  EXPRESSION_INVALID: {
    meaning: 'A text of a pipeline, dataset or linked service is no expression that Synapse would take.',
    nextStep: 'Mend the expression at the position named; the language is described under "Expressions" in Synapse.',
    exit: 'checkFailed',
  },
} as const satisfies Record<string, ErrorEntry>;
