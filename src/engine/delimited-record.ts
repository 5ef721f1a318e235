import { isUtf8 } from 'node:buffer';

/** Bytes that have a meaning in a delivered file. None of them can be part of a longer UTF-8 sequence. */
export const bytes = { nul: 0x00, lineFeed: 0x0a, carriageReturn: 0x0d, quote: 0x22, comma: 0x2c } as const;

// Taken out once: they are read for every byte.
const { comma, quote } = bytes;

/** Why a record could not be taken apart (ROW10; `unclosed_quote` goes before `encoding`). */
export type RecordProblem = 'unclosed_quote' | 'encoding';

/** Where a record lies: in the delivered file, and in the window of it that is in memory. */
export interface RecordSpan {
  /** 1-based physical line on which the record starts. */
  readonly line: number;
  /** Physical lines that it covers: more than 1 only when a quoted cell holds line ends. */
  readonly lineCount: number;
  /** Byte offset in the delivered file, a byte order mark counted. */
  readonly offset: number;
  readonly window: Buffer;
  /** First byte in `window`, and the byte after the last; the line end is not part of the record. */
  readonly start: number;
  readonly end: number;
  /** Whether a quote occurs in it. */
  readonly hasQuote: boolean;
}

/**
 * A record as delivered. Nothing is decoded before it is asked for, and every read decodes again: most records of a
 * large file are never looked at.
 *
 * A record keeps the window in memory from which it was read (about 1 MiB); whoever keeps records for long copies `raw`.
 */
export class DelimitedRecord {
  readonly line: number;
  readonly lineCount: number;
  readonly offset: number;
  readonly problem: RecordProblem | undefined;
  /** Whether a quote occurs in it; without one, `raw` is the cells, joined by commas. */
  readonly hasQuote: boolean;
  private readonly window: Buffer;
  private readonly start: number;
  private readonly end: number;

  constructor(span: RecordSpan, problem?: RecordProblem) {
    this.line = span.line;
    this.lineCount = span.lineCount;
    this.offset = span.offset;
    this.hasQuote = span.hasQuote;
    this.window = span.window;
    this.start = span.start;
    this.end = span.end;
    this.problem = problem;
  }

  /** The bytes of the record exactly as delivered, without the line end. A view, not a copy. */
  get raw(): Buffer {
    return this.window.subarray(this.start, this.end);
  }

  get byteLength(): number {
    return this.end - this.start;
  }

  /** Cells of the record; 0 where it has a problem. */
  get width(): number {
    if (this.problem !== undefined) return 0;
    if (this.hasQuote) return quotedCells(this.window, this.start, this.end).length;
    const { window, end } = this;
    let commas = 0;
    for (let index = this.start; index < end; index += 1) if (window[index] === comma) commas += 1;
    return commas + 1;
  }

  /** The cells as text: quotes taken off, blanks and case untouched (ROW9); undefined where the record has a problem. */
  get cells(): string[] | undefined {
    if (this.problem !== undefined) return undefined;
    if (this.hasQuote) return quotedCells(this.window, this.start, this.end);
    return this.window.toString('utf8', this.start, this.end).split(',');
  }

  /** Copies the record's bytes to `target` and returns their number. */
  copyTo(target: Buffer, position: number): number {
    return this.window.copy(target, position, this.start, this.end);
  }

  /** This record with the problem `encoding` where its bytes are not text: invalid UTF-8, or a NUL byte. */
  checkedForEncoding(): DelimitedRecord {
    if (this.problem !== undefined) return this;
    const raw = this.raw;
    return isUtf8(raw) && !raw.includes(bytes.nul) ? this : this.withProblem('encoding');
  }

  withProblem(problem: RecordProblem): DelimitedRecord {
    return new DelimitedRecord(
      {
        line: this.line,
        lineCount: this.lineCount,
        offset: this.offset,
        hasQuote: this.hasQuote,
        window: this.window,
        start: this.start,
        end: this.end,
      },
      problem,
    );
  }
}

/** Cells of a record that is known to be well formed and has quotes somewhere. */
function quotedCells(window: Buffer, start: number, end: number): string[] {
  const cells: string[] = [];
  let index = start;
  for (;;) {
    if (index < end && window[index] === quote) {
      let doubled = false;
      let closing = index + 1;
      for (; ; closing += 1) {
        if (window[closing] !== quote) continue;
        if (closing + 1 >= end || window[closing + 1] !== quote) break;
        doubled = true;
        closing += 1;
      }
      const text = window.toString('utf8', index + 1, closing);
      cells.push(doubled ? text.replaceAll('""', '"') : text);
      index = closing + 1;
    } else {
      const from = index;
      while (index < end && window[index] !== comma) index += 1;
      cells.push(window.toString('utf8', from, index));
    }
    if (index >= end) return cells;
    index += 1;
  }
}
