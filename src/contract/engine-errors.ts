import type { ErrorEntry } from './error-entry';

/** What a run of the engine, or a verification, can stop with. */
export const engineErrors = {
  // Engine
  DROP_NOT_FOUND: {
    meaning: 'The folder given as drop holds no delivered files.',
    nextStep: 'Give the folder that contains the M365 folder of the share.',
    exit: 'usage',
  },
  SALT_MISSING: {
    meaning: 'There is no salt to make pseudonyms with.',
    nextStep: 'Give --salt-file with a file that holds the workspace’s salt; 32 random bytes as hex are a good one.',
    exit: 'usage',
  },
  SALT_CHANGED: {
    meaning: 'The salt is not the one that this lake was built with: new pseudonyms would not join to the old ones.',
    nextStep: 'Give the salt of this workspace. To change the salt on purpose, process again with --rebuild.',
    exit: 'usage',
  },
  CATALOGUE_CHANGED: {
    meaning: 'The catalogue treats columns otherwise than when this lake was built.',
    nextStep: 'Review the change, then process again with --rebuild: Refined is made anew and no old pseudonym stays.',
    exit: 'usage',
  },
  REBUILD_IMPOSSIBLE: {
    meaning: 'A column changed its type, place or name, so Corrected would have to be made anew as well.',
    nextStep: 'Process the delivered drops into a new workspace or version; then remove the old one.',
    exit: 'usage',
  },
  ENGINE_FAILED: {
    meaning: 'The embedded engine could not do a step. Its own text is not shown, because it can quote a row.',
    nextStep: 'Check free memory and disk, then run again: it continues where it stopped.',
    exit: 'outside',
  },
  LEDGER_CONFLICT: {
    meaning: 'Another run wrote to the landing ledger of this lake at the same time.',
    nextStep: 'Wait until that run is done, then run again.',
    exit: 'checkFailed',
  },
  LEDGER_BROKEN: {
    meaning: 'The landing ledger has a gap or an entry that cannot be understood.',
    nextStep: 'Restore the entry from a backup; nothing is processed before.',
    exit: 'checkFailed',
  },
  RUNDATE_UNKNOWN: {
    meaning: 'The landing ledger knows no batch of that rundate in the state asked for.',
    nextStep: 'Take the rundate from the run report: yyyy-MM-dd HH:mm:ss.',
    exit: 'usage',
  },
  COLUMNS_TOO_MANY: {
    meaning:
      'A delivered file has more columns than the catalogue declares; an unlisted column is never taken in (ROW8).',
    nextStep: 'Add the column to assets/catalogue with its treatment, or ask for the former export; then run again.',
    exit: 'checkFailed',
  },
  COLUMNS_TOO_FEW: {
    meaning: 'A delivered file lacks columns that may not be absent (ROW8).',
    nextStep: 'Ask for a complete export, or quarantine the batch: insights quarantine <rundate> --reason TEXT.',
    exit: 'checkFailed',
  },
  COLUMNS_NOT_BORNE_OUT: {
    meaning: 'Neither the catalogue’s column order nor the drop’s own fits the delivered data (ROW7).',
    nextStep: 'Compare the file with the data dictionary; ask for a correct export, or quarantine the batch.',
    exit: 'checkFailed',
  },
  COLUMNS_AMBIGUOUS: {
    meaning: 'Two column orders fit, and the choice decides what becomes readable (ROW7).',
    nextStep: 'Remove or correct the drop’s own schema, or quarantine the batch.',
    exit: 'checkFailed',
  },
  COLUMNS_DIFFER: {
    meaning: 'A delta or delete file has its key in other places than the snapshot that it changes.',
    nextStep: 'Deliver the change in the order of the snapshot, or deliver a new snapshot.',
    exit: 'checkFailed',
  },
  REJECT_THRESHOLD: {
    meaning: 'Too many rows of a table were rejected in one batch (ROW10): nothing of its unit was published.',
    nextStep: 'Look at stage2/Rejected for the table; mend the export, or quarantine the batch.',
    exit: 'checkFailed',
  },
  SNAPSHOT_HELD: {
    meaning: 'A snapshot empties a table or removes many of its keys (ROW5); nothing of its folder was ingested.',
    nextStep: 'If this is right (a year’s rollover), run: insights confirm <rundate>. Otherwise quarantine it.',
    exit: 'checkFailed',
  },
  // Verification
  LAKE_EMPTY: {
    meaning: 'There is no lake at this place, or not of this workspace and version: nothing has landed.',
    nextStep: 'Run `insights process` first, or name the right --lake, --workspace and --version.',
    exit: 'usage',
  },
  VERIFY_FAILED: {
    meaning: 'Verification could not read what it wanted to check: a data file is damaged, or memory ran out.',
    nextStep: 'Restore the table named above, or process the lake with --rebuild; then verify again.',
    exit: 'checkFailed',
  },
} as const satisfies Record<string, ErrorEntry>;
