import type { Environment } from './environment';
import type { ShareInterval } from './environment-settings';

/** When the main pipeline starts by itself. */
export interface PipelineSchedule {
  /** Whether the plan starts the trigger; it is made stopped. */
  readonly enabled: boolean;
  readonly interval: ShareInterval;
  /** First time, UTC, `yyyy-MM-ddTHH:mm:ssZ`; may have passed. */
  readonly startTime: string;
}

/** Any day will do: only the time of day counts where no share says more. */
const firstDay = '2026-01-01';

/**
 * The schedule of the pipeline (OWN2): the share's own, an offset later, so that the drop is there; where nothing is shared,
 * each day at the environment's time.
 */
export function pipelineSchedule({
  schedule,
  dataShare,
}: Pick<Environment, 'schedule' | 'dataShare'>): PipelineSchedule {
  const { enabled, offsetHours, time } = schedule;
  if (dataShare.mode === 'off') return { enabled, interval: 'Day', startTime: `${firstDay}T${time}:00Z` };
  const start = new Date(Date.parse(dataShare.schedule.time) + offsetHours * 3_600_000);
  return { enabled, interval: dataShare.schedule.interval, startTime: start.toISOString().replace('.000Z', 'Z') };
}
