import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { InsightsError } from '../contract/errors';
import { quoteLiteral } from './database';
import { proveClean, type CleanFile } from './delimited-proof';
import { stageRecords, type DelimitedReject, type DelimitedRejectReason } from './delimited-staging';

/** A delivered file that is on this machine. */
export interface DelimitedSource {
  readonly localPath: string;
  /** The file as the user knows it, for errors. */
  readonly name: string;
}

export interface ReadDelimitedOptions {
  /** An existing folder of the caller, who removes it: a file that is not clean is written there in clean form. */
  readonly stagingFolder: string;
  /** Rejects that are kept with cells and bytes; more are only counted. Default 100,000. */
  readonly rejectLimit?: number;
  /** `whole` reads with our own reader even where DuckDB could be trusted; for tests. Default `fastest`. */
  readonly path?: 'fastest' | 'whole';
}

/** A delivered file, ready to be read as a relation. */
export interface DelimitedFile {
  /**
   * SQL for FROM: VARCHAR columns `_c0` to `_c<width-1>`, a row for each readable record; empty cells are NULL, quoted
   * or not, and blanks are text (ROW9). Where no record is readable: `_c0` and no row.
   */
  readonly relation: string;
  /** Cells of most well-formed records (on a tie the width that came first); 0 where there is none. */
  readonly width: number;
  /** Records in all: readable and rejected. */
  readonly records: number;
  readonly readable: number;
  /** Physical lines, blank ones included. */
  readonly lines: number;
  readonly blankLines: number;
  readonly rejected: Readonly<Record<DelimitedRejectReason, number>>;
  /** In file order, at most `rejectLimit` of them. */
  readonly rejects: readonly DelimitedReject[];
  /** Whether DuckDB reads the delivered file itself, and not a copy in clean form. */
  readonly isDirect: boolean;
}

const defaultRejectLimit = 100_000;
const noRejects = { unclosed_quote: 0, encoding: 0, width: 0 } as const;

/**
 * Makes a delivered file readable for DuckDB without losing a line of it. A file that is proved clean (delimited-proof.ts)
 * is read by DuckDB directly, in parallel; any other goes through our own reader whole, into a copy that is clean, and
 * what does not fit comes back as rejects. Both ways give the same rows and counts. A relation may be read many times.
 *
 * The reasons `unclosed_quote`, `encoding` and `width` are settled here; the others of ROW10 need the table.
 *
 * @throws InsightsError INGEST_FILE_UNREADABLE where the file or the staging folder cannot be read or written
 */
export async function readDelimited(source: DelimitedSource, options: ReadDelimitedOptions): Promise<DelimitedFile> {
  return readingDelimited(source, async () => {
    const clean = options.path === 'whole' ? undefined : await proveClean(source.localPath);
    if (clean !== undefined) return directFile(source.localPath, clean);
    const stagedPath = join(options.stagingFolder, `${randomUUID()}.csv`);
    const staged = await stageRecords(source.localPath, stagedPath, options.rejectLimit ?? defaultRejectLimit);
    const { width, readable, lines, blankLines, rejected, rejects } = staged;
    return {
      relation: relationOf(stagedPath, { ...staged, records: readable, lineEnd: '\n' }),
      width,
      records: readable + rejected.unclosed_quote + rejected.encoding + rejected.width,
      readable,
      lines,
      blankLines,
      rejected,
      rejects,
      isDirect: false,
    };
  });
}

/**
 * Runs work that reads a delivered file's relation. Errors of DuckDB and of the file system quote rows or local paths:
 * only the file's name is passed on (ROW13), and the original stays in memory as `cause`. An InsightsError passes.
 */
export async function readingDelimited<T>(source: Pick<DelimitedSource, 'name'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof InsightsError) throw cause;
    throw new InsightsError('INGEST_FILE_UNREADABLE', 'The delivered file could not be read.', {
      place: { file: source.name },
      cause,
    });
  }
}

function directFile(localPath: string, clean: CleanFile): DelimitedFile {
  const { width, records, lines, blankLines } = clean;
  return {
    relation: relationOf(localPath, clean),
    width,
    records,
    readable: records,
    lines,
    blankLines,
    rejected: noRejects,
    rejects: [],
    isDirect: true,
  };
}

/** Above this, DuckDB must be told; its buffers are 16 times as large. */
const defaultLongestLine = 2_000_000;

type ReadableText = Pick<CleanFile, 'width' | 'records' | 'lineEnd' | 'hasQuotedLines' | 'longestRecord'>;

function relationOf(path: string, file: ReadableText): string {
  if (file.records === 0) return '(SELECT NULL::VARCHAR AS _c0 WHERE false)';
  const columns = Array.from({ length: file.width }, (_, index) => `'_c${index}': 'VARCHAR'`);
  const options = [
    quoteLiteral(path),
    'auto_detect = false',
    "compression = 'none'",
    'header = false',
    "delim = ','",
    `quote = '"'`,
    `escape = '"'`,
    `columns = {${columns.join(', ')}}`,
    'strict_mode = true',
    // Told \n, DuckDB also reads line ends in a quoted first cell; told \r\n it loses rows, but sees it by itself.
    ...(file.lineEnd === '\n' ? ["new_line = '\\n'"] : []),
    // A thread that starts in the middle of a file cannot know whether a line feed is inside quotes.
    `parallel = ${!file.hasQuotedLines}`,
    ...(file.longestRecord < defaultLongestLine
      ? []
      : [`max_line_size = ${file.longestRecord + 1024}`, `buffer_size = ${2 * (file.longestRecord + 1024)}`]),
  ];
  return `read_csv(${options.join(', ')})`;
}
