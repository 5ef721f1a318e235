import { sparkRuntimeVersion } from './versions';

/** The settings of an environment for what runs and who watches it: pools, schedule, maintenance, budget, alerts. */

export type SparkNodeSize = 'Small' | 'Medium' | 'Large';

/** A Spark pool of the workspace: grows and shrinks between two numbers of nodes, and pauses when idle. */
export interface PoolSettings {
  /** 1 to 15 letters and digits, starting with a letter: notebooks and pipelines refer to it. */
  readonly name: string;
  readonly nodeSize: SparkNodeSize;
  /** 3 to 200. @default 3 */
  readonly minNodes: number;
  /** 3 to 200. @default 5 (small), 10 (medium) */
  readonly maxNodes: number;
  /** Idle minutes before the pool pauses, 5 to 10,080. @default 15 */
  readonly autoPauseMinutes: number;
  /** Runtime of Synapse; one past its end of life is refused at synthesis. @default 3.5 */
  readonly sparkVersion: string;
}

/** Upstream's two pools: notebooks run on the small one, heavy work on the other. */
export interface PoolsSettings {
  readonly small: PoolSettings;
  readonly medium: PoolSettings;
}

/**
 * When the pipeline starts (OWN2): with a share, its time plus the offset; without one, `time`. Outside of that the
 * trigger is the same: it is made stopped, and started in the plan where this is enabled.
 */
export interface ScheduleSettings {
  /** @default false */
  readonly enabled: boolean;
  /** Whole hours after the share's own time, 0 to 23. @default 3 */
  readonly offsetHours: number;
  /** `HH:mm`, UTC, each day; counts where no share does. @default 06:00 */
  readonly time: string;
}

export interface MaintenanceSettings {
  /** Files that a table no longer uses are deleted after this many hours, 24 to 8,760. @default 168 */
  readonly vacuumRetentionHours: number;
}

/** A monthly limit of costs of the resource group that is told, never enforced. */
export interface BudgetSettings {
  /** In the currency of the billing account. */
  readonly amount: number;
  /** First month, `yyyy-MM`: fixed, because Azure refuses a start that has passed when the budget is made. */
  readonly startMonth: string;
  /** Shares of the amount at which the contacts are told. @default 80 and 100 */
  readonly thresholdPercents: readonly number[];
  /** E-mail addresses. */
  readonly contacts: readonly string[];
}

export interface AlertSettings {
  /** E-mail addresses; none: alerts are seen in the portal only. @default none */
  readonly contacts: readonly string[];
  /** Hours without a successful run after which the data counts as stale, 1 to 48. @default 36 */
  readonly freshnessHours: number;
}

export interface UpkeepSettings {
  readonly pools: PoolsSettings;
  readonly schedule: ScheduleSettings;
  readonly maintenance: MaintenanceSettings;
  /** Absent: nobody is told of costs. */
  readonly budget?: BudgetSettings;
  readonly alerts: AlertSettings;
  /** Whether the databases also exist under the other spelling of the version (1.14 and 1.4.0). @default false */
  readonly sqlAliases: boolean;
}

/** What a file may say of it. */
export interface UpkeepFile {
  readonly pools?: { readonly small?: Partial<PoolSettings>; readonly medium?: Partial<PoolSettings> };
  readonly schedule?: Partial<ScheduleSettings>;
  readonly maintenance?: Partial<MaintenanceSettings>;
  readonly budget?: Omit<BudgetSettings, 'thresholdPercents'> & Partial<Pick<BudgetSettings, 'thresholdPercents'>>;
  readonly alerts?: Partial<AlertSettings>;
  readonly sqlAliases?: boolean;
}

const common = { minNodes: 3, autoPauseMinutes: 15, sparkVersion: sparkRuntimeVersion };

/** Upstream's names and sizes. */
const defaultPools: PoolsSettings = {
  small: { ...common, name: 'spark3p3sm', nodeSize: 'Small', maxNodes: 5 },
  medium: { ...common, name: 'spark3p3med', nodeSize: 'Medium', maxNodes: 10 },
};

/** In a workspace that is there, upstream's names are taken, by pools that are not ours (OWN3). */
const poolNamesBesideOthers = { small: 'spark3p5sm', medium: 'spark3p5med' } as const;

const defaultSchedule: ScheduleSettings = { enabled: false, offsetHours: 3, time: '06:00' };
export const defaultMaintenance: MaintenanceSettings = { vacuumRetentionHours: 168 };
const defaultThresholds: readonly number[] = [80, 100];
const defaultAlerts: AlertSettings = { contacts: [], freshnessHours: 36 };

/** The two pools with their defaults; `existing`: beside pools that are there. */
export function resolvePools(pools: UpkeepFile['pools'], existing: boolean): PoolsSettings {
  const name = (size: keyof PoolsSettings) => (existing ? { name: poolNamesBesideOthers[size] } : {});
  return {
    small: { ...defaultPools.small, ...name('small'), ...pools?.small },
    medium: { ...defaultPools.medium, ...name('medium'), ...pools?.medium },
  };
}

/** The defaults filled in; `file` has been checked. */
export function resolveUpkeep(file: UpkeepFile, existing: boolean): UpkeepSettings {
  return {
    pools: resolvePools(file.pools, existing),
    schedule: { ...defaultSchedule, ...file.schedule },
    maintenance: { ...defaultMaintenance, ...file.maintenance },
    ...(file.budget === undefined ? {} : { budget: { thresholdPercents: defaultThresholds, ...file.budget } }),
    alerts: { ...defaultAlerts, ...file.alerts },
    sqlAliases: file.sqlAliases ?? false,
  };
}
