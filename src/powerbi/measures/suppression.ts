import type { DuckDBValue } from '@duckdb/node-api';
import { isRatio, personColumns } from './measure';
import { measureNamed } from './measures';
import { factColumns } from './sql';

/** A number stands for at least this many persons, and so does what is left of its total (CELL1). */
export const smallestGroup = 5;

/** The largest part of a number that may come from one person (CELL4). */
export const largestShare = 0.8;

/** What a number stands for. */
export interface PersonFacts {
  /** Different persons behind it. */
  readonly persons: number;
  /** Different persons behind the rest of the total that it is a part of; 0 where there is no rest. */
  readonly others: number;
  /** The part of the one person with most, 0 to 1. */
  readonly share: number;
}

/** Whether a number may be seen by itself (CELL1, CELL4); the cells beside it are another matter (CELL2, CELL3). */
export function isLargeEnough({ persons, others, share }: PersonFacts): boolean {
  return persons >= smallestGroup && (others === 0 || others >= smallestGroup) && share <= largestShare;
}

type Row = Readonly<Record<string, DuckDBValue>>;

/** What a counted measure of a row of `measureQuery` stands for; undefined where it counts no persons' doings. */
export function personFacts(name: string, row: Row): PersonFacts | undefined {
  const measure = measureNamed(name);
  if (isRatio(measure) || personColumns[measure.fact] === undefined) return undefined;
  const { persons, others, share } = factColumns(name);
  return { persons: Number(row[persons]), others: Number(row[others]), share: Number(row[share] ?? 0) };
}

/**
 * The value of a measure in a row of `measureQuery`: a number, or a day as `yyyy-MM-dd`; null where there is none or it is
 * hidden (CELL1, CELL4). A ratio is shown where both of its sides are.
 */
export function shownValue(name: string, row: Row): number | string | null {
  const measure = measureNamed(name);
  if (isRatio(measure)) {
    const [numerator, denominator] = [shownValue(measure.numerator, row), shownValue(measure.denominator, row)];
    return typeof numerator === 'number' && typeof denominator === 'number' && denominator !== 0
      ? numerator / denominator
      : null;
  }
  const value = row[name];
  if (value === null || value === undefined) return null;
  const facts = personFacts(name, row);
  if (facts !== undefined && !isLargeEnough(facts)) return null;
  return measure.format === 'day' ? String(value) : Number(value);
}
