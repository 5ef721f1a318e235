import { EvaluationError } from '../expression/evaluation-error';
import { toUtc, type TimeZone } from '../expression/time-zone';
import { fromMilliseconds, toMilliseconds } from '../expression/timestamp';

const hour = 3_600_000;

/** UTC of a wall clock's time; one that is left out when clocks go forward is taken an hour later. In milliseconds. */
export function wallTimeToUtc(wall: number, zone: TimeZone): number {
  try {
    return toMilliseconds(toUtc(fromMilliseconds(wall), zone));
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return toMilliseconds(toUtc(fromMilliseconds(wall + hour), zone));
  }
}
