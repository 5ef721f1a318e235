import type { ErrorEntry } from './error-entry';

/** Where a lake lives and the logs of its tables; catalogue, delivered files and test data. */
export const lakeErrors = {
  // Lake stores
  LAKE_PATH_INVALID: {
    meaning:
      'A path does not lie in the lake: it is empty, absolute, or has empty, `.` or `..` segments or backslashes. Or what lies there is no file that can be read: a link that leads nowhere, a pipe, a device.',
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
} as const satisfies Record<string, ErrorEntry>;
