import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { buildCatalogue } from '../../src/catalogue/load';
import type { Catalogue, Profile } from '../../src/catalogue/model';

const folder = path.resolve(__dirname, '../../assets/catalogue');
const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');

interface TablesFile {
  readonly tables: Record<
    string,
    { key: string[]; whenGone?: string; columns: Record<string, Record<string, unknown>> }
  >;
  acceptedRelations: unknown[];
}

/** The catalogue with some tables only, its two files changed as texts: what an institution would do to it. */
export function changedCatalogue(
  names: readonly string[],
  change: {
    /** Lines of the metadata file, without the tables that are left out. */
    readonly metadata?: (lines: readonly string[]) => readonly string[];
    readonly tables?: (content: TablesFile) => void;
    readonly profile?: Profile;
  } = {},
): Catalogue {
  const profile = change.profile ?? 'strict';
  let isListed = true;
  const lines = read(profile === 'strict' ? 'metadata.csv' : 'metadata.v0.2.csv')
    .split(/\r?\n/)
    .filter((line) => {
      const [entity = ''] = line.split(',');
      if (line.startsWith('#') || line.startsWith('Entity Name')) return true;
      if (entity !== '') isListed = names.includes(entity);
      return isListed;
    });
  const content = JSON.parse(read('tables.json')) as TablesFile & { commonColumns: Record<string, unknown> };
  for (const name of Object.keys(content.tables)) if (!names.includes(name)) delete content.tables[name];
  content.acceptedRelations = [];
  change.tables?.(content);
  const text = (change.metadata?.(lines) ?? lines).join('\n');
  for (const column of Object.keys(content.commonColumns)) {
    if (!text.includes(`,${column},`)) delete content.commonColumns[column];
  }
  for (const table of Object.values(content.tables)) {
    for (const column of Object.values(table.columns)) {
      const target = typeof column['references'] === 'string' ? column['references'].split('.')[0] : undefined;
      if (target !== undefined && !names.includes(target)) delete column['references'];
    }
  }
  for (const column of Object.values(content.commonColumns) as Record<string, unknown>[]) {
    const target = typeof column['references'] === 'string' ? column['references'].split('.')[0] : undefined;
    if (target !== undefined && !names.includes(target)) delete column['references'];
  }
  return buildCatalogue(profile, {
    metadata: { name: 'metadata.csv', text },
    tables: { name: 'tables.json', text: JSON.stringify(content) },
    schemaText: read('tables.schema.json'),
  });
}

/** Puts a line after the last attribute of a table. */
export function withColumn(table: string, line: string): (lines: readonly string[]) => string[] {
  return (lines) => {
    const start = lines.findIndex((one) => one.split(',')[0] === table);
    const next = lines.findIndex((one, index) => index > start && one.split(',')[0] !== '');
    const end = next === -1 ? lines.findLastIndex((one) => one !== '') + 1 : next;
    return [...lines.slice(0, end), line, ...lines.slice(end)];
  };
}

/** Replaces an attribute line of a table: `change` gets its cells. */
export function withLine(
  table: string,
  column: string,
  change: (cells: string[]) => string[],
): (lines: readonly string[]) => string[] {
  return (lines) => {
    const start = lines.findIndex((one) => one.split(',')[0] === table);
    const at = lines.findIndex((one, index) => index > start && one.split(',')[1] === column);
    return lines.map((line, index) => (index === at ? change(line.split(',')).join(',') : line));
  };
}
