import type { ProjectFiles, ProjectFinding } from './finding';
import { readModel, type ReadModel } from './model-reader';

/** What a model must keep that neither a schema nor Microsoft's parser asks for. */
export function checkModel(files: ProjectFiles): readonly ProjectFinding[] {
  const model = readModel(files);
  return [
    ...references(model),
    ...relationshipEnds(model),
    ...names(model),
    ...partitions(model),
    ...hiddenKeys(model),
    ...suppression(model),
    ...environmentNames(files),
  ];
}

/** Every `Table[Column]` and `[Measure]` of an expression is there. */
function* references({ tables }: ReadModel): Generator<ProjectFinding> {
  const measures = new Set([...tables.values()].flatMap((table) => [...table.measures.keys()]));
  for (const { file, measures: expressions } of tables.values()) {
    for (const [measure, dax] of expressions) {
      for (const [, table, column = ''] of dax.replace(/"[^"]*"/g, '').matchAll(/(\w+)?\[([^\]]+)\]/g)) {
        const isThere =
          table === undefined ? measures.has(column) || column.startsWith('@') : tables.get(table)?.columns.has(column);
        if (isThere !== true) {
          yield { rule: 'reference', file, message: `${measure} names ${table ?? ''}[${column}], which is not there.` };
        }
      }
    }
  }
}

function* relationshipEnds({ tables, relationships }: ReadModel): Generator<ProjectFinding> {
  const file = 'relationships.tmdl';
  for (const end of relationships.flatMap(({ from, to }) => [from, to])) {
    const [table = '', column = ''] = end.split('.');
    if (tables.get(table)?.columns.has(column) !== true) {
      yield { rule: 'reference', file, message: `A relationship names ${end}, which is not there.` };
    }
  }
}

function* names({ tables }: ReadModel): Generator<ProjectFinding> {
  const seen = new Set<string>();
  for (const { file, measures, columns } of tables.values()) {
    for (const measure of measures.keys()) {
      if (seen.has(measure)) yield { rule: 'name', file, message: `There are two measures ${measure}.` };
      if (columns.has(measure)) yield { rule: 'name', file, message: `Measure and column are both called ${measure}.` };
      seen.add(measure);
    }
  }
}

function* partitions({ tables }: ReadModel): Generator<ProjectFinding> {
  for (const [table, { file, partitions: count }] of tables) {
    if (count !== 1) yield { rule: 'partition', file, message: `${table} has ${count} partitions and needs one.` };
  }
}

/** Pseudonyms and ids are for relationships: nobody sees them, or counts them past the measures. */
function* hiddenKeys({ tables, relationships }: ReadModel): Generator<ProjectFinding> {
  const ends = new Set(relationships.flatMap(({ from, to }) => [from, to]));
  for (const [table, { file, columns }] of tables) {
    for (const [column, isHidden] of columns) {
      const isKey = /_pseudonym$|Id$/.test(column) || (ends.has(`${table}.${column}`) && table !== 'Date');
      if (isKey && !isHidden) yield { rule: 'hidden', file, message: `${table}.${column} is an id and can be seen.` };
    }
  }
}

/** Every number of persons' doings hides small ones (CELL5): by itself, or because it divides those that do. */
function* suppression({ tables }: ReadModel): Generator<ProjectFinding> {
  for (const [table, { file, measures }] of tables) {
    if (table !== 'activity' && table !== 'Enrollment') continue;
    for (const [measure, dax] of measures) {
      const isRatio = /^DIVIDE\(\[[^\]]+\], \[[^\]]+\]\)$/.test(dax);
      if (!isRatio && !hidesSmall(dax)) {
        yield { rule: 'suppression', file, message: `${measure} shows numbers of few persons.` };
      }
    }
  }
}

/** A number of persons alone may do without the part of the one with most: each of them is one. */
function hidesSmall(dax: string): boolean {
  const persons = /^VAR Persons = CALCULATE\((DISTINCTCOUNTNOBLANK\([^)]*\))/m.exec(dax)?.[1];
  const shown = /Persons >= 5 && \(Others = 0 \|\| Others >= 5\)( && NOT IsOfOne)?,\s+CALCULATE\((\w+\([^)]*\))/.exec(
    dax,
  );
  return shown !== null && (shown[1] !== undefined || shown[2] === persons);
}

/** What differs between environments is in one file, so that deploying to another changes that file only. */
function* environmentNames(files: ProjectFiles): Generator<ProjectFinding> {
  for (const [file, text] of files) {
    if (file.endsWith('/expressions.tmdl')) continue;
    const found = /[\w-]+\.(?:sql\.azuresynapse|dfs\.core\.windows|blob\.core\.windows)\.net/.exec(text)?.[0];
    if (found !== undefined) yield { rule: 'environment', file, message: `It names ${found}.` };
  }
}
