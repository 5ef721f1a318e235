import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { loadCatalogue } from '../../src/catalogue/load';
import type { Catalogue, Column, Profile, Table } from '../../src/catalogue/model';

/** Cells in the order of the catalogue, or cells by column over those of the table's default row `n`. */
export type SmallRow = readonly string[] | Readonly<Record<string, string>>;

/** Rows, or the bytes of the file; undefined = the table is not delivered. */
export type SmallFile = readonly SmallRow[] | Buffer | undefined;

export type SmallTables = Readonly<Record<string, SmallFile>>;

export interface SmallDrop {
  /** By folder name such as `2022-01-28T06-16-22`. Tables that are not named are delivered with their default rows. */
  readonly roster?: Readonly<Record<string, SmallTables>>;
  /** Only the tables that are named are delivered; likewise in `rosterDelete`. */
  readonly rosterDelta?: Readonly<Record<string, SmallTables>>;
  readonly rosterDelete?: Readonly<Record<string, SmallTables>>;
  /** By path below `activity/`, such as `2022-01-28/ApplicationUsage.csv`. */
  readonly activity?: Readonly<Record<string, readonly SmallRow[] | Buffer>>;
  /** Anything else, by path below `M365/`. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
}

/** Default rows of each table: enough that one of them may leave without the snapshot being held (ROW5: 20 %). */
export const defaultRowCount = 6;

const fixedCells: Readonly<Record<string, string>> = {
  FirstSeenDateTime: '2021-08-13',
  LastSeenDateTime: '2022-06-01',
  StartDate: '2021-09-01',
  EntryDate: '2021-09-01',
  RoleStartDate: '2021-09-01',
  EndDate: '2022-06-03',
  ExitDate: '2022-06-03',
  RoleEndDate: '2022-06-03',
};

/** The strict catalogue, or another profile's, with some of its tables only: a run over three tables is fast. */
export function smallCatalogue(tables?: readonly string[], profile: Profile = 'strict'): Catalogue {
  const catalogue = loadCatalogue(profile);
  if (tables === undefined) return catalogue;
  return { ...catalogue, tables: catalogue.tables.filter(({ name }) => tables.includes(name)) };
}

/** Default row `n` (1-based) of a table by column. Row n refers to row n of other tables, so every reference resolves. */
export function smallRow(table: string, n: number, cells: Readonly<Record<string, string>> = {}): string[] {
  const described = tableNamed(table);
  for (const name of Object.keys(cells)) {
    if (!described.columns.some((column) => column.name === name)) throw new Error(`${table} has no column ${name}.`);
  }
  return deliveredColumns(described).map((column) => cells[column.name] ?? defaultCell(described, column, n));
}

/** The default rows `from`..`to` (1-based, inclusive) of a table. */
export function smallRows(table: string, to: number = defaultRowCount, from = 1): string[][] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => smallRow(table, from + index));
}

/** Rows as the bytes of a delivered file: no header, `\n`, quotes only where a cell needs them. */
export function smallCsv(table: string, rows: readonly SmallRow[]): Buffer {
  const lines = rows.map((row, index) => {
    const cells = Array.isArray(row)
      ? (row as readonly string[])
      : smallRow(table, index + 1, row as Record<string, string>);
    return `${cells.map(quoted).join(',')}\n`;
  });
  return Buffer.from(lines.join(''));
}

/**
 * Writes a drop, or adds to the one in `folder`: files that are there already are replaced, others stay. A roster folder
 * gets every table of `catalogue` that `drop` does not name.
 * @param folder holds `M365/` afterwards
 */
export async function writeDrop(
  folder: string,
  drop: SmallDrop,
  catalogue: Catalogue = smallCatalogue(),
): Promise<void> {
  const put = async (delivered: string, bytes: string | Buffer): Promise<void> => {
    const path = nodePath.join(folder, 'M365', delivered);
    await fs.mkdir(nodePath.dirname(path), { recursive: true });
    await fs.writeFile(path, bytes);
  };
  const bytesOf = (table: string, file: readonly SmallRow[] | Buffer): Buffer =>
    Buffer.isBuffer(file) ? file : smallCsv(table, file);
  const putTables = async (parent: string, tables: SmallTables): Promise<void> => {
    for (const [table, file] of Object.entries(tables)) {
      if (file !== undefined) await put(`${parent}/${table}/${table.toLowerCase()}.csv`, bytesOf(table, file));
    }
  };
  for (const [timestamp, tables] of Object.entries(drop.roster ?? {})) {
    const names = catalogue.tables.filter(({ source }) => source === 'roster').map(({ name }) => name);
    const defaults = Object.fromEntries(names.map((name) => [name, smallRows(name)]));
    await putTables(`roster/${timestamp}`, { ...defaults, ...tables });
  }
  for (const [timestamp, tables] of Object.entries(drop.rosterDelta ?? {}))
    await putTables(`roster_delta/${timestamp}`, tables);
  for (const [timestamp, tables] of Object.entries(drop.rosterDelete ?? {}))
    await putTables(`roster_delete/${timestamp}`, tables);
  for (const [path, file] of Object.entries(drop.activity ?? {}))
    await put(`activity/${path}`, bytesOf('activity', file));
  for (const [path, bytes] of Object.entries(drop.files ?? {})) await put(path, bytes);
}

function tableNamed(name: string): Table {
  const table = loadCatalogue('strict').tables.find((one) => one.name === name);
  if (table === undefined) throw new Error(`The catalogue has no table ${name}.`);
  return table;
}

function deliveredColumns(table: Table): readonly Column[] {
  return table.columns.filter(({ derived }) => derived === undefined);
}

function defaultCell(table: Table, column: Column, n: number): string {
  const { name, type, enumeration, domain } = column;
  const reference = table.references.find((one) => one.column === name);
  if (reference !== undefined) return `${reference.table}-${n}`;
  if (table.key.includes(name)) return `${table.name}-${n}`;
  if (enumeration !== undefined)
    return 'reference' in enumeration ? `RefDefinition-${n}` : (enumeration.values[0] ?? '');
  if (name === 'StartTime') return `2022-01-28 08:${String(n % 60).padStart(2, '0')}:00`;
  if (name in fixedCells) return fixedCells[name] ?? '';
  if (domain !== undefined) return `${domain}-${n}`;
  if (type === 'string') return `${name} of ${table.name} ${n}`;
  if (type === 'boolean') return 'TRUE';
  return type === 'timestamp' || type === 'date' ? '' : String(n);
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
