import { createReadStream } from 'node:fs';
import type { DelimitedRecord } from './delimited-record';
import { longestQuotedRun, RecordScanner } from './delimited-scanner';

const windowBytes = 1024 * 1024;

export interface DelimitedReaderOptions {
  /** Bytes that a record may run beyond its first physical line; default `longestQuotedRun` (16 MiB). */
  readonly longestRun?: number;
}

/**
 * Reads a delivered file (RFC 4180: no header, commas, `"` doubled inside quoted cells) without losing anything: every
 * physical line that is not blank belongs to exactly one record, good or not.
 *
 * - A line ends with `\n`, `\r\n` or a lone `\r`, also mixed. A line without a byte is no record; blanks are text.
 * - A quote opens a cell only as the cell's first byte; elsewhere in an unquoted cell it is text, as DuckDB has it. A
 *   blank before it makes it such text (DuckDB would drop blank and quotes, even in strict mode).
 * - A quoted cell must close before the end of the file and be followed by a comma or a line end. Otherwise the record is
 *   `unclosed_quote`, consists of its first physical line only, and reading resumes at the second: the lines that the
 *   quote would have swallowed are read for themselves (ROW10: counted in physical lines).
 * - A record that runs on for more than 16 MiB over several lines counts as unclosed, and so does every quote that opens
 *   on the way. Memory is bounded by that and by the longest physical line.
 * - Invalid UTF-8 or a NUL byte anywhere in a record is `encoding` (NUL is text for DuckDB, but what delivers it is UTF-16
 *   without a mark). A file with a UTF-16 byte order mark is `encoding` line by line, split at `\n`, quotes unseen.
 * - A UTF-8 byte order mark at the start of the file is skipped, and counted in offsets.
 */
export class DelimitedReader {
  private readonly scanner: RecordScanner;

  constructor(
    private readonly chunks: AsyncIterable<Buffer>,
    options: DelimitedReaderOptions = {},
  ) {
    this.scanner = new RecordScanner(options.longestRun ?? longestQuotedRun);
  }

  /** Physical lines read so far: the sum of the records' `lineCount` and `blankLines`. */
  get lines(): number {
    return this.scanner.lines;
  }

  get blankLines(): number {
    return this.scanner.blankLines;
  }

  /** Records in file order, a window's worth at a time; one pass only. */
  async *batches(): AsyncGenerator<readonly DelimitedRecord[]> {
    const { scanner } = this;
    let waiting: Buffer[] = [];
    let waitingBytes = 0;
    for await (const chunk of this.chunks) {
      for (let start = 0; start < chunk.length; start += windowBytes) {
        const piece = chunk.subarray(start, start + windowBytes);
        waiting.push(piece);
        waitingBytes += piece.length;
        // The window at least doubles before a record is tried again: long records cost linear time.
        if (waitingBytes <= scanner.pending) continue;
        scanner.append(waiting);
        waiting = [];
        waitingBytes = 0;
        const records = scanner.scan(false);
        if (records.length > 0) yield records;
      }
    }
    scanner.append(waiting);
    const records = scanner.scan(true);
    if (records.length > 0) yield records;
  }

  /** The same, record by record. */
  async *records(): AsyncGenerator<DelimitedRecord> {
    for await (const batch of this.batches()) yield* batch;
  }
}

/** The bytes of a local file, in pieces of 1 MiB. */
export function fileChunks(localPath: string): AsyncIterable<Buffer> {
  return createReadStream(localPath, { highWaterMark: windowBytes }) as AsyncIterable<Buffer>;
}
