import type { GenerateOptions } from '../src/test-data/options';

/** How much is measured. */
export interface BenchSizes {
  /** Options of the drop that stands in for the K-12 example; undefined: the example itself. */
  readonly k12: GenerateOptions | undefined;
  /** The size that has the budgets, and one for comparison. */
  readonly activity: GenerateOptions;
  readonly activityQuarter: GenerateOptions;
  readonly history: {
    readonly roster: GenerateOptions;
    readonly activity: GenerateOptions;
    /** School days of history beside the empty lake, ascending. */
    readonly days: readonly number[];
  };
  readonly generator: readonly {
    readonly name: string;
    readonly options: GenerateOptions;
    /** Run once, however many runs are asked for. */
    readonly isOnce: boolean;
  }[];
  /** Lakes that are opened in the dashboard, the largest last. */
  readonly dashboard: readonly { readonly name: string; readonly options: GenerateOptions }[];
  /** Budgets were set for the full sizes only. */
  readonly hasBudgets: boolean;
}

const smallSchool: GenerateOptions = { set: 'k12', scale: 1 };

/** The sizes of design.md §9. */
export const fullSizes: BenchSizes = {
  k12: undefined,
  // 2.0 M rows, 500 MB.
  activity: { set: 'k12', scale: 240, days: 19 },
  activityQuarter: { set: 'k12', scale: 60, days: 19 },
  history: {
    roster: smallSchool,
    // About 20,000 rows on a school day; 142 days from then have 102 school days and no holidays.
    activity: { set: 'k12', scale: 34, startDate: '2024-01-08', days: 142 },
    days: [1, 10, 100],
  },
  generator: [
    { name: '200 k rows', options: { set: 'k12', scale: 24, days: 19 }, isOnce: false },
    {
      name: '2 M rows, more days',
      options: { set: 'k12', scale: 24, startDate: '2023-09-04', days: 215 },
      isOnce: false,
    },
    { name: '2 M rows, larger school', options: { set: 'k12', scale: 240, days: 19 }, isOnce: true },
  ],
  dashboard: [
    { name: 'K-12', options: smallSchool },
    { name: '500 k rows', options: { set: 'k12', scale: 60, days: 19 } },
    // A large district over most of a school year.
    { name: '2 M rows, 122 schools', options: { set: 'k12', scale: 24, startDate: '2023-09-04', days: 215 } },
    // The same 2.0 M rows as those of `activity`, with their roster.
    { name: '2 M rows, 1,202 schools', options: { set: 'k12', scale: 240, days: 19 } },
  ],
  hasBudgets: true,
};

const fewPeople: GenerateOptions = { set: 'k12', people: 60 };

/** Small sizes that go through everything within seconds. */
export const quickSizes: BenchSizes = {
  k12: { ...fewPeople, days: 1 },
  activity: { ...fewPeople, days: 2 },
  activityQuarter: { ...fewPeople, days: 1 },
  history: { roster: fewPeople, activity: { ...fewPeople, startDate: '2024-01-08', days: 5 }, days: [1, 2] },
  generator: [
    { name: 'few days', options: { ...fewPeople, days: 1 }, isOnce: false },
    { name: 'more days', options: { ...fewPeople, days: 10 }, isOnce: true },
  ],
  dashboard: [
    { name: 'few days', options: { ...fewPeople, days: 1 } },
    { name: 'more days', options: { set: 'k12', people: 300, days: 5 } },
  ],
  hasBudgets: false,
};
