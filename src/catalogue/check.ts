import type { FileNames } from './assemble';
import { checkDomains } from './check-domains';
import { pointer, type Finding } from './finding';
import type { AcceptedRelation, Column, Profile, Table } from './model';
import { isPseudonymised, isReadable, qualifiedName, treatmentText } from './treatment';

/** Everything that is wrong with tables that could be read: what they say about each other and what treatments can do. */
export function checkTables(
  profile: Profile,
  tables: readonly Table[],
  relations: readonly AcceptedRelation[],
  files: FileNames,
): readonly Finding[] {
  return [
    ...tables.flatMap((table) => checkTable(table, tables, files)),
    // v0.2 has what upstream decided; the strict profile has a reason for each text that may be read (lake-rules.md §4).
    ...(profile === 'strict' ? tables.flatMap((table) => checkTexts(table, files)) : []),
    ...checkDomains(tables, relations, files),
    ...checkRelations(tables, relations, files),
  ];
}

function checkTable(table: Table, tables: readonly Table[], files: FileNames): Finding[] {
  return [
    ...checkKey(table, files),
    ...checkRowChecks(table, files),
    ...checkReferences(table, tables, files),
    ...table.columns.flatMap((column) => checkColumn(table, column, files)),
  ];
}

function checkKey(table: Table, files: FileNames): Finding[] {
  return table.key.flatMap((name, index) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column === undefined) {
      const place = pointer(files.tables, 'tables', table.name, 'key', index);
      return [{ place, problem: `Key column ${table.name}.${name} does not exist.`, mend: columnsOf(table) }];
    }
    if (isReadable(column.treatment) || isPseudonymised(column.treatment)) return [];
    return [
      {
        place: `${files.metadata}:${column.line}`,
        problem: `${qualifiedName(table.name, column)} is a key and its treatment is ${treatmentText(column.treatment)}.`,
        mend: 'Rows must stay apart in general: use hash, hash-no-lookup, hmac or no-op.',
      },
    ];
  });
}

function checkRowChecks(table: Table, files: FileNames): Finding[] {
  return table.rowChecks.flatMap((check, index) =>
    (['left', 'right'] as const).flatMap((side) => {
      if (table.columns.some((column) => column.name === check[side])) return [];
      const place = pointer(files.tables, 'tables', table.name, 'rowChecks', index, side);
      return [{ place, problem: `Column ${table.name}.${check[side]} does not exist.`, mend: columnsOf(table) }];
    }),
  );
}

function checkReferences(table: Table, tables: readonly Table[], files: FileNames): Finding[] {
  return table.references.flatMap((reference) => {
    const place = pointer(files.tables, 'tables', table.name, 'columns', reference.column, 'references');
    const target = tables.find((candidate) => candidate.name === reference.table);
    if (target === undefined) {
      const mend = 'Name a table of the catalogue.';
      return [
        {
          place,
          problem: `${table.name}.${reference.column} refers to table ${reference.table}, which does not exist.`,
          mend,
        },
      ];
    }
    if (target.columns.some((column) => column.name === reference.target)) return [];
    const problem = `${table.name}.${reference.column} refers to ${target.name}.${reference.target}, which does not exist.`;
    return [{ place, problem, mend: columnsOf(target) }];
  });
}

function checkColumn(table: Table, column: Column, files: FileNames): Finding[] {
  const name = qualifiedName(table.name, column);
  const inMetadata = `${files.metadata}:${column.line}`;
  const inTables = pointer(files.tables, 'tables', table.name, 'columns', column.name);
  const findings: Finding[] = [];

  if (column.description === '') {
    const mend = 'Say in a sentence what it holds, here or under "commonColumns".';
    findings.push({ place: inTables, problem: `${name} has no description.`, mend });
  }
  if (column.optional && table.columns.slice(column.position + 1).some((later) => !later.optional)) {
    const mend =
      'Only columns at the end of a table can be absent (ROW8): remove "optional", or mark all later columns too.';
    findings.push({ place: inTables, problem: `${name} is optional and not at the end of its table.`, mend });
  }
  if (column.optional && column.required && column.derived === undefined) {
    const mend = 'A row without it would be rejected: remove one of the two.';
    findings.push({ place: inTables, problem: `${name} is both optional and required.`, mend });
  }
  if (isPseudonymised(column.treatment) && column.type !== 'string') {
    const mend = 'Engines write other types differently, so digests would not join: make it a string, or choose mask.';
    findings.push({ place: inMetadata, problem: `${name} is hashed and its type is ${column.type}.`, mend });
  }
  const unfit = unfitRule(column);
  if (unfit !== undefined) {
    const problem = `${name} has the treatment ${treatmentText(column.treatment)} and its type is ${column.type}.`;
    findings.push({ place: inMetadata, problem, mend: unfit });
  }
  return [...findings, ...checkDerived(table, column, files), ...checkFilledFor(table, column, files)];
}

function unfitRule(column: Column): string | undefined {
  if (column.treatment.kind !== 'generalise') return undefined;
  const fits = {
    band: ['string', 'integer', 'short', 'long', 'double'],
    month: ['timestamp', 'date'],
    family: ['string'],
  }[column.treatment.rule];
  return fits.includes(column.type) ? undefined : `This rule is for ${fits.join(', ')}.`;
}

function checkTexts(table: Table, files: FileNames): Finding[] {
  return table.columns
    .filter((column) => column.type === 'string' && isReadable(column.treatment) && !table.key.includes(column.name))
    .filter((column) => (column.domain ?? column.enumeration ?? column.freeText) === undefined)
    .map((column) => ({
      place: pointer(files.tables, 'tables', table.name, 'columns', column.name),
      problem: `${qualifiedName(table.name, column)} is readable text without a decision.`,
      mend: 'Say under "freeText" why everybody may read it, give it a domain or an enumeration, or choose another treatment.',
    }));
}

function checkDerived(table: Table, column: Column, files: FileNames): Finding[] {
  return (column.derived ?? []).flatMap((part, index) => {
    if (!('column' in part) || table.columns.some((candidate) => candidate.name === part.column)) return [];
    const place = pointer(files.tables, 'tables', table.name, 'columns', column.name, 'derived', index);
    return [{ place, problem: `Column ${table.name}.${part.column} does not exist.`, mend: columnsOf(table) }];
  });
}

function checkFilledFor(table: Table, column: Column, files: FileNames): Finding[] {
  const { filledFor } = column;
  if (filledFor === undefined || table.columns.some(({ name }) => name === filledFor.column)) return [];
  const place = pointer(files.tables, 'tables', table.name, 'columns', column.name, 'filledFor');
  return [{ place, problem: `Column ${table.name}.${filledFor.column} does not exist.`, mend: columnsOf(table) }];
}

function checkRelations(
  tables: readonly Table[],
  relations: readonly AcceptedRelation[],
  files: FileNames,
): readonly Finding[] {
  const names = new Set(tables.flatMap((table) => table.columns.map((column) => qualifiedName(table.name, column))));
  return relations.flatMap((relation) =>
    [relation.protectedColumn, relation.shownBy].flatMap((name) =>
      names.has(name)
        ? []
        : [
            {
              place: pointer(files.tables, 'acceptedRelations'),
              problem: `The accepted relation of ${relation.protectedColumn} with ${relation.shownBy} names ${name}, which does not exist.`,
              mend: 'Name columns of the catalogue, or remove the relation.',
            },
          ],
    ),
  );
}

function columnsOf(table: Table): string {
  return `Columns of ${table.name}: ${table.columns.map((column) => column.name).join(', ')}.`;
}
