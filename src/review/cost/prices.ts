/** What a unit of something costs, in the table's currency. */
export interface PriceTable {
  /** Day on which the figures were collected, `yyyy-MM-dd`. */
  readonly asOf: string;
  readonly currency: string;
  readonly region: string;
  /** Spark, memory optimised, for one vCore and one hour. */
  readonly sparkVcoreHour: number;
  /** One activity run of a pipeline on the Azure integration runtime. */
  readonly activityRun: number;
  /** One GB of the lake, hot, for one month. */
  readonly storageGigabyteMonth: Readonly<Record<'LRS' | 'ZRS', number>>;
  /** One GB taken in by Log Analytics. */
  readonly logGigabyte: number;
  /** One GB kept in Log Analytics for one month, after the first 31 days. */
  readonly logGigabyteMonth: number;
  /** One private endpoint for one hour, managed ones included. */
  readonly endpointHour: number;
}

/**
 * List prices without agreement, discount, reservation or tax. Collected from public pages about the services, not from
 * a price sheet of a subscription: a school with an agreement puts its own figures here.
 */
export const prices: PriceTable = {
  asOf: '2026-11-29',
  currency: 'USD',
  region: 'East US',
  sparkVcoreHour: 0.143,
  activityRun: 0.001,
  storageGigabyteMonth: { LRS: 0.0208, ZRS: 0.026 },
  logGigabyte: 2.3,
  logGigabyteMonth: 0.1,
  endpointHour: 0.01,
};

/** What nobody can read from a plan; the same for both revisions, so that a difference comes from the change alone. */
export const assumptions = {
  /** Runs of 0_main_insights a month, where the schedule is enabled and where it is not. */
  runsPerMonth: { scheduled: 30, manual: 4 },
  /** Minutes for which a run keeps its session busy; the pool then idles until it pauses. */
  sessionMinutes: 10,
  lakeGigabytes: 50,
  logGigabytesPerMonth: 2,
  hoursPerMonth: 730,
} as const;

/** vCores of a node, by its size. */
export const nodeVcores: Readonly<Record<string, number>> = { Small: 4, Medium: 8, Large: 16 };
