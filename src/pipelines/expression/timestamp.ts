import { EvaluationError } from './evaluation-error';

/** 100 nanoseconds, the unit in which the service counts time. */
export const ticksPerSecond = 10_000_000n;
export const ticksPerDay = 86_400n * ticksPerSecond;

/** Ticks from 0001-01-01 to 1970-01-01. */
const epochTicks = 621_355_968_000_000_000n;

/** The first tick after 9999-12-31. */
const endTicks = 3_155_378_976_000_000_000n;

/**
 * A point in time. `ticks` counts from 0001-01-01 in the wall clock that `kind` says: UTC, one that nobody named, or UTC
 * to which a text with an offset was converted (which is then written `+00:00`).
 */
export interface Timestamp {
  readonly ticks: bigint;
  readonly kind: 'utc' | 'unspecified' | 'local';
}

/** @throws EvaluationError for a time before year 1 or after year 9999. */
export function makeTimestamp(ticks: bigint, kind: Timestamp['kind']): Timestamp {
  if (ticks < 0n || ticks >= endTicks) {
    throw new EvaluationError('The added or subtracted value results in an un-representable DateTime.');
  }
  return { ticks, kind };
}

export function fromDate(date: Date): Timestamp {
  return makeTimestamp(fromMilliseconds(date.getTime()), 'utc');
}

export function fromMilliseconds(milliseconds: number): bigint {
  return BigInt(milliseconds) * 10_000n + epochTicks;
}

/** Whole milliseconds since 1970, of the wall clock. */
export function toMilliseconds(ticks: bigint): number {
  const difference = ticks - epochTicks;
  const rest = ((difference % 10_000n) + 10_000n) % 10_000n;
  return Number((difference - rest) / 10_000n);
}

/** The wall clock's year, month and so on: read them with the `getUTC…` methods. */
export function wallClock(timestamp: Timestamp): Date {
  return new Date(toMilliseconds(timestamp.ticks));
}

const monthNames = ['january', 'february', 'march', 'april', 'may', 'june'].concat([
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]);

const time = String.raw`(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d+))?)?(?:\s*(?<half>[AP]M))?`;
const zone = String.raw`\s*(?<zone>Z|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?`;
const weekday = String.raw`(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,?\s+)?`;

/** ISO 8601, and the American and the English spelling: what .NET reads in the service's culture, en-US. */
const forms = [
  String.raw`(?<year>\d{4})[-/](?<month>\d{1,2})[-/](?<day>\d{1,2})`,
  String.raw`(?<month>\d{1,2})[-/](?<day>\d{1,2})[-/](?<year>\d{4})`,
  String.raw`${weekday}(?<name>[A-Za-z]+)\.?\s+(?<day>\d{1,2}),?\s+(?<year>\d{4})`,
  String.raw`${weekday}(?<day>\d{1,2})[\s-](?<name>[A-Za-z]+)\.?[\s-](?<year>\d{4})`,
].map((date) => new RegExp(`^\\s*${date}(?:(?:T|,?\\s+)${time})?${zone}\\s*$`, 'i'));

/**
 * Reads a text with a date and perhaps a time.
 * @param name the function that asks, for the message.
 * @throws EvaluationError for a text that is none.
 */
export function parseTimestamp(name: string, text: string): Timestamp {
  for (const form of forms) {
    const groups = form.exec(text)?.groups;
    const parsed = groups === undefined ? undefined : fromGroups(groups);
    if (parsed !== undefined) return parsed;
  }
  throw new EvaluationError(
    `In function '${name}', the value provided for date time string was not valid. ` +
      'The datetime string must match ISO 8601 format.',
  );
}

function fromGroups(groups: Readonly<Record<string, string | undefined>>): Timestamp | undefined {
  const part = (key: string): number => Number(groups[key] ?? 0);
  const month = groups['name'] === undefined ? part('month') : monthOf(groups['name']);
  const hour = hourOf(part('hour'), groups['half']);
  const date = new Date(0);
  date.setUTCFullYear(part('year'), month - 1, part('day'));
  date.setUTCHours(hour, part('minute'), part('second'));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === part('day') && date.getUTCHours() === hour;
  if (!isReal || part('minute') > 59 || part('second') > 59 || part('year') < 1) return undefined;
  const fraction = BigInt((groups['fraction'] ?? '').slice(0, 7).padEnd(7, '0'));
  const ticks = fromMilliseconds(date.getTime()) + fraction;
  const { zone: written } = groups;
  if (written === undefined) return makeTimestamp(ticks, 'unspecified');
  if (/^(z|gmt)$/i.test(written)) return makeTimestamp(ticks, 'utc');
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(written) ?? [];
  const offset = BigInt(Number(hours) * 60 + Number(minutes)) * 60n * ticksPerSecond;
  return makeTimestamp(sign === '-' ? ticks + offset : ticks - offset, 'local');
}

function monthOf(name: string): number {
  const lower = name.toLowerCase();
  return lower.length < 3 ? 0 : monthNames.findIndex((month) => month === lower || month.slice(0, 3) === lower) + 1;
}

/** Hour of a 24 hour clock; an impossible one gives one that no date has. */
function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return -1;
  return (hour % 12) + (half.toUpperCase() === 'PM' ? 12 : 0);
}
