import type { ColumnType } from '../model';

/** Views for reports, beside one for each general table: `activity` with what needs other tables, and a calendar. */
export const reportViewNames = { activity: 'report_activity', calendar: 'report_calendar' } as const;

/** Columns of the time of a signal in the institution's own time (ROW16). */
export const signalTimes: readonly {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
}[] = [
  { name: 'Day', type: 'date', description: 'The day, in the institution’s own time.' },
  { name: 'Week', type: 'date', description: 'The Monday with which the week of the signal begins.' },
  { name: 'Hour', type: 'integer', description: 'The hour of the day, 0 to 23, in the institution’s own time.' },
  { name: 'Weekday', type: 'integer', description: 'The day of the week: 1 is Monday.' },
];
