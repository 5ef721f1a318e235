import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { quoteText } from '../catalogue/render/sql-text';
import { InsightsError } from '../contract/errors';

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
   * or not, and blanks are text (ROW9). Where no record is readable: `_c0` and no row. Read by one thread; for large files
   * see `loadDelimited`.
   */
  readonly relation: string;
  /**
   * The same for a file of 8 MB and more, read by several threads: what `loadDelimited` tries first. It may fail, and it
   * may lack rows without a word, so nobody else may use it. Undefined where it would gain nothing.
   */
  readonly parallelRelation: string | undefined;
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

const noRows = '(SELECT NULL::VARCHAR AS _c0 WHERE false)';
/** What a thread of DuckDB takes at a time: nothing smaller is divided. */
const bytesPerThread = 8_000_000;
const defaultRejectLimit = 100_000;
const noRejects = { unclosed_quote: 0, encoding: 0, width: 0 } as const;

/**
 * Makes a delivered file readable for DuckDB without losing a line of it. A file that is proved clean (delimited-proof.ts)
 * is read by DuckDB directly; any other goes through our own reader whole, into a copy that is clean, and
 * what does not fit comes back as rejects. Both ways give the same rows and counts. A relation may be read many times.
 *
 * The reasons `unclosed_quote`, `encoding` and `width` are settled here; the others of ROW10 need the table.
 *
 * @throws InsightsError INGEST_FILE_UNREADABLE where the file or the staging folder cannot be read or written
 */
export async function readDelimited(source: DelimitedSource, options: ReadDelimitedOptions): Promise<DelimitedFile> {
  return readingDelimited(source, async () => {
    const clean = options.path === 'whole' ? undefined : await proveClean(source.localPath);
    if (clean !== undefined) return directFile(source.localPath, clean, (await stat(source.localPath)).size);
    const stagedPath = join(options.stagingFolder, `${randomUUID()}.csv`);
    const staged = await stageRecords(source.localPath, stagedPath, options.rejectLimit ?? defaultRejectLimit);
    const { width, readable, lines, blankLines, rejected, rejects } = staged;
    return {
      ...relationsOf(stagedPath, { ...staged, records: readable, lineEnd: '\n' }, (await stat(stagedPath)).size),
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
 * Loads a file's rows with all threads where that works, and with one where it does not.
 *
 * DuckDB 1.5.5 divides a file at fixed offsets, and for some offsets it loses the row there, in silence, or gives up on a
 * file without fault (about one large file in forty; rows are never invented or changed). So the rows that arrived are
 * counted, and on any difference the load starts again on one thread.
 *
 * @param load reads the relation to its end and puts the rows where they belong; called a second time, it must replace
 *   what the first call left behind
 * @param rowsOf the number of rows that a load has read
 * @throws InsightsError INGEST_FILE_UNREADABLE where one thread does not read every readable record either
 */
export async function loadDelimited<T>(
  source: Pick<DelimitedSource, 'name'>,
  file: Pick<DelimitedFile, 'relation' | 'parallelRelation' | 'readable'>,
  load: (relation: string) => Promise<T>,
  rowsOf: (loaded: T) => number,
): Promise<T> {
  if (file.parallelRelation !== undefined) {
    // Whatever went wrong will go wrong again below, unless it was the division of the file.
    const loaded = await load(file.parallelRelation).then(
      (value) => ({ value }),
      () => undefined,
    );
    if (loaded !== undefined && rowsOf(loaded.value) === file.readable) return loaded.value;
  }
  const loaded = await readingDelimited(source, () => load(file.relation));
  if (rowsOf(loaded) === file.readable) return loaded;
  throw new InsightsError(
    'INGEST_FILE_UNREADABLE',
    `The delivered file has ${file.readable} readable records, but ${rowsOf(loaded)} were read.`,
    { place: { file: source.name } },
  );
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

function directFile(localPath: string, clean: CleanFile, size: number): DelimitedFile {
  const { width, records, lines, blankLines } = clean;
  return {
    ...relationsOf(localPath, clean, size),
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

function relationsOf(
  path: string,
  file: ReadableText,
  size: number,
): Pick<DelimitedFile, 'relation' | 'parallelRelation'> {
  if (file.records === 0) return { relation: noRows, parallelRelation: undefined };
  // A thread that starts in the middle of a file cannot know whether a line feed is inside quotes.
  const isDivisible = size > bytesPerThread && !file.hasQuotedLines;
  return {
    relation: relationOf(path, file, false),
    parallelRelation: isDivisible ? relationOf(path, file, true) : undefined,
  };
}

function relationOf(path: string, file: ReadableText, isParallel: boolean): string {
  const columns = Array.from({ length: file.width }, (_, index) => `'_c${index}': 'VARCHAR'`);
  const options = [
    quoteText(path),
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
    `parallel = ${isParallel}`,
    ...(file.longestRecord < defaultLongestLine
      ? []
      : [`max_line_size = ${file.longestRecord + 1024}`, `buffer_size = ${2 * (file.longestRecord + 1024)}`]),
  ];
  return `read_csv(${options.join(', ')})`;
}
