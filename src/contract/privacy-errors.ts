import type { ErrorEntry } from './error-entry';

/** Erasure, access requests, salts and what is kept of them. */
export const privacyErrors = {
  PASSPHRASE_MISSING: {
    meaning: 'A backup of the salt is encrypted with a passphrase, and none was given.',
    nextStep: 'Write the passphrase into a file and name it with --passphrase-file, or set INSIGHTS_PASSPHRASE.',
    exit: 'usage',
  },
  PASSPHRASE_SHORT: {
    meaning: 'The passphrase is so short that a backup could be opened by trying.',
    nextStep: 'Use 15 characters or more, such as five words drawn by lot.',
    exit: 'usage',
  },
  SALT_BACKUP_UNREADABLE: {
    meaning: 'A backup of the salt is missing, damaged, or was made with another passphrase.',
    nextStep:
      'Check the file and the passphrase; `insights salt fingerprint --backup FILE` tries a backup without restoring it.',
    exit: 'usage',
  },
  SALT_BACKUP_EXISTS: {
    meaning: 'The file for a new backup is there already; an older backup is never overwritten.',
    nextStep: 'Name another file with --out.',
    exit: 'usage',
  },
  SALT_DIFFERS: {
    meaning: 'The salt at hand is not the one of the lake or of the backup, so its pseudonyms would be others.',
    nextStep: 'Compare `insights salt fingerprint` of both, then name the right salt, or restore it from its backup.',
    exit: 'checkFailed',
  },
} as const satisfies Record<string, ErrorEntry>;
