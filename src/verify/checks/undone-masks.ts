import { quoteName, quoteText } from '../../catalogue/render/sql-text';
import { castExpression } from '../../catalogue/render/duckdb-cast';
import type { Table } from '../../catalogue/model';
import { qualifiedName } from '../../catalogue/treatment';
import { toNumber } from '../../engine/database';
import { acceptedRelation } from '../accepted';
import type { Check, CheckReport } from '../check';
import { generalName, hasField, isHashed, isMasked } from '../columns';
import type { RefinedTable, VerifyContext } from '../context';
import { entityLink, rowKey, type EntityKind, type EntityLink } from '../entities';
import type { DeltaField } from '../../lake/delta-relation';

/** From here on a column that repeats a masked one undoes the mask (PRIV1). */
const share = 0.95;
const leastValues = 20;

/**
 * Joined by person (or class, or row), no general column repeats a masked one. Values are compared as text, dates by day.
 * Of several rows about one person, a value counts when it is the same in all of them: a column that varies within the
 * person cannot give away one that does not.
 */
export const undoneMasks: Check = {
  name: 'no general column undoes a mask',
  rules: ['PRIV1'],
  async run(context, report) {
    const said = new Set<string>();
    for (const kind of ['row', 'person', 'class'] as const) {
      try {
        await query(
          context,
          'CREATE OR REPLACE TEMP TABLE verify_masked (entity VARCHAR, name VARCHAR, value VARCHAR)',
        );
        await query(
          context,
          'CREATE OR REPLACE TEMP TABLE verify_readable (entity VARCHAR, name VARCHAR, value VARCHAR)',
        );
        for (const refined of context.refined) {
          for (const sql of [...maskedInserts(refined, kind, context), ...readableInserts(refined, kind, context)])
            await query(context, sql);
        }
        await query(context, days);
        for (const pair of await query(context, comparison(kind))) sayPair(pair, kind, said, context, report);
        const [row = {}] = await query(context, 'SELECT count(*) AS count FROM verify_masked');
        report.examine(toNumber(row['count']));
      } finally {
        for (const name of ['verify_masked', 'verify_readable', 'verify_day'])
          await query(context, `DROP TABLE IF EXISTS ${name}`);
      }
    }
  },
};

function query(context: VerifyContext, sql: string) {
  return context.query(sql, 'comparing masked values with general');
}

/** The originals of masked columns stand in the lookup, beside the same key as in general. */
function maskedInserts(refined: RefinedTable, kind: EntityKind, context: VerifyContext): string[] {
  const { table, general, sensitive } = refined;
  if (sensitive === undefined) return [];
  const columns = table.columns.filter((column) => isMasked(column) && hasField(sensitive, column.name));
  const key = rowKey(table);
  if (columns.length === 0 || !hasKey(refined)) return [];
  const fields = columns.map(({ name, type }) => ({ name, type }));
  if (kind === 'row') return longInserts('verify_masked', table, fields, sensitive.relation, key);
  const link = entityLink(refined, kind, context);
  if (link === undefined) return [];
  const inLookup = hasField(sensitive, link.column);
  if (!inLookup && !hasField(general, link.column)) return [];
  const names = fields.map(({ name }) => `lookup.${quoteName(name)}`).join(', ');
  const source = inLookup
    ? sensitive.relation
    : `(SELECT ${names}, link FROM (SELECT *, ${key} AS key FROM ${sensitive.relation}) lookup
       JOIN (SELECT ${quoteName(link.column)} AS link, ${key} AS key FROM ${general.relation}) USING (key))`;
  return longInserts('verify_masked', table, fields, source, inLookup ? quoteName(link.column) : 'link', link);
}

function readableInserts(refined: RefinedTable, kind: EntityKind, context: VerifyContext): string[] {
  const { table, general } = refined;
  const link = kind === 'row' ? undefined : entityLink(refined, kind, context);
  if (
    kind === 'row'
      ? !hasKey(refined) || !table.columns.some(isMasked)
      : link === undefined || !hasField(general, link.column)
  )
    return [];
  const hidden = new Set(
    table.columns
      .filter((column) => isHashed(column) || isMasked(column))
      .flatMap((column) => generalName(column) ?? []),
  );
  const fields = general.fields.filter(
    ({ name, type }) => !hidden.has(name) && name !== link?.column && type !== 'boolean',
  );
  if (fields.length === 0) return [];
  const by = link === undefined ? rowKey(table) : quoteName(link.column);
  return longInserts('verify_readable', table, fields, general.relation, by, link);
}

function hasKey({ table, general, sensitive }: RefinedTable): boolean {
  const names = table.columns
    .filter(({ name }) => table.key.includes(name))
    .flatMap((column) => generalName(column) ?? []);
  return names.every((name) => hasField(general, name) && (sensitive === undefined || hasField(sensitive, name)));
}

/** One row per entity and column, where the entity has one value only. Grouped by the link before it is mapped: 2 M signals shrink to their actors. */
function longInserts(
  into: string,
  table: Table,
  fields: readonly DeltaField[],
  source: string,
  by: string,
  link?: EntityLink,
): string[] {
  const bounds = fields.map(({ name }, index) => {
    const quoted = quoteName(name);
    return `min(${quoted}) AS min_${index}, max(${quoted}) AS max_${index}`;
  });
  const grouped = `SELECT CAST(${by} AS VARCHAR) AS link, ${bounds.join(', ')} FROM ${source} WHERE ${by} IS NOT NULL GROUP BY ALL`;
  const mapped =
    link?.mapping === undefined
      ? `SELECT link AS entity, * FROM (${grouped})`
      : `SELECT mapping.entity AS entity, grouped.* FROM (${grouped}) grouped JOIN ${link.mapping} mapping ON mapping.link = grouped.link`;
  const structs = fields.map(({ name, type }, index) => {
    const value = `CASE WHEN min_${index} = max_${index} THEN ${asText(`min_${index}`, type)} END`;
    return `{name: ${quoteText(qualifiedName(table.name, { name }))}, value: ${value}}`;
  });
  return [
    `INSERT INTO ${into} SELECT entity, pair.name, pair.value
     FROM (SELECT entity, unnest([${structs.join(', ')}]) AS pair FROM (${mapped})) WHERE pair.value IS NOT NULL`,
  ];
}

/** Dates and timestamps by day, other texts without regard to case. */
function asText(expression: string, type: string): string {
  if (type === 'date' || type === 'timestamp') return `strftime(${expression}, '%Y-%m-%d')`;
  const text = `lower(trim(CAST(${expression} AS VARCHAR)))`;
  return type === 'string' ? `nullif(${text}, '')` : text;
}

/** Dates that text columns hold, such as a birth date, as days too: the cast is large, so it is compiled once, here. */
const days = `CREATE OR REPLACE TEMP TABLE verify_day AS
  SELECT value, strftime(${castExpression({ type: 'date' }, 'value')}, '%Y-%m-%d') AS day
  FROM (SELECT DISTINCT value FROM (SELECT value FROM verify_masked UNION ALL SELECT value FROM verify_readable)
        WHERE regexp_matches(value, '^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}'))`;

function comparison(kind: EntityKind): string {
  // Two columns of one row belong to one table, and each table's keys are its own.
  const sameTable = kind === 'row' ? `AND split_part(m.name, '.', 1) = split_part(r.name, '.', 1)` : '';
  return `SELECT m.name AS masked, r.name AS readable, count(*) AS entities,
      count(*) FILTER (m.value = r.value) AS equal, count(DISTINCT CASE WHEN m.value = r.value THEN r.value END) AS distinct_values
    FROM ${withDays('verify_masked')} m JOIN ${withDays('verify_readable')} r ON m.entity = r.entity ${sameTable}
    GROUP BY ALL HAVING equal >= ${share} * entities AND distinct_values >= ${leastValues} ORDER BY ALL`;
}

function withDays(table: string): string {
  return `(SELECT entity, name, coalesce(day, value) AS value FROM ${table} LEFT JOIN verify_day USING (value))`;
}

function sayPair(
  pair: Record<string, unknown>,
  kind: EntityKind,
  said: Set<string>,
  context: VerifyContext,
  report: CheckReport,
): void {
  const [masked, readable] = [String(pair['masked']), String(pair['readable'])];
  if (said.has(`${masked} ${readable}`)) return;
  said.add(`${masked} ${readable}`);
  const [table = '', column = ''] = readable.split('.');
  const counts = { compared: Number(pair['entities']), equal: Number(pair['equal']) };
  const details = { table, column, counts };
  const accepted = acceptedRelation(context.catalogue, masked, readable);
  if (accepted !== undefined) {
    report.information(
      `${readable} shows the masked ${masked}, which the catalogue accepts: ${accepted.reason}`,
      details,
    );
    return;
  }
  const by = kind === 'row' ? 'in the same row' : `joined by ${kind}`;
  report.error(
    `${readable} equals the masked ${masked}, ${by}, and so undoes the mask. Give it another treatment in metadata.csv, or list the relation with its reason in tables.json.`,
    details,
  );
}
