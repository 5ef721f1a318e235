import type { ErrorEntry } from './error-entry';

/** Measures, reports and dashboards. */
export const reportErrors = {
  REPORT_UNREADABLE: {
    meaning:
      'A file among the reports of a lake is no JSON, or no report: an upload was cut off, or somebody changed it.',
    nextStep:
      'Move the file out of the folder. What the run did stays in the landing ledger; the next run leaves a report of its own.',
    exit: 'checkFailed',
  },
  MEASURE_UNKNOWN: {
    meaning: 'A measure or dimension was asked for that the model does not have.',
    nextStep: 'Take one of the names in the message; docs/dictionary.md says what each means.',
    exit: 'usage',
  },
  REPORTS_NEED_STRICT: {
    meaning: 'The lake’s general tables lack columns that reports need: it was not built with the strict profile.',
    nextStep:
      'Process the drops with the strict profile (the default) into a workspace of their own, and report on that.',
    exit: 'usage',
  },
  POWERBI_FOLDER_TAKEN: {
    meaning:
      'A folder below --out that a Power BI project would be written to holds something that is no project of ours.',
    nextStep: 'Give another --out, or empty the folder.',
    exit: 'usage',
  },
  POWERBI_PROJECT_WRONG: {
    meaning:
      'A Power BI project that was made breaks a rule of ours: a defect of this program, or of a changed catalogue.',
    nextStep:
      'Compare the names in the message with assets/catalogue and src/powerbi; undo the change, or follow it there.',
    exit: 'checkFailed',
  },
  POWERBI_REAL_DATA: {
    meaning: 'An imported Power BI model is a copy of its data, so it may hold test data only (CELL5).',
    nextStep:
      'Take a DirectQuery variant: it reads with the identity of whoever looks. Or name a workspace with test data.',
    exit: 'usage',
  },
  DASHBOARD_FAILED: {
    meaning: 'The numbers of the dashboard could not be computed from the lake.',
    nextStep:
      'Run `insights verify` on the lake: it says what is wrong with which table. Process it again where needed.',
    exit: 'outside',
  },
  DASHBOARD_EMPTY: {
    meaning: 'The lake has no activity in Refined/general, so there is nothing to show.',
    nextStep: 'Name the lake, workspace and version that were processed, or process a drop first: `insights process`.',
    exit: 'usage',
  },
  DASHBOARD_FOLDER_TAKEN: {
    meaning: 'The folder of --export holds something that no export of the dashboard wrote.',
    nextStep: 'Name a new or empty folder, or that of an earlier export.',
    exit: 'usage',
  },
  DASHBOARD_PORT_TAKEN: {
    meaning: 'Another program listens on the port, or it may not be used by you.',
    nextStep: 'Leave --port out for any free one, or name another.',
    exit: 'outside',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
