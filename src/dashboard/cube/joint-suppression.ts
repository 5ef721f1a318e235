import type { Lattice } from '../privacy/lattice';
import { suppress, type CellCounts } from '../privacy/suppress';

/** A lattice of counts, and which of its cells are hidden. */
export interface SuppressedCounts<Counts extends CellCounts = CellCounts> {
  readonly lattice: Lattice;
  readonly counts: Counts;
  readonly hidden: Uint8Array;
}

/** Divides the cells of another lattice further: the cell that one is a part of, and whether it is that cell itself. */
export interface Division<Counts extends CellCounts = CellCounts> {
  readonly lattice: Lattice;
  readonly counts: Counts;
  readonly wholeOf: (cell: number) => number;
  readonly isWhole: (cell: number) => boolean;
}

/**
 * Suppresses a lattice and others that divide its cells further, so that they agree: what is hidden in one place is hidden
 * in all, with everything that divides it.
 */
export function suppressTogether(
  base: { readonly lattice: Lattice; readonly counts: CellCounts },
  divisions: readonly Division[],
): { readonly hidden: Uint8Array; readonly divisions: readonly Uint8Array[] } {
  let hidden = suppress(base.lattice, base.counts);
  let parts: readonly Uint8Array[] = divisions.map(({ lattice }) => new Uint8Array(lattice.size));
  for (;;) {
    const known = hidden.slice();
    parts = divisions.map((division, index) => {
      const { lattice, counts, wholeOf, isWhole } = division;
      const before = parts[index]!;
      for (let cell = 0; cell < lattice.size; cell += 1) if (hidden[wholeOf(cell)] === 1) before[cell] = 1;
      const after = suppress(lattice, counts, before);
      for (let cell = 0; cell < lattice.size; cell += 1) {
        if (after[cell] === 1 && isWhole(cell)) known[wholeOf(cell)] = 1;
      }
      return after;
    });
    if (known.every((one, cell) => one === hidden[cell])) return { hidden, divisions: parts };
    hidden = suppress(base.lattice, base.counts, known);
  }
}
