import type { Lattice } from '../../../src/dashboard/privacy/lattice';
import { emptyCounts, greatestShare, smallestGroup, type CellCounts } from '../../../src/dashboard/privacy/cell-counts';

/** What an attacker does not know: who contributed how much to which leaf of the lattice. */
export interface Contribution {
  readonly person: number;
  /** A leaf of each dimension. */
  readonly nodes: readonly number[];
  readonly amount: number;
}

/** For each cell of the lattice what each person contributes to it. */
export function contributionsByCell(lattice: Lattice, rows: readonly Contribution[]): Map<number, number>[] {
  const cells = Array.from({ length: lattice.size }, () => new Map<number, number>());
  for (const { person, nodes, amount } of rows) {
    for (const cell of ancestorsOf(lattice, lattice.cellAt(nodes))) {
      const persons = cells[cell]!;
      persons.set(person, (persons.get(person) ?? 0) + amount);
    }
  }
  return cells;
}

export function countsOf(cells: readonly Map<number, number>[]): CellCounts {
  const counts = emptyCounts(cells.length);
  cells.forEach((persons, cell) => {
    const amounts = [...persons.values()];
    counts.persons[cell] = persons.size;
    counts.total[cell] = amounts.reduce((sum, amount) => sum + amount, 0);
    counts.largest[cell] = Math.max(0, ...amounts);
  });
  return counts;
}

/** Whether a sum over persons tells about few of them, or mostly about one. */
export function tellsOfFew(persons: ReadonlyMap<number, number>): boolean {
  const amounts = [...persons.values()].filter((amount) => amount !== 0);
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  return amounts.length > 0 && (amounts.length < smallestGroup || Math.max(...amounts) > greatestShare * total);
}

/** What is left of a cell when parts are taken from it. */
function without(
  whole: ReadonlyMap<number, number>,
  parts: readonly ReadonlyMap<number, number>[],
): Map<number, number> {
  const rest = new Map(whole);
  for (const part of parts) for (const [person, amount] of part) rest.set(person, rest.get(person)! - amount);
  return rest;
}

/**
 * What the shown cells of a lattice tell about few people, one sentence for each: a cell by itself, its difference to each
 * that it is a part of, and what is left of it when its shown parts along a dimension are taken away.
 * @param cells contributions to each cell
 */
export function leaksOf(
  lattice: Lattice,
  cells: readonly Map<number, number>[],
  isShown: (cell: number) => boolean,
): string[] {
  const { total, largest } = countsOf(cells);
  const leaks: string[] = [];
  const restTells = (whole: number, parts: readonly number[]): boolean => {
    const rest = parts.reduce((left, part) => left - total[part]!, total[whole]!);
    const others = parts.reduce((left, part) => left - cells[part]!.size, cells[whole]!.size);
    // Nothing is left; or so many are in the whole alone, and nobody has much of it: no need to look at each.
    if (rest === 0) return false;
    if (others >= smallestGroup && largest[whole]! <= greatestShare * rest) return false;
    return tellsOfFew(without(cells[whole]!, parts.map((part) => cells[part]!))); // prettier-ignore
  };
  cells.forEach((persons, cell) => {
    if (persons.size === 0 || !isShown(cell)) return;
    if (tellsOfFew(persons)) leaks.push(`${cell} is of few`);
    for (const whole of ancestorsOf(lattice, cell)) {
      if (whole === cell) continue;
      if (!isShown(whole)) leaks.push(`${whole} is hidden, its part ${cell} is not`);
      else if (restTells(whole, [cell])) leaks.push(`${whole} without ${cell}`);
    }
    lattice.dimensions.forEach((_, dimension) => {
      const parts = lattice.childrenOf(cell, dimension);
      if (parts.length > 0 && restTells(cell, parts.filter(isShown))) {
        leaks.push(`${cell} without its parts along ${dimension}`);
      }
    });
  });
  return leaks;
}

/** Whether a cell covers another: all of the other's rows are its own. */
function covers(lattice: Lattice, whole: number, part: number): boolean {
  return lattice.dimensions.every(({ parents }, dimension) => {
    const wanted = lattice.nodeOf(whole, dimension);
    let node = lattice.nodeOf(part, dimension);
    while (node > wanted) node = parents[node]!;
    return node === wanted;
  });
}

/** The cell itself and everything that it is a part of. */
export function ancestorsOf(lattice: Lattice, cell: number): readonly number[] {
  let cells: readonly number[] = [cell];
  lattice.dimensions.forEach(({ parents }, dimension) => {
    const nodes: number[] = [];
    for (let node = lattice.nodeOf(cell, dimension); node >= 0; node = parents[node]!) nodes.push(node);
    cells = cells.flatMap((one) => nodes.map((node) => lattice.replace(one, dimension, node)));
  });
  return cells;
}

/**
 * The cells that follow from the shown ones by any system of linear equations: exact elimination modulo a prime over the
 * leaves, which are the unknowns.
 */
export function determined(lattice: Lattice, hidden: Uint8Array, wanted: readonly number[]): number[] {
  const cells = Array.from({ length: lattice.size }, (_, cell) => cell);
  const leaves = cells.filter((cell) => lattice.dimensions.every((_, dimension) => isLeaf(lattice, cell, dimension)));
  const row = (cell: number): number[] => leaves.map((leaf) => (covers(lattice, cell, leaf) ? 1 : 0));
  const known = new Elimination();
  for (const cell of cells) if (hidden[cell] === 0) known.add(row(cell));
  return wanted.filter((cell) => known.implies(row(cell)));
}

function isLeaf(lattice: Lattice, cell: number, dimension: number): boolean {
  return lattice.childrenOf(cell, dimension).length === 0;
}

const prime = 1_000_003;

/** Rows in echelon form, modulo a prime small enough for exact products. */
class Elimination {
  private readonly rows = new Map<number, number[]>();

  add(row: readonly number[]): void {
    const rest = this.reduce(row);
    const pivot = rest.findIndex((value) => value !== 0);
    if (pivot < 0) return;
    const inverse = power(rest[pivot]!, prime - 2);
    this.rows.set(
      pivot,
      rest.map((value) => (value * inverse) % prime),
    );
  }

  implies(row: readonly number[]): boolean {
    return this.reduce(row).every((value) => value === 0);
  }

  private reduce(row: readonly number[]): number[] {
    const rest = [...row];
    for (let column = 0; column < rest.length; column += 1) {
      const factor = rest[column]!;
      const pivot = factor === 0 ? undefined : this.rows.get(column);
      if (pivot === undefined) continue;
      for (let at = column; at < rest.length; at += 1) {
        rest[at] = (((rest[at]! - factor * pivot[at]!) % prime) + prime) % prime;
      }
    }
    return rest;
  }
}

function power(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = (result * square) % prime;
    square = (square * square) % prime;
  }
  return result;
}
