import { quoteName } from '../catalogue/render/sql-text';
import type { Column, Table } from '../catalogue/model';

import { generalName, hasField, joined } from './columns';
import type { RefinedTable, VerifyContext } from './context';

/** Rows of general that are about the same thing are compared: the same person, the same class, or the very same row. */
export type EntityKind = 'person' | 'class' | 'row';

/**
 * How the rows of a table in general lead to entities: `SELECT entity, link` from `mapping` where `link` equals
 * `column`. `mapping` is undefined when `column` is the entity itself.
 */
export interface EntityLink {
  /** Name in general (or in the lookup). */
  readonly column: string;
  /** FROM item with the columns `link` and `entity`. */
  readonly mapping: string | undefined;
}

/** How to get from a table to persons or classes through general alone; undefined when there is no way. */
export function entityLink(
  refined: RefinedTable,
  kind: 'person' | 'class',
  context: VerifyContext,
): EntityLink | undefined {
  return kind === 'person' ? personLink(refined, context) : classLink(refined, context);
}

function personLink({ table }: RefinedTable, context: VerifyContext): EntityLink | undefined {
  const person = firstOfDomain(table, 'person');
  if (person !== undefined) return { column: `${person.name}_pseudonym`, mapping: undefined };
  return through(firstOfDomain(table, 'directoryUser'), 'AadUserPersonMapping', 'ObjectId', 'PersonId', context);
}

/** A class is its section. Groups lead to it by AadGroup.SectionId, courses by Section.CourseId. */
function classLink({ table }: RefinedTable, context: VerifyContext): EntityLink | undefined {
  const section = firstOfDomain(table, 'section');
  const own = section === undefined ? undefined : generalName(section);
  if (own !== undefined) return { column: own, mapping: undefined };
  return (
    through(firstOfDomain(table, 'directoryGroup'), 'AadGroup', 'ObjectId', 'SectionId', context) ??
    through(firstOfDomain(table, 'course'), 'Section', 'CourseId', 'Id', context)
  );
}

function through(
  column: Column | undefined,
  mappingTable: string,
  from: string,
  to: string,
  context: VerifyContext,
): EntityLink | undefined {
  const mapping = context.refinedTable(mappingTable);
  const name = column === undefined ? undefined : generalName(column);
  if (mapping === undefined || name === undefined) return undefined;
  const [link, entity] = [from, to].map((wanted) => {
    const found = mapping.table.columns.find((candidate) => candidate.name === wanted);
    return found === undefined ? undefined : generalName(found);
  });
  if (link === undefined || entity === undefined) return undefined;
  if (!hasField(mapping.general, link) || !hasField(mapping.general, entity)) return undefined;
  const select = `SELECT DISTINCT ${quoteName(link)} AS link, ${quoteName(entity)} AS entity FROM ${mapping.general.relation}`;
  return { column: name, mapping: `(${select})` };
}

function firstOfDomain(table: Table, domain: string): Column | undefined {
  return table.columns.find((column) => column.domain === domain);
}

/** SQL text of a row's own key, as it stands in general and in the lookup. */
export function rowKey(table: Table): string {
  const names = table.columns
    .filter(({ name }) => table.key.includes(name))
    .flatMap((column) => generalName(column) ?? []);
  return joined(names);
}
