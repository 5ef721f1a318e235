/** A Spark runtime of Synapse; dates are `yyyy-MM-dd`, the first day on which it no longer holds. */
export interface SparkRuntime {
  readonly version: string;
  /** From here on only security is mended (long-term support), where that is offered. */
  readonly endOfSupport: string;
  /** From here on jobs are being disabled. */
  readonly endOfLife: string;
  readonly deltaLake: string;
  readonly python: string;
}

/** Runtimes by age, as Microsoft's pages had them on 2026-08-21. Nothing after 3.5 is promised for Synapse. */
export const sparkRuntimes: readonly SparkRuntime[] = [
  { version: '3.3', endOfSupport: '2025-03-31', endOfLife: '2025-03-31', deltaLake: '2.2', python: '3.10' },
  { version: '3.4', endOfSupport: '2026-03-31', endOfLife: '2026-03-31', deltaLake: '2.4', python: '3.10' },
  { version: '3.5', endOfSupport: '2027-11-01', endOfLife: '2028-11-01', deltaLake: '3.2', python: '3.11' },
];

/** What our notebooks are written for and tested with. */
export const defaultSparkVersion = '3.5';

/** Half a year: time to move notebooks and to test them. */
const warningDays = 183;

export type RuntimeState = 'supported' | 'ending' | 'ended' | 'unknown';

export function findSparkRuntime(version: string): SparkRuntime | undefined {
  return sparkRuntimes.find((runtime) => runtime.version === version);
}

/** @param today `yyyy-MM-dd`. `ending` is the last half year of a runtime's life. */
export function runtimeState(version: string, today: string): RuntimeState {
  const runtime = findSparkRuntime(version);
  if (runtime === undefined) return 'unknown';
  const days = (Date.parse(runtime.endOfLife) - Date.parse(today)) / 86_400_000;
  if (days <= 0) return 'ended';
  return days <= warningDays ? 'ending' : 'supported';
}
