import { CellSum, type CellCounts } from './cell-counts';
import { closingBox } from './closing-box';
import { InhabitedCells } from './inhabited-cells';
import type { Lattice } from './lattice';

/**
 * Which cells must not be shown, so that nothing about fewer than five persons, and nothing that is mostly one person's,
 * follows from those that are shown (CELL1, CELL2, CELL4). Four rules, until none hides more:
 *
 * 1. A cell of a small group, or mostly of one person, is hidden.
 * 2. What divides a hidden cell further is hidden.
 * 3. A line is a shown cell and the parts into which one dimension divides it. The hidden parts of a line have their sum
 *    in the open, so there are at least two and together they are safe: else the part with the fewest persons is hidden
 *    too, and where none is left the whole line. This covers complements: the rest of a total is a sum of its other parts.
 * 4. A hidden cell of two or more dimensions is a corner of a box whose corners are all hidden: to each of its
 *    dimensions there is another value so that every combination is hidden. Adding something to the corners with an even
 *    number of exchanged values and taking it from the others leaves every shown cell as it is (a shown cell that covers
 *    one corner covers its opposite, or is below a corner and so hidden by rule 2). So no system of equations over all
 *    shown cells determines a hidden one.
 *
 * Nobody's cell is known to be empty, so it protects nothing: lines and boxes are closed with others only.
 *
 * Only what changed is looked at again: a line whose parts were hidden since, and a cell that has no box yet. The rules as
 * they are written here, all of them over all cells, are in the tests, and hide the same.
 */
export class Suppression {
  private readonly inhabited: InhabitedCells;
  private readonly dimensions: number;
  /** By place. */
  private readonly hidden: Uint8Array;
  /** Hidden places in the order in which they were hidden; up to `inherited` their parts are hidden as well. */
  private readonly order: number[] = [];
  private inherited = 0;
  /** Bit per dimension, by place: the line has hidden parts that it was not closed for. */
  private readonly openLines: Uint32Array;
  /** 1 by place: has a box, or is below a hidden place and protected with it. */
  private readonly settled: Uint8Array;
  /** By place: 1 all of something that it is a part of, 2 not so, 0 not looked at yet. */
  private readonly onlyPart: Uint8Array;
  /** Hidden from outside where nobody is, so that it hides what divides it. */
  private readonly hiddenEmpty = new Set<number>();

  constructor(
    readonly lattice: Lattice,
    private readonly counts: CellCounts,
  ) {
    this.inhabited = new InhabitedCells(lattice, counts.persons);
    this.dimensions = lattice.dimensions.length;
    const { count, cells } = this.inhabited;
    this.hidden = new Uint8Array(count);
    this.openLines = new Uint32Array(count);
    this.settled = new Uint8Array(count);
    this.onlyPart = new Uint8Array(count);
    for (let place = 0; place < count; place += 1) {
      const own = new CellSum(counts);
      own.add(cells[place]!);
      if (own.isUnsafe) this.hidePlace(place);
    }
  }

  /** Hides a cell for another reason, until the next `close` without what follows from that. */
  hide(cell: number): void {
    const place = this.inhabited.placeOf(cell);
    if (place < 0) this.hiddenEmpty.add(cell);
    else this.hidePlace(place);
  }

  /** Hides until the rules hold. */
  close(): void {
    let before: number;
    do {
      before = this.order.length;
      this.inherit();
      this.closeLines();
      this.closeBoxes();
    } while (this.order.length > before);
  }

  /** How many cells are hidden in which somebody is. */
  get hiddenCount(): number {
    return this.order.length;
  }

  /** The cells in which somebody is that were hidden after so many others were, in order. */
  hiddenSince(count: number): number[] {
    return this.order.slice(count).map((place) => this.inhabited.cells[place]!);
  }

  /** 1 for each hidden cell. Of nobody's cells those that divide a hidden one are hidden, too. */
  result(): Uint8Array {
    const { lattice, inhabited } = this;
    const hidden = new Uint8Array(lattice.size);
    for (const place of this.order) hidden[inhabited.cells[place]!] = 1;
    for (const cell of this.hiddenEmpty) hidden[cell] = 1;
    for (let cell = 0; cell < lattice.size; cell += 1) {
      for (let dimension = 0; dimension < this.dimensions && hidden[cell] === 0; dimension += 1) {
        const whole = lattice.parentOf(cell, dimension);
        if (whole !== undefined) hidden[cell] = hidden[whole]!;
      }
    }
    return hidden;
  }

  private hidePlace(place: number): void {
    if (this.hidden[place] === 1) return;
    this.hidden[place] = 1;
    this.order.push(place);
    for (let dimension = 0; dimension < this.dimensions; dimension += 1) {
      const whole = this.inhabited.wholeOf(place, dimension);
      if (whole >= 0) this.openLines[whole]! |= 1 << dimension;
    }
  }

  /** Rule 2. */
  private inherit(): void {
    for (; this.inherited < this.order.length; this.inherited += 1) {
      for (let dimension = 0; dimension < this.dimensions; dimension += 1) {
        for (const part of this.inhabited.partsOf(this.order[this.inherited]!, dimension)) this.hidePlace(part);
      }
    }
  }

  /** Rule 3. */
  private closeLines(): void {
    for (let place = 0; place < this.hidden.length; place += 1) {
      if (this.openLines[place] === 0) continue;
      for (let dimension = 0; dimension < this.dimensions && this.hidden[place] === 0; dimension += 1) {
        const bit = 1 << dimension;
        if ((this.openLines[place]! & bit) === 0) continue;
        this.closeLine(place, dimension);
        this.openLines[place]! &= ~bit;
      }
    }
  }

  private closeLine(whole: number, dimension: number): void {
    const { hidden } = this;
    const { cells } = this.inhabited;
    const parts = this.inhabited.partsOf(whole, dimension);
    const secret = new CellSum(this.counts);
    let count = 0;
    for (let at = 0; at < parts.length; at += 1) {
      if (hidden[parts[at]!] === 0) continue;
      secret.add(cells[parts[at]!]!);
      count += 1;
    }
    // A single one is the difference of the whole and the other parts.
    if (count > 1 && !secret.isUnsafe) return;
    // First the smallest; those that are a total in another line come last, because that would have to be hidden too.
    for (const isLast of [false, true]) {
      for (let at = 0; at < parts.length; at += 1) {
        const part = parts[at]!;
        if (hidden[part] === 1 || this.isOnlyPart(part) !== isLast) continue;
        this.hidePlace(part);
        secret.add(cells[part]!);
        if (!secret.isUnsafe) return;
      }
    }
    this.hidePlace(whole);
  }

  /**
   * Whether a cell has siblings along one of its dimensions, and none of them is inhabited: it is all of its whole, as
   * students are all of an app that only students use.
   */
  private isOnlyPart(place: number): boolean {
    const { inhabited, lattice, onlyPart } = this;
    if (onlyPart[place] === 0) {
      let isOnly = false;
      for (let dimension = 0; dimension < this.dimensions && !isOnly; dimension += 1) {
        const whole = inhabited.wholeOf(place, dimension);
        isOnly =
          whole >= 0 &&
          inhabited.partsOf(whole, dimension).length === 1 &&
          lattice.childCount(inhabited.cells[whole]!, dimension) > 1;
      }
      onlyPart[place] = isOnly ? 1 : 2;
    }
    return onlyPart[place] === 1;
  }

  /** Rule 4, for the cells that are part of no hidden one: what is below another hidden cell is protected with it. */
  private closeBoxes(): void {
    const { inhabited, hidden, settled } = this;
    for (let place = 0; place < hidden.length; place += 1) {
      if (hidden[place] === 0 || settled[place] === 1) continue;
      const bound: number[] = [];
      let smallest = -1;
      let isBelowHidden = false;
      for (let dimension = 0; dimension < this.dimensions; dimension += 1) {
        const whole = inhabited.wholeOf(place, dimension);
        if (whole < 0) continue;
        bound.push(dimension);
        if (hidden[whole] === 1) isBelowHidden = true;
        if (smallest < 0 || this.personsAt(whole) < this.personsAt(smallest)) smallest = whole;
      }
      settled[place] = 1;
      if (isBelowHidden || bound.length < 2) continue;
      const box = closingBox(place, bound, inhabited, this.counts.persons, hidden);
      // Without other values to exchange there is no box: something that the cell is a part of is hidden, and has one.
      for (const corner of box ?? [smallest]) this.hidePlace(corner);
    }
  }

  private personsAt(place: number): number {
    return this.counts.persons[this.inhabited.cells[place]!]!;
  }
}

/**
 * Suppresses one lattice: 1 for each cell that must not be shown.
 * @param known hidden for other reasons already; not changed
 */
export function suppress(lattice: Lattice, counts: CellCounts, known?: Uint8Array): Uint8Array {
  const suppression = new Suppression(lattice, counts);
  known?.forEach((one, cell) => {
    if (one === 1) suppression.hide(cell);
  });
  suppression.close();
  return suppression.result();
}
