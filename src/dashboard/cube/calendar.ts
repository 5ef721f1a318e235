import type { Dimension } from '../privacy/lattice';

const millisecondsPerDay = 24 * 60 * 60 * 1000;

/** Months, weeks and days from the first to the last with a signal. A week belongs to the month of its Monday. */
export interface Calendar {
  /** `yyyy-MM`. */
  readonly months: readonly string[];
  /** The Mondays, `yyyy-MM-dd`. */
  readonly weeks: readonly string[];
  /** `yyyy-MM-dd`. */
  readonly days: readonly string[];
  /** Number of each week's month, from 1. */
  readonly monthOfWeek: readonly number[];
  /** Number of each day's week, from 1. */
  readonly weekOfDay: readonly number[];
}

/** @param first and `last` are days, `yyyy-MM-dd`; without signals there is no calendar, so both are undefined */
export function calendarOf(first: string | undefined, last: string | undefined): Calendar {
  const days: string[] = [];
  const weeks: string[] = [];
  const months: string[] = [];
  const monthOfWeek: number[] = [];
  const weekOfDay: number[] = [];
  const end = last === undefined ? -Infinity : Date.parse(last);
  for (let time = first === undefined ? 0 : Date.parse(first); time <= end; time += millisecondsPerDay) {
    const monday = mondayOf(time);
    if (weeks.at(-1) !== monday) {
      weeks.push(monday);
      const month = monday.slice(0, 7);
      if (months.at(-1) !== month) months.push(month);
      monthOfWeek.push(months.length);
    }
    days.push(dayOf(time));
    weekOfDay.push(weeks.length);
  }
  return { months, weeks, days, monthOfWeek, weekOfDay };
}

/** Time as a dimension: all, then months, weeks and, where wanted, days. */
export function timeDimension({ months, monthOfWeek, weekOfDay }: Calendar, withDays: boolean): Dimension {
  const parents = [-1, ...months.map(() => 0), ...monthOfWeek];
  return { name: 'time', parents: withDays ? [...parents, ...weekOfDay.map((week) => months.length + week)] : parents };
}

function mondayOf(time: number): string {
  const weekday = (new Date(time).getUTCDay() + 6) % 7;
  return dayOf(time - weekday * millisecondsPerDay);
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
