import type { StoredFile } from './store';

/** `part-0000000001-<UUID>.parquet`; Spark writes something behind the UUID. */
const dataFile = /\/(?:part|rest)-\d+-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}[^/]*\.parquet$/;

/** A data file of a Delta table: its name is given once, and what is under it never changes. */
export function isDataFile(path: string): boolean {
  return dataFile.test(path);
}

/** What lies in a folder, told apart by whether a Delta table has it. */
interface FilesByTable {
  /** By the lake path of the table: its data, its log, and whatever else is in its folder. */
  readonly tables: ReadonlyMap<string, readonly StoredFile[]>;
  readonly others: readonly StoredFile[];
}

/** Sorts files to the tables that they lie in; a table is where a log is, and a file is that of the innermost. */
export function filesByTable(files: readonly StoredFile[]): FilesByTable {
  const tables = new Map<string, StoredFile[]>();
  for (const { path } of files) {
    const table = /^(.*?)\/_delta_log\//.exec(path)?.[1];
    if (table !== undefined) tables.set(table, []);
  }
  const others: StoredFile[] = [];
  for (const file of files) {
    const table = [...parentsOf(file.path)].find((parent) => tables.has(parent));
    (table === undefined ? others : tables.get(table))?.push(file);
  }
  return { tables, others };
}

function* parentsOf(path: string): Generator<string> {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) yield path.slice(0, end);
}
