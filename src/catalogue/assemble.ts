import { pointer, type Finding } from './finding';
import type { Column, Table, TableReference } from './model';
import type { MetadataColumn, MetadataTable } from './parse-metadata';
import type { TablesColumn, TablesFile, TablesTable } from './parse-tables';

/** Names under which findings mention the two files. */
export interface FileNames {
  readonly metadata: string;
  readonly tables: string;
}

export interface Assembled {
  readonly tables: readonly Table[];
  readonly findings: readonly Finding[];
}

/**
 * Joins the two files into one description per table, in the order of the metadata file. What is in one file and not in the
 * other becomes a finding.
 */
export function assembleTables(metadata: readonly MetadataTable[], file: TablesFile, files: FileNames): Assembled {
  const findings = unmatched(metadata, file, files);
  const tables: Table[] = [];
  for (const listed of metadata) {
    const described = memberOf(file.tables, listed.name);
    if (described === undefined) continue;
    tables.push(assembleTable(listed, described, file.commonColumns));
  }
  return { tables, findings };
}

function assembleTable(listed: MetadataTable, described: TablesTable, common: TablesFile['commonColumns']): Table {
  const references: TableReference[] = [];
  const columns = listed.columns.map((column, position): Column => {
    const facts: TablesColumn = { ...memberOf(common, column.name), ...memberOf(described.columns, column.name) };
    if (facts.references !== undefined) {
      const [table = '', target = ''] = facts.references.split('.');
      references.push({ column: column.name, table, target });
    }
    return assembleColumn(column, position, facts, described.key.includes(column.name));
  });
  return {
    name: listed.name,
    source: described.source,
    batchKind: described.batchKind,
    key: described.key,
    required: described.required,
    columns,
    rowChecks: described.rowChecks ?? [],
    references,
    whenGone: described.whenGone ?? 'remove',
    aboutPersons: described.aboutPersons,
    protection: described.protection,
    description: described.description,
    descriptionSource: described.descriptionSource,
  };
}

function assembleColumn(listed: MetadataColumn, position: number, facts: TablesColumn, isKey: boolean): Column {
  return {
    name: listed.name,
    type: listed.type,
    treatment: listed.treatment,
    position,
    required: isKey || (facts.required ?? false),
    optional: facts.optional ?? false,
    ...(facts.domain === undefined ? {} : { domain: facts.domain }),
    ...(facts.enumeration === undefined ? {} : { enumeration: facts.enumeration }),
    ...(facts.derived === undefined ? {} : { derived: facts.derived }),
    ...(facts.filledFor === undefined ? {} : { filledFor: facts.filledFor }),
    ...(facts.freeText === undefined ? {} : { freeText: facts.freeText }),
    ...(facts.mayBeMasked === undefined ? {} : { mayBeMasked: facts.mayBeMasked }),
    description: facts.description ?? '',
    line: listed.line,
  };
}

/** A member of the object's own: a table may be called `constructor`. */
function memberOf<Member>(object: Readonly<Record<string, Member>>, name: string): Member | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function unmatched(metadata: readonly MetadataTable[], file: TablesFile, files: FileNames): Finding[] {
  const findings: Finding[] = [];
  for (const table of metadata) {
    if (table.columns.length === 0) {
      const place = `${files.metadata}:${table.line}`;
      findings.push({
        place,
        problem: `Table ${table.name} has no columns.`,
        mend: 'List them below it, or remove the table.',
      });
    }
    if (memberOf(file.tables, table.name) !== undefined) continue;
    findings.push({
      place: `${files.metadata}:${table.line}`,
      problem: `Table ${table.name} is not in ${files.tables}.`,
      mend: `Describe it in ${files.tables} under "tables", or remove it here.`,
    });
  }
  for (const [name, table] of Object.entries(file.tables)) {
    const listed = metadata.find((candidate) => candidate.name === name);
    if (listed === undefined) {
      findings.push({
        place: pointer(files.tables, 'tables', name),
        problem: `Table ${name} is not in ${files.metadata}.`,
        mend: `List it with its columns in ${files.metadata}, or remove it here.`,
      });
      continue;
    }
    for (const column of Object.keys(table.columns)) {
      if (listed.columns.some((candidate) => candidate.name === column)) continue;
      findings.push({
        place: pointer(files.tables, 'tables', name, 'columns', column),
        problem: `Column ${name}.${column} is not in ${files.metadata}.`,
        mend: `List it under ${name} in ${files.metadata}, or remove it here.`,
      });
    }
  }
  for (const column of Object.keys(file.commonColumns)) {
    if (metadata.some((table) => table.columns.some((candidate) => candidate.name === column))) continue;
    findings.push({
      place: pointer(files.tables, 'commonColumns', column),
      problem: `No table has a column ${column}.`,
      mend: `List it under a table in ${files.metadata}, or remove it here.`,
    });
  }
  return findings;
}
