import type { ColumnType, Treatment } from './model';
import { knownTreatments, parseTreatment } from './treatment';
import type { Finding } from './finding';

/** One attribute line of a metadata file. */
export interface MetadataColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly treatment: Treatment;
  readonly line: number;
}

/** One entity of a metadata file with its attributes in file order. */
export interface MetadataTable {
  readonly name: string;
  readonly line: number;
  readonly columns: readonly MetadataColumn[];
}

export interface ParsedMetadata {
  readonly tables: readonly MetadataTable[];
  readonly findings: readonly Finding[];
}

const columnTypes: readonly ColumnType[] = [
  'string',
  'timestamp',
  'date',
  'boolean',
  'integer',
  'short',
  'long',
  'double',
];
const header = ['Entity Name', 'Attribute Name', 'Attribute Data Type', 'Pseudonymization'];
/** Names go into paths and SQL of three engines: letters, digits and underscores only. */
const namePattern = /^[A-Za-z][A-Za-z0-9_]{0,127}$/;

/**
 * Reads upstream's metadata format (upstream-contract.md): a header, a line with the first cell only for each entity, then a
 * line for each attribute. Blank lines and lines that start with `#` are ignored. Nothing is guessed: whatever is not
 * understood becomes a finding.
 * @param file name for messages
 */
export function parseMetadata(text: string, file: string): ParsedMetadata {
  const findings: Finding[] = [];
  const tables: { name: string; line: number; columns: MetadataColumn[] }[] = [];
  const report = (line: number, problem: string, mend: string): void => {
    findings.push({ place: `${file}:${line}`, problem, mend });
  };

  let headerSeen = false;
  for (const [index, rawLine] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = index + 1;
    const cells = rawLine.split(',').map((cell) => cell.trim());
    if (rawLine.trim() === '' || rawLine.trimStart().startsWith('#')) continue;
    if (!headerSeen) {
      headerSeen = true;
      if (cells.join(',') !== header.join(','))
        report(line, 'The header is missing.', `Start with "${header.join(',')}".`);
      continue;
    }
    if (cells.length !== header.length) {
      report(line, `The line has ${cells.length} cells.`, 'Write four: entity, attribute, type, treatment.');
      continue;
    }
    const [entity = '', attribute = '', typeText = '', treatmentCell = ''] = cells;
    const name = entity === '' ? attribute : entity;
    if (!namePattern.test(name) || (entity !== '' && cells.slice(1).some((cell) => cell !== ''))) {
      const mend =
        'Write the entity alone in the first cell, or leave that empty and name an attribute, type and treatment.';
      report(line, 'The line is neither an entity nor an attribute.', mend);
      continue;
    }
    if (entity !== '') {
      const earlier = tables.find((table) => table.name === entity);
      if (earlier)
        report(line, `Table ${entity} is listed a second time.`, `It is on line ${earlier.line} already: remove one.`);
      tables.push({ name: entity, line, columns: [] });
      continue;
    }
    const table = tables.at(-1);
    if (table === undefined) {
      report(line, `Attribute ${attribute} belongs to no entity.`, "Put a line with the entity's name above it.");
      continue;
    }
    const type = columnTypes.find((known) => known === typeText);
    const treatment = parseTreatment(treatmentCell);
    const column = `${table.name}.${attribute}`;
    if (type === undefined) report(line, `${column} has an unknown type.`, `Use one of ${columnTypes.join(', ')}.`);
    if (treatment === undefined) report(line, `${column} has an unknown treatment.`, `Use one of ${knownTreatments}.`);
    // Names are compared without case: DuckDB, Spark and SQL would take them for one column.
    const twin = table.columns.find((known) => known.name.toLowerCase() === attribute.toLowerCase());
    if (twin) report(line, `${column} is listed a second time.`, `It is on line ${twin.line} already: remove one.`);
    if (type !== undefined && treatment !== undefined && !twin)
      table.columns.push({ name: attribute, type, treatment, line });
  }
  if (!headerSeen) report(1, 'The file is empty.', `Start with "${header.join(',')}".`);
  return { tables, findings };
}
