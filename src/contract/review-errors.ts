import type { ErrorEntry } from './error-entry';

/** `insights review`. */
export const reviewErrors = {
  REVIEW_REVISION_UNKNOWN: {
    meaning: 'A revision that a review was asked to compare is not in this repository.',
    nextStep: 'Name a commit, branch or tag that is there; a shallow clone needs `git fetch` first.',
    exit: 'usage',
  },
  REVIEW_PLAN_UNREADABLE: {
    meaning: 'A plan file is not what `terraform show -json` prints, or belongs to no stack of the head revision.',
    nextStep: 'Make it with `terraform show -json PLANFILE`, and name its stack: --plan dev-platform=FILE.',
    exit: 'usage',
  },
  REVIEW_EVIDENCE_UNREADABLE: {
    meaning: 'A folder with the evidence of a revision lacks a file, or holds one that is not what it should be.',
    nextStep: 'Make it anew with `insights review --collect FOLDER` in that revision.',
    exit: 'usage',
  },
} as const satisfies Record<string, ErrorEntry>;
