import type { JsonObject, JsonValue } from '../../artifacts/model';
import { InsightsError } from '../../contract/errors';
import { asList, asObject } from '../definition';
import { findTimeZone, fromUtc, type TimeZone } from '../expression/time-zone';
import { fromMilliseconds, parseTimestamp, toMilliseconds } from '../expression/timestamp';
import { wallTimeToUtc } from './wall-time';

type Frequency = 'Minute' | 'Hour' | 'Day' | 'Week' | 'Month';

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The `recurrence` of a schedule trigger. Lists of `schedule` that are empty follow from the start time. */
export interface Recurrence {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly zone: TimeZone;
  /** Milliseconds since 1970, in the zone's wall clock. */
  readonly startWall: number;
  /** Milliseconds since 1970, UTC; Infinity for no end. */
  readonly end: number;
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** 0 is Sunday. */
  readonly weekDays: readonly number[];
  /** Negative from the end of the month: -1 is the last day. */
  readonly monthDays: readonly number[];
  readonly occurrences: readonly { readonly weekDay: number; readonly number: number }[];
}

/** Reads a recurrence. @throws InsightsError TRIGGER_INVALID with the trigger's name. */
export function readRecurrence(json: JsonObject, trigger: string): Recurrence {
  const invalid = (message: string): InsightsError =>
    new InsightsError('TRIGGER_INVALID', message, { place: { path: `triggers/${trigger}` } });
  const { frequency, interval, startTime, endTime, timeZone } = json;
  if (!isFrequency(frequency)) throw invalid('The frequency is none of Minute, Hour, Day, Week and Month.');
  if (typeof interval !== 'number' || !Number.isInteger(interval) || interval < 1) {
    throw invalid('The interval is not a whole number from 1.');
  }
  const schedule = asObject(json['schedule']);
  try {
    const zone = findTimeZone('recurrence', typeof timeZone === 'string' ? timeZone : 'UTC');
    const start = parseTimestamp('startTime', typeof startTime === 'string' ? startTime : '');
    const wall = start.kind === 'unspecified' ? start : fromUtc(start.ticks, zone);
    return {
      frequency,
      interval,
      zone,
      startWall: toMilliseconds(wall.ticks),
      end: typeof endTime === 'string' ? toMilliseconds(parseTimestamp('endTime', endTime).ticks) : Infinity,
      minutes: numbers(schedule['minutes']),
      hours: numbers(schedule['hours']),
      weekDays: asList(schedule['weekDays']).map(weekday),
      monthDays: numbers(schedule['monthDays']),
      occurrences: asList(schedule['monthlyOccurrences'])
        .map(asObject)
        .map(({ day, occurrence }) => ({
          weekDay: weekday(day),
          number: typeof occurrence === 'number' ? occurrence : 1,
        })),
    };
  } catch (error) {
    if (error instanceof InsightsError) throw invalid(error.message);
    throw error;
  }
}

function isFrequency(value: JsonValue | undefined): value is Frequency {
  return ['Minute', 'Hour', 'Day', 'Week', 'Month'].some((name) => name === value);
}

function numbers(json: JsonValue | undefined): number[] {
  return asList(json).filter((value) => typeof value === 'number');
}

function weekday(name: JsonValue | undefined): number {
  return weekdays.findIndex((day) => day === name);
}

/** Days of recurrence that are looked at before none is expected any more: a leap day in a month's cycle of 4 years. */
const longestSearch = 366 * 9;

/**
 * The first time after `after` at which a trigger fires; undefined when there is none. Both in milliseconds since 1970.
 * Occurrences count from the start time, by the wall clock of the recurrence's zone.
 */
export function nextOccurrence(recurrence: Recurrence, after: number): number | undefined {
  const { frequency, zone, startWall, end } = recurrence;
  const first = wallTimeToUtc(startWall, zone);
  if (frequency === 'Minute' || frequency === 'Hour') {
    const period = recurrence.interval * (frequency === 'Minute' ? 60_000 : 3_600_000);
    const passed = after < first ? 0 : Math.floor((after - first) / period) + 1;
    return within(first + passed * period, end);
  }
  const afterWall = toMilliseconds(fromUtc(fromMilliseconds(after), zone).ticks);
  const startDay = dayOf(startWall);
  for (let day = Math.max(startDay, dayOf(afterWall) - 1), seen = 0; seen < longestSearch; day += 1, seen += 1) {
    if (!isDue(recurrence, day, startDay)) continue;
    const times = timesOf(recurrence)
      .map((time) => day * millisecondsPerDay + time)
      .filter((wall) => wall >= startWall)
      .map((wall) => wallTimeToUtc(wall, zone));
    const next = times.find((time) => time > after);
    if (next !== undefined) return within(next, end);
  }
  return undefined;
}

const millisecondsPerDay = 86_400_000;

function within(time: number, end: number): number | undefined {
  return time > end ? undefined : time;
}

/** Days since 1970, by the wall clock. */
function dayOf(wall: number): number {
  return Math.floor(wall / millisecondsPerDay);
}

/** Times of a day, ascending, in milliseconds: all hours with all minutes, else those of the start. */
function timesOf({ hours, minutes, startWall }: Recurrence): number[] {
  const start = new Date(startWall);
  const seconds = startWall % 60_000;
  return (hours.length > 0 ? hours : [start.getUTCHours()])
    .flatMap((hour) =>
      (minutes.length > 0 ? minutes : [start.getUTCMinutes()]).map((minute) => (hour * 60 + minute) * 60_000 + seconds),
    )
    .sort((left, right) => left - right);
}

function isDue(recurrence: Recurrence, day: number, startDay: number): boolean {
  const { frequency, interval, weekDays, monthDays, occurrences } = recurrence;
  const date = new Date(day * millisecondsPerDay);
  const start = new Date(startDay * millisecondsPerDay);
  if (frequency === 'Day') return (day - startDay) % interval === 0;
  if (frequency === 'Week') {
    const weeks = (day - date.getUTCDay() - (startDay - start.getUTCDay())) / 7;
    const wanted = weekDays.length > 0 ? weekDays : [start.getUTCDay()];
    return weeks % interval === 0 && wanted.includes(date.getUTCDay());
  }
  const months = (date.getUTCFullYear() - start.getUTCFullYear()) * 12 + date.getUTCMonth() - start.getUTCMonth();
  if (months % interval !== 0) return false;
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const dayOfMonth = date.getUTCDate();
  const isNth = occurrences.some(
    ({ weekDay, number }) =>
      weekDay === date.getUTCDay() &&
      (number > 0 ? Math.ceil(dayOfMonth / 7) === number : Math.ceil((length - dayOfMonth + 1) / 7) === -number),
  );
  if (isNth) return true;
  const days = monthDays.length > 0 || occurrences.length > 0 ? monthDays : [start.getUTCDate()];
  return days.includes(dayOfMonth) || days.includes(dayOfMonth - length - 1);
}
