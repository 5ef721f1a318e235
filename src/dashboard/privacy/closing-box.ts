import type { InhabitedCells } from './inhabited-cells';

/** How many opposite corners are tried for the box that hides least. */
const triedBoxes = 1000;

/**
 * The corners of the box around a hidden place that hides the fewest persons more, all of them inhabited; undefined where
 * there is none. The values to exchange are those first that are hidden beside the place already.
 * @param bound dimensions along which the place is not "all", at least two
 * @param persons by cell
 * @param hidden by place
 */
export function closingBox(
  place: number,
  bound: readonly number[],
  inhabited: InhabitedCells,
  persons: Int32Array,
  hidden: Uint8Array,
): readonly number[] | undefined {
  const { cells } = inhabited;
  const own = cells[place]!;
  const each = Math.max(2, Math.floor(triedBoxes ** (1 / bound.length)));
  // Going from the place to a sibling is the same step from every corner.
  const steps = bound.map((dimension) =>
    firstSiblings(place, dimension, each, inhabited, hidden).map((sibling) => cells[sibling]! - own),
  );
  const corners = [place];
  let best: readonly number[] | undefined;
  let least = Infinity;
  // Dimension by dimension, the first last, so that the corners of the others are looked at once.
  const extend = (dimension: number, price: number): void => {
    if (dimension < 0) {
      best = corners.slice();
      least = price;
      return;
    }
    const count = corners.length;
    for (const step of steps[dimension]!) {
      let sum = price;
      for (let at = 0; at < count && sum < least; at += 1) {
        const corner = inhabited.placeOf(cells[corners[at]!]! + step);
        if (corner < 0) sum = Infinity;
        else {
          corners.push(corner);
          if (hidden[corner] === 0) sum += persons[cells[corner]!]!;
        }
      }
      if (sum < least) extend(dimension - 1, sum);
      corners.length = count;
      if (least === 0) return;
    }
  };
  extend(bound.length - 1, 0);
  return best;
}

/** At most `count` siblings: the hidden ones before the others, and the smallest of each first. */
function firstSiblings(
  place: number,
  dimension: number,
  count: number,
  inhabited: InhabitedCells,
  hidden: Uint8Array,
): number[] {
  const siblings = inhabited.partsOf(inhabited.wholeOf(place, dimension), dimension);
  const first: number[] = [];
  for (const wanted of [1, 0]) {
    for (let at = 0; at < siblings.length && first.length < count; at += 1) {
      const sibling = siblings[at]!;
      if (sibling !== place && hidden[sibling] === wanted) first.push(sibling);
    }
  }
  return first;
}
