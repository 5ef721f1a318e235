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

/** What some cells have together, as far as their counts tell. */
export class CellSum {
  private most = 0;
  private total = 0;
  private largest = 0;

  constructor(private readonly counts: CellCounts) {}

  add(cell: number): void {
    const { persons, total, largest } = this.counts;
    this.most = Math.max(this.most, persons[cell] ?? 0);
    this.total += total[cell] ?? 0;
    this.largest += largest[cell] ?? 0;
  }

  /**
   * Whether the sum would tell about few. How many persons the cells have in common is not known: so there must be one of
   * them with enough, and the largest contributions count as one person's. Nothing at all is safe.
   */
  get isUnsafe(): boolean {
    return this.most > 0 && (this.most < smallestGroup || this.largest > greatestShare * this.total);
  }
}
