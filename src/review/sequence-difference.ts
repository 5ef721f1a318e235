/** One step of the way from one list to another. */
export interface SequenceStep<Item> {
  readonly kind: 'same' | 'removed' | 'added';
  readonly item: Item;
}

/** Above this product of lengths the middle is shown as replaced: a table of it would need too much memory. */
const largestTable = 4_000_000;

/** The shortest way from one list to another by taking out and putting in; where there are several, taking out comes first. */
export function sequenceDifference<Item>(
  before: readonly Item[],
  after: readonly Item[],
): readonly SequenceStep<Item>[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const same = (item: Item): SequenceStep<Item> => ({ kind: 'same', item });
  return [
    ...before.slice(0, start).map(same),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

function middle<Item>(before: readonly Item[], after: readonly Item[]): readonly SequenceStep<Item>[] {
  const steps: SequenceStep<Item>[] = [];
  const width = after.length + 1;
  const isLarge = before.length * after.length > largestTable;
  const common = isLarge ? undefined : commonLengths(before, after);
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    const [old, young] = [before[left] as Item, after[right] as Item];
    if (common !== undefined && left < before.length && right < after.length && old === young) {
      steps.push({ kind: 'same', item: old });
      left += 1;
      right += 1;
      continue;
    }
    const down = common?.[(left + 1) * width + right] ?? 0;
    const across = common?.[left * width + right + 1] ?? 0;
    if (left < before.length && (right === after.length || down >= across)) {
      steps.push({ kind: 'removed', item: old });
      left += 1;
    } else {
      steps.push({ kind: 'added', item: young });
      right += 1;
    }
  }
  return steps;
}

/** Length of the longest common part of the two ends, by where they begin. */
function commonLengths<Item>(before: readonly Item[], after: readonly Item[]): Uint32Array {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  for (let left = before.length - 1; left >= 0; left -= 1) {
    for (let right = after.length - 1; right >= 0; right -= 1) {
      const at = left * width + right;
      lengths[at] =
        before[left] === after[right]
          ? (lengths[at + width + 1] ?? 0) + 1
          : Math.max(lengths[at + width] ?? 0, lengths[at + 1] ?? 0);
    }
  }
  return lengths;
}
