import type { CellCounts } from '../privacy/cell-counts';
import type { Lattice } from '../privacy/lattice';
import { Suppression } from '../privacy/suppress';

/** A lattice of counts, and which of its cells are hidden. */
export interface SuppressedCounts<Counts extends CellCounts = CellCounts> {
  readonly lattice: Lattice;
  readonly counts: Counts;
  readonly hidden: Uint8Array;
}

/** Divides cells of another lattice further: of some of its cells both have the number. */
export interface Division<Counts extends CellCounts = CellCounts> {
  readonly lattice: Lattice;
  readonly counts: Counts;
  /** The cell of the division that is the same as one of the other lattice; undefined where it has none. */
  readonly sameAs: (cell: number) => number | undefined;
}

/**
 * Suppresses a lattice and others that divide its cells further, so that they agree: what is hidden in one place is hidden
 * in all, with everything that divides it.
 */
export function suppressTogether(
  base: { readonly lattice: Lattice; readonly counts: CellCounts },
  divisions: readonly Division[],
): { readonly hidden: Uint8Array; readonly divisions: readonly Uint8Array[] } {
  const whole = new Suppression(base.lattice, base.counts);
  const parts = divisions.map(({ lattice, counts, sameAs }) => {
    const wholeOf = new Map<number, number>();
    for (let cell = 0; cell < base.lattice.size; cell += 1) {
      const same = sameAs(cell);
      if (same !== undefined) wholeOf.set(same, cell);
    }
    return { suppression: new Suppression(lattice, counts), sameAs, wholeOf, told: 0 };
  });
  let told = 0;
  do {
    whole.close();
    const news = whole.hiddenSince(told);
    told += news.length;
    for (const part of parts) {
      for (const cell of news) {
        const same = part.sameAs(cell);
        if (same !== undefined) part.suppression.hide(same);
      }
      part.suppression.close();
      for (const cell of part.suppression.hiddenSince(part.told)) {
        const same = part.wholeOf.get(cell);
        if (same !== undefined) whole.hide(same);
      }
      part.told = part.suppression.hiddenCount;
    }
  } while (whole.hiddenCount > told);
  return { hidden: whole.result(), divisions: parts.map(({ suppression }) => suppression.result()) };
}
