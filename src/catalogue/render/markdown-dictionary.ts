import type { Catalogue, Column, Table } from '../model';
import { qualifiedName, treatmentText } from '../treatment';
import { historyColumns, keepsHistory } from '../refined-shape';
import { generalColumns, lookupColumns } from './duckdb-treatment';

/** The data dictionary: an index page and a page for each table, as markdown. File names are `<Table>.md` and `README.md`. */
export function markdownDictionary(catalogue: Catalogue): ReadonlyMap<string, string> {
  const pages = catalogue.tables.map((table): [string, string] => [`${table.name}.md`, tablePage(table, catalogue)]);
  return new Map([['README.md', indexPage(catalogue)], ...pages]);
}

function indexPage(catalogue: Catalogue): string {
  const rows = catalogue.tables.map((table) => [
    `[${table.name}](${table.name}.md)`,
    table.description,
    table.protection,
    String(table.columns.length),
  ]);
  return [
    '# Data dictionary',
    '',
    `${catalogue.tables.length} tables, profile \`${catalogue.profile}\`. Generated from assets/catalogue: change that, not this.`,
    '',
    ...markdownTable(['table', 'what a row is', 'data protection', 'columns'], rows),
    '',
  ].join('\n');
}

function tablePage(table: Table, catalogue: Catalogue): string {
  return [
    `# ${table.name}`,
    '',
    `${table.description} Data protection: ${table.protection}. Source of the description: ${table.descriptionSource}.`,
    '',
    `- Key: ${table.key.map(code).join(', ')}`,
    `- Delivered as: ${table.batchKind} of ${table.source}${table.required ? ', required' : ''}`,
    `- Rows that leave the snapshot: ${goneText(table, catalogue)}`,
    ...table.rowChecks.map((check) => `- Check: ${code(`${check.left} ${check.operator} ${check.right}`)}`),
    '',
    ...markdownTable(
      ['column', 'type', 'treatment', 'meaning'],
      table.columns.map((column) => columnRow(table, column)),
    ),
    '',
    '## Refined/general',
    '',
    ...listColumns([...generalColumns(table), ...(keepsHistory(table, catalogue) ? historyColumns : [])]),
    '',
    ...lookupSection(table, catalogue),
    ...relationSection(table, catalogue),
  ].join('\n');
}

function goneText(table: Table, catalogue: Catalogue): string {
  if (table.source === 'activity') return 'does not apply; signals are added';
  return keepsHistory(table, catalogue) ? 'stay, with `IsCurrent` false and `GoneSince`' : 'leave Refined';
}

function columnRow(table: Table, column: Column): string[] {
  const facts: string[] = [column.description];
  if (table.key.includes(column.name)) facts.push('Key.');
  else if (column.required) facts.push('Required.');
  if (column.optional) facts.push('May be absent at the end of a delivered row.');
  const reference = table.references.find((candidate) => candidate.column === column.name);
  if (reference) facts.push(`Refers to ${code(`${reference.table}.${reference.target}`)}.`);
  if (column.domain !== undefined) facts.push(`Identifier of the domain ${code(column.domain)}.`);
  if (column.enumeration) facts.push(enumerationText(column.enumeration));
  if (column.freeText !== undefined) facts.push(`Readable because: ${column.freeText}`);
  if (column.mayBeMasked !== undefined && column.treatment.kind === 'mask')
    facts.push(`Masked because: ${column.mayBeMasked}`);
  return [code(column.name), column.type, code(treatmentText(column.treatment)), facts.join(' ')];
}

function enumerationText(enumeration: NonNullable<Column['enumeration']>): string {
  return 'values' in enumeration
    ? `Known values: ${enumeration.values.join(', ')}.`
    : `One of ${code(`${enumeration.reference}.Id`)}.`;
}

function lookupSection(table: Table, catalogue: Catalogue): readonly string[] {
  const columns = lookupColumns(table, catalogue);
  return columns.length === 0 ? [] : ['## Refined/sensitive', '', ...listColumns(columns), ''];
}

function relationSection(table: Table, catalogue: Catalogue): readonly string[] {
  const names = new Set(table.columns.map((column) => qualifiedName(table.name, column)));
  const lines = catalogue.acceptedRelations
    .filter((relation) => names.has(relation.protectedColumn) || names.has(relation.shownBy))
    .map((relation) => `- ${code(relation.protectedColumn)} shows in ${code(relation.shownBy)}: ${relation.reason}`);
  return lines.length === 0 ? [] : ['## Accepted relations', '', ...lines, ''];
}

function listColumns(columns: readonly { readonly name: string; readonly type: string }[]): readonly string[] {
  return columns.map((column) => `- ${code(column.name)} ${column.type}`);
}

/** Lines of a table; a bar in a cell is escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function code(text: string): string {
  return `\`${text}\``;
}
