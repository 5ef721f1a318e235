import type { MachineFacts, Load } from './machine';

/** What one run of one thing took. Memory is the process's own peak, so every measured thing has a process of its own. */
export interface Sample {
  /** Milliseconds of the measured part alone; of the whole process where that is what is measured. */
  readonly wallMs: number;
  /** User and system time of all threads during the measured part, milliseconds. */
  readonly cpuMs: number;
  /** Peak resident memory of the process until the end of the measured part, MB of 1,000,000 bytes. */
  readonly peakMegabytes: number;
  /** From starting the process to its end, milliseconds. */
  readonly processMs: number;
}

/** The samples of one thing in the order in which they were taken, and the median of each number. */
export interface Series {
  readonly name: string;
  readonly samples: readonly Sample[];
  readonly median: Sample;
  /** What the last run counted: rows, bytes, operations. */
  readonly counts: Readonly<Record<string, number>>;
}

export type Unit = 'ms' | 'MB' | 'kB' | 'ratio' | 'rows/s';

/** A number with its budget (design.md §9). */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  /** The most it may be; null where there is no budget, and at sizes for which none was set. */
  readonly budget: number | null;
  readonly isWithin: boolean | null;
}

export type Measurement =
  | {
      readonly name: string;
      readonly status: 'measured';
      readonly series: readonly Series[];
      readonly figures: readonly Figure[];
    }
  | { readonly name: string; readonly status: 'skipped' | 'failed'; readonly reason: string };

export interface BenchReport {
  readonly format: 1;
  readonly report: 'benchmark';
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly runs: number;
  /** Small sizes, which show that the benchmark works and nothing else. */
  readonly isQuick: boolean;
  readonly machine: MachineFacts;
  readonly loadBefore: Load;
  readonly loadAfter: Load;
  readonly measurements: readonly Measurement[];
}

/** The middle number; of an even count the mean of the middle two. NaN for none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}

export function seriesOf(
  name: string,
  samples: readonly Sample[],
  counts: Readonly<Record<string, number>> = {},
): Series {
  const middle = (of: (sample: Sample) => number): number => median(samples.map(of));
  const medians = {
    wallMs: middle(({ wallMs }) => wallMs),
    cpuMs: middle(({ cpuMs }) => cpuMs),
    peakMegabytes: middle(({ peakMegabytes }) => peakMegabytes),
    processMs: middle(({ processMs }) => processMs),
  };
  return { name, samples, median: rounded(medians), counts };
}

/**
 * Median over the rounds of how often `base` fits into `series`: the two of one round were measured one after the other,
 * so a machine that becomes slower meanwhile slows down both.
 */
export function ratioOf(series: Series, base: Series): number {
  return median(series.samples.map(({ wallMs }, round) => wallMs / (base.samples[round]?.wallMs ?? Number.NaN)));
}

export function figure(name: string, value: number, unit: Unit, budget: number | null = null): Figure {
  const rounded = round(value, unit === 'ratio' ? 2 : 0);
  return { name, value: rounded, unit, budget, isWithin: budget === null ? null : rounded <= budget };
}

/** Tenths of a millisecond and of a megabyte: what lies below is noise. */
export function rounded({ wallMs, cpuMs, peakMegabytes, processMs }: Sample): Sample {
  return {
    wallMs: round(wallMs, 1),
    cpuMs: round(cpuMs, 1),
    peakMegabytes: round(peakMegabytes, 1),
    processMs: round(processMs, 1),
  };
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
