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
  PERSON_UNKNOWN: {
    meaning: 'No row of the lake names the person that a command was asked about, by directory object id or person id.',
    nextStep:
      'Check the identifier: the object id of the account, or the Id in the table Person. An erased person is unknown too.',
    exit: 'checkFailed',
  },
  ACCESS_REQUEST_PLACE: {
    meaning: 'What is held about a person may not be written into a lake, nor over another file.',
    nextStep: 'Name a new file outside the lake with --out, on an encrypted disk.',
    exit: 'usage',
  },
  PERSON_HELD: {
    meaning: 'The person is under a legal hold, and may not be erased.',
    nextStep: 'End the hold with `insights erase --person ID --release` when it is over, then erase.',
    exit: 'checkFailed',
  },
  ERASURE_NOT_CONFIRMED: {
    meaning: 'An erasure cannot be undone, and was not confirmed with the code of its dry run.',
    nextStep: 'Run it without --confirm, check what would go, and give the code that it prints with --confirm.',
    exit: 'usage',
  },
  REKEY_NOT_CONFIRMED: {
    meaning: 'A rekey changes every pseudonym of a workspace, and was not confirmed with its name.',
    nextStep:
      'Back up the salt, tell those who keep pseudonyms elsewhere, and give the name of the workspace with --confirm.',
    exit: 'usage',
  },
  RESET_NOT_CONFIRMED: {
    meaning: 'A reset takes the data of a workspace away, and nobody confirmed it with its name.',
    nextStep: 'Check what would go, then give the name with --confirm, or type it on a terminal.',
    exit: 'usage',
  },
  RESET_PRODUCTION_GUARDED: {
    meaning: 'The data of production would be taken away, and only one of the two keys for that was given.',
    nextStep: 'Give both: --production, and --confirm with the name of what is reset.',
    exit: 'usage',
  },
  RESET_INCOMPLETE: {
    meaning: 'A reset ended, and files of the workspace are still there.',
    nextStep: 'See that nothing writes to the workspace, then run the same command again.',
    exit: 'checkFailed',
  },
  ERASURE_INCOMPLETE: {
    meaning: 'After an erasure the search of all bytes still found the person.',
    nextStep: 'Run `insights erase --resume`. Where files remain that are no part of the lake, remove them by hand.',
    exit: 'checkFailed',
  },
  ERASURE_KEY_MISSING: {
    meaning: 'Persons were erased from this lake, and the key by which they are recognised is not there.',
    nextStep: 'Restore it with `insights salt restore`: without it the erased persons would come back.',
    exit: 'usage',
  },
  ERASURE_KEY_DIFFERS: {
    meaning: 'The erasure key is not the one under which persons were erased from this lake.',
    nextStep:
      'Restore the right one with `insights salt restore`: with another key the erased persons would come back.',
    exit: 'usage',
  },
  TOMBSTONES_BROKEN: {
    meaning: 'The list of erased persons has a gap, or a file in it cannot be understood.',
    nextStep: 'Restore the file named above from a copy of the account; nothing is landed before that.',
    exit: 'checkFailed',
  },
  SALT_DIFFERS: {
    meaning: 'The salt at hand is not the one of the lake or of the backup, so its pseudonyms would be others.',
    nextStep: 'Compare `insights salt fingerprint` of both, then name the right salt, or restore it from its backup.',
    exit: 'checkFailed',
  },
} as const satisfies Record<string, ErrorEntry>;
