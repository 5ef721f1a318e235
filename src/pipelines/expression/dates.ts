import type { Arguments, ExpressionFunction, FunctionContext, FunctionTable } from './arguments';
import { formatTimestamp } from './date-format';
import { EvaluationError } from './evaluation-error';
import { atWallClock, findTimeZone, fromUtc, utcTicks } from './time-zone';
import { fromDate, makeTimestamp, parseTimestamp, ticksPerDay, ticksPerSecond, type Timestamp } from './timestamp';
import type { Value } from './value';

const roundTrip = 'o';

function timestamp(given: Arguments, index = 0): Timestamp {
  return parseTimestamp(given.name, given.string(index));
}

/** The result in the format of the argument at `index`, by default in ISO 8601 with seven decimals. */
function written(given: Arguments, index: number, result: Timestamp): Value {
  return formatTimestamp(given.name, result, given.optionalString(index, roundTrip));
}

const ticksPerUnit: Readonly<Record<string, bigint>> = {
  second: ticksPerSecond,
  minute: 60n * ticksPerSecond,
  hour: 3600n * ticksPerSecond,
  day: ticksPerDay,
  week: 7n * ticksPerDay,
};

const monthsPerUnit: Readonly<Record<string, number>> = { month: 1, year: 12 };

/** Adds whole units; a month that is too short for the day gives its last day. */
function addUnits(given: Arguments, start: Timestamp, amount: bigint, unitName: string): Timestamp {
  const unit = unitName.toLowerCase().replace(/s$/, '');
  const ticks = ticksPerUnit[unit];
  if (ticks !== undefined) return makeTimestamp(start.ticks + amount * ticks, start.kind);
  const months = monthsPerUnit[unit];
  if (months === undefined) {
    throw new EvaluationError(
      `In function '${given.name}', the value provided for the time unit was not valid. The time unit must be one of ` +
        "'Second', 'Minute', 'Hour', 'Day', 'Week', 'Month' and 'Year'.",
    );
  }
  // No date lies more than 120,000 months from another.
  const distance = Number(amount > 120_000n ? 120_000n : amount < -120_000n ? -120_000n : amount) * months;
  const belowMilliseconds = start.ticks % 10_000n;
  const moved = atWallClock(start, (clock) => {
    const day = clock.getUTCDate();
    clock.setUTCDate(1);
    clock.setUTCMonth(clock.getUTCMonth() + distance);
    const lastDay = new Date(clock);
    lastDay.setUTCMonth(lastDay.getUTCMonth() + 1, 0);
    clock.setUTCDate(Math.min(day, lastDay.getUTCDate()));
  });
  return makeTimestamp(moved.ticks + belowMilliseconds, start.kind);
}

function adder(unit: string): ExpressionFunction {
  return (given) => written(given, 2, addUnits(given, timestamp(given), given.integer(1), unit));
}

function fromTimestamp(direction: 1n | -1n): ExpressionFunction {
  return (given) => written(given, 3, addUnits(given, timestamp(given), direction * given.integer(1), given.string(2)));
}

function fromNow(direction: 1n | -1n): ExpressionFunction {
  return (given: Arguments, { now }: FunctionContext) =>
    written(given, 2, addUnits(given, fromDate(now), direction * given.integer(0), given.string(1)));
}

function startOf(change: (clock: Date) => void): ExpressionFunction {
  return (given) => written(given, 1, atWallClock(timestamp(given), change));
}

function wallClockPart(read: (clock: Date) => number): ExpressionFunction {
  return (given) => {
    let part = 0;
    atWallClock(timestamp(given), (clock) => (part = read(clock)));
    return BigInt(part);
  };
}

function convertToUtc(given: Arguments): Value {
  const zone = findTimeZone('convertToUtc', given.string(1));
  const start = timestamp(given);
  if (start.kind !== 'unspecified' && !zone.isUtc) {
    throw new EvaluationError(
      "The template language function 'convertToUtc' expects its second parameter to be a time zone matching the time " +
        'zone indicated by the timestamp.',
    );
  }
  return written(given, 2, makeTimestamp(utcTicks(start, zone), 'utc'));
}

/** Dates and times. The `now` of a run is its injected clock's. */
export const dateFunctions: FunctionTable = {
  addDays: adder('day'),
  addHours: adder('hour'),
  addMinutes: adder('minute'),
  addSeconds: adder('second'),
  addToTime: fromTimestamp(1n),
  subtractFromTime: fromTimestamp(-1n),
  getFutureTime: fromNow(1n),
  getPastTime: fromNow(-1n),
  convertFromUtc: (given) =>
    written(given, 2, fromUtc(timestamp(given).ticks, findTimeZone('convertFromUtc', given.string(1)))),
  convertTimeZone: (given) => {
    const source = findTimeZone('convertTimeZone', given.string(1));
    const target = findTimeZone('convertTimeZone', given.string(2));
    return written(given, 3, fromUtc(utcTicks(timestamp(given), source), target));
  },
  convertToUtc,
  dayOfMonth: wallClockPart((clock) => clock.getUTCDate()),
  dayOfWeek: wallClockPart((clock) => clock.getUTCDay()),
  dayOfYear: wallClockPart((clock) => {
    const first = new Date(clock);
    first.setUTCMonth(0, 1);
    return Math.round((clock.getTime() - first.getTime()) / 86_400_000) + 1;
  }),
  formatDateTime: (given) => written(given, 1, timestamp(given)),
  startOfDay: startOf((clock) => clock.setUTCHours(0, 0, 0, 0)),
  startOfHour: startOf((clock) => clock.setUTCMinutes(0, 0, 0)),
  startOfMonth: startOf((clock) => {
    clock.setUTCDate(1);
    clock.setUTCHours(0, 0, 0, 0);
  }),
  ticks: (given) => timestamp(given).ticks,
  utcNow: (given, { now }) => written(given, 0, fromDate(now)),
};
