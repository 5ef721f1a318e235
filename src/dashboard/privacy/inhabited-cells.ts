import type { Lattice } from './lattice';

/**
 * The cells of a lattice that have persons, under numbers of their own: places. Most combinations are nobody's, so this
 * is much less than the lattice. Places are in the order of the cells, so what a place is a part of has a smaller number.
 */
export class InhabitedCells {
  /** Cell of each place. */
  readonly cells: Int32Array;
  private readonly dimensions: number;
  /** Place of each cell, -1 where nobody is. */
  private readonly places: Int32Array;
  /** By place and dimension: what divides into this place among others, -1 where nothing does. */
  private readonly wholes: Int32Array;
  /** By place and dimension: where in `parts` those of the place begin; they end where the next begin. */
  private readonly firstPart: Int32Array;
  private readonly parts: Int32Array;

  /** @param persons by cell; whoever is in a cell is in all that it is a part of */
  constructor(
    readonly lattice: Lattice,
    persons: Int32Array,
  ) {
    this.dimensions = lattice.dimensions.length;
    this.places = new Int32Array(lattice.size).fill(-1);
    let count = 0;
    for (let cell = 0; cell < lattice.size; cell += 1) if (persons[cell]! > 0) this.places[cell] = count++;
    this.cells = new Int32Array(count);
    for (let cell = 0; cell < lattice.size; cell += 1)
      if (this.places[cell]! >= 0) this.cells[this.places[cell]!] = cell;
    this.wholes = new Int32Array(count * this.dimensions).fill(-1);
    this.firstPart = new Int32Array(count * this.dimensions + 1);
    this.parts = this.link(persons);
  }

  get count(): number {
    return this.cells.length;
  }

  /** -1 where nobody is in the cell. */
  placeOf(cell: number): number {
    return this.places[cell] ?? -1;
  }

  /** Place that the dimension divides into this one among others, -1 where the place is "all" along it. */
  wholeOf(place: number, dimension: number): number {
    return this.wholes[place * this.dimensions + dimension] ?? -1;
  }

  /** The inhabited parts into which a dimension divides a place: those of the fewest persons first, else in order. */
  partsOf(place: number, dimension: number): Int32Array {
    const line = place * this.dimensions + dimension;
    return this.parts.subarray(this.firstPart[line], this.firstPart[line + 1]);
  }

  /** Fills `wholes` and `firstPart`. */
  private link(persons: Int32Array): Int32Array {
    const { lattice, cells, dimensions, wholes, firstPart } = this;
    for (let place = 0; place < cells.length; place += 1) {
      for (let dimension = 0; dimension < dimensions; dimension += 1) {
        const whole = this.placeOf(lattice.parentOf(cells[place]!, dimension) ?? -1);
        wholes[place * dimensions + dimension] = whole;
        if (whole >= 0) firstPart[whole * dimensions + dimension + 1]! += 1;
      }
    }
    for (let line = 1; line < firstPart.length; line += 1) firstPart[line]! += firstPart[line - 1]!;
    const parts = new Int32Array(firstPart.at(-1) ?? 0);
    const next = firstPart.slice();
    for (const key of this.keysByPersons(persons)) {
      const place = key % cells.length;
      for (let dimension = 0; dimension < dimensions; dimension += 1) {
        const whole = wholes[place * dimensions + dimension]!;
        if (whole >= 0) parts[next[whole * dimensions + dimension]!++] = place;
      }
    }
    return parts;
  }

  /** Persons and place of each place as one number, in order. */
  private keysByPersons(persons: Int32Array): Float64Array {
    const { cells } = this;
    return Float64Array.from(cells, (cell, place) => persons[cell]! * cells.length + place).sort();
  }
}
