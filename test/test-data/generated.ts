import { createHash } from 'node:crypto';
import { generate } from '../../src/test-data/generate';
import { MemoryWriter } from '../../src/test-data/drop-writer';
import type { GenerateOptions } from '../../src/test-data/options';
import { activityFiles, parseRows, rosterFolders, type DropMap } from '../../src/test-data/drop-map';
import { catalogueTable, deliveredColumns } from '../../src/test-data/table-writer';

/** SHA-256 over names and bytes of all files. */
export function digest(files: DropMap): string {
  const hash = createHash('sha256');
  for (const [name, bytes] of files) hash.update(name).update('\0').update(bytes).update('\0');
  return hash.digest('hex');
}

export type Named = Readonly<Record<string, string>>;

/** A drop in memory, with its rows by column name. */
export class GeneratedDrop {
  constructor(readonly files: DropMap) {}

  static async of(options: GenerateOptions): Promise<GeneratedDrop> {
    const writer = new MemoryWriter();
    await generate(options, writer);
    return new GeneratedDrop(writer.files);
  }

  rows(table: string): Named[] {
    const paths =
      table === 'activity'
        ? activityFiles(this.files)
        : [`M365/roster/${rosterFolders(this.files)[0]}/${table}/${table.toLowerCase()}.csv`];
    const columns = deliveredColumns(catalogueTable(table));
    return paths
      .flatMap((path) => parseRows(this.files.get(path)!))
      .map((cells) => {
        if (cells.length !== columns.length) throw new Error(`${table} has a row of ${cells.length} cells`);
        return Object.fromEntries(columns.map((column, index) => [column, cells[index]!]));
      });
  }

  values(table: string, column: string): Set<string> {
    return new Set(this.rows(table).map((row) => row[column]!));
  }
}

/** What is wrong with a drop by the catalogue's rules on keys, required cells, references and row checks; empty = nothing. */
export function faultsOf(drop: GeneratedDrop, tables: readonly string[]): string[] {
  const faults: string[] = [];
  for (const name of tables) {
    const table = catalogueTable(name);
    const rows = drop.rows(name);
    if (rows.length === 0) faults.push(`${name} is empty`);
    const keys = rows.map((row) => table.key.map((column) => row[column]).join('\u001f'));
    if (new Set(keys).size !== rows.length) faults.push(`${name} repeats a key`);
    for (const column of table.columns.filter((candidate) => candidate.required && candidate.derived === undefined)) {
      if (rows.some((row) => row[column.name] === '')) faults.push(`${name}.${column.name} is required and empty`);
    }
    for (const { left, right } of table.rowChecks) {
      if (rows.some((row) => row[left] !== '' && row[right] !== '' && row[left]! > row[right]!))
        faults.push(`${name}: ${left} > ${right}`);
    }
    const references = [
      ...table.references,
      ...table.columns
        .filter(({ enumeration }) => enumeration !== undefined && 'reference' in enumeration)
        .map(({ name: column }) => ({ column, table: 'RefDefinition', target: 'Id' })),
    ];
    for (const reference of references) {
      if (name === 'activity' && reference.column === 'ActorId') continue;
      const known = drop.values(reference.table, reference.target);
      if (rows.some((row) => row[reference.column] !== '' && !known.has(row[reference.column]!))) {
        faults.push(`${name}.${reference.column} does not resolve`);
      }
    }
  }
  return faults;
}
