import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { endianness } from 'node:os';
import { bytes } from './delimited-record';

/** What is known of a file that DuckDB reads exactly as our own reader does. */
export interface CleanFile {
  /** Cells of every record; 0 where the file has no record. */
  readonly width: number;
  readonly records: number;
  readonly blankLines: number;
  /** Physical lines, blank ones included. */
  readonly lines: number;
  readonly lineEnd: '\n' | '\r\n';
  /** Whether a quoted cell holds a line feed: such a file cannot be read in parallel. */
  readonly hasQuotedLines: boolean;
  /** Bytes of the longest record. */
  readonly longestRecord: number;
}

// Taken out once: they are read for every byte.
const { carriageReturn, comma, lineFeed, quote } = bytes;

const chunkBytes = 1024 * 1024;
const wordBytes = 4;
/** Room for a byte order mark and for the bytes up to the first whole word. */
const shortestForWords = 16;
const inEachByte = (byte: number): number => byte * 0x01010101;
const quotes = inEachByte(quote);
const commas = inEachByte(comma);
/** Quotes in a chunk's first bytes, one in 32 or more, that tell a file whose cells are quoted throughout. */
const denseQuotes = 128;
const canReadWords = endianness() === 'LE';
const noBytes = Buffer.alloc(0);

/** Where the last byte left off; what comes after `inQuotes` decides at once what the next byte may be. */
enum State {
  cellStart,
  inCell,
  inQuotes,
  afterQuote,
  afterReturn,
}

/**
 * Proves that a file is clean, from its bytes alone and before DuckDB sees it: valid UTF-8 without NUL, one kind of line
 * end, quotes only around whole cells, and the same number of cells in every record. DuckDB's strict reader then returns
 * exactly our reader's records and has nothing to reject. The first sign of anything else ends the search.
 *
 * Plain stretches are looked at four bytes at a time and the rest is native code: a fraction of what DuckDB needs.
 */
export class CleanFileProof {
  private isClean = true;
  private width = 0;
  private records = 0;
  private blankLines = 0;
  private quotedLines = 0;
  private longestRecord = 0;
  private lineEnd: '\n' | '\r\n' | undefined;
  /** Bytes before the present chunk, and where the present record began. */
  private offset = 0;
  private recordStart = 0;
  private separators = 0;
  private cutCharacter: Buffer = noBytes;
  private state = State.cellStart;

  /**
   * Looks at the next bytes of the file; false as soon as the file is known not to be clean. Chunks of less than four
   * bytes before the last may make a clean file look as if it were not.
   */
  add(chunk: Buffer): boolean {
    if (!this.isClean || chunk.length === 0) return this.isClean;
    const from = this.offset === 0 ? this.skipByteOrderMark(chunk) : 0;
    this.isClean &&= this.isText(chunk);
    if (this.isClean) {
      if (canReadWords && chunk.length >= shortestForWords && !isDense(chunk)) this.followWords(chunk, from);
      else this.followBytes(chunk, from, chunk.length);
    }
    this.offset += chunk.length;
    return this.isClean;
  }

  /** Call once, after the last bytes; undefined where the file is not clean. */
  finish(): CleanFile | undefined {
    if (this.state === State.inQuotes || this.state === State.afterReturn || this.cutCharacter.length > 0)
      this.isClean = false;
    const lastLine = this.offset > this.recordStart ? 1 : 0;
    if (lastLine === 1) this.endLine(this.offset, this.offset);
    if (!this.isClean) return undefined;
    // DuckDB takes blank lines for records in a file of one column. Where lines end with \r\n, it stops at a line feed in
    // a quoted cell, and misreads a record beside a blank line that meets the end of its buffer.
    if (this.blankLines > 0 && (this.width === 1 || this.lineEnd === '\r\n')) return undefined;
    if (this.quotedLines > 0 && this.lineEnd === '\r\n') return undefined;
    return {
      width: this.width,
      records: this.records,
      blankLines: this.blankLines,
      lines: this.records + this.blankLines + this.quotedLines,
      lineEnd: this.lineEnd ?? '\n',
      hasQuotedLines: this.quotedLines > 0,
      longestRecord: this.longestRecord,
    };
  }

  private skipByteOrderMark(chunk: Buffer): number {
    if (chunk[0] === 0xef && chunk.length < 3) this.isClean = false;
    this.recordStart = chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 3 : 0;
    return this.recordStart;
  }

  /** Valid UTF-8 without NUL, also across the ends of chunks. */
  private isText(chunk: Buffer): boolean {
    if (chunk.includes(bytes.nul)) return false;
    let from = 0;
    if (this.cutCharacter.length > 0) {
      from = characterBytes(this.cutCharacter[0]) - this.cutCharacter.length;
      if (!isUtf8(Buffer.concat([this.cutCharacter, chunk.subarray(0, from)]))) return false;
    }
    const cut = cutAtEnd(chunk, from);
    this.cutCharacter = Buffer.from(chunk.subarray(cut));
    return isUtf8(chunk.subarray(from, cut));
  }

  /**
   * Counts commas four bytes at a time. A word goes byte by byte where it may hold a line end (any byte below 0x10) or a
   * quote, and wherever the word before it ended after a quote or a carriage return.
   */
  private followWords(chunk: Buffer, from: number): void {
    const aligned = from + ((wordBytes - ((chunk.byteOffset + from) % wordBytes)) % wordBytes);
    this.followBytes(chunk, from, aligned);
    const count = Math.floor((chunk.length - aligned) / wordBytes);
    const words = new Uint32Array(chunk.buffer, chunk.byteOffset + aligned, count);
    let { state } = this;
    let found = 0;
    for (let index = 0; index < count; index += 1) {
      const word = words[index] as number;
      // A byte of a word is zero exactly when subtracting one from each byte borrows into its clear top bit.
      const highHalves = word & 0xf0f0f0f0;
      const ifQuote = word ^ quotes;
      const special = ((highHalves - 0x01010101) & ~highHalves) | ((ifQuote - 0x01010101) & ~ifQuote);
      if ((special & 0x80808080) !== 0 || state > State.inQuotes) {
        const start = aligned + index * wordBytes;
        this.separators += found;
        found = 0;
        this.state = this.stateAt(chunk, start);
        this.followBytes(chunk, start, start + wordBytes);
        if (!this.isClean) return;
        state = this.state;
      } else if (state !== State.inQuotes) {
        const ifComma = word ^ commas;
        const zeroBytes = ~(((ifComma & 0x7f7f7f7f) + 0x7f7f7f7f) | ifComma | 0x7f7f7f7f) >>> 7;
        if (zeroBytes !== 0)
          found += (zeroBytes & 1) + ((zeroBytes >>> 8) & 1) + ((zeroBytes >>> 16) & 1) + (zeroBytes >>> 24);
      }
    }
    const rest = aligned + count * wordBytes;
    this.separators += found;
    this.state = this.stateAt(chunk, rest);
    this.followBytes(chunk, rest, chunk.length);
  }

  /** Words that are only counted do not say whether a cell starts after them: the last byte does. */
  private stateAt(chunk: Buffer, index: number): State {
    if (this.state >= State.inQuotes || index === 0 || this.offset + index === this.recordStart) return this.state;
    const before = chunk[index - 1];
    return before === comma || before === lineFeed ? State.cellStart : State.inCell;
  }

  private followBytes(chunk: Buffer, from: number, to: number): void {
    let { state } = this;
    for (let index = from; index < to && this.isClean; index += 1) {
      const byte = chunk[index];
      if (state === State.inQuotes) {
        if (byte === quote) state = State.afterQuote;
        else if (byte === lineFeed) this.quotedLines += 1;
        else if (byte === carriageReturn) this.isClean = false;
      } else if (byte === lineFeed) {
        this.followLineFeed(this.offset + index, state === State.afterReturn);
        state = State.cellStart;
      } else if (state === State.afterReturn) {
        this.isClean = false;
      } else if (byte === comma) {
        this.separators += 1;
        state = State.cellStart;
      } else if (byte === carriageReturn) {
        state = State.afterReturn;
      } else if (byte === quote) {
        this.isClean = state !== State.inCell;
        state = State.inQuotes;
      } else {
        this.isClean = state !== State.afterQuote;
        state = State.inCell;
      }
    }
    this.state = state;
  }

  private followLineFeed(position: number, isAfterReturn: boolean): void {
    const lineEnd = isAfterReturn ? '\r\n' : '\n';
    this.lineEnd ??= lineEnd;
    if (this.lineEnd !== lineEnd) this.isClean = false;
    this.endLine(isAfterReturn ? position - 1 : position, position + 1);
  }

  private endLine(end: number, next: number): void {
    if (end === this.recordStart) {
      this.blankLines += 1;
    } else {
      const width = this.separators + 1;
      if (this.records === 0) this.width = width;
      if (this.width !== width) this.isClean = false;
      this.records += 1;
      this.longestRecord = Math.max(this.longestRecord, end - this.recordStart);
    }
    this.recordStart = next;
    this.separators = 0;
  }
}

/** Proves a local file clean; undefined where it is not. Errors of the file system are passed on. */
export async function proveClean(localPath: string): Promise<CleanFile | undefined> {
  const file = await open(localPath, 'r');
  try {
    const proof = new CleanFileProof();
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, null);
      if (bytesRead === 0) return proof.finish();
      if (!proof.add(buffer.subarray(0, bytesRead))) return undefined;
    }
  } finally {
    await file.close();
  }
}

/** Whether quotes are so many that few words of the chunk can be passed over. */
function isDense(chunk: Buffer): boolean {
  let index = -1;
  for (let found = 0; found < denseQuotes; found += 1) {
    index = chunk.indexOf(quote, index + 1);
    if (index === -1 || index > denseQuotes * 32) return false;
  }
  return true;
}

/** Bytes of the UTF-8 character that starts with `lead`. */
function characterBytes(lead: number | undefined): number {
  if (lead === undefined || lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** Index at which a character starts that the chunk's end cuts; the chunk's length where none is cut. */
function cutAtEnd(chunk: Buffer, from: number): number {
  for (let back = 1; back <= 3 && chunk.length - back >= from; back += 1) {
    const index = chunk.length - back;
    const byte = chunk[index] as number;
    if (byte >= 0xc0) return characterBytes(byte) > back ? index : chunk.length;
    if (byte < 0x80) break;
  }
  return chunk.length;
}
