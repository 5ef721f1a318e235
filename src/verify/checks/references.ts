import { quoteName } from '../../catalogue/render/sql-text';
import { toNumber } from '../../engine/database';
import type { Check } from '../check';
import { hasField } from '../columns';

/** References of the catalogue resolve. The source can be at fault, and the rows are kept: warnings, with counts. */
export const references: Check = {
  name: 'references resolve',
  rules: ['ROW17'],
  async run(context, report) {
    for (const { table, corrected } of context.refined) {
      for (const reference of table.references) {
        const target = context.refinedTable(reference.table);
        if (
          !hasField(corrected, reference.column) ||
          (target !== undefined && !hasField(target.corrected, reference.target))
        )
          continue;
        const place = { table: table.name, column: reference.column };
        const column = quoteName(reference.column);
        const found =
          target === undefined
            ? 'false'
            : `${column} IN (SELECT ${quoteName(reference.target)} FROM ${target.corrected.relation})`;
        const [row = {}] = await context.query(
          `SELECT count(*) AS rows, count(*) FILTER (NOT coalesce(${found}, false)) AS unresolved
           FROM ${corrected.relation} WHERE ${column} IS NOT NULL`,
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
          report.warning(
            `Rows refer to values of ${reference.table}.${reference.target} that are not there. The source is at fault; the rows are kept.`,
            {
              ...place,
              counts: { rows, unresolved },
            },
          );
        }
      }
    }
  },
};
