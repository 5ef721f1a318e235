import type { MeasureText, Shown } from '../published';

const whole = new Intl.NumberFormat('en-GB');
const decimal = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 });
const longDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const month = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

const hiddenText = 'hidden';

export function formatNumber(value: Shown, format: MeasureText['format'] = 'whole'): string {
  if (value === null) return hiddenText;
  return { whole, decimal, percent, day: whole }[format].format(value);
}

/** Numbers of persons are rounded where anything is filtered. */
export function formatPersons(value: Shown, isRounded: boolean): string {
  return value === null || value === 0 || !isRounded ? formatNumber(value) : `about ${formatNumber(value)}`;
}

/** @param day `yyyy-MM-dd` */
export const formatDay = remembered((day: string) => longDay.format(new Date(day)));

export const formatShortDay = remembered((day: string) => shortDay.format(new Date(day)));

/** @param period `yyyy-MM`, or the Monday of a week */
export function formatPeriod(period: string): string {
  return period.length === 7 ? month.format(new Date(`${period}-01`)) : `Week of ${formatDay(period)}`;
}

/** Time of a report, UTC. */
export function formatTime(time: string): string {
  return `${formatDay(time.slice(0, 10))}, ${time.slice(11, 16)} UTC`;
}

/** A day stands at many marks, and formatting it takes longer than drawing one. */
function remembered(format: (day: string) => string): (day: string) => string {
  const known = new Map<string, string>();
  return (day) => {
    const text = known.get(day) ?? format(day);
    known.set(day, text);
    return text;
  };
}
