import { estimate, type CostItem, type Estimate } from '../cost/estimate';
import type { ReviewedStack } from '../stacks';

export interface ItemChange {
  readonly what: string;
  /** Undefined where it was not there. */
  readonly before?: CostItem;
  /** Undefined where it is gone. */
  readonly after?: CostItem;
}

export interface CostChange {
  readonly environment: string;
  /** A month; undefined for an environment that is new or gone. */
  readonly before?: Estimate;
  readonly after?: Estimate;
  /** A month more (or, negative, less). */
  readonly difference: number;
  readonly items: readonly ItemChange[];
}

export interface CostSection {
  readonly changed: boolean;
  readonly environments: readonly CostChange[];
}

/** Environments whose estimate differs, by name; both sides by the same prices and assumptions. */
export function compareCost(before: readonly ReviewedStack[], after: readonly ReviewedStack[]): CostSection {
  const names = [...new Set([...before, ...after].map(({ environment }) => environment))].sort();
  const environments = names.flatMap((name): CostChange[] => {
    const [old, young] = [estimateOf(name, before), estimateOf(name, after)];
    const items = compareItems(old?.items ?? [], young?.items ?? []);
    if (items.length === 0) return [];
    return [
      {
        environment: name,
        ...(old === undefined ? {} : { before: old }),
        ...(young === undefined ? {} : { after: young }),
        difference: (young?.total ?? 0) - (old?.total ?? 0),
        items,
      },
    ];
  });
  return { changed: environments.length > 0, environments };
}

function estimateOf(name: string, stacks: readonly ReviewedStack[]): Estimate | undefined {
  return stacks.some(({ environment }) => environment === name) ? estimate(name, stacks) : undefined;
}

function compareItems(before: readonly CostItem[], after: readonly CostItem[]): readonly ItemChange[] {
  const names = [...new Set([...before, ...after].map(({ what }) => what))];
  return names.flatMap((what): ItemChange[] => {
    const [old, young] = [before, after].map((side) => side.find((item) => item.what === what));
    if (old?.basis === young?.basis) return [];
    return [{ what, ...(old === undefined ? {} : { before: old }), ...(young === undefined ? {} : { after: young }) }];
  });
}
