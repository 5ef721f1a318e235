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
  PIPELINE_INVALID: {
    meaning: 'The activities of a pipeline are not what Synapse would take: names, types, dependencies.',
    nextStep: 'Mend the pipeline named above in assets/pipelines.',
    exit: 'checkFailed',
  },
  PIPELINE_UNSUPPORTED: {
    meaning: 'A pipeline, or one that it runs, has activities of a type that Synapse knows but a local run does not.',
    nextStep: 'Run the pipeline in Synapse, or leave these activities out; an inactive one is not looked at.',
    exit: 'usage',
  },
  PIPELINE_NOT_FOUND: {
    meaning: 'The workspace has no pipeline of that name.',
    nextStep: 'Check the spelling, or deploy the pipeline first.',
    exit: 'usage',
  },
  PIPELINE_QUEUE_FULL: {
    meaning: 'A pipeline allows so many runs at a time, and a hundred more wait already: Synapse takes no further one.',
    nextStep: 'Wait until runs have ended, or cancel those that are not needed.',
    exit: 'outside',
  },
  RUN_NOT_FOUND: {
    meaning: 'There is no run of that id, or not of that pipeline.',
    nextStep: 'List the runs of the pipeline, and take an id from there.',
    exit: 'usage',
  },
  RUN_QUERY_INVALID: {
    meaning: 'A query for runs has a filter, an order, a time or a token that Synapse does not know.',
    nextStep: 'Correct the part of the query that is named above.',
    exit: 'usage',
  },
  TRIGGER_INVALID: {
    meaning: 'A trigger has a type or a recurrence that cannot be followed.',
    nextStep: 'Correct the trigger named above in assets/triggers.',
    exit: 'checkFailed',
  },
  TRIGGER_NOT_FOUND: {
    meaning: 'The workspace has no trigger of that name.',
    nextStep: 'Check the spelling, or deploy the trigger first.',
    exit: 'usage',
  },
  NOTEBOOK_UNKNOWN: {
    meaning:
      'A pipeline runs a notebook that is not one of Education Insights, on the embedded engine, which knows only those.',
    nextStep: 'Run it on Spark (`--engine spark`), or leave the pipeline out of the rehearsal.',
    exit: 'usage',
  },
  SQL_NOT_SUPPORTED: {
    meaning: 'A pipeline sends SQL that the local databases do not understand.',
    nextStep: 'Run it against serverless SQL, or write it in one of the forms that the project renders.',
    exit: 'usage',
  },
} as const satisfies Record<string, ErrorEntry>;
