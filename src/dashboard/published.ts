/**
 * What the page receives: names and suppressed numbers, never rows. Shared by the server, the static site and the page, so
 * it imports types only.
 */

import type { DictionaryTable } from '../powerbi/lineage/dictionary-entries';

/** A number, 0 where nobody is, null where it is hidden (lake-rules.md §5). */
export type Shown = number | null;

/** A value to filter by. Node n of a dimension is `values[n - 1]`; node 0 is "all". */
export interface FilterValue {
  /** In addresses; an identifier of the school or class, else the value itself. */
  readonly id: string;
  readonly name: string;
}

/** A value of two levels: a group, or a part of one. */
export interface TreeValue extends FilterValue {
  /** Node of the group that it belongs to; 0 for a group. */
  readonly parent: number;
}

export interface Term {
  readonly name: string;
  /** First and last day, `yyyy-MM-dd`. */
  readonly from: string;
  readonly until: string;
}

/** The values of all dimensions, in the order in which numbers are laid out. */
export interface FilterValues {
  readonly schools: readonly FilterValue[];
  readonly roles: readonly TreeValue[];
  readonly apps: readonly FilterValue[];
  /** `yyyy-MM`: the month of a week's Monday. Time nodes: all, months, weeks, days. */
  readonly months: readonly FilterValue[];
  /** `yyyy-MM-dd` of the Monday. */
  readonly weeks: readonly FilterValue[];
  /** Every day from the first to the last with a signal. */
  readonly days: readonly FilterValue[];
  /** Month (as time node) of each week. */
  readonly monthOfWeek: readonly number[];
  readonly kinds: readonly TreeValue[];
  readonly devices: readonly FilterValue[];
}

/**
 * Numbers of one school, or of all. Each list is laid out by role, app and what the name says, the last one fastest:
 * (role × (apps + 1) + app) × n + i. A period is node 0, a month or a week.
 */
export interface SchoolNumbers {
  /** By period and kind. */
  readonly signals: readonly Shown[];
  /** Active users by period and kind. Rounded to 5, but where nothing is filtered. */
  readonly users: readonly Shown[];
  /** Signals by day. */
  readonly days: readonly Shown[];
  /** Signals by hour of the week: 24 × (weekday - 1) + hour, Monday is 1. */
  readonly hours: readonly Shown[];
  /** Signals by device. */
  readonly devices: readonly Shown[];
  /** Measures of meetings, assignments, reading and classes by period, under their names. */
  readonly measures: Readonly<Record<string, readonly Shown[]>>;
  /** None for all schools together. */
  readonly classes: readonly ClassNumbers[];
}

/** Students only, whole weeks, rounded to 5, by app and period (CELL3). */
export interface ClassNumbers extends FilterValue {
  readonly signals: readonly Shown[];
  readonly students: readonly Shown[];
}

/** Each school beside the others: by school, role, app and period; without node 0 of the schools. */
export interface SchoolsBesideEachOther {
  readonly signals: readonly Shown[];
}

export interface MeasureText {
  readonly name: string;
  readonly description: string;
  readonly format: 'whole' | 'decimal' | 'percent' | 'day';
  /** Rounded to 5 where anything is filtered. */
  readonly arePersons: boolean;
}

export interface Engagement {
  readonly values: FilterValues;
  readonly timeZone: string;
  readonly terms: readonly Term[];
  /** Groups that the chart of users per kind and week shows, by the name of the grouping. */
  readonly charted: readonly { readonly id: string; readonly name: string; readonly kinds: readonly number[] }[];
  readonly measures: readonly MeasureText[];
  readonly all: SchoolNumbers;
  readonly schools: SchoolsBesideEachOther;
}

export interface FlowRow {
  readonly table: string;
  readonly landed: number;
  readonly corrected: number;
  readonly general: number | null;
  readonly duplicates: number;
  readonly superseded: number;
  readonly rejected: Readonly<Record<string, number>>;
  /** Newest processed rundate, UTC. */
  readonly newest: string | null;
}

/** How the rows came here, from the reports in the lake; numbers of rows, no persons. */
export interface Runs {
  /** Why there is nothing, as a sentence. */
  readonly missing?: string;
  readonly verification?: {
    readonly finishedAt: string;
    readonly outcome: string;
    readonly checks: readonly {
      readonly check: string;
      readonly status: string;
      readonly examined: number;
      readonly findings: number;
    }[];
  };
  readonly tables: readonly FlowRow[];
  readonly runs: readonly {
    readonly finishedAt: string;
    readonly engine: string;
    readonly outcome: string;
    readonly units: number;
  }[];
}

/** Everything but the numbers of single schools. */
export interface Site {
  readonly format: 1;
  /** Of the lake, for people. */
  readonly workspace: string;
  readonly version: string;
  readonly madeAt: string;
  readonly engagement: Engagement;
  readonly runs: Runs;
  readonly dictionary: readonly DictionaryTable[];
}

/** What the page is told instead while there is no site. */
export interface SiteState {
  readonly state: 'loading' | 'failed' | 'empty';
  readonly message: string;
  readonly nextStep?: string;
  readonly code?: string;
}
