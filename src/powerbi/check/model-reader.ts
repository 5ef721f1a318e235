import type { ProjectFiles } from './finding';

/** What the files of a model declare, read line by line from our own TMDL (not a parser of TMDL at large). */
export interface ReadModel {
  readonly tables: ReadonlyMap<string, ReadTable>;
  readonly relationships: readonly { readonly from: string; readonly to: string }[];
}

export interface ReadTable {
  readonly file: string;
  /** Whether it is hidden, by column. */
  readonly columns: ReadonlyMap<string, boolean>;
  /** Expressions, by measure. */
  readonly measures: ReadonlyMap<string, string>;
  readonly partitions: number;
}

const name = String.raw`('(?:[^']|'')+'|[\w-]+)`;

export function readModel(files: ProjectFiles): ReadModel {
  const tables = new Map<string, ReadTable>();
  let relationships: ReadModel['relationships'] = [];
  for (const [file, text] of files) {
    if (/\/definition\/tables\/[^/]+\.tmdl$/.test(file)) {
      const declared = new RegExp(`^table ${name}$`, 'm').exec(text)?.[1];
      if (declared !== undefined) tables.set(unquote(declared), readTable(file, text));
    } else if (file.endsWith('/definition/relationships.tmdl')) {
      const ends = (side: string): string[] =>
        [...text.matchAll(new RegExp(`^\\t${side}Column: (.+)$`, 'gm'))].map(([, column = '']) => column);
      const to = ends('to');
      relationships = ends('from').map((from, index) => ({ from, to: to[index] ?? '' }));
    }
  }
  return { tables, relationships };
}

function readTable(file: string, text: string): ReadTable {
  const columns = new Map<string, boolean>();
  const measures = new Map<string, string>();
  let partitions = 0;
  for (const block of text.split('\n\n')) {
    const [, type, declared = '', value = ''] =
      new RegExp(`^\\t(column|measure|partition) ${name}(?: =([\\s\\S]*))?$`, 'm').exec(block) ?? [];
    if (type === 'column') columns.set(unquote(declared), /^\t\tisHidden$/m.test(block));
    if (type === 'partition') partitions += 1;
    if (type === 'measure') measures.set(unquote(declared), value.replace(/^\t\t\w+(: .*)?$/gm, '').trim());
  }
  return { file, columns, measures, partitions };
}

function unquote(text: string): string {
  return text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text;
}
