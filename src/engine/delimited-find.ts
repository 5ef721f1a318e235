import { createHash } from 'node:crypto';
import { DelimitedReader } from './delimited-reader';

/** A delivered record that was asked for by its content. */
export interface FoundRecord {
  /** 1-based physical line on which it starts. */
  readonly line: number;
  readonly lineCount: number;
  readonly cells: readonly string[];
  /** The delivered bytes without the line end; a copy. */
  readonly raw: Buffer;
}

/**
 * The content hash of ROW11: SHA-256, lower-case hex, of the delivered cells in UTF-8, joined by U+001F. A null is an
 * empty cell.
 */
export function contentHash(cells: readonly (string | null)[]): string {
  return createHash('sha256')
    .update(cells.map((cell) => cell ?? '').join('\u001f'), 'utf8')
    .digest('hex');
}

/**
 * Finds records by content, for rows that fail after the file was read (cast, keys) and must be kept with their true line
 * and delivered bytes. DuckDB knows neither.
 *
 * @param chunks the delivered file, from its start (`fileChunks`)
 * @param wanted how many records of each content hash are wanted; equal records are found in file order
 * @returns records by content hash, as many as are there; reading ends as soon as nothing is missing
 */
export async function findRecords(
  chunks: AsyncIterable<Buffer>,
  wanted: ReadonlyMap<string, number>,
): Promise<Map<string, FoundRecord[]>> {
  const found = new Map<string, FoundRecord[]>();
  let missing = 0;
  for (const count of wanted.values()) missing += Math.max(0, count);
  if (missing === 0) return found;
  for await (const record of new DelimitedReader(chunks).records()) {
    const { cells } = record;
    if (cells === undefined) continue;
    const hash = contentHash(cells);
    const count = wanted.get(hash) ?? 0;
    const records = found.get(hash) ?? [];
    if (records.length >= count) continue;
    records.push({ line: record.line, lineCount: record.lineCount, cells, raw: Buffer.from(record.raw) });
    found.set(hash, records);
    missing -= 1;
    if (missing === 0) break;
  }
  return found;
}
