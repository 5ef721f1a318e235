import type { ColumnType, Table } from './model';
import { generalShape } from './refined-shape';

/** Name of the source system in every event of OEA's Digital Engagement (a simplified Caliper ToolUseEvent), one per signal. */
const engagementObject = 'MS_Insights';

/** What makes a column of the table: a column of Refined/general/activity, a constant, part of the time, or nothing. */
export type EngagementMaking =
  | { readonly kind: 'copy'; readonly from: string }
  | { readonly kind: 'constant'; readonly text: string }
  /** Whole seconds of a time span such as `1:02:03` or `1.02:03:04.5`; null for any other text. */
  | { readonly kind: 'seconds'; readonly from: string }
  /** Of the time in UTC. */
  | { readonly kind: 'year' | 'month'; readonly from: string }
  | { readonly kind: 'null' };

export interface EngagementColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly making: EngagementMaking;
}

/** The last two columns are the partition columns: values of theirs are no identifiers (PRIV3). */
export const engagementPartitions: readonly string[] = ['year', 'month'];

/** A time span: optional days, then hours, minutes, seconds and an optional fraction, which is cut. */
export const timeSpanPattern = '(?:([0-9]{1,7})[.])?([0-9]{1,5}):([0-5][0-9]):([0-5][0-9])(?:[.][0-9]+)?';

const measure = 'generated_aggregateMeasure_metric_';

/**
 * The columns of `activity_events`, in order, and how each is made of a row of general (upstream-contract, Digital
 * Engagement). A column that the catalogue drops from general, or shows as a pseudonym, is null here.
 */
export function engagementColumns(activity: Table): readonly EngagementColumn[] {
  const shown = new Set(generalShape(activity).map(({ name }) => name));
  const from = (name: string, kind: 'copy' | 'seconds' | 'year' | 'month' = 'copy'): EngagementMaking =>
    shown.has(name) ? { kind, from: name } : { kind: 'null' };
  return [
    { name: 'event_id', type: 'string', making: from('SignalId') },
    { name: 'event_type', type: 'string', making: from('SignalType') },
    { name: 'event_actor', type: 'string', making: from('ActorId_pseudonym') },
    { name: 'event_object', type: 'string', making: { kind: 'constant', text: engagementObject } },
    { name: 'event_eventTime', type: 'timestamp', making: from('StartTime') },
    { name: 'entity_type', type: 'string', making: from('AppName') },
    { name: 'softwareApplication_version', type: 'string', making: from('SchemaVersion') },
    { name: `${measure}timeOnTaskSec`, type: 'long', making: from('MeetingDuration', 'seconds') },
    { name: `${measure}numAccess`, type: 'long', making: { kind: 'null' } },
    { name: `${measure}used`, type: 'boolean', making: { kind: 'null' } },
    { name: `${measure}activityReportPeriod`, type: 'long', making: { kind: 'null' } },
    { name: 'year', type: 'integer', making: from('StartTime', 'year') },
    { name: 'month', type: 'integer', making: from('StartTime', 'month') },
  ];
}
