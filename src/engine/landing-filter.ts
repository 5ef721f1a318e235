import type { Catalogue } from '../catalogue/model';
import type { ReportMessage } from '../contract/lake-format';
import type { LakePaths } from '../contract/lake-paths';
import type { LakeStore } from '../lake/store';
import { catalogueOrder, personCells, type PersonCell } from './erased-records';
import type { OwnSchemas } from './own-schema';
import { connectedIn, followConnections, personMappings, type ConnectedTombstones } from './returned-persons';
import { Tombstones, type IdentifierTest } from './tombstones';

/** Keeps the rows of erased persons out of what lands (ERASE2). */
export interface LandingFilter {
  /** Where the files of a table name persons; none for a table that names nobody. */
  readonly personsOf: (unit: string, table: string) => readonly PersonCell[];
  readonly isErased: IdentifierTest;
  /** That erased persons have returned under other identifiers: numbers only. */
  readonly messages: readonly ReportMessage[];
}

/** Files that are about to land. */
export interface Arrivals {
  readonly units: readonly {
    readonly unit: string;
    readonly tables: ReadonlyMap<string, readonly { readonly path: string }[]>;
  }[];
  readonly localPath: (path: string) => Promise<string>;
  readonly now: () => Date;
}

/**
 * The filter of a lake; undefined where nobody was erased. What the arriving mapping connects with an erased person gets
 * tombstones first, before anything of it lands.
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
  arrivals: Arrivals,
): Promise<LandingFilter | undefined> {
  const tombstones = await Tombstones.read(lake.store, lake.paths);
  if (tombstones.erased.size === 0) return undefined;
  const key = tombstones.checkKey(await lake.erasureKey?.());
  const personsOf = (unit: string, name: string): readonly PersonCell[] => {
    const table = lake.catalogue.tables.find((one) => one.name === name);
    const own = schemas.columnsOf(unit, name);
    return table === undefined ? [] : personCells(table, [catalogueOrder(table), ...(own === undefined ? [] : [own])]);
  };
  const connections: ConnectedTombstones[] = [];
  for (const { table } of personMappings(lake.catalogue)) {
    for (const { unit, tables } of arrivals.units) {
      for (const { path } of tables.get(table.name) ?? []) {
        connections.push(...(await connectedIn(await arrivals.localPath(path), personsOf(unit, table.name), key)));
      }
    }
  }
  const returned = await followConnections(tombstones, connections, key, arrivals.now());
  return { isErased: tombstones.test(key), personsOf, messages: returned === 0 ? [] : [returnedMessage(returned)] };
}

function returnedMessage(returned: number): ReportMessage {
  const message =
    `The delivered mapping connects erased persons with ${returned} more accounts or persons, which are left out too. ` +
    '`insights erase --resume` erases what landed of them before.';
  return { severity: 'warning', code: 'ERASE2', message };
}
