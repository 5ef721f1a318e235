import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly runs: number;
  /** Names of measurements, in the order in which they run. */
  readonly only: readonly string[];
  readonly isQuick: boolean;
  readonly isFresh: boolean;
  /** File for the JSON; undefined: standard output. */
  readonly out: string | undefined;
}

/** A command line that cannot be used. */
export class BenchUsageError extends Error {}

/** What `--help` prints. @param names all measurements */
export function benchHelp(names: readonly string[]): string {
  return `Usage: npm run bench -- [options]

Measures what has a budget. A budget that is missed is a figure, not a failure.

Options:
  --only NAME,NAME  some of the measurements (default: all)
  --runs N          medians of so many runs, 1 to 99 (default: 3)
  --quick           small sizes: shows that the benchmark works, and nothing else
  --fresh           with start: npm start in a fresh clone, with its installation
  --out FILE        the JSON into a file (default: standard output)
  --help            this

Measurements: ${names.join(', ')}

Exit codes: 0 measured, 1 a measurement failed, 2 usage. docs/benchmarks.md says how it measures.
`;
}

/** @param names all measurements @returns undefined where help is asked for @throws BenchUsageError */
export function parseBenchOptions(args: readonly string[], names: readonly string[]): BenchOptions | undefined {
  const values = parsed(args);
  if (values.help === true) return undefined;
  const runs = Number(values.runs ?? '3');
  if (!Number.isInteger(runs) || runs < 1 || runs > 99)
    throw new BenchUsageError('--runs is a whole number from 1 to 99.');
  const wanted = values.only?.split(',') ?? names;
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new BenchUsageError(`--only takes names of: ${names.join(', ')}.`);
  return {
    runs,
    only: names.filter((name) => wanted.includes(name)),
    isQuick: values.quick === true,
    isFresh: values.fresh === true,
    out: values.out,
  };
}

function parsed(args: readonly string[]) {
  try {
    const options = {
      runs: { type: 'string' },
      only: { type: 'string' },
      quick: { type: 'boolean' },
      fresh: { type: 'boolean' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new BenchUsageError(`${(error as Error).message}`);
  }
}
