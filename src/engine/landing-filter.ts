import type { Catalogue } from '../catalogue/model';
import type { LakePaths } from '../contract/lake-paths';
import type { LakeStore } from '../lake/store';
import { catalogueOrder, personCells, type PersonCell } from './erased-records';
import type { OwnSchemas } from './own-schema';
import { Tombstones, type IdentifierTest } from './tombstones';

/** Keeps the rows of erased persons out of what lands (ERASE2). */
export interface LandingFilter {
  /** Where the files of a table name persons; none for a table that names nobody. */
  readonly personsOf: (unit: string, table: string) => readonly PersonCell[];
  readonly isErased: IdentifierTest;
}

/**
 * The filter of a lake; undefined where nobody was erased.
 * @param lake.erasureKey asked only where somebody was erased
 * @throws InsightsError TOMBSTONES_BROKEN, ERASURE_KEY_MISSING, ERASURE_KEY_DIFFERS: nothing lands unfiltered
 */
export async function landingFilter(
  lake: {
    readonly store: LakeStore;
    readonly paths: LakePaths;
    readonly catalogue: Catalogue;
    readonly erasureKey?: (() => Promise<string | undefined>) | undefined;
  },
  schemas: OwnSchemas,
): Promise<LandingFilter | undefined> {
  const tombstones = await Tombstones.read(lake.store, lake.paths);
  if (tombstones.erased.size === 0) return undefined;
  const isErased = tombstones.test(await lake.erasureKey?.());
  const personsOf = (unit: string, name: string): readonly PersonCell[] => {
    const table = lake.catalogue.tables.find((one) => one.name === name);
    const own = schemas.columnsOf(unit, name);
    return table === undefined ? [] : personCells(table, [catalogueOrder(table), ...(own === undefined ? [] : [own])]);
  };
  return { isErased, personsOf };
}
