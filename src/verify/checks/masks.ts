import { quoteName } from '../../catalogue/render/sql-text';
import { toNumber } from '../../engine/database';
import type { Check } from '../check';
import { hasField, isMasked } from '../columns';

/** Masked columns hold `*` in every row, empty ones included, so that not even emptiness shows. */
export const masks: Check = {
  name: 'masked columns hold * only',
  rules: ['PRIV1'],
  async run(context, report) {
    for (const { table, general } of context.refined) {
      const columns = table.columns.filter((column) => isMasked(column) && hasField(general, column.name));
      if (columns.length === 0) continue;
      const shown = columns.map(({ name }) => {
        const quoted = quoteName(name);
        return `count(*) FILTER (CAST(${quoted} AS VARCHAR) IS DISTINCT FROM '*') AS ${quoted}`;
      });
      const [row = {}] = await context.query(
        `SELECT ${shown.join(', ')} FROM ${general.relation}`,
        'looking at masked columns',
        {
          table: table.name,
        },
      );
      for (const column of columns) {
        report.examine();
        const count = toNumber(row[column.name]);
        if (count > 0) {
          report.error('A masked column shows something other than *.', {
            table: table.name,
            column: column.name,
            counts: { rows: count },
          });
        }
      }
    }
  },
};
