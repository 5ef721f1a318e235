import { quoteName } from '../../catalogue/render/sql-text';
import { toNumber } from '../../engine/database';
import type { Check } from '../check';

/** A GUID in any spelling: 32 hexadecimal digits once case and dashes are gone. */
const guid = '[0-9a-f]{32}';

/**
 * One identifier is spelled in one way throughout its domain (ROW9): identifiers are never re-cased, so two spellings of
 * a GUID do not join. The source is at fault: a warning that names the domain.
 */
export const spellings: Check = {
  name: 'identifiers are spelled in one way',
  rules: ['ROW9'],
  async run(context, report) {
    const domains = new Map<string, { readonly columns: string[]; readonly queries: string[] }>();
    for (const { table, corrected } of context.refined) {
      for (const { name, domain, type } of table.columns) {
        if (domain === undefined || type !== 'string' || !corrected.fields.some((field) => field.name === name))
          continue;
        const found = domains.get(domain) ?? { columns: [], queries: [] };
        found.columns.push(`${table.name}.${name}`);
        found.queries.push(`SELECT DISTINCT ${quoteName(name)} AS value FROM ${corrected.relation}`);
        domains.set(domain, found);
      }
    }
    for (const [domain, { columns, queries }] of domains) {
      const [row = {}] = await context.query(
        `SELECT count(*) AS identifiers, count(*) FILTER (spellings > 1) AS several
         FROM (SELECT count(DISTINCT value) AS spellings FROM (${queries.join(' UNION ALL ')})
               WHERE regexp_full_match(lower(replace(value, '-', '')), '${guid}') GROUP BY lower(replace(value, '-', '')))`,
        'comparing spellings of identifiers',
      );
      report.examine(toNumber(row['identifiers']));
      const several = toNumber(row['several']);
      if (several === 0) continue;
      report.warning(
        `${several} identifiers of the domain ${domain} are spelled in several ways (case or dashes): such rows do not join. Columns: ${columns.join(', ')}.`,
        { counts: { identifiers: toNumber(row['identifiers']), several } },
      );
    }
  },
};
