import type { Measurement, Sample, Series } from '../report';
import { seriesOf } from '../report';
import type { Runner, TaskResult } from '../runner';
import type { BenchSizes } from '../sizes';
import type { BenchWorkspace } from '../workspace';

/** What every measurement is given. */
export interface BenchContext {
  readonly runner: Runner;
  readonly workspace: BenchWorkspace;
  readonly sizes: BenchSizes;
  readonly runs: number;
  /** Whether installing into a fresh clone, which needs the network, is asked for. */
  readonly isFresh: boolean;
  /** Executable of Chromium; undefined where there is none. */
  readonly chromium: string | undefined;
  readonly progress: (text: string) => void;
}

export interface BenchMeasurement {
  readonly name: string;
  measure(context: BenchContext): Promise<Measurement>;
}

/** One thing to measure, once per round. */
export interface Contender {
  readonly name: string;
  run(round: number): Promise<TaskResult | Sample>;
}

/** Runs all contenders in turn, round by round (A B A B), so that each meets the same machine. */
export async function inRounds(context: BenchContext, contenders: readonly Contender[]): Promise<Series[]> {
  const taken = contenders.map((): { samples: Sample[]; counts: Series['counts'] } => ({ samples: [], counts: {} }));
  for (let round = 0; round < context.runs; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      context.progress(`${contender.name}, run ${round + 1} of ${context.runs}`);
      const result = await contender.run(round);
      const own = taken[index]!;
      own.samples.push('sample' in result ? result.sample : result);
      if ('counts' in result) own.counts = result.counts;
    }
  }
  return contenders.map(({ name }, index) => seriesOf(name, taken[index]!.samples, taken[index]!.counts));
}

/** The budget, where the sizes are those it was set for. */
export function budgetOf(context: BenchContext, budget: number): number | null {
  return context.sizes.hasBudgets ? budget : null;
}

/** A series that must be there. */
export function named(series: readonly Series[], name: string): Series {
  const found = series.find((one) => one.name === name);
  if (found === undefined) throw new Error(`Nothing was measured as "${name}".`);
  return found;
}
