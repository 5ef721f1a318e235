/**
 * Everything the command prints goes through an Output: results to standard output, progress and errors to standard
 * error, so that `insights … --json > file` stays clean.
 */

import { printable } from '../contract/printable';

/** Where an Output writes; the process's own streams, or arrays in a test. */
export interface OutputStreams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

export interface Output {
  /** A line of the result. Silent when the result goes to standard output as JSON. */
  line(text?: string): void;
  /** A table of the result: numbers right, words left. */
  table(columns: readonly string[], rows: readonly TableRow[]): void;
  /** What is being done now: replaces the line before on a terminal, a plain line elsewhere (CI). */
  progress(text: string): void;
  /** Ends progress on a terminal, so that the next line starts clean. */
  endProgress(): void;
  /** A line on standard error. */
  error(text: string): void;
}

export type TableCell = string | number | null;
export type TableRow = readonly TableCell[];

const numberFormat = new Intl.NumberFormat('en-GB');

/** `12,345`; a dash for what is not there. */
export function formatCell(cell: TableCell): string {
  if (cell === null) return '-';
  return typeof cell === 'number' ? numberFormat.format(cell) : cell;
}

/** Lines of a table with a rule under the head. A column of which any row has a number is aligned right. */
export function formatTable(columns: readonly string[], rows: readonly TableRow[]): string[] {
  const isRight = columns.map((_, index) => rows.some((row) => typeof row[index] === 'number'));
  const texts = [columns, ...rows.map((row) => columns.map((_, index) => formatCell(row[index] ?? null)))];
  const widths = columns.map((_, index) => Math.max(...texts.map((row) => row[index]?.length ?? 0)));
  const lines = texts.map((row) =>
    row
      .map((text, index) => (isRight[index] ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [lines[0] ?? '', widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1)];
}

/**
 * @param quiet true when standard output belongs to a JSON document: lines and tables are then left out.
 */
export function createOutput(streams: OutputStreams, quiet: boolean): Output {
  const isTerminal = streams.stderr.isTTY === true;
  let isProgressShown = false;
  const endProgress = (): void => {
    if (isProgressShown) streams.stderr.write('\r\u001b[K');
    isProgressShown = false;
  };
  const line = (text = ''): void => {
    endProgress();
    if (!quiet) streams.stdout.write(`${text}\n`);
  };
  return {
    line,
    table: (columns, rows) => formatTable(columns, rows).forEach(line),
    progress: (text) => {
      const shown = printable(text);
      streams.stderr.write(isTerminal ? `\r\u001b[K${shown}` : `${shown}\n`);
      isProgressShown = isTerminal;
    },
    endProgress,
    error: (text) => {
      endProgress();
      streams.stderr.write(`${text}\n`);
    },
  };
}
