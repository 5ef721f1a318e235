import type { ErrorEntry } from './error-entry';

/** `insights rehearse`: a whole deployment on this machine. */
export const rehearsalErrors = {
  REHEARSAL_FAILED: {
    meaning: 'A step of the rehearsal failed, as it would in a subscription.',
    nextStep: 'Read the error above: the step names its own cause. Mend it and rehearse again.',
    exit: 'outside',
  },
  REHEARSAL_RUNNING: {
    meaning: 'A rehearsal or drill is under way in this project; two would take the same folder.',
    nextStep:
      'Wait for it or end it. If its process is surely gone from another machine, remove the lock file named above.',
    exit: 'usage',
  },
  REHEARSAL_NOT_SETTLED: {
    meaning: 'What was deployed is not what was asked for: a second pass still found changes.',
    nextStep:
      'Look at the resources that change with every pass; a service gives back something else than it was sent.',
    exit: 'checkFailed',
  },
} as const satisfies Record<string, ErrorEntry>;
