import { parseRows, rosterFolders, type DropMap } from '../../src/test-data/drop-map';

const rosterPath = /^M365\/roster\/([^/]+)\/([^/]+)\/[^/]+\.csv$/;

/** Rows of both files, where both are well-formed, else their lines. */
function rowsOf(before: Buffer, after: Buffer): [string[], string[]] {
  try {
    const rows = (bytes: Buffer): string[] => parseRows(bytes).map((row) => JSON.stringify(row));
    return [rows(before), rows(after)];
  } catch {
    const lines = (bytes: Buffer): string[] => bytes.toString('latin1').split(/\r?\n/);
    return [lines(before), lines(after)];
  }
}

/** Counted, so that order does not matter. */
function counted(rows: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  return counts;
}

function difference(before: Buffer | undefined, after: Buffer | undefined): string {
  if (after === undefined) return 'missing';
  if (before === undefined) return `new, ${parseRows(after).length} rows`;
  if (before.equals(after)) return '';
  const [one, other] = rowsOf(before, after).map(counted) as [Map<string, number>, Map<string, number>];
  let [added, removed] = [0, 0];
  for (const [row, count] of other) added += Math.max(0, count - (one.get(row) ?? 0));
  for (const [row, count] of one) removed += Math.max(0, count - (other.get(row) ?? 0));
  return added === 0 && removed === 0 ? 'other bytes, same rows' : `+${added} -${removed}`;
}

/** What a scenario changed, a line for each file; a new roster folder is compared with the one it was copied from. */
export function changesOf(before: DropMap, after: DropMap): string[] {
  const source = rosterFolders(before)[0]!;
  const changes: string[] = [];
  for (const folder of rosterFolders(after).filter((candidate) => candidate !== source)) {
    const same = [...before.keys()].filter(
      (name) => name.startsWith(`M365/roster/${source}/`) && name.endsWith('.csv'),
    );
    const differing = same.flatMap((name) => {
      const change = difference(before.get(name), after.get(name.replace(source, folder)));
      return change === '' ? [] : [`${rosterPath.exec(name)![2]} ${change}`];
    });
    changes.push(`roster/${folder}: ${differing.length === 0 ? 'no change' : differing.join(', ')}`);
  }
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const folder = /^M365\/roster\/([^/]+)\//.exec(name)?.[1];
    if (folder !== undefined && folder !== source) continue;
    const change = difference(before.get(name), after.get(name));
    if (change !== '') changes.push(`${name.slice('M365/'.length)}: ${change}`);
  }
  return changes;
}

/** Tables of the roster that a scenario touches and RefDefinition, whose ids are known values. */
function touchedTables(before: DropMap, after: DropMap): Set<string> {
  const source = rosterFolders(before)[0]!;
  const tables = new Set(['RefDefinition']);
  for (const folder of rosterFolders(after)) {
    for (const name of before.keys()) {
      const match = rosterPath.exec(name);
      if (match === null) continue;
      if (difference(before.get(name), after.get(name.replace(source, folder))) !== '') tables.add(match[2]!);
    }
  }
  for (const name of after.keys()) {
    const match = /^M365\/roster_(?:delta|delete)\/[^/]+\/([^/]+)\//.exec(name);
    if (match !== null) tables.add(match[1]!);
  }
  return tables;
}

export interface ReducedDrops {
  readonly before: DropMap;
  readonly after: DropMap;
  /** Roster tables that are left. */
  readonly tables: readonly string[];
  /** Roster folders and activity files that the scenario changed, as the ledger names them. */
  readonly changedUnits: readonly string[];
}

/** What a scenario's change is seen beside: spellings beside the table that they refer to, a table that was cut beside one that refers to it. */
const seenBeside: Readonly<Record<string, readonly string[]>> = {
  'other-spelling': ['AadUser'],
  'first-roster-cut': ['Enrollment'],
};

/**
 * Both drops without what the scenario of this name does not need, so that processing them is quick.
 * @param required tables that stay whatever the scenario touches
 */
export function reduced(
  before: DropMap,
  after: DropMap,
  scenario: string,
  required: readonly string[] = [],
): ReducedDrops {
  const tables = new Set([...touchedTables(before, after), ...(seenBeside[scenario] ?? []), ...required]);
  const keep = (drop: DropMap, other: DropMap): DropMap =>
    new Map(
      [...drop].filter(([name, bytes]) => {
        const table = rosterPath.exec(name)?.[2];
        if (table !== undefined) return tables.has(table);
        return !name.startsWith('M365/activity/') || other.get(name)?.equals(bytes) !== true;
      }),
    );
  const units = [...after]
    .filter(([name, bytes]) => before.get(name)?.equals(bytes) !== true && !name.startsWith('M365/schema/'))
    .map(([name]) =>
      name
        .split('/')
        .slice(1, name.startsWith('M365/activity/') ? 4 : 3)
        .join('/'),
    );
  return {
    before: keep(before, after),
    after: keep(after, before),
    tables: [...tables],
    changedUnits: [...new Set(units)],
  };
}
