import { TextDecoder } from 'node:util';

/** What the slow reader says of a record; `raw` is a character per byte. */
export interface PlainRecord {
  readonly line: number;
  readonly lineCount: number;
  readonly offset: number;
  readonly raw: string;
  readonly cells: string[] | undefined;
  readonly problem: 'unclosed_quote' | 'encoding' | undefined;
}

/**
 * The rules of delimited-reader.ts once more, written to be obviously right and for nothing else: the whole file as a
 * string with a character per byte, one regular expression per notion. No bound on quoted runs.
 */
export function plainRecords(file: Buffer): { records: PlainRecord[]; blankLines: number; lines: number } {
  const text = file.toString('latin1');
  const isUtf16 = text.startsWith('\xff\xfe') || text.startsWith('\xfe\xff');
  const records: PlainRecord[] = [];
  let blankLines = 0;
  let line = 1;
  let offset = text.startsWith('\xef\xbb\xbf') ? 3 : 0;
  while (offset < text.length) {
    const rest = text.slice(offset);
    const firstLine = matchOf(isUtf16 ? /^[^\n]*/ : /^[^\r\n]*/, rest);
    const wellFormed = isUtf16 ? firstLine : matchOf(wellFormedRecord, rest);
    const raw = wellFormed ?? firstLine ?? '';
    const lineCount = isUtf16 ? 1 : raw.split(/\r\n|\n|\r/).length;
    const lineEnd = matchOf(isUtf16 ? /^\n?/ : /^(\r\n|\n|\r)?/, rest.slice(raw.length)) ?? '';
    if (raw === '') {
      blankLines += 1;
    } else {
      const isText = !isUtf16 && isValid(raw) && !raw.includes('\0');
      const problem = wellFormed === undefined ? 'unclosed_quote' : isText ? undefined : 'encoding';
      const cells = problem === undefined ? cellsOf(raw) : undefined;
      records.push({ line, lineCount, offset, raw, cells, problem });
    }
    line += lineCount;
    offset += raw.length + lineEnd.length;
  }
  return { records, blankLines, lines: line - 1 };
}

const cell = /(?:"(?:[^"]|"")*"(?=,|\r|\n|$)|(?!")[^,\r\n]*)/.source;
const wellFormedRecord = new RegExp(`^${cell}(?:,${cell})*(?=\\r|\\n|$)`);

function matchOf(pattern: RegExp, text: string): string | undefined {
  return pattern.exec(text)?.[0];
}

function isValid(raw: string): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(raw, 'latin1'));
    return true;
  } catch {
    return false;
  }
}

function cellsOf(raw: string): string[] {
  return [...`,${raw}`.matchAll(new RegExp(`,(${cell})`, 'gs'))].map(([, found = '']) => {
    const unquoted = found.startsWith('"') ? found.slice(1, -1).replaceAll('""', '"') : found;
    return Buffer.from(unquoted, 'latin1').toString('utf8');
  });
}
