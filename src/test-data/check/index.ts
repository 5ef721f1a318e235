import { quoteName } from '../../catalogue/render/sql-text';
import { loadCatalogue } from '../../catalogue/load';
import type { Catalogue, Table } from '../../catalogue/model';
import { openDatabase, runStatement, type Database } from '../../engine/database';
import { readDrop, type DeliveredUnit, type Drop } from '../../engine/drop';
import { readOwnSchemas, type OwnSchemas } from '../../engine/own-schema';
import { normalised } from '../../engine/row-rules';
import { FolderStore } from '../../lake/folder-store';
import { makeTemporary, removeTemporary } from '../../lake/temporary-folder';
import { checkReferences } from './check-references';
import { checkTable } from './check-table';
import { dropCheck, type CheckedTable, type CheckedUnit, type CheckFinding, type DropCheck } from './report';

export { formatDropCheck, type CheckedTable, type CheckedUnit, type CheckFinding, type DropCheck } from './report';

/**
 * Compares a drop (the folder that holds `M365`) with the catalogue and says what is wrong with it, table by table. It
 * uses the engine's own rules on reading, columns, casts and keys, and writes nothing to the drop.
 * @param requiredTables tables without which a roster folder is not complete (ROW2). @default those that the catalogue marks
 * @throws InsightsError DROP_NOT_FOUND; INGEST_FILE_UNREADABLE when a file cannot be read
 */
export async function checkDrop(folder: string, requiredTables?: readonly string[]): Promise<DropCheck> {
  const store = new FolderStore(folder);
  const catalogue = requiring(loadCatalogue('strict'), requiredTables);
  const drop = await readDrop(
    store,
    '',
    catalogue.tables.map(({ name }) => name),
  );
  const schemas = await readOwnSchemas(drop);
  const staging = makeTemporary();
  const database = await openDatabase({ temporaryFolder: staging });
  try {
    const checker = new DropChecker(catalogue, drop, schemas, database, staging);
    const units: CheckedUnit[] = [];
    for (const unit of inOrder(drop.units)) units.push(await checker.unit(unit));
    const findings = [...drop.messages, ...schemas.messages].map(({ code, message, file }): CheckFinding => {
      return { severity: 'warning', code, message, ...(file === undefined ? {} : { file }) };
    });
    return dropCheck(units, findings);
  } finally {
    database.close();
    removeTemporary(staging);
    await store.close();
  }
}

function requiring(catalogue: Catalogue, requiredTables: readonly string[] | undefined): Catalogue {
  if (requiredTables === undefined) return catalogue;
  const tables = catalogue.tables.map((table) => ({ ...table, required: requiredTables.includes(table.name) }));
  return { ...catalogue, tables };
}

/** Roster snapshots first: activity is compared with the newest of them. */
function inOrder(units: readonly DeliveredUnit[]): DeliveredUnit[] {
  const rank = (unit: DeliveredUnit): string => `${unit.kind === 'snapshot' ? 0 : 1} ${unit.unit}`;
  return [...units].sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
}

class DropChecker {
  private count = 0;
  /** Working tables of the newest roster snapshot so far, by table. */
  private roster: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly drop: Drop,
    private readonly schemas: OwnSchemas,
    private readonly database: Database,
    private readonly staging: string,
  ) {}

  async unit(unit: DeliveredUnit): Promise<CheckedUnit> {
    const connection = this.database.connections[0];
    const tables: CheckedTable[] = [];
    const working = new Map<string, string>();
    let referenceIds: string | undefined;
    // RefDefinition first: its ids are the known values of other columns (ROW7).
    const present = this.catalogue.tables
      .filter(({ name }) => unit.tables.has(name))
      .sort((one, other) => Number(other.name === 'RefDefinition') - Number(one.name === 'RefDefinition'));
    for (const table of present) {
      const workingTable = `checked_${this.count++}`;
      tables.push(await this.table(unit, table, workingTable, referenceIds));
      // A file that was refused whole says nothing about references to it.
      if (tables.at(-1)!.findings.every(({ code }) => !code.startsWith('COLUMNS_')))
        working.set(table.name, workingTable);
      if (table.name === 'RefDefinition') referenceIds = await this.referenceIds(table, workingTable);
    }
    const isSnapshot = unit.kind === 'snapshot';
    const known = isSnapshot ? working : new Map([...this.roster, ...working]);
    for (const [index, table] of present.entries()) {
      if (unit.kind === 'delta' || unit.kind === 'delete') break;
      const found = await checkReferences(connection, table, known);
      const checked = tables[index]!;
      tables[index] = { ...checked, findings: [...checked.findings, ...found] };
    }
    const done = isSnapshot ? [...this.roster.values()] : [...working.values()];
    if (isSnapshot) this.roster = working;
    for (const name of done) await runStatement(connection, `DROP TABLE ${name}`, { doing: 'clearing working tables' });
    const sorted = [...tables].sort((one, other) => (one.table < other.table ? -1 : 1));
    return { unit: unit.unit, kind: unit.kind, tables: sorted, findings: isSnapshot ? this.missing(unit) : [] };
  }

  private async table(
    unit: DeliveredUnit,
    table: Table,
    workingTable: string,
    referenceIds: string | undefined,
  ): Promise<CheckedTable> {
    const files = await Promise.all(
      unit.tables
        .get(table.name)!
        .map(async ({ delivered, path: file }) => ({ delivered, localPath: await this.drop.store.localPath(file) })),
    );
    return checkTable(this.database.connections[0], {
      table,
      kind: unit.kind,
      files,
      ownColumns: this.schemas.columnsOf(unit.unit, table.name),
      referenceIds,
      workingTable,
      staging: this.staging,
    });
  }

  private async referenceIds(table: Table, workingTable: string): Promise<string> {
    const name = `${workingTable}_ids`;
    const id = quoteName(table.key[0]!);
    await runStatement(
      this.database.connections[0],
      `CREATE OR REPLACE TABLE ${name} AS SELECT DISTINCT ${normalised(id)} AS id FROM ${workingTable}`,
      {
        doing: 'reading the lists of values',
        place: { table: table.name },
      },
    );
    return name;
  }

  /** ROW2: a roster folder without a required table is not complete and waits. */
  private missing(unit: DeliveredUnit): CheckFinding[] {
    return this.catalogue.tables
      .filter(({ name, source }) => source === 'roster' && !unit.tables.has(name))
      .map(({ name, required }) => ({
        severity: required ? 'error' : 'warning',
        code: 'ROW2',
        message: required
          ? `The table ${name} is missing: the folder is not complete.`
          : `The optional table ${name} is missing.`,
      }));
  }
}
