import { smallestGroup } from '../privacy/cell-counts';
import type { Shown } from '../published';

/** To a multiple of 5, never to nothing (CELL3). */
export function roundedToFive(count: number): number {
  return count === 0 ? 0 : Math.max(5, 5 * Math.round(count / 5));
}

/**
 * A number of persons beside the larger numbers that it is a part of: exact only where none of the differences is a small
 * group, else hidden. Distinct counts have differences that no sum of cells has: the persons of one week are not those of
 * another.
 */
export function shownPersons(count: number, wholes: readonly number[]): Shown {
  return wholes.some((whole) => whole > count && whole - count < smallestGroup) ? null : count;
}

/** As written: percentages to a tenth, averages to one decimal, all else whole. */
export function shownValue(value: number, format: 'whole' | 'decimal' | 'percent' | 'day'): number {
  if (format === 'percent') return Math.round(value * 1000) / 1000;
  return format === 'decimal' ? Math.round(value * 10) / 10 : Math.round(value);
}
