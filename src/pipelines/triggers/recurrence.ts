import type { JsonObject, JsonValue } from '../../artifacts/model';
import { InsightsError } from '../../contract/errors';
import { asList, asObject } from '../definition';
import { findTimeZone, fromUtc, type TimeZone } from '../expression/time-zone';
import { fromMilliseconds, parseTimestamp, toMilliseconds } from '../expression/timestamp';
import { wallTimeToUtc } from './wall-time';

const frequencies = ['Minute', 'Hour', 'Day', 'Week', 'Month'] as const;
type Frequency = (typeof frequencies)[number];

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The `recurrence` of a schedule trigger; what its `schedule` leaves out follows from the start time. */
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
  /** `number` is negative from the end of the month, too; undefined for every such weekday. */
  readonly occurrences: readonly { readonly weekDay: number; readonly number: number | undefined }[];
}

type Invalid = (message: string) => InsightsError;

/** The largest interval that the service takes. */
const longestInterval = 1000;

/** Reads a recurrence. @throws InsightsError TRIGGER_INVALID with the trigger's name. */
export function readRecurrence(json: JsonObject, trigger: string): Recurrence {
  const invalid: Invalid = (message) =>
    new InsightsError('TRIGGER_INVALID', message, { place: { path: `triggers/${trigger}` } });
  const { interval = 1, startTime, endTime, timeZone } = json;
  const frequency = frequencies.find((name) => isSameWord(name, json['frequency']));
  if (frequency === undefined) throw invalid('The frequency is none of Minute, Hour, Day, Week and Month.');
  if (typeof interval !== 'number' || !Number.isInteger(interval) || interval < 1 || interval > longestInterval) {
    throw invalid(`The interval is not a whole number from 1 to ${longestInterval}.`);
  }
  const schedule = readSchedule(asObject(json['schedule']), frequency, invalid);
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
      ...schedule,
    };
  } catch (error) {
    if (error instanceof InsightsError) throw invalid(error.message);
    throw error;
  }
}

type Schedule = Pick<Recurrence, 'minutes' | 'hours' | 'weekDays' | 'monthDays' | 'occurrences'>;

/** The only frequencies that some elements of a schedule go with; hours and minutes go with days, weeks and months. */
const frequencyOf: Readonly<Record<string, Frequency>> = {
  weekDays: 'Week',
  monthDays: 'Month',
  monthlyOccurrences: 'Month',
};

/** Reads a schedule, of which each element may be one value or a list. @throws InsightsError by `invalid`. */
function readSchedule(json: JsonObject, frequency: Frequency, invalid: Invalid): Schedule {
  const values = (name: string): readonly JsonValue[] => {
    const value = json[name] ?? [];
    const list = Array.isArray(value) ? asList(value) : [value];
    const only = frequencyOf[name];
    if (list.length > 0 && (frequency === 'Minute' || frequency === 'Hour')) {
      throw invalid('A schedule goes with the frequencies Day, Week and Month only.');
    }
    if (list.length > 0 && only !== undefined && only !== frequency) {
      throw invalid(`The schedule's ${name} go with the frequency ${only} only.`);
    }
    return list;
  };
  const numbers = (name: string, isRight: (value: number) => boolean, range: string): number[] =>
    values(name).map((value) => {
      if (typeof value === 'number' && Number.isInteger(value) && isRight(value)) return value;
      throw invalid(`The schedule's ${name} are not all whole numbers ${range}.`);
    });
  const weekday = (name: JsonValue | undefined): number => {
    const found = weekdays.findIndex((day) => isSameWord(day, name));
    if (found < 0) throw invalid('A day of the schedule is none of Sunday to Saturday.');
    return found;
  };
  return {
    minutes: numbers('minutes', (value) => value >= 0 && value < 60, 'from 0 to 59'),
    hours: numbers('hours', (value) => value >= 0 && value < 24, 'from 0 to 23'),
    weekDays: values('weekDays').map(weekday),
    monthDays: numbers('monthDays', (value) => isWithin(value, 31), 'from 1 to 31 or -31 to -1'),
    occurrences: values('monthlyOccurrences')
      .map(asObject)
      .map(({ day, occurrence }) => {
        const isNumber = typeof occurrence === 'number' && Number.isInteger(occurrence) && isWithin(occurrence, 5);
        if (occurrence !== undefined && !isNumber) {
          throw invalid("The schedule's occurrences are not all whole numbers from 1 to 5 or -5 to -1.");
        }
        return { weekDay: weekday(day), number: isNumber ? occurrence : undefined };
      }),
  };
}

function isWithin(value: number, most: number): boolean {
  return value !== 0 && Math.abs(value) <= most;
}

/** The service does not distinguish cases in these words. */
function isSameWord(word: string, json: JsonValue | undefined): boolean {
  return typeof json === 'string' && json.toLowerCase() === word.toLowerCase();
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

/**
 * Times of a day, ascending, in milliseconds: all hours with all minutes. Without minutes the start's, without hours the
 * start's, too; but minutes alone are those of every hour, as the service's examples have it.
 */
function timesOf({ hours, minutes, startWall }: Recurrence): number[] {
  const start = new Date(startWall);
  const seconds = startWall % 60_000;
  const everyHour = Array.from({ length: 24 }, (_, hour) => hour);
  return (hours.length > 0 ? hours : minutes.length > 0 ? everyHour : [start.getUTCHours()])
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
      (number === undefined ||
        (number > 0 ? Math.ceil(dayOfMonth / 7) === number : Math.ceil((length - dayOfMonth + 1) / 7) === -number)),
  );
  if (isNth) return true;
  const days = monthDays.length > 0 || occurrences.length > 0 ? monthDays : [start.getUTCDate()];
  return days.includes(dayOfMonth) || days.includes(dayOfMonth - length - 1);
}
