import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Upstream's files lie beside the project, never in it. */
const folder = path.resolve(__dirname, '../../../shared/upstream');

/** A test that needs upstream's files; without them it is listed as skipped, with the reason in its name. */
export function testWithShippedData(name: string, run: () => void): void {
  if (existsSync(folder)) test(name, run);
  else test.skip(`${name} (skipped: there is no ../shared/upstream)`, run);
}

export function readShipped(file: string): string {
  return readFileSync(path.join(folder, file), 'utf8');
}

/** `table -> [[column, type, last cell]]` of a file in upstream's metadata format, read without our parser. */
export function shippedTables(file: string): Readonly<Record<string, readonly (readonly string[])[]>> {
  const tables: Record<string, string[][]> = {};
  let current: string[][] = [];
  for (const line of readShipped(file).trim().split(/\r?\n/).slice(1)) {
    const [entity = '', ...attribute] = line.split(',');
    if (entity !== '') tables[entity] = current = [];
    else current.push(attribute);
  }
  return tables;
}
