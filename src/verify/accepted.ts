import type { AcceptedRelation, Catalogue, Column } from '../catalogue/model';
import { qualifiedName } from '../catalogue/treatment';

/**
 * The accepted relation that covers a protected column that shows in a general one; undefined when it is a leak.
 * A relation of one column of a domain holds for the whole domain: the same raw values stand in all of its columns.
 */
export function acceptedRelation(
  catalogue: Catalogue,
  protectedColumn: string,
  shownBy: string,
): AcceptedRelation | undefined {
  const domain = domainOf(catalogue, protectedColumn);
  return catalogue.acceptedRelations.find(
    (relation) =>
      relation.shownBy === shownBy &&
      (relation.protectedColumn === protectedColumn ||
        (domain !== undefined && domainOf(catalogue, relation.protectedColumn) === domain)),
  );
}

function domainOf(catalogue: Catalogue, qualified: string): string | undefined {
  for (const table of catalogue.tables) {
    const found = table.columns.find((column: Column) => qualifiedName(table.name, column) === qualified);
    if (found !== undefined) return found.domain;
  }
  return undefined;
}
