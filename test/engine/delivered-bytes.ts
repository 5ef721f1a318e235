import fc from 'fast-check';
import { anyText } from '../support/any-text';

/** Cells that have gone wrong for somebody, and any text. */
const nastyCell = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('', 'a', '0012', 'x-1', 'NULL', '\\N', 'True') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "O'Neil",
      'say "hi"',
      '"',
      '""',
      'a,b',
      ',',
      'two\nlines',
      'two\r\nlines',
      'cr\ronly',
      '\n',
      '\r',
      ' ',
      ' lead',
      'trail ',
      ' "x"',
      '\t',
      'e\u0301',
      '\u0645\u0631\u062d\u0628\u0627',
      '\u{1f393}\u{20bb7}',
      '\ufeff',
      '\u2028\u0085',
      '#',
      '\\',
      '\\"',
      '\u001f\u001a',
    ),
  },
  { weight: 2, arbitrary: anyText({ maxLength: 6 }).map((text) => text.replaceAll('\0', '')) },
);

const lineEnd = fc.constantFrom('\n', '\n', '\r\n', '\r');

function writtenCell(cell: string, isQuoted: boolean): string {
  return isQuoted || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

const damagedLine = fc.constantFrom<string | Buffer>(
  'a,"b',
  '"',
  '"e"x,y',
  '"e" ,y',
  'a"b,c',
  ' "e,f",y',
  'x","',
  ',,,,,,,',
  'a',
  ' ',
  '"""',
  '"",""x',
  Buffer.from([0x61, 0xff, 0x2c, 0x62]),
  Buffer.from([0xc3]),
  Buffer.from([0xed, 0xa0, 0x80, 0x2c]),
  Buffer.from([0xc0, 0x80]),
  Buffer.from([0xf0, 0x9f, 0x8e]),
  'a\0,b',
  '\ufeffa,b',
);

export interface DeliveredOptions {
  /** Lines with unclosed quotes, broken bytes, other widths, and cuts; default true. */
  readonly isDamaged?: boolean;
}

/** The bytes of a delivered file: a table of nasty cells, and unless told otherwise with random damage. */
export function deliveredFile(options: DeliveredOptions = {}): fc.Arbitrary<Buffer> {
  const isDamaged = options.isDamaged ?? true;
  return fc
    .record({
      width: fc.integer({ min: 1, max: 4 }),
      fileEnd: lineEnd,
      isMixed: fc.boolean(),
      hasMark: fc.boolean(),
      isOpenEnded: fc.boolean(),
      cut: isDamaged ? fc.option(fc.nat({ max: 200 })) : fc.constant(null),
    })
    .chain(({ width, fileEnd, isMixed, hasMark, isOpenEnded, cut }) => {
      const row = fc
        .array(fc.tuple(nastyCell, fc.boolean()), { minLength: width, maxLength: width })
        .map((cells) => cells.map(([cell, isQuoted]) => writtenCell(cell, isQuoted)).join(','));
      const line = fc.oneof(
        { weight: 8, arbitrary: row },
        { weight: 1, arbitrary: fc.constant('') },
        { weight: isDamaged ? 2 : 0, arbitrary: damagedLine },
      );
      const end = isMixed ? lineEnd : fc.constant(fileEnd);
      return fc.array(fc.tuple(line, end), { maxLength: 12 }).map((lines) => {
        const parts = lines.flatMap(([text, ending], index) => [
          Buffer.from(text),
          Buffer.from(isOpenEnded && index === lines.length - 1 ? '' : ending),
        ]);
        const whole = Buffer.concat([Buffer.from(hasMark ? '\ufeff' : ''), ...parts]);
        return cut === null ? whole : whole.subarray(0, cut);
      });
    });
}

/** Any arrangement of the bytes that have a meaning, with some that have none. */
export const meaningfulBytes: fc.Arbitrary<Buffer> = fc
  .array(fc.constantFrom('"', '"', ',', '\n', '\r', 'a', ' ', 'é', '\0'), { maxLength: 40 })
  .map((parts) => Buffer.from(parts.join('')));
