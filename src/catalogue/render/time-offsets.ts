/** A stretch of time in which an institution's clocks differ from UTC by the same number of minutes. */
export interface OffsetPeriod {
  /** First instant, `yyyy-MM-ddTHH:mm:ss` UTC; undefined for the first period. */
  readonly from: string | undefined;
  /** First instant after it; undefined for the last period. */
  readonly until: string | undefined;
  /** Local time minus UTC. */
  readonly minutes: number;
}

/** Changes of the clocks are looked for in these years; before and after, the first and last offset hold. */
export const offsetYears = { from: 2015, until: 2045 } as const;

const day = 86_400_000;
/** No zone puts its clocks forth and back within a week (Morocco's month of Ramadan comes nearest). */
const step = 7 * day;

/**
 * The offsets of an IANA time zone, from the time zone data of the platform, for SQL that knows no IANA names:
 * T-SQL's AT TIME ZONE has Windows names only, which have no equal for many zones and years (ROW16).
 * @param timeZone IANA name such as `Europe/Berlin`
 */
export function offsetPeriods(timeZone: string): readonly OffsetPeriod[] {
  const offsetAt = offsetReader(timeZone);
  const periods: OffsetPeriod[] = [];
  let from: string | undefined;
  let current = Date.UTC(offsetYears.from);
  let minutes = offsetAt(current);
  for (let next = current + step; current < Date.UTC(offsetYears.until); current = next, next += step) {
    if (offsetAt(next) === minutes) continue;
    const change = firstSecond(current, next, (instant) => offsetAt(instant) !== minutes);
    const until = new Date(change).toISOString().slice(0, 19);
    periods.push({ from, until, minutes });
    from = until;
    minutes = offsetAt(change);
  }
  return [...periods, { from, until: undefined, minutes }];
}

/** The first full second after `low`, up to `high`, at which `holds` is true. It is false at `low` and true at `high`. */
function firstSecond(low: number, high: number, holds: (instant: number) => boolean): number {
  let [before, after] = [low, high];
  while (after - before > 1000) {
    const middle = before + Math.floor((after - before) / 2000) * 1000;
    if (holds(middle)) after = middle;
    else before = middle;
  }
  return after;
}

function offsetReader(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  return (instant) => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day: date = 1, hour = 0, minute = 0 } = parts;
    return Math.round((Date.UTC(year, month - 1, date, hour, minute) - Math.floor(instant / 60_000) * 60_000) / 60_000);
  };
}
