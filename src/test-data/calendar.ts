/**
 * Days, school days and local time in whole numbers. A day is its count since 1970-01-01. Neither the clock nor the
 * machine's time zone data is asked: the two zones that the sets live in follow rules that fit in a few lines.
 */

/** Sunday = 0 … Saturday = 6. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** The day of `yyyy-mm-dd`; undefined when there is no such day. */
export function parseDay(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const day = dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
  return formatDay(day) === text ? day : undefined;
}

/** Days from civil date, Gregorian calendar. */
export function dayOf(year: number, month: number, dayOfMonth: number): number {
  return Date.UTC(year, month - 1, dayOfMonth) / 86_400_000;
}

export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly dayOfMonth: number;
}

export function civilDate(day: number): CivilDate {
  const date = new Date(day * 86_400_000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, dayOfMonth: date.getUTCDate() };
}

const formattedDays = new Map<number, string>();

/** `yyyy-mm-dd`. */
export function formatDay(day: number): string {
  let text = formattedDays.get(day);
  if (text === undefined) {
    text = new Date(day * 86_400_000).toISOString().slice(0, 10);
    formattedDays.set(day, text);
  }
  return text;
}

const twoDigits = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));

/** `yyyy-mm-dd hh:mm:ss` of a count of seconds since 1970-01-01, UTC. */
export function formatTimestamp(seconds: number): string {
  const day = Math.floor(seconds / 86_400);
  const rest = seconds - day * 86_400;
  const hour = Math.floor(rest / 3600);
  const minute = Math.floor((rest - hour * 3600) / 60);
  return `${formatDay(day)} ${twoDigits[hour]}:${twoDigits[minute]}:${twoDigits[rest - hour * 3600 - minute * 60]}`;
}

/** `h:mm:ss`, the form in which meeting durations are delivered. */
export function formatDuration(seconds: number): string {
  const hour = Math.floor(seconds / 3600);
  const minute = Math.floor((seconds - hour * 3600) / 60);
  return `${hour}:${twoDigits[minute]}:${twoDigits[seconds - hour * 3600 - minute * 60]}`;
}

/** A time zone whose clocks change on Sundays in the small hours, when nobody in a set is at work. */
export interface TimeZoneRule {
  /** IANA name, for the environment that reads the set (ROW16). */
  readonly name: string;
  readonly standardOffsetMinutes: number;
  /** First and last Sunday of daylight saving time in a year. */
  readonly daylight: (year: number) => { readonly first: number; readonly last: number };
}

/** Second Sunday of March to first Sunday of November. */
export const centralUnitedStates: TimeZoneRule = {
  name: 'America/Chicago',
  standardOffsetMinutes: -360,
  daylight: (year) => ({ first: sundayFrom(dayOf(year, 3, 8)), last: sundayFrom(dayOf(year, 11, 1)) }),
};

/** Last Sunday of March to last Sunday of October. */
export const centralEurope: TimeZoneRule = {
  name: 'Europe/Berlin',
  standardOffsetMinutes: 60,
  daylight: (year) => ({ first: sundayFrom(dayOf(year, 3, 25)), last: sundayFrom(dayOf(year, 10, 25)) }),
};

/** Minutes to take from local time to get UTC, for any hour after the change of clocks on `day`. */
export function utcOffsetMinutes(zone: TimeZoneRule, day: number): number {
  const { first, last } = zone.daylight(civilDate(day).year);
  return zone.standardOffsetMinutes + (day >= first && day < last ? 60 : 0);
}

function sundayFrom(day: number): number {
  return day + ((7 - weekdayOf(day)) % 7);
}

/** How lively a day is, in parts of 1,000 of a full school day: weekends and holidays are quiet, Fridays shorter. */
export function dayWeight(day: number): number {
  const { month, dayOfMonth } = civilDate(day);
  const weekday = weekdayOf(day);
  const holiday = month === 7 || (month === 12 && dayOfMonth >= 21) || (month === 1 && dayOfMonth <= 2);
  if (holiday) return 15;
  if (weekday === 6) return 25;
  if (weekday === 0) return 60;
  return weekday === 5 ? 820 : 1000;
}

/** The calendar year in which the school year of `day` began; it changes on 1 August. */
export function schoolYearOf(day: number): number {
  const { year, month } = civilDate(day);
  return month >= 8 ? year : year - 1;
}
