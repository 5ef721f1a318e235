/** Kinds of signals under names that teachers and leaders know; a column of general's `activity` in views and reports. */
export interface SignalGrouping {
  /** Name of the column. */
  readonly column: string;
  /** What it is called in reports. */
  readonly label: string;
  readonly description: string;
  /** A signal type that no group has stands for itself. */
  readonly groups: readonly SignalGroup[];
  /** The groups that the chart of users per kind and week shows, in its order. */
  readonly charted: readonly string[];
}

export interface SignalGroup {
  readonly name: string;
  readonly signalTypes: readonly string[];
}

const files = ['FileAccessed', 'FileDownloaded', 'FileModified', 'FileUploaded'] as const;
const reflections: SignalGroup = { name: 'Reflect', signalTypes: ['Reflect', 'ReflectCheckIn'] };
const oneNote: SignalGroup = { name: 'OneNote Activity', signalTypes: ['OneNotePageChanged'] };

/**
 * The groups of upstream's two reports (upstream-contract, "Dashboards"). Reflect is there under the name that the service
 * gives its signals today as well.
 */
export const signalGroupings = {
  /** Of the report for higher education, over all products. */
  products: {
    column: 'SignalGroup',
    label: 'Signal group',
    description: 'What kind of work the signal belongs to: assignments, files, OneNote, Reflect, Teams.',
    groups: [
      { name: 'Assignment Activities', signalTypes: ['AssignmentEvent', 'SubmissionEvent'] },
      { name: 'File Activities', signalTypes: files },
      oneNote,
      reflections,
      {
        name: 'Teams Activities',
        signalTypes: [
          'CallRecordSummarized',
          'ExpandChannelMessage',
          'PostChannelMessage',
          'ReactedWithEmoji',
          'ReplyChannelMessage',
          'VisitTeamChannel',
        ],
      },
    ],
    charted: ['Assignment Activities', 'File Activities', 'OneNote Activity', 'Reflect', 'Teams Activities'],
  },
  /** Of the report for schools, over what happens in a class team. */
  classTeam: {
    column: 'ClassTeamGroup',
    label: 'Class team group',
    description: 'What the signal is in a class team: the team visited, a file opened or changed, a note, reading.',
    groups: [
      { name: 'Class Team Visited', signalTypes: ['VisitTeamChannel'] },
      { name: 'File Opened', signalTypes: ['FileAccessed'] },
      { name: 'File Activities', signalTypes: ['FileDownloaded', 'FileModified', 'FileUploaded'] },
      oneNote,
      { name: 'Reading Assignment Submission', signalTypes: ['ReadingSubmission'] },
    ],
    charted: ['Class Team Visited', 'File Opened', 'OneNote Activity', 'Reading Assignment Submission'],
  },
} as const satisfies Readonly<Record<string, SignalGrouping>>;
