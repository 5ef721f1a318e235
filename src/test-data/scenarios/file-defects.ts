import { formatRows, parseRows, positionOf, type DropMap } from '../drop-map';
import { quoted } from '../table-writer';
import {
  changeRows,
  editBytes,
  editRoster,
  newestRoster,
  rosterFile,
  schoolDayFile,
  withCells,
  type Scenario,
} from './scenario';

/** Bytes of the long line: more than any buffer that reads whole lines. */
const longLineBytes = 10 * 1024 * 1024;

function inRoster(drop: DropMap, table: string, edit: (bytes: Buffer) => Buffer): DropMap {
  return editBytes(drop, rosterFile(drop, newestRoster(drop), table), edit);
}

/** Files whose bytes are not what they should be. */
export const fileDefects: readonly Scenario[] = [
  {
    name: 'quoted-newlines',
    description: 'Three section names hold commas, quotes and line ends, in quotes as they should be.',
    outcome: 'Each is one row with its name as it was written.',
    expects: { rules: ['ROW10'], after: 'nothing', status: 'processed' },
    apply: (drop) =>
      editRoster(drop, {
        Section: changeRows([1, 2, 3], (row) =>
          withCells('Section', row, { Name: 'Reading,\n"aloud"\r\nand quietly' }),
        ),
      }),
  },
  {
    name: 'byte-order-mark',
    description: 'Person and the activity of a day begin with a byte order mark.',
    outcome: 'The mark is no part of the first cell.',
    expects: { rules: ['ROW9'], after: 'nothing', status: 'processed' },
    apply: (drop) => {
      const mark = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
      return editBytes(inRoster(drop, 'Person', mark), schoolDayFile(drop), mark);
    },
  },
  {
    name: 'crlf',
    description: 'Person, Section and the activity of a day have Windows line ends.',
    outcome: 'The carriage return is no part of the last cell.',
    expects: { rules: ['ROW9'], after: 'nothing', status: 'processed' },
    apply: (drop) => {
      const windows = (bytes: Buffer): Buffer => formatRows(parseRows(bytes), '\r\n');
      return editBytes(inRoster(inRoster(drop, 'Person', windows), 'Section', windows), schoolDayFile(drop), windows);
    },
  },
  {
    name: 'mixed-line-ends',
    description: 'Every third line of Person ends the Windows way.',
    outcome: 'All rows are read.',
    expects: { rules: ['ROW10'], after: 'nothing', status: 'processed' },
    apply: (drop) =>
      inRoster(drop, 'Person', (bytes) =>
        Buffer.concat(parseRows(bytes).map((row, place) => formatRows([row], place % 3 === 0 ? '\r\n' : '\n'))),
      ),
  },
  {
    name: 'broken-utf8',
    description: 'Two names in Person were cut in the middle of a letter: their bytes are not UTF-8.',
    outcome: 'The two rows are rejected with the bytes as delivered.',
    expects: { rules: ['ROW10'], after: 'nothing', status: 'processed', rejected: { Person: { encoding: 2 } } },
    apply: (drop) =>
      inRoster(drop, 'Person', (bytes) => {
        const name = positionOf('Person', 'MiddleName');
        const lines = parseRows(bytes).map((row, place) => {
          if (place !== 4 && place !== 44) return formatRows([row]);
          const cells = row.map((cell) => Buffer.from(quoted(cell)));
          cells[name] = Buffer.from([0x41, 0xc3]);
          return Buffer.concat([
            ...cells.flatMap((cell, index) => (index === 0 ? [cell] : [Buffer.from(','), cell])),
            Buffer.from('\n'),
          ]);
        });
        return Buffer.concat(lines);
      }),
  },
  {
    name: 'unclosed-quote',
    description: 'A quote is opened in the third line from the end of a day’s activity and never closed.',
    outcome: 'Its line is rejected; the lines before and after it are taken in.',
    expects: { rules: ['ROW10'], after: 'nothing', status: 'processed', rejected: { activity: { unclosed_quote: 1 } } },
    apply: (drop) =>
      editBytes(drop, schoolDayFile(drop), (bytes) => {
        const rows = parseRows(bytes);
        const tail = rows.slice(-3).map((row) => withCells('activity', row, { UserAgent: '' }));
        return Buffer.concat([formatRows(rows.slice(0, -3)), Buffer.from('"'), formatRows(tail)]);
      }),
  },
  {
    name: 'truncated',
    description: 'A day’s activity ends in the middle of its last row.',
    outcome: 'The last row is rejected for its width; a later delivery of the whole file mends it.',
    expects: { rules: ['ROW10', 'ROW14'], after: 'nothing', status: 'processed', rejected: { activity: { width: 1 } } },
    apply: (drop) =>
      editBytes(drop, schoolDayFile(drop), (bytes) => {
        const rows = parseRows(bytes);
        const last = rows.at(-1)!.slice(0, 5);
        return Buffer.concat([formatRows(rows.slice(0, -1)), Buffer.from(last.map(quoted).join(','))]);
      }),
  },
  {
    name: 'long-line',
    description: 'A section’s location is a text of 10 MB.',
    outcome: 'It is one row like the others.',
    expects: { rules: ['ROW10'], after: 'nothing', status: 'processed' },
    apply: (drop) =>
      editRoster(drop, {
        Section: changeRows([1], (row) => withCells('Section', row, { Location: 'x'.repeat(longLineBytes) })),
      }),
  },
];
