import { open } from 'node:fs/promises';
import { DelimitedReader, fileChunks } from './delimited-reader';
import type { DelimitedRecord, RecordProblem } from './delimited-record';

/** Records whose cells are counted to guess the width; the whole file decides in the end. */
const sampledRecords = 1000;
const flushBytes = 1024 * 1024;
const byteOrderMark = '\ufeff';

/** The reasons that can be seen without knowing the table, in the order of ROW10. */
export type DelimitedRejectReason = RecordProblem | 'width';

/** A record that does not go on, as it was delivered (ROW10). */
export interface DelimitedReject {
  /** 1-based physical line on which it starts. */
  readonly line: number;
  readonly lineCount: number;
  readonly reason: DelimitedRejectReason;
  /** Undefined where the record could not be taken apart: `unclosed_quote`, `encoding`. */
  readonly cells: readonly string[] | undefined;
  /** The delivered bytes without the line end; a copy. */
  readonly raw: Buffer;
}

/** What one pass over a file found. */
export interface StagedFile {
  /** Cells of most well-formed records; on a tie the width that came first; 0 where there is no such record. */
  readonly width: number;
  readonly readable: number;
  readonly lines: number;
  readonly blankLines: number;
  readonly rejected: Readonly<Record<DelimitedRejectReason, number>>;
  /** In file order; no more than were asked for. */
  readonly rejects: readonly DelimitedReject[];
  readonly hasQuotedLines: boolean;
  /** Bytes of the longest record that was written. */
  readonly longestRecord: number;
}

/**
 * Writes the records of the file's width to `stagedPath` in the form that DuckDB certainly reads (`\n`, quotes only where
 * a cell needs them) and collects the others, up to `rejectLimit`.
 */
export async function stageRecords(localPath: string, stagedPath: string, rejectLimit: number): Promise<StagedFile> {
  const guessed = await sampleWidth(localPath);
  const first = await writeRecords(localPath, stagedPath, guessed, rejectLimit);
  const width = mostFrequent(first.widths);
  return width === guessed ? first.staged : (await writeRecords(localPath, stagedPath, width, rejectLimit)).staged;
}

async function sampleWidth(localPath: string): Promise<number> {
  const widths = new Map<number, number>();
  let seen = 0;
  for await (const record of new DelimitedReader(fileChunks(localPath)).records()) {
    if (record.problem === undefined) count(widths, record.width);
    seen += 1;
    if (seen === sampledRecords) break;
  }
  return mostFrequent(widths);
}

async function writeRecords(localPath: string, stagedPath: string, width: number, rejectLimit: number) {
  const reader = new DelimitedReader(fileChunks(localPath));
  const widths = new Map<number, number>();
  const rejected: Record<DelimitedRejectReason, number> = { unclosed_quote: 0, encoding: 0, width: 0 };
  const rejects: DelimitedReject[] = [];
  let readable = 0;
  let hasQuotedLines = false;
  let longestRecord = 0;
  const file = await open(stagedPath, 'w');
  try {
    // A mark of our own: a first cell that starts with U+FEFF would else be taken for one.
    let text: (string | Buffer)[] = [byteOrderMark];
    let textBytes = 0;
    const flush = async (): Promise<void> => {
      await file.writeFile(Buffer.concat(text.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))));
      text = [];
      textBytes = 0;
    };
    for await (const batch of reader.batches()) {
      for (const record of batch) {
        const found = record.width;
        if (record.problem === undefined) count(widths, found);
        if (record.problem !== undefined || found !== width) {
          const reason = record.problem ?? 'width';
          rejected[reason] += 1;
          if (rejects.length < rejectLimit) rejects.push(asReject(record, reason));
          continue;
        }
        const line = canonicalLine(record);
        text.push(line, '\n');
        textBytes += line.length + 1;
        readable += 1;
        hasQuotedLines ||= record.lineCount > 1;
        longestRecord = Math.max(longestRecord, Buffer.byteLength(line));
      }
      if (textBytes >= flushBytes) await flush();
    }
    await flush();
  } finally {
    await file.close();
  }
  const { lines, blankLines } = reader;
  return {
    widths,
    staged: { width, readable, lines, blankLines, rejected, rejects, hasQuotedLines, longestRecord } as StagedFile,
  };
}

function asReject(record: DelimitedRecord, reason: DelimitedRejectReason): DelimitedReject {
  const { line, lineCount, cells } = record;
  return { line, lineCount, reason, cells, raw: Buffer.from(record.raw) };
}

/** A record without quotes has no line end and no comma in its cells: it is in that form already. */
function canonicalLine(record: DelimitedRecord): string | Buffer {
  if (!record.hasQuote) return record.raw;
  return (record.cells ?? [])
    .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',');
}

function count(widths: Map<number, number>, width: number): void {
  widths.set(width, (widths.get(width) ?? 0) + 1);
}

function mostFrequent(widths: ReadonlyMap<number, number>): number {
  let best = 0;
  let most = 0;
  for (const [width, records] of widths) {
    if (records > most) [best, most] = [width, records];
  }
  return best;
}
