import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InsightsError } from '../contract/errors';
import { catalogueTable, deliveredColumns, quoted } from './table-writer';

/** A whole drop in memory: path with `/`, such as `M365/activity/2024-03-04/ApplicationUsage.csv`, to bytes. */
export type DropMap = ReadonlyMap<string, Buffer>;

/** Reads all files below `folder`, which must hold `M365`. @throws InsightsError DROP_NOT_FOUND */
export async function readDropMap(folder: string): Promise<DropMap> {
  const files = new Map<string, Buffer>();
  const entries = await readdir(path.join(folder, 'M365'), { recursive: true, withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
  for (const name of names.sort()) files.set(name, await readFile(path.join(folder, name)));
  if (files.size > 0) return files;
  throw new InsightsError('DROP_NOT_FOUND', 'There is no folder M365 with files.', { place: { path: folder } });
}

/** Writes the files of a drop below `folder`. */
export async function writeDropMap(drop: DropMap, folder: string): Promise<void> {
  for (const [name, bytes] of drop) {
    const target = path.join(folder, ...name.split('/'));
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
}

/** Cells of a well-formed file (RFC 4180, LF or CRLF); the generator writes no other. */
export function parseRows(bytes: Uint8Array): string[][] {
  const text = Buffer.from(bytes).toString('utf8');
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  let row: string[] = [];
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null) throw new RangeError('not a well-formed file');
    row.push(match[1] === undefined ? match[2]! : match[1].replaceAll('""', '"'));
    if (match[3] === ',' && cell.lastIndex < text.length) continue;
    // A comma at the very end of the file is followed by one more, empty, cell.
    if (match[3] === ',') row.push('');
    rows.push(row);
    row = [];
  }
  return rows;
}

export function formatRows(rows: readonly (readonly string[])[], lineEnd = '\n'): Buffer {
  return Buffer.from(rows.map((row) => row.map(quoted).join(',') + lineEnd).join(''), 'utf8');
}

/** Position of a column in a delivered file of catalogue order. */
export function positionOf(table: string, column: string): number {
  const position = deliveredColumns(catalogueTable(table)).indexOf(column);
  if (position < 0) throw new RangeError(`${table} has no column ${column}`);
  return position;
}

/** Names of the roster folders, oldest first. */
export function rosterFolders(drop: DropMap): string[] {
  const folders = new Set<string>();
  for (const name of drop.keys()) {
    const match = /^M365\/roster\/([^/]+)\//.exec(name);
    if (match !== null) folders.add(match[1]!);
  }
  return [...folders].sort();
}

/** Activity files, oldest first. */
export function activityFiles(drop: DropMap): string[] {
  return [...drop.keys()].filter((name) => /^M365\/activity\/.*\.csv$/.test(name)).sort();
}
