import type { ErrorEntry } from './error-entry';

/** `insights drill`: an environment torn down and made again. */
export const drillErrors = {
  DRILL_REFUSED: {
    meaning: 'This environment cannot be torn down and made again as a drill.',
    nextStep:
      'Drill one that is not production and has test data; with --platform one that allows its data to be deleted, has a workspace of its own and receives no share.',
    exit: 'usage',
  },
  DRILL_NOT_CONFIRMED: {
    meaning: 'A drill destroys an environment, and nobody consented to that.',
    nextStep: 'Run it on a terminal and type the name of the environment, or give it with --confirm.',
    exit: 'usage',
  },
  DRILL_LEFTOVERS: {
    meaning: 'A stack was destroyed, and what is there afterwards is not what was there before it.',
    nextStep: 'Find who makes what is named and does not take it away, or changes what is not its own.',
    exit: 'checkFailed',
  },
  DRILL_DIFFERENT: {
    meaning: 'An environment was made again from the same data, and its lake is another one.',
    nextStep:
      'Other values in a column of pseudonyms mean another salt: see `insights salt`. Other counts mean lost or doubled rows.',
    exit: 'checkFailed',
  },
} as const satisfies Record<string, ErrorEntry>;
