import { greatestShare, smallestGroup, type CellCounts } from '../../../src/dashboard/privacy/cell-counts';
import type { Lattice } from '../../../src/dashboard/privacy/lattice';

/**
 * The four rules of `suppress.ts` as they are written there, all of them over all cells until none hides more: slow, and
 * what the fast one is compared with.
 */
export function suppressSlowly(lattice: Lattice, counts: CellCounts, known?: Uint8Array): Uint8Array {
  const hidden = known?.slice() ?? new Uint8Array(lattice.size);
  const world = { lattice, counts, hidden, boxed: new Set<number>() };
  const inhabited = cellsWithPersons(counts);
  for (const cell of inhabited) if (isUnsafe(counts, [cell])) hidden[cell] = 1;
  let count: number;
  do {
    count = countOf(hidden);
    inherit(world, inhabited);
    closeLines(world, inhabited);
    closeBoxes(world, inhabited);
  } while (countOf(hidden) > count);
  for (let cell = 0; cell < lattice.size; cell += 1) if (hasHiddenParent(world, cell)) hidden[cell] = 1;
  return hidden;
}

interface World {
  readonly lattice: Lattice;
  readonly counts: CellCounts;
  readonly hidden: Uint8Array;
  /** Cells that have a box; it stays one. */
  readonly boxed: Set<number>;
}

function cellsWithPersons({ persons }: CellCounts): Int32Array {
  let length = 0;
  for (const count of persons) if (count > 0) length += 1;
  const cells = new Int32Array(length);
  let next = 0;
  persons.forEach((count, cell) => {
    if (count > 0) cells[next++] = cell;
  });
  return cells;
}

function countOf(hidden: Uint8Array): number {
  let count = 0;
  for (const one of hidden) count += one;
  return count;
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
function inherit(world: World, inhabited: Int32Array): void {
  for (const cell of inhabited) if (hasHiddenParent(world, cell)) world.hidden[cell] = 1;
}

function hasHiddenParent({ lattice, hidden }: World, cell: number): boolean {
  for (let dimension = 0; dimension < lattice.dimensions.length; dimension += 1) {
    const parent = lattice.parentOf(cell, dimension);
    if (parent !== undefined && hidden[parent] === 1) return true;
  }
  return false;
}

/** Rule 3. */
function closeLines(world: World, inhabited: Int32Array): void {
  const { lattice, counts, hidden } = world;
  for (const cell of inhabited) {
    for (let dimension = 0; dimension < lattice.dimensions.length && hidden[cell] === 0; dimension += 1) {
      const secret: number[] = [];
      const shown: number[] = [];
      lattice.childrenOf(cell, dimension).forEach((part) => {
        if ((counts.persons[part] ?? 0) > 0) (hidden[part] === 1 ? secret : shown).push(part);
      });
      if (secret.length > 0) closeLine(cell, secret, shown, world);
    }
  }
}

function closeLine(whole: number, secret: number[], shown: number[], world: World): void {
  const { counts, hidden } = world;
  // A single one is the difference of the whole and the other parts.
  if (secret.length > 1 && !isUnsafe(counts, secret)) return;
  // First the smallest; those that are a total in another line come last, because that would have to be hidden too.
  const rank = (part: number): number => (isOnly(part, world) ? Infinity : 0) + (counts.persons[part] ?? 0);
  shown.sort(
    (a, b) =>
      Number(rank(a) > rank(b)) - Number(rank(a) < rank(b)) || (counts.persons[a] ?? 0) - (counts.persons[b] ?? 0),
  );
  while (secret.length === 1 || isUnsafe(counts, secret)) {
    const next = shown.shift();
    if (next === undefined) {
      hidden[whole] = 1;
      return;
    }
    hidden[next] = 1;
    secret.push(next);
  }
}

/**
 * Whether a cell has siblings along one of its dimensions, and none of them is inhabited: it is all of its parent, as
 * students are all of an app that only students use.
 */
function isOnly(cell: number, { lattice, counts }: World): boolean {
  return lattice.boundDimensions(cell).some((dimension) => {
    let siblings = 0;
    let inhabited = 0;
    lattice.childrenOf(lattice.parentOf(cell, dimension) ?? cell, dimension).forEach((sibling) => {
      siblings += 1;
      if ((counts.persons[sibling] ?? 0) > 0) inhabited += 1;
    });
    return siblings > 1 && inhabited === 1;
  });
}

/** Rule 4, for the cells whose parents are all shown: what is below another hidden cell is protected with it. */
function closeBoxes(world: World, inhabited: Int32Array): void {
  for (const cell of inhabited) {
    if (world.hidden[cell] === 0 || world.boxed.has(cell) || hasHiddenParent(world, cell)) continue;
    const dimensions = world.lattice.boundDimensions(cell);
    if (dimensions.length > 1) closeBox(cell, dimensions, world);
    world.boxed.add(cell);
  }
}

/** How many opposite corners are tried for the box that hides least. */
const triedBoxes = 1000;

function closeBox(cell: number, dimensions: readonly number[], world: World): void {
  const { lattice, counts, hidden } = world;
  let best: readonly number[] | undefined;
  let price = Infinity;
  for (const opposite of opposites(cell, dimensions, world)) {
    const corners = cornersOf(cell, opposite, dimensions, lattice);
    if (corners.some((corner) => counts.persons[corner] === 0)) continue;
    const shown = corners.filter((corner) => hidden[corner] === 0);
    const persons = shown.reduce((sum, corner) => sum + (counts.persons[corner] ?? 0), 0);
    if (persons >= price) continue;
    best = shown;
    price = persons;
    if (persons === 0) break;
  }
  // Without other values to exchange there is no box: something that the cell is a part of is hidden, and has one.
  for (const corner of best ?? [smallestParent(cell, world)]) hidden[corner] = 1;
}

function smallestParent(cell: number, { lattice, counts }: World): number {
  const parents = lattice.dimensions.flatMap((_, dimension) => lattice.parentOf(cell, dimension) ?? []);
  return parents.reduce((least, one) => ((counts.persons[one] ?? 0) < (counts.persons[least] ?? 0) ? one : least));
}

/** Values to exchange along each dimension, those first that rule 3 has hidden beside the cell. */
function* opposites(
  cell: number,
  dimensions: readonly number[],
  { lattice, counts, hidden }: World,
): Generator<readonly number[]> {
  const others = dimensions.map((dimension) => {
    const candidates: number[] = [];
    lattice.childrenOf(lattice.parentOf(cell, dimension) ?? cell, dimension).forEach((sibling) => {
      if (sibling !== cell && (counts.persons[sibling] ?? 0) > 0) candidates.push(sibling);
    });
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
