import { quoteName } from '../../catalogue/render/sql-text';
import type { TableReference } from '../../catalogue/model';
import { toNumber } from '../../engine/database';
import type { Check } from '../check';
import { columnOf, generalName, hasField, hasHistory, isMasked } from '../columns';
import type { RefinedTable, VerifyContext } from '../context';

/**
 * References of the catalogue resolve; what does not is kept, so these are warnings, with counts. Structure that left the
 * snapshot stays in general (ROW15), so what refers to it is looked up there.
 */
export const references: Check = {
  name: 'references resolve',
  rules: ['ROW15', 'ROW17'],
  async run(context, report) {
    for (const refined of context.refined) {
      for (const reference of refined.table.references) {
        const place = { table: refined.table.name, column: reference.column };
        const target = context.refinedTable(reference.table);
        const sides = sidesOf(refined, target, reference, context);
        if (sides === undefined) continue;
        const [row = {}] = await context.query(
          `SELECT count(*) AS rows, count(*) FILTER (NOT coalesce(${sides.found}, false)) AS unresolved
           FROM ${sides.relation} WHERE ${sides.column} IS NOT NULL`,
          'resolving references',
          place,
        );
        const [rows, unresolved] = [toNumber(row['rows']), toNumber(row['unresolved'])];
        // A drop with activity only has no roster to refer to: nothing was examined.
        if (target === undefined) {
          if (rows > 0)
            report.information(
              `${reference.table} was never delivered, so ${reference.table}.${reference.target} cannot be looked up.`,
              { ...place, counts: { rows } },
            );
          continue;
        }
        report.examine(rows);
        if (unresolved > 0) {
          const why = hasHistory(context.catalogue, target.table)
            ? 'The source is at fault'
            : 'The source is at fault, or they have left the snapshot (ROW15)';
          report.warning(
            `Rows refer to values of ${reference.table}.${reference.target} that are not there. ${why}; the rows are kept.`,
            { ...place, counts: { rows, unresolved } },
          );
        }
      }
    }
  },
};

interface Sides {
  readonly relation: string;
  readonly column: string;
  /** SQL that is true where the target is there. */
  readonly found: string;
}

/** Undefined where a column is missing, which is a finding of the schema's check. */
function sidesOf(
  from: RefinedTable,
  to: RefinedTable | undefined,
  { column, target }: TableReference,
  context: VerifyContext,
): Sides | undefined {
  if (!hasField(from.corrected, column)) return undefined;
  const raw = { relation: from.corrected.relation, column: quoteName(column) };
  if (to === undefined) return { ...raw, found: 'false' };
  if (hasHistory(context.catalogue, to.table)) {
    const left = publishedName(from, column);
    const right = publishedName(to, target);
    if (left !== undefined && right !== undefined) {
      const found = `${quoteName(left)} IN (SELECT ${quoteName(right)} FROM ${to.general.relation})`;
      return { relation: from.general.relation, column: quoteName(left), found };
    }
  }
  if (!hasField(to.corrected, target)) return undefined;
  return { ...raw, found: `${raw.column} IN (SELECT ${quoteName(target)} FROM ${to.corrected.relation})` };
}

/** Name of a column whose values general has one by one; undefined for a masked or missing one. */
function publishedName({ table, general }: RefinedTable, name: string): string | undefined {
  const column = columnOf(table, name);
  const published = isMasked(column) ? undefined : generalName(column);
  return published !== undefined && hasField(general, published) ? published : undefined;
}
