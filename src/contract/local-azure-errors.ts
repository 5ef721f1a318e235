import type { ErrorEntry } from './error-entry';

/** The local Azure itself; what it answers as Azure has Azure's codes. */
export const localAzureErrors = {
  LOCAL_AZURE_FAILED: {
    meaning: 'A part of the local Azure did not start.',
    nextStep: 'Run it again with INSIGHTS_DEBUG=1; `npm ci` restores packages that are damaged.',
    exit: 'outside',
  },
  LOCAL_AZURE_ABSENT: {
    meaning: 'No local Azure is running for this project.',
    nextStep: 'Start one with `insights local-azure start`.',
    exit: 'usage',
  },
  LOCAL_AZURE_RUNNING: {
    meaning: 'A local Azure is running for this project already.',
    nextStep:
      'Use it (`insights local-azure env`), or end it first with `insights local-azure stop`. If it is gone with another machine, remove .insights/local-azure/running.json and .insights/local-azure.lock.',
    exit: 'usage',
  },
  LOCAL_AZURE_STATE_UNREADABLE: {
    meaning: 'What a local Azure kept in its folder cannot be read, and beginning from nothing would lose it.',
    nextStep: 'Mend access to the folder, or begin from nothing: remove it, or name another one.',
    exit: 'usage',
  },
  LOCAL_AZURE_STATE_NOT_WRITTEN: {
    meaning:
      'A local Azure could not write its state to its folder: what was changed last is lost, what was kept before is there.',
    nextStep: 'Make room, or mend access to the folder, then start it again and repeat what was done last.',
    exit: 'outside',
  },
  LOCAL_AZURE_UNKNOWN_OPERATION: {
    meaning: 'Something was asked of the local Azure that it does not know, so a rehearsal with it proves nothing.',
    nextStep: 'Add the operation to src/local-azure, or leave out what asks for it.',
    exit: 'checkFailed',
  },
} as const satisfies Record<string, ErrorEntry>;
