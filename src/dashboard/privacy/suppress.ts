import type { Lattice } from './lattice';

/** What a cell of the lattice stands for. Each array has an entry for each cell. */
export interface CellCounts {
  /** Distinct persons. */
  readonly persons: Int32Array;
  /** What the number of the cell counts: signals, minutes and so on. Never negative. */
  readonly total: Float64Array;
  /** What the person who contributes most contributes to `total`. */
  readonly largest: Float64Array;
}

export function emptyCounts(size: number): CellCounts {
  return { persons: new Int32Array(size), total: new Float64Array(size), largest: new Float64Array(size) };
}

/** CELL1: fewer distinct persons than this are a small number. */
export const smallestGroup = 5;

/** CELL4: the greatest part of a number that one person may have. */
export const greatestShare = 0.8;

/**
 * Which cells must not be shown (1 = hidden), so that nothing about fewer than five persons, and nothing that is mostly
 * one person's, follows from those that are shown (CELL1, CELL2, CELL4). Four rules, until none hides more:
 *
 * 1. A cell of a small group, or mostly of one person, is hidden.
 * 2. What divides a hidden cell further is hidden.
 * 3. A line is a shown cell and the parts into which one dimension divides it. The hidden parts of a line have their sum
 *    in the open, so together they must be safe: else the part with the fewest persons is hidden too, and where none is
 *    left the whole line. This covers complements: the rest of a total is a sum of its other parts.
 * 4. A hidden cell of two or more dimensions is a corner of a box whose corners are all hidden: to each of its
 *    dimensions there is another value so that every combination is hidden. Adding something to the corners with an even
 *    number of exchanged values and taking it from the others leaves every shown cell as it is (a shown cell that covers
 *    one corner covers its opposite, or is below a corner and so hidden by rule 2). So no system of equations over all
 *    shown cells determines a hidden one.
 *
 * @param known hidden for other reasons already; not changed
 */
export function suppress(lattice: Lattice, counts: CellCounts, known?: Uint8Array): Uint8Array {
  const hidden = known?.slice() ?? new Uint8Array(lattice.size);
  for (let cell = 0; cell < lattice.size; cell += 1) if (isUnsafe(counts, [cell])) hidden[cell] = 1;
  let count: number;
  do {
    count = countOf(hidden);
    inherit(lattice, hidden);
    closeLines(lattice, counts, hidden);
    closeBoxes(lattice, counts, hidden);
  } while (countOf(hidden) > count);
  return hidden;
}

function countOf(hidden: Uint8Array): number {
  return hidden.reduce((sum, one) => sum + one, 0);
}

/**
 * Whether the sum of some cells would tell about few. How many persons the cells have in common is not known: so there
 * must be one of them with enough, and the largest contributions count as one person's. Nothing at all is safe.
 */
function isUnsafe({ persons, total, largest }: CellCounts, cells: readonly number[]): boolean {
  let most = 0;
  let sum = 0;
  let share = 0;
  for (const cell of cells) {
    most = Math.max(most, persons[cell] ?? 0);
    sum += total[cell] ?? 0;
    share += largest[cell] ?? 0;
  }
  return most > 0 && (most < smallestGroup || share > greatestShare * sum);
}

/** Rule 2. Parents come before their children. */
function inherit(lattice: Lattice, hidden: Uint8Array): void {
  for (let cell = 0; cell < lattice.size; cell += 1) {
    if (hidden[cell] === 0 && parentsOf(lattice, cell).some((parent) => hidden[parent] === 1)) hidden[cell] = 1;
  }
}

function parentsOf(lattice: Lattice, cell: number): number[] {
  return lattice.dimensions.flatMap((_, dimension) => lattice.parentOf(cell, dimension) ?? []);
}

/** Rule 3. */
function closeLines(lattice: Lattice, counts: CellCounts, hidden: Uint8Array): void {
  for (let cell = 0; cell < lattice.size; cell += 1) {
    for (let dimension = 0; dimension < lattice.dimensions.length && hidden[cell] === 0; dimension += 1) {
      closeLine(cell, lattice.childrenOf(cell, dimension), counts, hidden);
    }
  }
}

function closeLine(whole: number, parts: readonly number[], counts: CellCounts, hidden: Uint8Array): void {
  const secret = parts.filter((part) => hidden[part] === 1);
  // A single one is the difference of the whole and the other parts.
  while (isUnsafe(counts, secret) || isSingle(counts, secret)) {
    const next = smallest(parts, counts, hidden);
    if (next === undefined) {
      hidden[whole] = 1;
      return;
    }
    hidden[next] = 1;
    secret.push(next);
  }
}

function isSingle({ persons }: CellCounts, cells: readonly number[]): boolean {
  return cells.filter((cell) => persons[cell] !== 0).length === 1;
}

/** The shown part with the fewest persons; an empty one hides nothing. */
function smallest(parts: readonly number[], { persons }: CellCounts, hidden: Uint8Array): number | undefined {
  let found: number | undefined;
  for (const part of parts) {
    const count = persons[part] ?? 0;
    if (hidden[part] === 0 && count > 0 && (found === undefined || count < (persons[found] ?? 0))) found = part;
  }
  return found;
}

/** Rule 4, for the cells whose parents are all shown: what is below another hidden cell is protected with it. */
function closeBoxes(lattice: Lattice, counts: CellCounts, hidden: Uint8Array): void {
  for (let cell = 0; cell < lattice.size; cell += 1) {
    if (hidden[cell] === 0 || counts.persons[cell] === 0) continue;
    if (parentsOf(lattice, cell).some((parent) => hidden[parent] === 1)) continue;
    const dimensions = lattice.boundDimensions(cell);
    if (dimensions.length > 1) closeBox(cell, dimensions, lattice, counts, hidden);
  }
}

/** How many opposite corners are tried for the box that hides least. */
const triedBoxes = 64;

function closeBox(
  cell: number,
  dimensions: readonly number[],
  lattice: Lattice,
  counts: CellCounts,
  hidden: Uint8Array,
): void {
  let best: readonly number[] | undefined;
  let price = Infinity;
  for (const opposite of opposites(cell, dimensions, lattice, counts, hidden)) {
    const shown = cornersOf(cell, opposite, dimensions, lattice).filter((corner) => hidden[corner] === 0);
    const persons = shown.reduce((sum, corner) => sum + (counts.persons[corner] ?? 0), 0);
    if (shown.length > 0 && persons >= price) continue;
    best = shown;
    price = persons;
    if (shown.length === 0) break;
  }
  // Without another value to exchange there is no box: what the cell is a part of is hidden instead.
  for (const corner of best ?? parentsOf(lattice, cell)) hidden[corner] = 1;
}

/** Values to exchange along each dimension, those first that rule 3 has hidden beside the cell. */
function* opposites(
  cell: number,
  dimensions: readonly number[],
  lattice: Lattice,
  counts: CellCounts,
  hidden: Uint8Array,
): Generator<readonly number[]> {
  const others = dimensions.map((dimension) => {
    const siblings = lattice.childrenOf(lattice.parentOf(cell, dimension) ?? cell, dimension);
    const candidates = siblings.filter((one) => one !== cell && (counts.persons[one] ?? 0) > 0);
    candidates.sort(
      (a, b) => (hidden[b] ?? 0) - (hidden[a] ?? 0) || (counts.persons[a] ?? 0) - (counts.persons[b] ?? 0),
    );
    return candidates.map((one) => lattice.nodeOf(one, dimension));
  });
  // The first few of each dimension, in all combinations.
  const each = Math.max(2, Math.floor(triedBoxes ** (1 / dimensions.length)));
  const few = others.map((nodes) => nodes.slice(0, each));
  const combinations = few.reduce((product, nodes) => product * nodes.length, 1);
  for (let number = 0; number < combinations; number += 1) {
    let rest = number;
    yield few.map((nodes) => {
      const node = nodes[rest % nodes.length] ?? 0;
      rest = Math.floor(rest / nodes.length);
      return node;
    });
  }
}

function cornersOf(
  cell: number,
  opposite: readonly number[],
  dimensions: readonly number[],
  lattice: Lattice,
): readonly number[] {
  return dimensions.reduce<readonly number[]>(
    (corners, dimension, index) => [
      ...corners,
      ...corners.map((corner) => lattice.replace(corner, dimension, opposite[index] ?? 0)),
    ],
    [cell],
  );
}
