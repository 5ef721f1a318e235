import { isUtf8 } from 'node:buffer';
import { bytes, DelimitedRecord, type RecordSpan } from './delimited-record';

/**
 * How far a record may run beyond its first physical line, in bytes from its start. Without a bound, one unclosed quote
 * at the top of a file would need the whole file in memory. A single physical line may be longer.
 */
export const longestQuotedRun = 16 * 1024 * 1024;

// Taken out once: they are read for every byte.
const { carriageReturn, comma, lineFeed, quote } = bytes;

const needsMore = -1;
const unclosed = -2;
const emptyWindow = Buffer.alloc(0);

/**
 * Takes records off the front of a window of bytes that grows at its end; see delimited-reader.ts for the rules.
 * Scanning is synchronous and starts again at a record's first byte when the window ends inside the record, so that no
 * rule depends on where the chunks of a file happen to end.
 */
export class RecordScanner {
  /** Physical lines seen so far, blank ones included. */
  lines = 0;
  /** Physical lines without a single byte: not records. */
  blankLines = 0;
  private window: Buffer = emptyWindow;
  private windowOffset = 0;
  private position = 0;
  private started = false;
  private isUtf16 = false;
  private nextQuote = -1;
  private nextReturn = -1;
  /** Offsets of quotes that open a cell in a run that failed: opening there again would fail the same way. */
  private readonly hopeless = new Set<number>();
  private hopelessUntil = 0;

  constructor(private readonly longestRun: number) {}

  /** Bytes that belong to no record yet. */
  get pending(): number {
    return this.window.length - this.position;
  }

  append(chunks: readonly Buffer[]): void {
    const rest = this.window.subarray(this.position);
    this.windowOffset += this.position;
    this.window =
      rest.length === 0 && chunks.length === 1 ? (chunks[0] ?? emptyWindow) : Buffer.concat([rest, ...chunks]);
    this.position = 0;
    this.nextQuote = -1;
    this.nextReturn = -1;
  }

  /** All records that are complete in the window; `atEnd` says that nothing will be appended any more. */
  scan(atEnd: boolean): DelimitedRecord[] {
    if (!this.started && !this.skipByteOrderMark(atEnd)) return [];
    const records: DelimitedRecord[] = [];
    const first = this.position;
    while (this.position < this.window.length) {
      const start = this.position;
      const lineEnd = this.lineEndFrom(start);
      if (lineEnd === needsMore && !atEnd) break;
      const firstLineEnd = lineEnd === needsMore ? this.window.length : lineEnd;
      const hasQuote = this.quoteFrom(start) < firstLineEnd;
      const end = hasQuote ? this.endOfQuoted(start, firstLineEnd, atEnd) : firstLineEnd;
      if (end === needsMore) break;
      const recordEnd = end === unclosed ? firstLineEnd : end;
      const next = this.afterLineEnd(recordEnd, atEnd);
      if (next === needsMore) break;
      this.take(
        { start, end: recordEnd, hasQuote, isSingleLine: recordEnd === firstLineEnd },
        end === unclosed,
        records,
      );
      this.position = next;
    }
    return this.checkEncoding(records, first);
  }

  private take(
    found: { start: number; end: number; hasQuote: boolean; isSingleLine: boolean },
    isUnclosed: boolean,
    records: DelimitedRecord[],
  ): void {
    const { start, end, hasQuote } = found;
    if (end === start) {
      this.lines += 1;
      this.blankLines += 1;
      return;
    }
    const lineCount = found.isSingleLine ? 1 : countLines(this.window, start, end);
    const span: RecordSpan = {
      line: this.lines + 1,
      lineCount,
      offset: this.windowOffset + start,
      window: this.window,
      start,
      end,
      hasQuote,
    };
    records.push(new DelimitedRecord(span, isUnclosed ? 'unclosed_quote' : undefined));
    this.lines += lineCount;
  }

  /** Most windows are valid as a whole; only in one that is not, each record is looked at. */
  private checkEncoding(records: DelimitedRecord[], first: number): DelimitedRecord[] {
    if (this.isUtf16) return records.map((record) => record.withProblem('encoding'));
    const scanned = this.window.subarray(first, this.position);
    if (isUtf8(scanned) && !scanned.includes(bytes.nul)) return records;
    return records.map((record) => record.checkedForEncoding());
  }

  private skipByteOrderMark(atEnd: boolean): boolean {
    if (this.window.length < 3 && !atEnd) return false;
    const [first, second, third] = this.window;
    if (first === 0xef && second === 0xbb && third === 0xbf) this.position = 3;
    this.isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
    this.started = true;
    return true;
  }

  private quoteFrom(start: number): number {
    if (this.isUtf16) return this.window.length;
    if (this.nextQuote < start) this.nextQuote = indexOrEnd(this.window, quote, start);
    return this.nextQuote;
  }

  private lineEndFrom(start: number): number {
    const nextFeed = this.window.indexOf(lineFeed, start);
    if (this.isUtf16) return nextFeed;
    if (this.nextReturn < start) this.nextReturn = indexOrEnd(this.window, carriageReturn, start);
    if (this.nextReturn === this.window.length) return nextFeed;
    return nextFeed === -1 || this.nextReturn < nextFeed ? this.nextReturn : nextFeed;
  }

  /** First byte of the next physical line; `\r` at the end of the window may still turn out to be half of `\r\n`. */
  private afterLineEnd(end: number, atEnd: boolean): number {
    const { window } = this;
    if (end === window.length || window[end] === lineFeed) return Math.min(end + 1, window.length);
    if (end + 1 === window.length && !atEnd) return needsMore;
    return window[end + 1] === lineFeed ? end + 2 : end + 1;
  }

  /** End of the record that starts at `start` and has a quote on its first physical line. */
  private endOfQuoted(start: number, firstLineEnd: number, atEnd: boolean): number {
    const openings: number[] = [];
    const end = this.followQuotes(start, firstLineEnd, openings, atEnd);
    const limit = start + this.longestRun;
    const ranTooFar = end === needsMore ? this.window.length > limit : end > firstLineEnd && end > limit;
    if (end === needsMore && !ranTooFar) return needsMore;
    if (end !== unclosed && !ranTooFar) return end;
    for (const opening of openings) if (opening <= limit) this.hopeless.add(this.windowOffset + opening);
    this.hopelessUntil = Math.max(this.hopelessUntil, this.windowOffset + limit);
    return unclosed;
  }

  private followQuotes(start: number, firstLineEnd: number, openings: number[], atEnd: boolean): number {
    const { window } = this;
    const { length } = window;
    if (this.hopeless.size > 0 && this.windowOffset + start > this.hopelessUntil) this.hopeless.clear();
    let index = start;
    for (;;) {
      if (window[index] === quote) {
        if (this.hopeless.size > 0 && this.hopeless.has(this.windowOffset + index)) return unclosed;
        // Reading resumes at the next physical line, so that openings on the first one are never met again.
        if (index > firstLineEnd) openings.push(index);
        index += 1;
        while (index < length && (window[index] !== quote || window[index + 1] === quote)) {
          index += window[index] === quote ? 2 : 1;
        }
        if (index >= length) return atEnd ? unclosed : needsMore;
        index += 1;
        if (index < length && window[index] !== comma && !isLineEnd(window[index])) return unclosed;
      } else {
        while (index < length && window[index] !== comma && !isLineEnd(window[index])) index += 1;
      }
      if (index === length) return atEnd ? length : needsMore;
      if (window[index] !== comma) return index;
      index += 1;
    }
  }
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

function indexOrEnd(window: Buffer, byte: number, start: number): number {
  const index = window.indexOf(byte, start);
  return index === -1 ? window.length : index;
}

/** Physical lines of a record: one more than the line ends inside it; `\r\n` is one line end. */
function countLines(window: Buffer, start: number, end: number): number {
  let lines = 1;
  for (let index = start; index < end; index += 1) {
    if (window[index] === lineFeed) lines += 1;
    else if (window[index] === carriageReturn && (index + 1 === end || window[index + 1] !== lineFeed)) {
      lines += 1;
    }
  }
  return lines;
}
