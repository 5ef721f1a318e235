import { EvaluationError } from './evaluation-error';
import { fromMilliseconds, makeTimestamp, toMilliseconds, wallClock, type Timestamp } from './timestamp';
import { windowsZones } from './windows-zones';

/** A zone of the service, such as `Pacific Standard Time`, and the formatter that knows its rules. */
export interface TimeZone {
  readonly isUtc: boolean;
  readonly formatter: Intl.DateTimeFormat;
}

const zones = new Map<string, TimeZone>();

/**
 * The zone of a Windows name, case ignored. As on the service, IANA names are unknown.
 * @param name the function that asks, for the message.
 * @throws EvaluationError for a name that is none.
 */
export function findTimeZone(name: string, id: string): TimeZone {
  const iana = windowsZones.get(id.trim().toLowerCase());
  if (iana === undefined) {
    throw new EvaluationError(`In function '${name}', the value provided for time zone id '${id}' was not valid.`);
  }
  const zone = zones.get(iana) ?? { isUtc: iana === 'Etc/UTC', formatter: formatterOf(iana) };
  zones.set(iana, zone);
  return zone;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const part = 'numeric';
  const fields = { year: part, month: part, day: part, hour: part, minute: part, second: part } as const;
  return new Intl.DateTimeFormat('en-US', { timeZone, calendar: 'iso8601', hourCycle: 'h23', era: 'short', ...fields });
}

/** The wall clock of a zone, at a UTC time. */
export function fromUtc(utc: bigint, zone: TimeZone): Timestamp {
  if (zone.isUtc) return makeTimestamp(utc, 'utc');
  return makeTimestamp(utc + offsetAt(utc, zone), 'unspecified');
}

/**
 * UTC of a zone's wall clock. A time that is there twice, when clocks go back, is taken as the later, in standard time.
 * @throws EvaluationError for a time that is left out when clocks go forward.
 */
export function toUtc(wall: bigint, zone: TimeZone): bigint {
  if (zone.isUtc) return wall;
  const day = 864_000_000_000n;
  const offsets = [offsetAt(wall - day, zone), offsetAt(wall + day, zone)];
  const candidates = offsets.map((offset) => wall - offset).filter((utc) => utc + offsetAt(utc, zone) === wall);
  const last = candidates.sort((left, right) => (left < right ? -1 : 1)).at(-1);
  if (last === undefined) {
    throw new EvaluationError(
      'The supplied DateTime represents an invalid time. For example, when the clock is adjusted forward, any time in ' +
        'the period that is skipped is invalid.',
    );
  }
  return last;
}

/** How far a zone's wall clock is ahead of UTC, in ticks. */
function offsetAt(utc: bigint, { formatter }: TimeZone): bigint {
  const seconds = BigInt(Math.floor(toMilliseconds(utc) / 1000)) * 1000n;
  const parts = new Map(formatter.formatToParts(Number(seconds)).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const wall = new Date(0);
  wall.setUTCFullYear(part('year'), part('month') - 1, part('day'));
  wall.setUTCHours(part('hour'), part('minute'), part('second'));
  return (BigInt(wall.getTime()) - seconds) * 10_000n;
}

/** Converts a timestamp whose text named no zone from one; one that did is UTC already. */
export function utcTicks(timestamp: Timestamp, zone: TimeZone): bigint {
  return timestamp.kind === 'unspecified' ? toUtc(timestamp.ticks, zone) : timestamp.ticks;
}

/** The same moment at the start of something, by the wall clock. */
export function atWallClock(timestamp: Timestamp, change: (clock: Date) => void): Timestamp {
  const clock = wallClock(timestamp);
  change(clock);
  return makeTimestamp(fromMilliseconds(clock.getTime()), timestamp.kind);
}
