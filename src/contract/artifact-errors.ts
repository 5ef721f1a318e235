import type { ErrorEntry } from './error-entry';

/** What Synapse receives: the files of assets/, and what they refer to. */
export const artifactErrors = {
  ARTIFACT_UNREADABLE: {
    meaning: 'A file of assets/ is missing, is not JSON, or is not one artifact with a name and properties.',
    nextStep: 'Correct the file named above: `{"name": …, "properties": {…}}`, named like the artifact.',
    exit: 'usage',
  },
  NOTEBOOK_SOURCE_INVALID: {
    meaning: 'A notebook in assets/notebooks is not in the percent format that becomes a Synapse notebook.',
    nextStep: 'Correct the line named above; src/artifacts/notebook-source.ts describes the format.',
    exit: 'usage',
  },
  ARTIFACT_PLACEHOLDER_UNKNOWN: {
    meaning: 'An artifact has a `{{placeholder}}` that the deployment has no value for.',
    nextStep: 'Use one of the names in src/artifacts/placeholders.ts, or mend the spelling.',
    exit: 'usage',
  },
  ARTIFACT_REFERENCE_DANGLING: {
    meaning: 'Artifacts refer to others that are neither deployed nor in the workspace already.',
    nextStep: 'Mend the names listed above, or add what is missing to assets/.',
    exit: 'usage',
  },
  ARTIFACT_CYCLE: {
    meaning: 'Artifacts refer to each other in a circle, so none of them can be deployed first.',
    nextStep: 'Remove one of the references listed above.',
    exit: 'usage',
  },
  ARTIFACTS_INVALID: {
    meaning:
      'Pipelines, data sets, linked services, triggers or notebooks say something that the service or our own rules refuse.',
    nextStep: 'Mend every finding listed above: each names its file, the place in it, and what to write.',
    exit: 'usage',
  },
} as const satisfies Record<string, ErrorEntry>;
