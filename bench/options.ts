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

/** @param names all measurements @throws BenchUsageError */
export function parseBenchOptions(args: readonly string[], names: readonly string[]): BenchOptions {
  const values = parsed(args);
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
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new BenchUsageError(`${(error as Error).message}`);
  }
}
