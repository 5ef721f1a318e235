import { EvaluationError } from './evaluation-error';
import { ticksPerSecond, wallClock, type Timestamp } from './timestamp';

const months = ['January', 'February', 'March', 'April', 'May', 'June'].concat([
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]);
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Standard formats of .NET in culture en-US, each by the custom format that it stands for. */
const standardFormats: Readonly<Record<string, string>> = {
  d: 'M/d/yyyy',
  D: 'dddd, MMMM d, yyyy',
  f: 'dddd, MMMM d, yyyy h:mm tt',
  F: 'dddd, MMMM d, yyyy h:mm:ss tt',
  g: 'M/d/yyyy h:mm tt',
  G: 'M/d/yyyy h:mm:ss tt',
  m: 'MMMM d',
  M: 'MMMM d',
  o: "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
  O: "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
  r: "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
  R: "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
  s: "yyyy-MM-dd'T'HH:mm:ss",
  t: 'h:mm tt',
  T: 'h:mm:ss tt',
  u: "yyyy-MM-dd HH:mm:ss'Z'",
  U: 'dddd, MMMM d, yyyy h:mm:ss tt',
  y: 'MMMM yyyy',
  Y: 'MMMM yyyy',
};

/**
 * Writes a timestamp in a .NET date and time format, standard (one character) or custom.
 * @param name the function that asks, for the message.
 * @throws EvaluationError for one character that is no standard format, and for a quote that is not closed.
 */
export function formatTimestamp(name: string, timestamp: Timestamp, format: string): string {
  const custom = format.length === 1 ? standardFormats[format] : format === '' ? standardFormats['G'] : format;
  if (custom === undefined) throw badFormat(name);
  let text = '';
  for (let at = 0; at < custom.length;) {
    const [piece, next] = readPiece(name, custom, at, timestamp);
    // A fraction that has no digits takes the point before it away.
    if (piece === '' && custom.charAt(at) === 'F' && text.endsWith('.')) text = text.slice(0, -1);
    text += piece;
    at = next;
  }
  return text;
}

function badFormat(name: string): EvaluationError {
  return new EvaluationError(
    `In function '${name}', the value provided for date time format was not valid. ` +
      'The format must be a standard date and time format specifier or a custom format pattern.',
  );
}

/** The text of the specifier or literal at `at`, and where the next one begins. */
function readPiece(name: string, format: string, at: number, timestamp: Timestamp): [string, number] {
  const character = format.charAt(at);
  if (character === '\\') {
    if (at + 1 >= format.length) throw badFormat(name);
    return [format.charAt(at + 1), at + 2];
  }
  if (character === "'" || character === '"') return readQuoted(name, format, at);
  if (character === '%') {
    if (at + 1 >= format.length || format.charAt(at + 1) === '%') throw badFormat(name);
    return [specifier(format.charAt(at + 1), 1, timestamp), at + 2];
  }
  let end = at + 1;
  while (format.charAt(end) === character) end += 1;
  if (/[fF]/.test(character) && end - at > 7) throw badFormat(name);
  return [specifier(character, end - at, timestamp), end];
}

function readQuoted(name: string, format: string, at: number): [string, number] {
  let text = '';
  for (let next = at + 1; next < format.length; next += 1) {
    const character = format.charAt(next);
    if (character === format.charAt(at)) return [text, next + 1];
    if (character === '\\') next += 1;
    text += format.charAt(next);
  }
  throw badFormat(name);
}

/** What a run of `count` equal letters stands for; any other characters stand for themselves. */
function specifier(letter: string, count: number, timestamp: Timestamp): string {
  const clock = wallClock(timestamp);
  const number = (value: number, widest = 2): string => String(value).padStart(Math.min(count, widest), '0');
  switch (letter) {
    case 'd':
      return count > 2 ? shortened(weekdays[clock.getUTCDay()], count === 3) : number(clock.getUTCDate());
    case 'M':
      return count > 2 ? shortened(months[clock.getUTCMonth()], count === 3) : number(clock.getUTCMonth() + 1);
    case 'y':
      return count > 2 ? String(clock.getUTCFullYear()).padStart(count, '0') : number(clock.getUTCFullYear() % 100);
    case 'H':
      return number(clock.getUTCHours());
    case 'h':
      return number(clock.getUTCHours() % 12 === 0 ? 12 : clock.getUTCHours() % 12);
    case 'm':
      return number(clock.getUTCMinutes());
    case 's':
      return number(clock.getUTCSeconds());
    case 'f':
      return fraction(timestamp).slice(0, count);
    case 'F':
      return fraction(timestamp).slice(0, count).replace(/0+$/, '');
    case 't':
      return (clock.getUTCHours() < 12 ? 'AM' : 'PM').slice(0, count === 1 ? 1 : 2);
    case 'g':
      return 'A.D.';
    case 'K':
      return { utc: 'Z', local: '+00:00', unspecified: '' }[timestamp.kind].repeat(count);
    case 'z':
      return count === 1 ? '+0' : count === 2 ? '+00' : '+00:00';
    default:
      return letter.repeat(count);
  }
}

function fraction(timestamp: Timestamp): string {
  return String(timestamp.ticks % ticksPerSecond).padStart(7, '0');
}

function shortened(name: string | undefined, isShort: boolean): string {
  return isShort ? (name ?? '').slice(0, 3) : (name ?? '');
}
