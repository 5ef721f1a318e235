import fc from 'fast-check';
import type { Value } from '../../../src/pipelines/expression/value';
import { evaluate } from './scope';

const at = '2018-03-15T13:27:36Z';

// The clock of the scope stands at 2026-01-15T10:30:00Z, a Thursday.
test.each<[string, Value]>([
  ["addDays('2018-03-15T00:00:00Z', 10)", '2018-03-25T00:00:00.0000000Z'],
  ["addDays('2018-03-15T00:00:00Z', -5, 'yyyy-MM-dd')", '2018-03-10'],
  ["addHours('2018-03-15T15:00:00Z', -5)", '2018-03-15T10:00:00.0000000Z'],
  ["addMinutes('2018-03-15T00:10:00Z', 10)", '2018-03-15T00:20:00.0000000Z'],
  ["addSeconds('2018-03-15T00:00:30.1234567Z', -5)", '2018-03-15T00:00:25.1234567Z'],
  ["addToTime('2018-01-01T00:00:00Z', 1, 'Day', 'D')", 'Tuesday, January 2, 2018'],
  ["addToTime('2026-01-31T00:00:00.0000001Z', 1, 'Month')", '2026-02-28T00:00:00.0000001Z'],
  ["addToTime('2024-02-29T00:00:00Z', 1, 'Year')", '2025-02-28T00:00:00.0000000Z'],
  ["addToTime('2026-01-01', 2, 'Weeks')", '2026-01-15T00:00:00.0000000'],
  ["subtractFromTime('2018-01-02T00:00:00Z', 1, 'day', 'D')", 'Monday, January 1, 2018'],
  ["getFutureTime(5, 'Day')", '2026-01-20T10:30:00.0000000Z'],
  ["getPastTime(5, 'Minute', 'HH:mm')", '10:25'],
  // Kind: named no zone, UTC, or an offset, which becomes UTC.
  ["formatDateTime('03/15/2018 12:00:00')", '2018-03-15T12:00:00.0000000'],
  ["formatDateTime('2026-01-15T12:30:00+02:00')", '2026-01-15T10:30:00.0000000+00:00'],
  ["formatDateTime('2026-01-15T12:30:00-0130')", '2026-01-15T14:00:00.0000000+00:00'],
  ["formatDateTime('Thu, 15 Jan 2026 10:30:00 GMT')", '2026-01-15T10:30:00.0000000Z'],
  // Spellings of the school data: American dates, with and without a time.
  ["formatDateTime('8/13/2021 4:05:00 PM', 's')", '2021-08-13T16:05:00'],
  ["formatDateTime('8/13/2021', 's')", '2021-08-13T00:00:00'],
  ["formatDateTime('12/31/2021 12:00 am', 's')", '2021-12-31T00:00:00'],
  ["formatDateTime('January 15, 2026', 'yyyyMMdd')", '20260115'],
  ["formatDateTime('2026/1/5 7:08', 'yyyy-MM-dd HH:mm')", '2026-01-05 07:08'],
  // Standard formats
  [`formatDateTime('${at}', 'd')`, '3/15/2018'],
  [`formatDateTime('${at}', 'f')`, 'Thursday, March 15, 2018 1:27 PM'],
  [`formatDateTime('${at}', 'F')`, 'Thursday, March 15, 2018 1:27:36 PM'],
  [`formatDateTime('${at}', 'g')`, '3/15/2018 1:27 PM'],
  [`formatDateTime('${at}', 'G')`, '3/15/2018 1:27:36 PM'],
  [`formatDateTime('${at}', 'm')`, 'March 15'],
  [`formatDateTime('${at}', 'r')`, 'Thu, 15 Mar 2018 13:27:36 GMT'],
  [`formatDateTime('${at}', 't')`, '1:27 PM'],
  [`formatDateTime('${at}', 'T')`, '1:27:36 PM'],
  [`formatDateTime('${at}', 'u')`, '2018-03-15 13:27:36Z'],
  [`formatDateTime('${at}', 'y')`, 'March 2018'],
  // Custom formats
  [`formatDateTime('${at}', 'yyyy-MM-ddTHH:mm:ss')`, '2018-03-15T13:27:36'],
  [`formatDateTime('${at}', 'yy/M/d h-m-s tt K zzz')`, '18/3/15 1-27-36 PM Z +00:00'],
  [`formatDateTime('${at}', 'ddd dddd MMM MMMM yyyyy')`, 'Thu Thursday Mar March 02018'],
  [`formatDateTime('${at}', '%d')`, '15'],
  [`formatDateTime('${at}', '\\d "day" ''of'' dd')`, 'd day of 15'],
  ["formatDateTime('2018-03-15T01:02:03.1200000Z', 'ss.fff|ss.FFF|h t')", '03.120|03.12|1 A'],
  [`formatDateTime('${at}', 'ss.FFFFFFFK')`, '36Z'],
  // Time zones
  ["convertFromUtc('2018-01-01T08:00:00.0000000Z', 'Pacific Standard Time')", '2018-01-01T00:00:00.0000000'],
  ["convertFromUtc('2018-07-01T08:00:00Z', 'Pacific Standard Time', 'D')", 'Sunday, July 1, 2018'],
  ["convertFromUtc('2026-01-15T10:30:00Z', 'utc')", '2026-01-15T10:30:00.0000000Z'],
  ["convertTimeZone('2026-01-15T10:30:00Z', 'UTC', 'Tokyo Standard Time')", '2026-01-15T19:30:00.0000000'],
  ["convertTimeZone('2026-01-15T10:30:00', 'India Standard Time', 'UTC')", '2026-01-15T05:00:00.0000000Z'],
  ["convertToUtc('01/01/2018 00:00:00', 'Pacific Standard Time')", '2018-01-01T08:00:00.0000000Z'],
  ["convertToUtc('01/01/2018 00:00:00', 'Pacific Standard Time', 'D')", 'Monday, January 1, 2018'],
  // Clocks go back at 3:00 to 2:00: 2:30 is there twice and taken in standard time.
  ["convertToUtc('2026-10-25T02:30:00', 'W. Europe Standard Time', 's')", '2026-10-25T01:30:00'],
  // Parts
  [`dayOfMonth('${at}')`, 15n],
  [`dayOfWeek('${at}')`, 4n],
  [`dayOfYear('${at}')`, 74n],
  ["dayOfYear('2024-12-31')", 366n],
  [`startOfDay('${at}')`, '2018-03-15T00:00:00.0000000Z'],
  [`startOfHour('${at}')`, '2018-03-15T13:00:00.0000000Z'],
  [`startOfMonth('${at}', 'yyyy-MM-dd')`, '2018-03-01'],
  ["ticks('1970-01-01T00:00:00Z')", 621355968000000000n],
  ["ticks('2018-03-15T13:27:36.1234567Z')", 636567172561234567n],
  ['utcNow()', '2026-01-15T10:30:00.0000000Z'],
  ["utcnow('yyyy-MM-dd HH-mm-ss')", '2026-01-15 10-30-00'],
])('%s', (text, expected) => {
  expect(evaluate(`@${text}`)).toEqual(expected);
});

const badDate = (name: string): string =>
  `In function '${name}', the value provided for date time string was not valid. The datetime string must match ISO 8601 format.`;
const badFormat =
  "In function 'utcNow', the value provided for date time format was not valid. The format must be a standard date and time format specifier or a custom format pattern.";

test.each<[string, string]>([
  ["addDays('yesterday', 1)", badDate('addDays')],
  ["formatDateTime('')", badDate('formatDateTime')],
  ["formatDateTime('2026-02-29')", badDate('formatDateTime')],
  ["formatDateTime('2026-13-01')", badDate('formatDateTime')],
  ["formatDateTime('2026-01-01T25:00')", badDate('formatDateTime')],
  ["formatDateTime('1/1/2026 13:00 PM')", badDate('formatDateTime')],
  ["formatDateTime('2026-01-01T00:60:00Z')", badDate('formatDateTime')],
  ["ticks('20260101')", badDate('ticks')],
  ["utcNow('q')", badFormat],
  ["utcNow('''open')", badFormat],
  ["utcNow('yyyy %')", badFormat],
  ["utcNow('ffffffff')", badFormat],
  [
    "addHours('2026-01-01', 1.5)",
    "The template language function 'addHours' expects its second parameter to be an integer. The provided value is of type 'Float'. Please see https://aka.ms/logicexpressions#addHours for usage details.",
  ],
  [
    "getPastTime(1, 'Fortnight')",
    "In function 'getPastTime', the value provided for the time unit was not valid. The time unit must be one of 'Second', 'Minute', 'Hour', 'Day', 'Week', 'Month' and 'Year'.",
  ],
  ["addToTime('9999-12-31', 1, 'Day')", 'The added or subtracted value results in an un-representable DateTime.'],
  [
    "addToTime('2026-01-01', -9000000000, 'Year')",
    'The added or subtracted value results in an un-representable DateTime.',
  ],
  [
    "convertFromUtc('2026-01-01', 'Europe/Berlin')",
    "In function 'convertFromUtc', the value provided for time zone id 'Europe/Berlin' was not valid.",
  ],
  [
    "convertToUtc('2026-01-15T10:30:00Z', 'W. Europe Standard Time')",
    "The template language function 'convertToUtc' expects its second parameter to be a time zone matching the time zone indicated by the timestamp.",
  ],
  [
    "convertToUtc('2026-03-29T02:30:00', 'W. Europe Standard Time')",
    'The supplied DateTime represents an invalid time. For example, when the clock is adjusted forward, any time in the period that is skipped is invalid.',
  ],
])('%s fails', (text, message) => {
  expect(() => evaluate(`@${text}`)).toThrow(expect.objectContaining({ code: 'EXPRESSION_FAILED', message }));
});

const instant = fc
  .date({ min: new Date('0010-01-01'), max: new Date('9990-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

test('adding and taking away the same units gives the same time', () => {
  const unit = fc.constantFrom('Second', 'Minute', 'Hour', 'Day', 'Week');
  fc.assert(
    fc.property(instant, fc.integer({ min: -500, max: 500 }), unit, (time, count, name) => {
      const there = `addToTime('${time}', ${count}, '${name}')`;
      expect(evaluate(`@subtractFromTime(${there}, ${count}, '${name}')`)).toBe(evaluate(`@formatDateTime('${time}')`));
    }),
  );
});

test('what is written in the round-trip format is read back to the tick', () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: 0, max: 9999 }), (time, rest) => {
      const precise = time.replace('Z', `${String(rest).padStart(4, '0')}Z`);
      expect(evaluate(`@formatDateTime('${precise}', 'o')`)).toBe(precise.replace(/^\+00/, ''));
    }),
  );
});

test('a time goes to a zone and back', () => {
  const zone = fc.constantFrom('Pacific Standard Time', 'Nepal Standard Time', 'E. Australia Standard Time', 'UTC');
  // Noon in UTC is never in the hour that a change of clocks takes away or gives twice.
  const noon = fc.integer({ min: 0, max: 20_000 }).map((day) => new Date(day * 86_400_000 + 43_200_000).toISOString());
  fc.assert(
    fc.property(noon, zone, (time, name) => {
      const there = `convertFromUtc('${time}', '${name}')`;
      expect(evaluate(`@convertToUtc(${there}, '${name}')`)).toBe(evaluate(`@formatDateTime('${time}')`));
    }),
  );
});
