import type { ErrorCode } from '../../contract/error-catalogue';
import { InsightsError } from '../../contract/errors';
import type { RejectCounts, UnitStatus } from '../../contract/lake-format';
import { formatDay, parseDay } from '../calendar';
import { activityFiles, formatRows, parseRows, positionOf, rosterFolders, type DropMap } from '../drop-map';
import { rosterManifest } from '../manifest';
import { catalogueTable, deliveredColumns } from '../table-writer';

/** What processing makes of the drop that a scenario gives. */
export interface Expectation {
  /** Rules of lake-rules.md that decide, such as `ROW8`. */
  readonly rules: readonly string[];
  /** `base`: the untouched drop has been processed into the lake before; `nothing`: the lake is empty. */
  readonly after: 'nothing' | 'base';
  /** What becomes of the roster folder or activity file that the scenario adds or changes. */
  readonly status: UnitStatus;
  /** Why it stops; empty for a unit that goes through. */
  readonly findings?: readonly { readonly table: string; readonly code: ErrorCode }[];
  /** Rows more than without the scenario that are rejected, by table and reason. */
  readonly rejected?: Readonly<Record<string, RejectCounts>>;
  /** Rows that repeat a row of the same file word for word, by table. */
  readonly duplicates?: Readonly<Record<string, number>>;
  /** Codes of warnings, in the report of processing or of the drop's check: rules, or error codes. */
  readonly warnings?: readonly string[];
}

/** A day in the life of a share, or something wrong with a delivery: a pure change of a drop. */
export interface Scenario {
  /** Kebab-case; stable. */
  readonly name: string;
  /** What happened at the source, in a sentence. */
  readonly description: string;
  /** What must come of it, in a sentence. */
  readonly outcome: string;
  readonly expects: Expectation;
  /** The changed drop; files that are not touched keep their bytes. @throws InsightsError TEST_DATA_SCENARIO_UNFIT */
  readonly apply: (drop: DropMap) => DropMap;
}

/** Rows of a file, changed by a scenario; a row may become longer or shorter. */
export type RowEdit = (rows: readonly (readonly string[])[]) => readonly (readonly string[])[];

/** Changes to the tables of a roster folder. */
export type RosterEdit = Readonly<Record<string, RowEdit>>;

/** Path of a table's file in a roster folder of the drop. */
export function rosterFile(drop: DropMap, folder: string, table: string): string {
  const prefix = `M365/roster/${folder}/${table}/`;
  const found = [...drop.keys()].find((name) => name.startsWith(prefix) && name.endsWith('.csv'));
  if (found === undefined) throw unfit(`The roster folder has no file of ${table}.`);
  return found;
}

export function newestRoster(drop: DropMap): string {
  const newest = rosterFolders(drop).at(-1);
  if (newest === undefined) throw unfit('There is no roster folder.');
  return newest;
}

/** The first activity file that has more than a few rows: a school day. */
export function schoolDayFile(drop: DropMap): string {
  const found = activityFiles(drop).find((name) => parseRows(drop.get(name)!).length >= 40);
  if (found === undefined) throw unfit('There is no activity file of 40 rows or more.');
  return found;
}

/** The drop with the rows of some tables of its newest roster folder changed. */
export function editRoster(drop: DropMap, edits: RosterEdit, folder = newestRoster(drop)): DropMap {
  const changed = new Map(drop);
  for (const [table, edit] of Object.entries(edits)) {
    const file = rosterFile(drop, folder, table);
    changed.set(file, formatRows(edit(parseRows(drop.get(file)!))));
  }
  return changed;
}

/** The drop with the bytes of one file changed. */
export function editBytes(drop: DropMap, file: string, edit: (bytes: Buffer) => Buffer): DropMap {
  return new Map(drop).set(file, edit(drop.get(file)!));
}

/** The drop with one more roster folder: the newest, `days` later (earlier when negative), with changes. */
export function addRoster(drop: DropMap, days: number, edits: RosterEdit = {}): DropMap {
  const source = newestRoster(drop);
  const folder = shiftTimestamp(source, days);
  const copy = new Map(drop);
  for (const [name, bytes] of drop) {
    if (!name.startsWith(`M365/roster/${source}/`)) continue;
    const target = name.replace(`/${source}/`, `/${folder}/`);
    copy.set(target, name.endsWith('.manifest.cdm.json') ? Buffer.from(rosterManifest(folder)) : bytes);
  }
  return editRoster(copy, edits, folder);
}

/** `2024-03-04T05-30-00`, some days later. */
export function shiftTimestamp(timestamp: string, days: number): string {
  const day = parseDay(timestamp.slice(0, 10));
  if (day === undefined) throw unfit('A roster folder is not named after a timestamp.');
  return formatDay(day + days) + timestamp.slice(10);
}

/** A row with some cells replaced, by column name. */
export function withCells(table: string, row: readonly string[], cells: Readonly<Record<string, string>>): string[] {
  const changed = [...row];
  for (const [column, value] of Object.entries(cells)) changed[positionOf(table, column)] = value;
  return changed;
}

export function cellOf(table: string, row: readonly string[], column: string): string {
  return row[positionOf(table, column)] ?? '';
}

/** Changes the rows at some places (0-based) and leaves the others. */
export function changeRows(
  places: readonly number[],
  change: (row: readonly string[], place: number) => readonly string[],
): RowEdit {
  return (rows) => {
    if (rows.length <= Math.max(...places)) throw unfit('A table has too few rows.');
    return rows.map((row, place) => (places.includes(place) ? change(row, place) : row));
  };
}

/** Takes a column out of every row. */
export function withoutColumn(table: string, column: string): RowEdit {
  return (rows) => rows.map((row) => row.filter((_, index) => index !== positionOf(table, column)));
}

/** The header line that exports do not have. */
export function headerLine(table: string): string[] {
  return [...deliveredColumns(catalogueTable(table))];
}

export function unfit(message: string): InsightsError {
  return new InsightsError('TEST_DATA_SCENARIO_UNFIT', message);
}
