import { InsightsError } from '../contract/errors';
import { loadCatalogue, tableOf } from '../catalogue/load';
import type { Table } from '../catalogue/model';
import type { DropFile } from './drop-writer';
import type { Row } from './world';

/** The columns that a delivered file has: all but the derived ones (ROW18), in catalogue order. */
export function deliveredColumns(table: Table): readonly string[] {
  return table.columns.filter((column) => column.derived === undefined).map((column) => column.name);
}

/** Tables of the catalogue that arrive in a roster folder, in catalogue order. */
export function rosterTables(): readonly Table[] {
  return loadCatalogue('strict').tables.filter((table) => table.source === 'roster');
}

export function catalogueTable(name: string): Table {
  return tableOf(loadCatalogue('strict'), name);
}

/**
 * Writes rows as lines of a delivered file: catalogue order, no header line, LF, quotes only where needed (RFC 4180).
 * The first row is compared with the catalogue, so a column that only one side knows is found at once.
 */
export class TableWriter {
  rows = 0;
  private readonly columns: readonly string[];

  constructor(
    private readonly table: Table,
    private readonly file: DropFile,
  ) {
    this.columns = deliveredColumns(table);
  }

  /** A row of any text. @throws InsightsError TEST_DATA_COLUMNS */
  write(row: Row): void {
    if (this.rows === 0) this.compare(row);
    const { columns } = this;
    let line = quoted(row[columns[0]!]!);
    for (let index = 1; index < columns.length; index += 1) line += `,${quoted(row[columns[index]!]!)}`;
    this.append(line);
  }

  /** Cells in delivered order that need no quotes, or carry them already: for millions of rows. */
  writeCells(cells: readonly string[]): void {
    this.append(cells.join(','));
  }

  private append(line: string): void {
    this.rows += 1;
    this.file.add(`${line}\n`);
  }

  private compare(row: Row): void {
    const given = Object.keys(row);
    const lacking = this.columns.filter((column) => !given.includes(column));
    const foreign = given.filter((column) => !this.columns.includes(column));
    if (lacking.length === 0 && foreign.length === 0) return;
    const parts = [
      ...(lacking.length === 0 ? [] : [`no value for ${lacking.join(', ')}`]),
      ...(foreign.length === 0 ? [] : [`a value for ${foreign.join(', ')}, which the catalogue does not have`]),
    ];
    throw new InsightsError('TEST_DATA_COLUMNS', `The generator has ${parts.join(' and ')}.`, {
      place: { table: this.table.name },
    });
  }
}

const needsQuotes = /[",\r\n]|^\s|\s$/;

/** A cell as RFC 4180 writes it. */
export function quoted(cell: string): string {
  return needsQuotes.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
