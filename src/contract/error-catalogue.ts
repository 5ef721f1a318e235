/**
 * Every error that a user can meet: what it means, what to do, and which exit code it leads to.
 * Codes are stable names; a message may change, a code may not. `exit` is a key of `exitCodes` in errors.ts.
 */
interface ErrorEntry {
  /** One sentence: what this error says about the world. */
  readonly meaning: string;
  /** What to do about it; a call site may give a more exact one. */
  readonly nextStep: string;
  readonly exit: 'checkFailed' | 'usage' | 'outside';
}

const entries = {
  // Command line
  USAGE: {
    meaning: 'The command was called in a way it does not know.',
    nextStep: 'See `insights --help`.',
    exit: 'usage',
  },
  UNKNOWN_ERROR_CODE: {
    meaning: '`insights explain` was asked for a code that does not exist.',
    nextStep: 'List all codes with `insights explain`.',
    exit: 'usage',
  },
  OUTPUT_NOT_WRITTEN: {
    meaning: 'The file named after --json could not be written. The command itself had already ended.',
    nextStep: 'Name a file in an existing folder that you may write to.',
    exit: 'usage',
  },
  INTERNAL: {
    meaning: 'Something happened that this program did not expect: a defect of ours, or of the machine under it.',
    nextStep: 'Run it again with INSIGHTS_DEBUG=1, which adds the call stack, and report that.',
    exit: 'outside',
  },
  // Set-up (bin/set-up.cjs, which has its own copies of the codes because it runs before anything is installed)
  SETUP_NODE_VERSION: {
    meaning: 'The Node that runs this is older than package.json allows.',
    nextStep: 'Install a current Node from https://nodejs.org and start again.',
    exit: 'usage',
  },
  SETUP_NPM_MISSING: {
    meaning: 'Packages have to be installed, and npm is not there to do it.',
    nextStep: 'Install Node with npm, or put npm on the PATH.',
    exit: 'usage',
  },
  SETUP_NETWORK: {
    meaning: 'Packages have to be installed, and the registry could not be reached or is not trusted.',
    nextStep: 'Check the network, proxy, certificate and registry in `npm config list`, and start again.',
    exit: 'outside',
  },
  SETUP_INSTALL_FAILED: {
    meaning: 'npm could not install the packages of the lock file.',
    nextStep: 'Run `npm ci` in the project folder to see all that npm says.',
    exit: 'outside',
  },
  SETUP_LOCKED: {
    meaning: 'Another process has been installing packages in this folder for too long.',
    nextStep: 'End that process, or remove the lock folder under .insights/, and start again.',
    exit: 'outside',
  },
  START_DATA_MISSING: {
    meaning: 'The data set that `npm start` processes is not in this copy of the project.',
    nextStep: 'Make it again with `npx insights test-data generate --set k12 --out test_data/k12`.',
    exit: 'usage',
  },

  // Environments, names and synthesis
  ENVIRONMENT_UNREADABLE: {
    meaning: 'An environment file is missing or is not JSON.',
    nextStep: 'Correct the file named above; environments/environment.schema.json describes it.',
    exit: 'usage',
  },
  ENVIRONMENT_INVALID: {
    meaning: 'An environment file, or the set of them, says something that cannot be deployed or run.',
    nextStep: 'Correct every finding listed above; environments/environment.schema.json describes each setting.',
    exit: 'usage',
  },
  RESOURCE_NAME_INVALID: {
    meaning: 'A suffix leads to a resource name that Azure refuses.',
    nextStep: 'Choose another suffix: 1 to 12 letters and digits.',
    exit: 'usage',
  },
  DATA_VERSION_INVALID: {
    meaning: 'A data version is not two or three numbers with dots between them.',
    nextStep: "Write it like 1.14 (or upstream's 1.4.0), without a leading v.",
    exit: 'usage',
  },
  WORKSPACE_NAME_INVALID: {
    meaning: 'A workspace of the lake has a name that cannot be a folder of its own.',
    nextStep: 'Use prod, dev, or 1 to 30 letters, digits, - and _ for a sandbox.',
    exit: 'usage',
  },
  CONSTRUCT_INVALID: {
    meaning: 'A construct was given a value that Azure or our own rules refuse.',
    nextStep: 'Correct the value where the construct named above is created.',
    exit: 'usage',
  },
  SYNTH_PACKAGES_MISSING: {
    meaning: 'The packages that turn constructs into Terraform JSON are not installed.',
    nextStep: 'Run `npm ci` in the project folder (`npm start` installs only what the local lake needs).',
    exit: 'usage',
  },

  // Lake stores
  LAKE_PATH_INVALID: {
    meaning:
      'A path does not lie in the lake: it is empty, absolute, or has empty, `.` or `..` segments or backslashes.',
    nextStep: 'Give a path of the form <container>/<folder>/<file>.',
    exit: 'usage',
  },
  LAKE_LOCATION_INVALID: {
    meaning: 'A lake location is neither a folder nor the URL of a storage account.',
    nextStep: 'Give a folder, or https://<account>.blob.core.windows.net.',
    exit: 'usage',
  },
  LAKE_FILE_MISSING: {
    meaning: 'A file that the lake refers to is not there.',
    nextStep: 'Run `insights verify` to see what else is missing; restore the file or rebuild the table.',
    exit: 'checkFailed',
  },
  LAKE_LOCKED: {
    meaning: 'Another run holds the lock of this lake.',
    nextStep: 'Wait until that run is done, then try again.',
    exit: 'checkFailed',
  },
  LAKE_LOCK_LOST: {
    meaning: 'This run lost its lock (the computer slept, or the network was away), so it may not write any more.',
    nextStep: 'Run the command again: it continues where this run stopped.',
    exit: 'outside',
  },
  LAKE_STORE_FAILED: {
    meaning: 'The file system or the storage account refused an operation.',
    nextStep: 'Check free space, access rights (role Storage Blob Data Contributor) and the network, then run again.',
    exit: 'outside',
  },

  // Delta log
  DELTA_PROTOCOL_UNSUPPORTED: {
    meaning: 'A Delta table asks for more of the protocol than reader version 1 and writer version 2.',
    nextStep: 'Write the table again without column mapping, deletion vectors or other table features.',
    exit: 'checkFailed',
  },
  DELTA_LOG_GAP: {
    meaning: 'A version is missing in the log of a Delta table, so its content is not known.',
    nextStep: 'Restore the missing log file, or rebuild the table.',
    exit: 'checkFailed',
  },
  DELTA_LOG_CORRUPT: {
    meaning: 'A file of a Delta log cannot be understood.',
    nextStep: 'Restore the file, or rebuild the table.',
    exit: 'checkFailed',
  },
  DELTA_VERSION_MISSING: {
    meaning: 'A Delta table does not have the version asked for, or its log is no longer kept.',
    nextStep: 'Ask for a version that the history of the table shows.',
    exit: 'usage',
  },
  DELTA_CONFLICT: {
    meaning: 'Another writer committed to the same Delta table since it was read.',
    nextStep: 'Run the command again: it reads the table anew.',
    exit: 'checkFailed',
  },
  // Catalogue
  CATALOGUE_INVALID: {
    meaning:
      'The files of the catalogue contradict themselves or each other, or would make something readable that must not be.',
    nextStep:
      'Mend the places that are listed; the header of assets/catalogue/metadata.csv and tables.schema.json say what is allowed.',
    exit: 'usage',
  },
  CATALOGUE_UNREADABLE: {
    meaning: 'A file of assets/catalogue is missing or cannot be read.',
    nextStep: 'Restore assets/catalogue from the repository.',
    exit: 'usage',
  },
  TABLE_UNKNOWN: {
    meaning: 'A table was asked for that the catalogue does not have.',
    nextStep: 'Use a table name of assets/catalogue/metadata.csv.',
    exit: 'usage',
  },
  // Delivered files
  INGEST_FILE_UNREADABLE: {
    meaning: 'A delivered file, or the working copy made of it, could not be read or written.',
    nextStep:
      'Check that the file is complete and the disk has room, then run again; or set the batch aside with `insights quarantine`.',
    exit: 'outside',
  },
  // Test data
  TEST_DATA_OPTIONS: {
    meaning: 'The generator of test data was given an option that it cannot use.',
    nextStep: 'See `insights test-data generate --help`.',
    exit: 'usage',
  },
  TEST_DATA_FOLDER_IN_USE: {
    meaning: 'The folder for a new drop holds one already; the two would be mixed.',
    nextStep: 'Choose another folder with --out, or remove this one.',
    exit: 'usage',
  },
  TEST_DATA_COLUMNS: {
    meaning: 'The generator and the catalogue disagree on the columns of a table.',
    nextStep: 'Add a value for the column to the table in src/test-data, or mend assets/catalogue.',
    exit: 'checkFailed',
  },
  TEST_DATA_SCENARIO_UNKNOWN: {
    meaning: 'There is no scenario of this name.',
    nextStep: 'Run `insights test-data scenario` without a name: it lists them.',
    exit: 'usage',
  },
  TEST_DATA_SCENARIO_UNFIT: {
    meaning: 'The drop lacks what the scenario changes.',
    nextStep: 'Use a drop made by `insights test-data generate`.',
    exit: 'usage',
  },
  // Engine
  DROP_NOT_FOUND: {
    meaning: 'The folder given as drop holds no delivered files.',
    nextStep: 'Give the folder that contains the M365 folder of the share.',
    exit: 'usage',
  },
  SALT_MISSING: {
    meaning: 'There is no salt to make pseudonyms with.',
    nextStep: 'Give --salt-file with a file that holds the workspace’s salt, at least 16 characters.',
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
    meaning: 'A delivered file has more columns than the catalogue declares; an unlisted column is never taken in (ROW8).',
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

export type ErrorCode = keyof typeof entries;

export const errorCatalogue: Readonly<Record<ErrorCode, ErrorEntry>> = entries;
