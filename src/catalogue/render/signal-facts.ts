import { signalGroupings, type SignalGrouping } from '../signal-groups';
import type { ColumnType } from '../model';
import type { SqlDialect } from './sql-dialect';

/** A column that views and reports have beside those of general's `activity`, computed from them row by row. */
export interface SignalFact {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
  /** Columns of general that it is made of; without them it is not there. */
  readonly from: readonly string[];
  /** SQL, in the words that DuckDB and T-SQL have in common or as `dialect` writes them. */
  readonly sql: (dialect: SqlDialect) => string;
}

/** In order; the time columns (ROW16) come before them. */
export const signalFacts: readonly SignalFact[] = [
  ...Object.values(signalGroupings).map(groupFact),
  {
    name: 'MeetingMinutes',
    type: 'double',
    description:
      'How long the actor was in the meeting, in minutes; empty from a day on and where there is no time span.',
    from: ['MeetingDuration'],
    sql: ({ quoteName, secondsOf, double }) =>
      `CAST(${secondsOf(`TRY_CAST(${quoteName('MeetingDuration')} AS TIME)`)} AS ${double}) / 60`,
  },
  {
    name: 'ReadingAccuracy',
    type: 'double',
    description: 'Reading Progress: lower bound of the band of words read correctly, in percent, as a number.',
    from: ['ReadingSubmissionAccuracyScore'],
    sql: ({ quoteName, double }) => `TRY_CAST(${quoteName('ReadingSubmissionAccuracyScore')} AS ${double})`,
  },
];

function groupFact({ column, description, groups }: SignalGrouping): SignalFact {
  return {
    name: column,
    type: 'string',
    description,
    from: ['SignalType'],
    sql: ({ quoteName, quoteText }) => {
      const type = quoteName('SignalType');
      const cases = groups.map(
        ({ name, signalTypes }) => `WHEN ${type} IN (${signalTypes.map(quoteText).join(', ')}) THEN ${quoteText(name)}`,
      );
      return `CASE ${cases.join(' ')} ELSE ${type} END`;
    },
  };
}
