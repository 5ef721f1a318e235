import type { ErrorEntry } from './error-entry';

/** Expressions and runs of pipelines. */
export const pipelineErrors = {
  EXPRESSION_INVALID: {
    meaning: 'A text of a pipeline, dataset or linked service is no expression that Synapse would take.',
    nextStep: 'Mend the expression at the position named; the language is described under "Expressions" in Synapse.',
    exit: 'checkFailed',
  },
  EXPRESSION_FAILED: {
    meaning:
      'An expression of a pipeline asked for something that is not there, or gave a function a value it does not take.',
    nextStep:
      'Mend the expression, or what the activity before it puts out; the message names the function or property.',
    exit: 'checkFailed',
  },
} as const satisfies Record<string, ErrorEntry>;
