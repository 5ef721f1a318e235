import type { Lattice } from '../privacy/lattice';

/**
 * Adds up what one thing (a person, an account, a meeting) has in leaves of a lattice over all cells that these are part
 * of. A thing is in few cells, however large the lattice is; one roll-up is used for many things, one after the other.
 */
export class RollUp {
  /** How many cells the thing is in. */
  count = 0;
  /** Those cells, in no order; the first `count` are of use. */
  cells = new Int32Array(1024);
  /** What it has in each of them, `width` amounts for each cell. */
  sums: Float64Array;
  /** By cell: where it is in `cells`, if it is there. */
  private readonly places: Int32Array;
  private readonly dimensions: readonly { readonly stride: number; readonly parents: Int32Array }[];

  /** @param width how many amounts are added up side by side */
  constructor(
    lattice: Lattice,
    private readonly width: number,
  ) {
    this.places = new Int32Array(lattice.size);
    this.sums = new Float64Array(width * this.cells.length);
    this.dimensions = lattice.dimensions.map(({ parents }, dimension) => {
      return { stride: lattice.stride(dimension), parents: Int32Array.from(parents) };
    });
  }

  /**
   * Forgets what was there and takes what another thing has.
   * @param cells leaf of each row from `start` to before `end`; may repeat
   * @param amounts columns of the rows, `width` of them
   */
  fill(cells: Int32Array, amounts: readonly Float64Array[], start: number, end: number): void {
    const { width } = this;
    this.count = 0;
    for (let row = start; row < end; row += 1) {
      const place = this.placeOf(cells[row]!) * width;
      for (let at = 0; at < width; at += 1) this.sums[place + at]! += amounts[at]![row]!;
    }
    for (const { stride, parents } of this.dimensions) this.spread(stride, parents);
  }

  /** Adds each cell to those that a dimension makes it a part of. Cells that are added on the way have theirs already. */
  private spread(stride: number, parents: Int32Array): void {
    const { count, width } = this;
    const size = parents.length;
    // A row may stand at any node: what a cell has of its own is taken before others are added to it.
    const own = this.sums.slice(0, count * width);
    for (let at = 0; at < count; at += 1) {
      let cell = this.cells[at]!;
      let node = Math.floor(cell / stride) % size;
      for (let parent = parents[node]!; parent >= 0; parent = parents[node]!) {
        cell += (parent - node) * stride;
        node = parent;
        const place = this.placeOf(cell) * width;
        for (let one = 0; one < width; one += 1) this.sums[place + one]! += own[at * width + one]!;
      }
    }
  }

  /** Where a cell is in `cells`, to which it is added with nothing where it is not there. */
  private placeOf(cell: number): number {
    const known = this.places[cell]!;
    if (known < this.count && this.cells[known] === cell) return known;
    const place = this.count;
    if (place === this.cells.length) this.grow();
    this.cells[place] = cell;
    this.places[cell] = place;
    for (let at = place * this.width; at < (place + 1) * this.width; at += 1) this.sums[at] = 0;
    this.count = place + 1;
    return place;
  }

  private grow(): void {
    const [cells, sums] = [this.cells, this.sums];
    this.cells = new Int32Array(2 * cells.length);
    this.cells.set(cells);
    this.sums = new Float64Array(2 * sums.length);
    this.sums.set(sums);
  }
}

/** Calls `visit` with the first row and the one after the last of each run of rows that have the same key. */
export function forEachRun(
  keys: Int32Array,
  start: number,
  end: number,
  visit: (key: number, start: number, end: number) => void,
): void {
  for (let first = start; first < end;) {
    const key = keys[first]!;
    let next = first + 1;
    while (next < end && keys[next] === key) next += 1;
    visit(key, first, next);
    first = next;
  }
}
