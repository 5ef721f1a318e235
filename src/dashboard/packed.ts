/**
 * How lists of numbers stand in the files that the page receives: most of a school's numbers are hidden or nothing, in long
 * runs. A number from 0 on stands for itself, but for runs of two and more: of zeros -2, -4, -6 … stand for 2, 3, 4 …, of hidden
 * ones -1, -3, -5 … for 1, 2, 3 … of them.
 */

import type { Shown } from './published';

type Content = unknown;

/** The content with all its lists of numbers packed. @throws Error for a number below 0, which would be read as a run */
export function packed(content: Content): Content {
  if (Array.isArray(content)) return isNumbers(content) ? packedList(content) : content.map(packed);
  if (typeof content !== 'object' || content === null) return content;
  return Object.fromEntries(Object.entries(content).map(([key, value]) => [key, packed(value)]));
}

/** The inverse of `packed`, of content that nobody else has: it is changed in place. */
export function unpacked(content: Content): Content {
  if (Array.isArray(content) && typeof content[0] === 'number') return unpackedList(content as number[]);
  if (typeof content !== 'object' || content === null) return content;
  const fields = content as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (typeof value === 'object') fields[key] = unpacked(value);
  }
  return fields;
}

function isNumbers(list: readonly unknown[]): list is Shown[] {
  const [first] = list;
  return typeof first === 'number' || first === null;
}

function packedList(list: readonly Shown[]): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < list.length;) {
    const value = list[at]!;
    if (value !== null && value < 0) throw new Error(`A number below 0 cannot be packed: ${value}.`);
    let end = at + 1;
    if (value === null || value === 0) while (list[end] === value) end += 1;
    const length = end - at;
    if (value === null) numbers.push(1 - 2 * length);
    else numbers.push(length > 1 ? 2 - 2 * length : value);
    at = end;
  }
  return numbers;
}

/** In a list of its length from the beginning: one that grows takes several times as long. */
function unpackedList(numbers: readonly number[]): Shown[] {
  const list = new Array<Shown>(numbers.reduce((length, number) => length + lengthOf(number), 0)).fill(null);
  let at = 0;
  for (const number of numbers) {
    const length = lengthOf(number);
    if (number >= 0) list[at] = number;
    else if (number % 2 === 0) list.fill(0, at, at + length);
    at += length;
  }
  return list;
}

function lengthOf(number: number): number {
  if (number >= 0) return 1;
  return number % 2 === 0 ? 1 - number / 2 : (1 - number) / 2;
}
