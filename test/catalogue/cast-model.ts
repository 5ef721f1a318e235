import type { ColumnType } from '../../src/catalogue/model';

/** What a cell means (ROW9 and the docstring of castExpression), written plainly and without regular expressions. */
export type CellMeaning = string | number | bigint | boolean | null;

const blanks = new Set(
  '\t\n\v\f\r \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff' +
    '\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b',
);

export function trimBlanks(text: string): string {
  const characters = [...text];
  let start = 0;
  let end = characters.length;
  while (start < end && blanks.has(characters[start] ?? '')) start += 1;
  while (end > start && blanks.has(characters[end - 1] ?? '')) end -= 1;
  return characters.slice(start, end).join('');
}

/** The typed value, with times as microseconds since 1970 and dates as days; null when blank or not castable. */
export function castInModel(type: ColumnType, text: string): CellMeaning {
  const cell = trimBlanks(text);
  if (cell === '') return null;
  switch (type) {
    case 'string':
      return text;
    case 'boolean':
      if (['true', 't', 'yes', 'y', '1'].includes(lowerAscii(cell))) return true;
      return ['false', 'f', 'no', 'n', '0'].includes(lowerAscii(cell)) ? false : null;
    case 'short':
      return wholeNumber(cell, 16n);
    case 'integer':
      return wholeNumber(cell, 32n);
    case 'long':
      return wholeNumber(cell, 64n);
    case 'double':
      return decimalNumber(cell);
    case 'date':
      return time(cell)?.day ?? null;
    case 'timestamp':
      return time(cell)?.microseconds ?? null;
  }
}

function lowerAscii(text: string): string {
  return [...text].map((character) => (character < '\u0080' ? character.toLowerCase() : character)).join('');
}

function isDigits(text: string): boolean {
  return text !== '' && [...text].every((character) => character >= '0' && character <= '9');
}

function unsigned(text: string): string {
  return text.startsWith('+') || text.startsWith('-') ? text.slice(1) : text;
}

function wholeNumber(cell: string, bits: bigint): CellMeaning {
  const [digits = '', zeros, ...rest] = unsigned(cell).split('.');
  if (!isDigits(digits) || rest.length > 0) return null;
  if (zeros !== undefined && (zeros === '' || [...zeros].some((character) => character !== '0'))) return null;
  const value = cell.startsWith('-') ? -BigInt(digits) : BigInt(digits);
  const limit = 1n << (bits - 1n);
  if (value < -limit || value >= limit) return null;
  return bits === 64n ? value : Number(value);
}

function decimalNumber(cell: string): CellMeaning {
  const [mantissa = '', exponent, ...rest] = unsigned(cell).split(/[eE]/);
  const [whole = '', fraction = '', ...more] = mantissa.split('.');
  const digits = whole + fraction;
  if (rest.length > 0 || more.length > 0 || !isDigits(digits)) return null;
  if (exponent !== undefined && !isDigits(unsigned(exponent))) return null;
  const value = Number(cell);
  return Number.isFinite(value) ? value : null;
}

interface Moment {
  /** Days since 1970 of the date as written. */
  readonly day: number;
  readonly microseconds: bigint;
}

function time(cell: string): Moment | undefined {
  return cell.includes('/') ? unitedStatesTime(cell) : isoTime(cell);
}

function isoTime(cell: string): Moment | undefined {
  const [year = '', month = '', date = ''] = [cell.slice(0, 4), cell.slice(5, 7), cell.slice(8, 10)];
  if (cell[4] !== '-' || cell[7] !== '-' || ![year, month, date].every(isDigits)) return undefined;
  if ([year.length, month.length, date.length].join() !== '4,2,2') return undefined;
  const day = dayOf(year, month, date);
  if (day === undefined || cell.length === 10) return day === undefined ? undefined : moment(day, 0n, 0n);
  if (cell[10] !== 'T' && cell[10] !== ' ') return undefined;
  const rest = cell.slice(11);
  const zoneAt = [...rest].findIndex((character) => ['Z', '+', '-'].includes(character));
  const offset = zoneAt === -1 ? 0n : offsetMinutes(rest.slice(zoneAt));
  const clock = isoClock(zoneAt === -1 ? rest : rest.slice(0, zoneAt));
  return offset === undefined || clock === undefined ? undefined : moment(day, clock, offset);
}

function isoClock(text: string): bigint | undefined {
  const [clock = '', fraction, ...rest] = text.split('.');
  const [hour = '', minute = '', second, ...more] = clock.split(':');
  if (rest.length > 0 || more.length > 0 || hour.length !== 2) return undefined;
  if (fraction === undefined) return clockMicroseconds(hour, minute, second ?? '00', 23);
  if (second === undefined || !isDigits(fraction) || fraction.length > 9) return undefined;
  const whole = clockMicroseconds(hour, minute, second, 23);
  return whole === undefined ? undefined : whole + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

function offsetMinutes(text: string): bigint | undefined {
  if (text === 'Z') return 0n;
  const digits = text.slice(1).replace(':', '');
  const isShaped = text.slice(1).includes(':') ? text.length === 6 && text[3] === ':' : [3, 5].includes(text.length);
  if (text[0] === 'Z' || !isShaped || !isDigits(digits)) return undefined;
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2) || '0')];
  if (hours > 14 || minutes > 59) return undefined;
  return BigInt((text[0] === '-' ? -1 : 1) * (hours * 60 + minutes));
}

function unitedStatesTime(cell: string): Moment | undefined {
  const [written = '', clock, half, ...rest] = cell.split(' ');
  const [month = '', date = '', year = '', ...more] = written.split('/');
  if (rest.length > 0 || more.length > 0 || year.length !== 4 || month.length > 2 || date.length > 2) return undefined;
  const day = dayOf(year, month, date);
  if (day === undefined || clock === undefined) return day === undefined ? undefined : moment(day, 0n, 0n);
  const [hour = '', minute = '', second = '00', ...tail] = clock.split(':');
  if (tail.length > 0 || hour.length > 2) return undefined;
  if (half === undefined) return moment(day, clockMicroseconds(hour, minute, second, 23), 0n);
  const isAfternoon = lowerAscii(half) === 'pm';
  if ((!isAfternoon && lowerAscii(half) !== 'am') || Number(hour) < 1 || Number(hour) > 12 || !isDigits(hour))
    return undefined;
  const hour24 = (Number(hour) % 12) + (isAfternoon ? 12 : 0);
  return moment(day, clockMicroseconds(String(hour24), minute, second, 23), 0n);
}

function clockMicroseconds(hour: string, minute: string, second: string, lastHour: number): bigint | undefined {
  if (![hour, minute, second].every(isDigits) || minute.length !== 2 || second.length !== 2) return undefined;
  if (Number(hour) > lastHour || Number(minute) > 59 || Number(second) > 59) return undefined;
  return BigInt((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000_000n;
}

function dayOf(year: string, month: string, date: string): number | undefined {
  if (![year, month, date].every(isDigits) || Number(year) === 0) return undefined;
  const moment = new Date(0);
  moment.setUTCFullYear(Number(year), Number(month) - 1, Number(date));
  const isReal = moment.getUTCMonth() === Number(month) - 1 && moment.getUTCDate() === Number(date);
  return isReal ? moment.getTime() / 86_400_000 : undefined;
}

function moment(day: number, clock: bigint | undefined, offset: bigint): Moment | undefined {
  if (clock === undefined) return undefined;
  return { day, microseconds: BigInt(day) * 86_400_000_000n + clock - offset * 60_000_000n };
}
