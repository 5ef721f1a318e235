import { toText } from '../expression/content';
import type { ValueObject } from '../expression/value';
import { ActivityFailure } from '../run/records';

/** How a data set of type DelimitedText is written. */
export interface DelimitedFormat {
  readonly delimiter: string;
  /** Empty where nothing is quoted. */
  readonly quote: string;
  readonly escape: string;
  readonly hasHeader: boolean;
  readonly rowDelimiter: string;
  /** What stands for no value. */
  readonly nullText: string;
  /** Lines to leave out before anything is read; empty ones do not count. */
  readonly skippedLines: number;
  /** Whether cells are quoted that need not be. */
  readonly quotesAll: boolean;
}

export interface DelimitedTable {
  /** Of the header; `Prop_0`, `Prop_1` … where there is none. */
  readonly columns: readonly string[];
  /** Null where the file has the text that stands for it. */
  readonly rows: readonly (readonly (string | null)[])[];
}

/**
 * The format that a data set's properties describe.
 * @param settings `formatSettings` of the source or sink
 * @throws ActivityFailure for encodings other than UTF-8.
 */
export function delimitedFormat(properties: ValueObject, settings: ValueObject = {}): DelimitedFormat {
  const text = (name: string, absent: string): string => {
    const value = properties[name] ?? null;
    return value === null ? absent : toText(value);
  };
  if (!/^utf-?8$/i.test(text('encodingName', 'UTF-8')) || (properties['compressionCodec'] ?? 'none') !== 'none') {
    throw new ActivityFailure('NotImplemented', 'Delimited text can be read here as UTF-8 without compression only.');
  }
  return {
    delimiter: text('columnDelimiter', ','),
    quote: text('quoteChar', '"'),
    escape: text('escapeChar', '\\'),
    hasHeader: properties['firstRowAsHeader'] === true,
    rowDelimiter: text('rowDelimiter', '\n'),
    nullText: text('nullValue', ''),
    skippedLines: Number(toText(settings['skipLineCount'] ?? 0n)) || 0,
    quotesAll: settings['quoteAllText'] === true,
  };
}

/** Reads delimited text; a line break within quotes belongs to the cell. */
export function readDelimited(text: string, format: DelimitedFormat): DelimitedTable {
  const records = readRecords(text.replace(/^\uFEFF/, ''), format).slice(format.skippedLines);
  const width = Math.max(0, ...records.map(({ length }) => length));
  const header = format.hasHeader ? records.shift() : undefined;
  const columns = Array.from({ length: width }, (_, index) => header?.[index] ?? `Prop_${index}`);
  return { columns, rows: records };
}

function readRecords(text: string, { delimiter, quote, escape, nullText }: DelimitedFormat): (string | null)[][] {
  const records: (string | null)[][] = [];
  let record: (string | null)[] = [];
  let cell = '';
  let wasQuoted = false;
  let inQuotes = false;
  const endCell = (): void => {
    record.push(!wasQuoted && cell === nullText ? null : cell);
    cell = '';
    wasQuoted = false;
  };
  const endRecord = (): void => {
    endCell();
    // A line with nothing on it is no record.
    if (record.length > 1 || record[0] !== null) records.push(record);
    record = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (inQuotes && character === escape && (next === quote || next === escape)) {
      cell += next;
      at += 1;
    } else if (quote !== '' && character === quote && (inQuotes || cell === '')) {
      inQuotes = !inQuotes;
      wasQuoted = true;
    } else if (!inQuotes && text.startsWith(delimiter, at)) {
      endCell();
      at += delimiter.length - 1;
    } else if (!inQuotes && (character === '\n' || character === '\r')) {
      if (character === '\r' && next === '\n') at += 1;
      endRecord();
    } else {
      cell += character;
    }
  }
  if (cell !== '' || wasQuoted || record.length > 0) endRecord();
  return records;
}

/** Writes delimited text; cells are quoted where they must be. */
export function writeDelimited(table: DelimitedTable, format: DelimitedFormat): string {
  const { delimiter, quote, escape, rowDelimiter, nullText, quotesAll } = format;
  const cellText = (cell: string | null): string => {
    if (cell === null) return nullText;
    const mustQuote =
      quotesAll ||
      cell === nullText ||
      [delimiter, quote, '\n', '\r'].some((mark) => mark !== '' && cell.includes(mark));
    if (!mustQuote || quote === '') return cell;
    const escaped = escape === quote ? cell : cell.replaceAll(escape, escape + escape);
    return quote + escaped.replaceAll(quote, escape + quote) + quote;
  };
  const records = format.hasHeader ? [table.columns, ...table.rows] : table.rows;
  return records.map((record) => record.map(cellText).join(delimiter) + rowDelimiter).join('');
}
