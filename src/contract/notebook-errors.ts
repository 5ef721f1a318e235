import type { ErrorEntry } from './error-entry';

/** What only the notebooks in Synapse stop with; the other codes of theirs are those of engine, lake and operations. */
export const notebookErrors = {
  LAKE_CATALOGUE_DIFFERS: {
    meaning: 'The metadata.csv in the lake is not the deployed one, and the deployed one has not changed (ACCESS7).',
    nextStep: 'Find out who changed it; then remove the file: the next run writes the deployed one.',
    exit: 'checkFailed',
  },
  PROFILE_REFUSED: {
    meaning: 'The profile v0.2 shows what upstream showed, for compatibility tests; it is refused for prod.',
    nextStep: 'Deploy the strict profile to the environment.',
    exit: 'usage',
  },
  REBUILD_UNFINISHED: {
    meaning: 'Refined is being made anew from Corrected, and that run has not ended.',
    nextStep: 'Let `insights process --rebuild` end; then run the pipeline again.',
    exit: 'checkFailed',
  },
  VALIDATION_FAILED: {
    meaning: 'Tables of the lake and their ledgers do not add up.',
    nextStep: 'Run `insights verify` on the lake: it names what is wrong.',
    exit: 'checkFailed',
  },
} as const satisfies Record<string, ErrorEntry>;
